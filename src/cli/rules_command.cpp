// `nixwhy rules list|show|check|test`: reading and proving what the program knows.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "cause/evaluate.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "rule/builtin.hpp"
#include "rule/lint.hpp"
#include "rule/load.hpp"
#include "scan/scan.hpp"

namespace nixwhy {

namespace {

const Rule& rule_or_suggestion(const RuleSet& rules, const std::string& id) {
    if (const Rule* rule = rules.find(id)) return *rule;
    std::vector<std::string> ids;
    for (const Rule& rule : rules.rules) ids.push_back(rule.id);
    const std::string near = nearest(id, ids);
    throw Error(fmt::format("there is no rule '{}'{}", id, near.empty() ? "" : fmt::format(", did you mean '{}'?", near)), Exit::usage);
}

std::string wrapped(std::string_view text, std::size_t width, const std::string& margin) {
    std::string out, line;
    for (const std::string_view word : split(text, ' ')) {
        if (!line.empty() && columns(line) + columns(word) + 1 + margin.size() > width) out += margin + line + "\n", line.clear();
        if (!line.empty()) line += ' ';
        line += word;
    }
    return out + margin + line + "\n";
}

std::string list_of(const char* title, const std::vector<std::string>& items, std::size_t width, bool numbered) {
    if (items.empty()) return {};
    std::string out = fmt::format("\n{}:\n", title);
    for (std::size_t i = 0; i < items.size(); ++i) {
        std::string item = wrapped(items[i], width, "     ");
        item.replace(2, 3, numbered ? fmt::format("{}. ", i + 1).substr(0, 3) : "-  ");
        out += item;
    }
    return out;
}

}  // namespace

int run_rules_list(const Options& options) {
    const RuleSet rules = rules_with(options.rules);
    std::string out;
    Json list = Json::array();
    for (const Rule& rule : rules.rules) {
        const bool wanted = options.words.empty() || std::any_of(options.words.begin(), options.words.end(), [&](const std::string& glob) { return glob_match(glob, rule.id); });
        if (!wanted) continue;
        list.push_back({{"id", rule.id}, {"kind", name_of(rule.kind)}, {"title", rule.title}, {"origin", rule.origin}});
        out += fmt::format("{:<44} {:<8} {}{}\n", rule.id, name_of(rule.kind), rule.title, rule.origin == "built-in" ? "" : fmt::format("  ({})", rule.origin));
    }
    put_out_rules(options, options.format == "json" ? json_pretty(list) : out);
    return 0;
}

int run_rules_show(const Options& options) {
    if (options.words.empty()) throw Error("rules show: the id of a rule is wanted\ntry 'nixwhy rules list'", Exit::usage);
    const RuleSet rules = rules_with(options.rules);
    const WriteOptions write = write_options(options);
    std::string out;
    for (const std::string& id : options.words) {
        const Rule& rule = rule_or_suggestion(rules, id);
        if (!out.empty()) out += "\n";
        const std::string title = write.color ? fmt::format("\x1b[1m{}\x1b[0m", rule.title) : rule.title;
        out += fmt::format("{}\n{}, {}{}, {}\n\n", title, rule.id, name_of(rule.kind), rule.fallback ? " that can stand alone" : "", rule.origin);
        out += wrapped(rule.why, write.width, "  ");
        out += list_of("To confirm it", rule.check, write.width, false);
        out += list_of("What to do", rule.fix, write.width, true);
        out += fmt::format("\nTrying again: {}. Confidence when it matches: {}{}{}.\n", name_of(rule.retry), name_of(rule.confidence), rule.because.empty() ? "" : ", ", rule.because);
        out += list_of("It leads to", rule.causes, write.width, false);
        out += list_of("It follows from", rule.caused_by, write.width, false);
        out += list_of("It looks like", rule.examples_match, write.width, false);
        out += list_of("Proof", rule.references, write.width, false);
    }
    put_out_rules(options, out);
    return 0;
}

int run_rules_check(const Options& options) {
    if (options.words.empty()) throw Error("rules check: a rule file or a folder of them is wanted", Exit::usage);
    std::vector<Problem> problems;
    std::vector<RuleFile> files;
    for (const std::string& word : options.words) {
        std::error_code ignored;
        if (std::filesystem::is_directory(word, ignored)) {
            std::vector<RuleFile> more = find_rule_files(word, problems);
            std::move(more.begin(), more.end(), std::back_inserter(files));
        } else {
            files.push_back(read_rule_file(word));
        }
    }
    std::vector<std::string> known;
    for (const Rule& rule : builtin_rules().rules) known.push_back(rule.id);
    const RuleSet rules = load_rules(files, known, problems);
    if (problems.empty()) lint(rules, files, problems);
    if (!problems.empty()) say(join_problems(problems));
    std::fprintf(stderr, "%zu rules, %zu problems\n", files.size(), problems.size());
    return static_cast<int>(problems.empty() ? Exit::ok : Exit::finding);
}

int run_rules_test(const Options& options) {
    std::vector<std::string> folders = options.rules;
    folders.insert(folders.end(), options.words.begin(), options.words.end());
    const RuleSet rules = rules_with(folders);
    const Plan plan(rules, builtin_image());
    std::size_t passed = 0, failed = 0;
    const auto run = [&](const Rule& rule, const std::string& text, bool wanted) {
        const Timeline timeline = scan_text("example", text, plan);
        const bool holds = !Evaluator(timeline, rules).evaluate(rule.when).empty();
        if (holds == wanted) {
            ++passed;
            return;
        }
        ++failed;
        std::fprintf(stderr, "%s (%s): %s\n    %s\n", rule.id.c_str(), rule.origin.c_str(), wanted ? "does not match its example" : "matches what it must not", text.c_str());
    };
    for (const Rule& rule : rules.rules) {
        if (!options.words.empty() && rule.origin == "built-in") continue;
        for (const std::string& text : rule.examples_match) run(rule, text, true);
        for (const std::string& text : rule.examples_no_match) run(rule, text, false);
    }
    if (!options.quiet || failed > 0) std::printf("%zu passed, %zu failed\n", passed, failed);
    return static_cast<int>(failed == 0 ? Exit::ok : Exit::finding);
}

}  // namespace nixwhy
