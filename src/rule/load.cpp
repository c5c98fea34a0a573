// Reads one rule after another from its YAML tree. Each reader says what it wanted where it found something else.
#include "rule/load.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "rule/yaml.hpp"

namespace nixwhy {

namespace {

const std::vector<std::string> condition_types{"log", "failure", "fact", "any", "all", "sequence", "none", "absent", "count"};

class RuleReader {
public:
    RuleReader(const RuleFile& file, RuleSet& set, std::vector<Problem>& problems)
        : file_(file), set_(set), problems_(problems) {}

    void read() {
        const std::size_t before = problems_.size();
        const YamlNode root = parse_yaml(file_.path, file_.text, problems_);
        const bool unreadable = problems_.size() > before && root.type != YamlNode::Type::map;
        if (unreadable) return;
        if (root.type != YamlNode::Type::map) {
            add(root, "a rule is a map of keys", "see docs/rules.md");
            return;
        }
        for (const auto& [key, value] : root.members) {
            const auto& known = rule_keys();
            if (std::find(known.begin(), known.end(), key.scalar) == known.end()) unknown_key(key, known);
        }
        for (const char* key : {"title", "kind", "when", "why"}) {
            if (root.member(key) == nullptr) add(root, fmt::format("the key '{}' is missing", key));
        }
        rule_.id = file_.id;
        rule_.origin = file_.path;
        read_words(root);
        read_links(root);
        read_conditions(root);
        if (rule_.kind == Kind::root && rule_.fix.empty()) add(root, "a root cause needs a 'fix'");
        set_.rules.push_back(std::move(rule_));
    }

private:
    void add(const YamlNode& node, std::string what, std::string hint = {}) {
        problems_.push_back(problem_at(file_.path, file_.text, node.line, node.column, std::move(what), std::move(hint)));
    }

    void unknown_key(const YamlNode& key, const std::vector<std::string>& known) {
        const std::string near = nearest(key.scalar, known);
        add(key, fmt::format("unknown key '{}'", key.scalar),
            near.empty() ? "known: " + join(known, ", ") : fmt::format("did you mean '{}'?", near));
    }

    std::string text(const YamlNode* node) {
        if (node == nullptr) return {};
        if (node->type != YamlNode::Type::scalar) {
            add(*node, "a text is wanted here");
            return {};
        }
        return node->scalar;
    }

    std::vector<std::string> texts(const YamlNode* node) {
        std::vector<std::string> out;
        if (node == nullptr) return out;
        if (node->type == YamlNode::Type::scalar) return {node->scalar};
        if (node->type != YamlNode::Type::list) {
            add(*node, "a list of texts is wanted here");
            return out;
        }
        for (const YamlNode& item : node->items) out.push_back(text(&item));
        return out;
    }

    bool truth(const YamlNode* node) {
        const std::string word = text(node);
        if (node != nullptr && word != "true" && word != "false") add(*node, "true or false is wanted here");
        return word == "true";
    }

    std::int64_t duration(const YamlNode* node, std::int64_t otherwise) {
        if (node == nullptr) return otherwise;
        const auto read = parse_duration(text(node));
        if (!read) add(*node, fmt::format("'{}' is no duration", node->scalar), "write 90s, 10m or 2h");
        return read.value_or(otherwise);
    }

    template <class Choice>
    Choice choice(const YamlNode* node, std::initializer_list<Choice> all, Choice otherwise) {
        if (node == nullptr) return otherwise;
        std::vector<std::string> names;
        for (const Choice one : all) {
            if (name_of(one) == text(node)) return one;
            names.emplace_back(name_of(one));
        }
        add(*node, fmt::format("'{}' is none of {}", node->scalar, join(names, ", ")));
        return otherwise;
    }

    void read_words(const YamlNode& root) {
        rule_.title = text(root.member("title"));
        rule_.kind = choice(root.member("kind"), {Kind::root, Kind::symptom, Kind::context, Kind::noise}, Kind::root);
        rule_.fallback = truth(root.member("fallback"));
        rule_.despite_success = truth(root.member("despite_success"));
        rule_.confidence = choice(root.member("confidence"),
                                  {Confidence::possible, Confidence::likely, Confidence::certain}, Confidence::likely);
        rule_.because = text(root.member("because"));
        rule_.retry = choice(root.member("retry"), {Retry::unknown, Retry::may_help, Retry::will_not_help}, Retry::unknown);
        rule_.why = std::string(trim(text(root.member("why"))));
        rule_.check = texts(root.member("check"));
        rule_.fix = texts(root.member("fix"));
        rule_.references = texts(root.member("references"));
        rule_.group = texts(root.member("group"));
        if (const YamlNode* examples = root.member("examples")) {
            if (examples->type != YamlNode::Type::map) add(*examples, "'examples' is a map of match and no_match");
            for (const auto& [key, value] : examples->members) {
                if (key.scalar != "match" && key.scalar != "no_match") unknown_key(key, {"match", "no_match"});
            }
            rule_.examples_match = texts(examples->member("match"));
            rule_.examples_no_match = texts(examples->member("no_match"));
        }
    }

    void read_links(const YamlNode& root) {
        rule_.causes = texts(root.member("causes"));
        rule_.caused_by = texts(root.member("caused_by"));
        rule_.yields_to = texts(root.member("yields_to"));
        rule_.wins_over = texts(root.member("wins_over"));
        rule_.across_hosts = truth(root.member("across_hosts"));
        rule_.within_us = duration(root.member("within"), rule_.within_us);
        rule_.grace_us = duration(root.member("grace"), 0);
    }

    void read_conditions(const YamlNode& root) {
        if (const YamlNode* when = root.member("when")) rule_.when = condition(*when);
        if (const YamlNode* recovers = root.member("recovers")) rule_.recovers = condition(*recovers);
    }

    Condition condition(const YamlNode& node) {
        Condition out;
        if (node.type != YamlNode::Type::map) {
            add(node, "a condition is a map", "begin with one of " + join(condition_types, ", "));
            return out;
        }
        const YamlNode* main = nullptr;
        for (const auto& [key, value] : node.members) {
            const auto& known = condition_keys();
            if (std::find(known.begin(), known.end(), key.scalar) == known.end()) unknown_key(key, known);
            const auto type = std::find(condition_types.begin(), condition_types.end(), key.scalar);
            if (type == condition_types.end()) continue;
            if (main != nullptr) add(key, "a condition has one of " + join(condition_types, ", "), "put both into 'all:'");
            main = &value;
            out.type = static_cast<Condition::Type>(type - condition_types.begin());
        }
        if (main == nullptr) {
            add(node, "this condition asks for nothing", "it needs one of " + join(condition_types, ", "));
            return out;
        }
        for (const char* key : {"unit", "source", "scope"}) {
            const YamlNode* misplaced = node.member(key);
            if (misplaced != nullptr && out.type != Condition::Type::log) add(*misplaced, fmt::format("'{}' goes with 'log'", key));
        }
        out.same = texts(node.member("same"));
        out.within_us = duration(node.member("within"), 0);
        out.after_us = duration(node.member("after"), 0);
        read_main(node, *main, out);
        return out;
    }

    void read_main(const YamlNode& node, const YamlNode& main, Condition& out) {
        switch (out.type) {
            case Condition::Type::log: out.leaf = pattern(node, main); return;
            case Condition::Type::failure: out.leaf = failure(main); return;
            case Condition::Type::fact: out.leaf = fact(node, main); return;
            case Condition::Type::absent: out.parts.push_back(condition(main)); return;
            case Condition::Type::count: read_count(main, out); return;
            case Condition::Type::any:
            case Condition::Type::all:
            case Condition::Type::sequence:
            case Condition::Type::none:
                if (main.type != YamlNode::Type::list || main.items.empty()) {
                    add(main, "a list of conditions is wanted here");
                }
                for (const YamlNode& item : main.items) out.parts.push_back(condition(item));
                return;
        }
    }

    void read_count(const YamlNode& main, Condition& out) {
        const std::vector<std::string> known{"of", "at_least", "distinct", "within"};
        for (const auto& [key, value] : main.members) {
            if (std::find(known.begin(), known.end(), key.scalar) == known.end()) unknown_key(key, known);
        }
        const YamlNode* of = main.member("of");
        if (of == nullptr) {
            add(main, "'count' needs 'of', a condition");
        } else {
            out.parts.push_back(condition(*of));
        }
        const std::string least = text(main.member("at_least"));
        if (!all_digits(least) || least.size() > 6) {
            add(main, "'count' needs 'at_least', a number");
        } else {
            out.at_least = static_cast<std::uint32_t>(std::stoul(least));
        }
        out.distinct = text(main.member("distinct"));
        if (const YamlNode* within = main.member("within")) out.within_us = duration(within, 0);
    }

    std::uint32_t pattern(const YamlNode& node, const YamlNode& main) {
        Pattern out;
        out.text = expand_pattern(text(&main));
        out.units = texts(node.member("unit"));
        for (std::string& unit : out.units) unit = speaker_stem(unit);
        out.sources = texts(node.member("source"));
        for (const std::string& source : out.sources) {
            if (source != "journal" && source != "nix" && source != "ci" && source != "kernel") {
                add(*node.member("source"), fmt::format("unknown source '{}'", source), "journal, nix, ci or kernel");
            }
        }
        const std::string scope = text(node.member("scope"));
        if (!scope.empty() && scope != "line" && scope != "block") add(*node.member("scope"), "the scope is line or block");
        out.block = scope == "block";
        const Regex regex(out.text);
        if (!regex.error().empty()) {
            add(main, "the pattern does not compile: " + regex.error(), "RE2 syntax, without look-around and back-references");
        } else {
            Requirements required = requirements_of(out.text, literal_length_min);
            out.literals = std::move(required.literals);
            out.needs = std::move(required.needs);
            out.cased = required.cased;
        }
        out.rule = static_cast<std::uint32_t>(set_.rules.size());
        set_.patterns.push_back(std::move(out));
        return static_cast<std::uint32_t>(set_.patterns.size() - 1);
    }

    void check_regex(const YamlNode& node) {
        const Regex regex(text(&node));
        if (!regex.error().empty()) add(node, "the pattern does not compile: " + regex.error());
    }

    std::uint32_t failure(const YamlNode& main) {
        FailureQuery query;
        const std::vector<std::string> known{"result", "action", "object", "endpoint", "component"};
        if (main.type != YamlNode::Type::map || main.members.empty()) add(main, "'failure' is a map of parts", "known: " + join(known, ", "));
        for (const auto& [key, value] : main.members) {
            if (std::find(known.begin(), known.end(), key.scalar) == known.end()) unknown_key(key, known);
        }
        query.result = text(main.member("result"));
        query.action = text(main.member("action"));
        query.object = text(main.member("object"));
        query.endpoint = text(main.member("endpoint"));
        query.component = text(main.member("component"));
        for (const char* key : {"action", "object", "endpoint", "component"}) {
            if (const YamlNode* part = main.member(key)) check_regex(*part);
        }
        set_.failure_queries.push_back(std::move(query));
        return static_cast<std::uint32_t>(set_.failure_queries.size() - 1);
    }

    std::uint32_t fact(const YamlNode& node, const YamlNode& main) {
        FactQuery query{text(&main), "present", {}};
        for (const char* compare : {"equals", "matches", "less", "greater"}) {
            if (const YamlNode* value = node.member(compare)) query.compare = compare, query.value = text(value);
        }
        if (const YamlNode* value = node.member("matches")) {
            check_regex(*value);
        }
        set_.fact_queries.push_back(std::move(query));
        return static_cast<std::uint32_t>(set_.fact_queries.size() - 1);
    }

    const RuleFile& file_;
    RuleSet& set_;
    std::vector<Problem>& problems_;
    Rule rule_;
};

void check_links(const RuleFile& file, const Rule& rule, const std::set<std::string>& ids, std::vector<Problem>& problems) {
    const auto check = [&](const std::vector<std::string>& links, const char* key) {
        for (const std::string& link : links) {
            const bool found = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) { return glob_match(link, id); });
            if (found) continue;
            const std::string near = nearest(link, {ids.begin(), ids.end()});
            problems.push_back({file.path, 0, 0, fmt::format("'{}' names the rule '{}', which does not exist", key, link), {},
                                near.empty() ? std::string() : fmt::format("did you mean '{}'?", near)});
        }
    };
    check(rule.causes, "causes");
    check(rule.caused_by, "caused_by");
    check(rule.yields_to, "yields_to");
    check(rule.wins_over, "wins_over");
}

}  // namespace

const std::vector<std::string>& rule_keys() {
    static const std::vector<std::string> keys{
        "title",  "kind",  "fallback", "despite_success", "when", "confidence", "because", "causes", "caused_by", "within",
        "across_hosts", "yields_to", "wins_over", "recovers", "grace", "group", "retry", "why", "check", "fix",
        "references", "examples"};
    return keys;
}

const std::vector<std::string>& condition_keys() {
    static const std::vector<std::string> keys{"log",  "failure", "fact",   "any",   "all",    "sequence", "none",
                                               "absent", "count",  "unit",  "source", "scope", "equals",  "matches",
                                               "less", "greater", "same",   "within", "after"};
    return keys;
}

std::string expand_pattern(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '\\' || i + 1 >= pattern.size()) {
            out += pattern[i];
        } else if (pattern[i + 1] == 'q') {
            // optional, since Markdown eats the backticks of a pasted log
            out += "(?:['\"`]|\xE2\x80\x98|\xE2\x80\x99|\xE2\x80\x9C|\xE2\x80\x9D)?";
            ++i;
            if (i + 1 < pattern.size() && (pattern[i + 1] == '?' || pattern[i + 1] == '*' || pattern[i + 1] == '+')) {
                // `\q?` is the same; `\q*` and `\q+` take doubled quotes
                if (pattern[i + 1] != '?') out.back() = '*';
                ++i;
            }
        } else {
            out += pattern.substr(i, 2);
            ++i;
        }
    }
    return out;
}

RuleFile read_rule_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(rule_bytes_max + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (in.bad() || (!in.eof() && in.fail())) throw Error(fmt::format("{}: the rule file cannot be read", path), Exit::rules);
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > rule_bytes_max) throw Error(fmt::format("{}: a rule file is at most 1 MiB", path), Exit::rules);
    const std::filesystem::path place(path);
    const std::string area = place.has_parent_path() ? place.parent_path().filename().string() : "local";
    return {fmt::format("{}.{}", area, place.stem().string()), path, std::move(text)};
}

std::vector<RuleFile> find_rule_files(const std::string& folder, std::vector<Problem>& problems) {
    std::error_code failed;
    std::filesystem::recursive_directory_iterator walk(folder, failed);
    if (failed) throw Error(fmt::format("{}: the folder of rules cannot be read: {}", folder, failed.message()), Exit::rules);
    std::vector<RuleFile> files;
    constexpr std::size_t files_max = 5000, entries_max = 100'000;
    std::size_t looked_at = 0;
    for (; walk != std::filesystem::recursive_directory_iterator(); walk.increment(failed)) {
        const auto& entry = *walk;
        if (++looked_at > entries_max || files.size() > files_max) {
            throw Error(fmt::format("{}: holds more than {} rules or {} files, so it is no folder of rules", folder, files_max, entries_max), Exit::rules);
        }
        const std::string extension = entry.path().extension().string();
        std::error_code vanished;
        if (!entry.is_regular_file(vanished) || (extension != ".yaml" && extension != ".yml" && extension != ".json")) continue;
        if (entry.path().filename() == "rule.schema.json") continue;
        if (entry.file_size(vanished) > rule_bytes_max && !vanished) {
            problems.push_back({entry.path().string(), 0, 0, "a rule file is at most 1 MiB", {}, {}});
            continue;
        }
        files.push_back(read_rule_file(entry.path().string()));
    }
    if (failed) throw Error(fmt::format("{}: the folder of rules cannot be read further: {}", folder, failed.message()), Exit::rules);
    std::sort(files.begin(), files.end(), [](const RuleFile& a, const RuleFile& b) { return a.id < b.id; });
    return files;
}

RuleSet load_rules(const std::vector<RuleFile>& files, const std::vector<std::string>& known_ids,
                   std::vector<Problem>& problems) {
    RuleSet set;
    std::set<std::string> ids(known_ids.begin(), known_ids.end());
    for (const RuleFile& file : files) {
        ids.insert(file.id);
        RuleReader(file, set, problems).read();
    }
    for (const Rule& rule : set.rules) {
        const auto file = std::find_if(files.begin(), files.end(), [&](const RuleFile& f) { return f.id == rule.id; });
        check_links(*file, rule, ids, problems);
    }
    set.name_content();
    return set;
}

}  // namespace nixwhy
