// `nixwhy rules why-not ID INPUT...`: for each condition of a rule, whether it held, and the line that came nearest.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cause/evaluate.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "format/line.hpp"
#include "rule/builtin.hpp"
#include "scan/scan.hpp"

namespace nixwhy {

namespace {

// The words a pattern is made of: runs of letters that stand in it literally.
std::set<std::string> words_of(std::string_view pattern) {
    std::set<std::string> words;
    std::string word;
    for (std::size_t i = 0; i <= pattern.size(); ++i) {
        if (pattern.substr(i, 3) == "?P<") i = std::min(pattern.find('>', i), pattern.size());
        const char c = i < pattern.size() ? pattern[i] : ' ';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool escape = i > 0 && pattern[i - 1] == '\\';
        if (letter && !escape) {
            word += c;
        } else {
            if (word.size() >= 4) words.insert(lower(word));
            word.clear();
        }
    }
    return words;
}

struct Nearest {
    std::string place;
    std::string text;
    std::size_t shared = 0;
    std::vector<std::string> missing;
    std::string speaker;
};

Nearest nearest_line(const std::vector<InputFile>& files, const Pattern& pattern) {
    const std::set<std::string> words = words_of(pattern.text);
    Nearest best;
    for (const InputFile& file : files) {
        std::vector<Notice> notices;
        open_input(file, Limits(), notices, [&](Source& source) {
            bool complete = false;
            const std::string all = read_all(source.stream, 256U << 20U, complete);
            std::uint64_t number = 0;
            for (const std::string_view raw : split(all, '\n')) {
                ++number;
                const std::string folded = lower(raw);
                std::vector<std::string> missing;
                for (const std::string& word : words) {
                    if (!contains(folded, word)) missing.push_back(word);
                }
                const std::size_t shared = words.size() - missing.size();
                if (shared <= best.shared) continue;
                const Line line = decode_line(raw);
                best = {fmt::format("{}:{}", source.name, number), line.message, shared, missing, line.identifier};
            }
        });
    }
    return best;
}

class Explainer {
public:
    Explainer(const RuleSet& rules, const Evaluator& evaluator, const std::vector<InputFile>& files, std::size_t width)
        : rules_(rules), evaluator_(evaluator), files_(files), width_(width) {}

    std::string out;

    void show(const Condition& condition, std::size_t depth) {
        const std::string margin(depth * 2, ' ');
        const std::size_t found = evaluator_.evaluate(condition).size();
        const char* mark = found > 0 ? "holds" : "does not hold";
        switch (condition.type) {
            case Condition::Type::log: show_log(rules_.patterns[condition.leaf], found, margin); return;
            case Condition::Type::failure:
                out += fmt::format("{}failure {}: {}\n", margin, rules_.failure_queries[condition.leaf].result, mark);
                return;
            case Condition::Type::fact:
                out += fmt::format("{}fact {}: {}{}\n", margin, rules_.fact_queries[condition.leaf].name, mark, found > 0 ? "" : " (the input does not hold it, or with another value)");
                return;
            case Condition::Type::none:
            case Condition::Type::absent: out += fmt::format("{}{}: must not hold\n", margin, condition.type == Condition::Type::none ? "none" : "absent"); break;
            case Condition::Type::any: out += fmt::format("{}any of these: {}\n", margin, mark); break;
            case Condition::Type::all: out += fmt::format("{}all of these: {}\n", margin, mark); break;
            case Condition::Type::sequence: out += fmt::format("{}these in order: {}\n", margin, mark); break;
            case Condition::Type::count: out += fmt::format("{}at least {} times: {}\n", margin, condition.at_least, mark); break;
        }
        for (const Condition& part : condition.parts) show(part, depth + 1);
    }

private:
    void show_log(const Pattern& pattern, std::size_t found, const std::string& margin) {
        const std::string units = pattern.units.empty() ? "" : " in " + join(pattern.units, ", ");
        out += fmt::format("{}log '{}'{}: {}\n", margin, pattern.text, units, found > 0 ? fmt::format("holds, {} lines kept", found) : "no line matches");
        if (found > 0) return;
        const Nearest near = nearest_line(files_, pattern);
        if (near.shared == 0) {
            out += fmt::format("{}  no line shares a word with it\n", margin);
            return;
        }
        out += fmt::format("{}  nearest: {}  {}\n", margin, near.place, cut_columns(printable(near.text), width_));
        if (!near.missing.empty()) {
            out += fmt::format("{}  it lacks: {}\n", margin, join(near.missing, ", "));
        } else if (!pattern.units.empty() && !near.speaker.empty()) {
            out += fmt::format("{}  it has all the words; its speaker is '{}'\n", margin, near.speaker);
        } else {
            out += fmt::format("{}  it has all the words, in another order or form\n", margin);
        }
    }

    const RuleSet& rules_;
    const Evaluator& evaluator_;
    const std::vector<InputFile>& files_;
    std::size_t width_;
};

}  // namespace

int run_rules_why_not(const Options& options) {
    if (options.words.size() < 2) throw Error("rules why-not: the id of a rule and an input are wanted", Exit::usage);
    const RuleSet rules = rules_with(options.rules);
    const Rule* rule = rules.find(options.words[0]);
    if (rule == nullptr) {
        std::vector<std::string> ids;
        for (const Rule& one : rules.rules) ids.push_back(one.id);
        const std::string near = nearest(options.words[0], ids);
        throw Error(fmt::format("there is no rule '{}'{}", options.words[0], near.empty() ? "" : fmt::format(", did you mean '{}'?", near)), Exit::usage);
    }
    const std::vector<std::string> inputs(options.words.begin() + 1, options.words.end());
    const Plan plan(rules, builtin_image());
    const Timeline timeline = scan_inputs(inputs, plan, {});
    if (timeline.nothing_read) throw Error("rules why-not: none of the inputs could be read", Exit::input);
    std::vector<Notice> notices;
    std::uint64_t failed = 0;
    const std::vector<InputFile> files = list_inputs(inputs, Limits(), notices, failed);
    const Evaluator evaluator(timeline, rules);
    Explainer explainer(rules, evaluator, files, write_options(options).width);
    explainer.out = fmt::format("{}: {}\n", rule->id, evaluator.evaluate(rule->when).empty() ? "does not hold" : "holds");
    explainer.show(rule->when, 1);
    Redactor redactor;
    put_out(options, redactor.lines(explainer.out).str());
    return 0;
}

}  // namespace nixwhy
