// See lint.hpp. A rule without a counter-example has not been thought about from the other side.
#include "rule/lint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/regex.hpp"

namespace nixwhy {

namespace {

class Linter {
public:
    Linter(const RuleSet& rules, std::vector<Problem>& problems) : rules_(rules), problems_(problems) {}

    void rule(const Rule& rule) {
        rule_ = &rule;
        captures_ = {"unit", "host", "component", "value"};
        asks_facts_ = false;
        collect(rule.when);
        if (rule.examples_match.empty() && !asks_facts_) add("has no example that must match", "add 'examples: match:'");
        if (rule.examples_no_match.empty()) add("has no example that must not match", "add a near miss under 'examples: no_match:'");
        if (rule.references.empty()) add("has no reference", "name the source that prints the message, or a manual");
        words("title", rule.title);
        words("why", rule.why);
        for (const std::string& name : rule.group) {
            if (captures_.count(name) == 0) add(fmt::format("'group' names '{}', which no pattern sets", name), {});
        }
    }

private:
    void add(const std::string& what, const std::string& hint) { problems_.push_back({rule_->origin, 0, 0, what, {}, hint}); }

    void collect(const Condition& condition) {
        if (condition.type == Condition::Type::failure) captures_.insert({"component", "action", "object", "endpoint", "result", "detail"});
        if (condition.type == Condition::Type::fact) asks_facts_ = true;
        if (condition.type == Condition::Type::log) {
            const Pattern& pattern = rules_.patterns[condition.leaf];
            for (const std::string& name : Regex(pattern.text).names()) captures_.insert(name);
            if (pattern.literals.empty()) {
                add(fmt::format("the pattern '{}' has no word of {} letters that every match holds", pattern.text, literal_length_min),
                    "the scan finds lines by such words; split the pattern or make it more telling");
            }
        }
        for (const Condition& part : condition.parts) collect(part);
    }

    void words(const char* key, const std::string& text) {
        static const Regex placeholder(R"(\{(?P<name>[A-Za-z0-9_]+)(?:\|[^}]*)?\}(?P<rest>[\s\S]*))");
        std::string rest = text;
        for (Captures found; placeholder.search(rest, found); found.clear()) {
            const std::string name(capture(found, "name"));
            if (captures_.count(name) == 0) add(fmt::format("'{}' speaks of {{{}}}, which no pattern sets", key, name), {});
            rest = std::string(capture(found, "rest"));
        }
    }

    const RuleSet& rules_;
    std::vector<Problem>& problems_;
    const Rule* rule_ = nullptr;
    std::set<std::string> captures_;
    bool asks_facts_ = false;
};

}  // namespace

void lint(const RuleSet& rules, const std::vector<RuleFile>&, std::vector<Problem>& problems) {
    Linter linter(rules, problems);
    for (const Rule& rule : rules.rules) linter.rule(rule);
}

}  // namespace nixwhy
