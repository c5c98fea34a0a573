// The names of the enumerations, and joining rule sets.
#include "rule/rule.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "rule/pack.hpp"

namespace nixwhy {

namespace {

void shift_leaves(Condition& condition, std::uint32_t patterns, std::uint32_t failures, std::uint32_t facts) {
    if (condition.type == Condition::Type::log) condition.leaf += patterns;
    if (condition.type == Condition::Type::failure) condition.leaf += failures;
    if (condition.type == Condition::Type::fact) condition.leaf += facts;
    for (Condition& part : condition.parts) shift_leaves(part, patterns, failures, facts);
}

// Sorts by id; where two have the same id the later one stays. Leaves of dropped rules stay behind unused.
void sort_and_number(RuleSet& set) {
    std::vector<std::uint32_t> order(set.rules.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return set.rules[a].id < set.rules[b].id; });
    std::vector<Rule> sorted;
    std::vector<std::uint32_t> place(set.rules.size());
    for (const std::uint32_t old : order) {
        if (!sorted.empty() && sorted.back().id == set.rules[old].id) {
            sorted.back() = std::move(set.rules[old]);
        } else {
            sorted.push_back(std::move(set.rules[old]));
        }
        place[old] = static_cast<std::uint32_t>(sorted.size() - 1);
    }
    for (Pattern& pattern : set.patterns) pattern.rule = place[pattern.rule];
    set.rules = std::move(sorted);
}

}  // namespace

std::string_view name_of(Kind kind) {
    switch (kind) {
        case Kind::root: return "root";
        case Kind::symptom: return "symptom";
        case Kind::context: return "context";
        case Kind::noise: return "noise";
    }
    return "";
}

std::string_view name_of(Confidence confidence) {
    switch (confidence) {
        case Confidence::possible: return "possible";
        case Confidence::likely: return "likely";
        case Confidence::certain: return "certain";
    }
    return "";
}

std::string_view name_of(Retry retry) {
    switch (retry) {
        case Retry::unknown: return "unknown";
        case Retry::may_help: return "may-help";
        case Retry::will_not_help: return "will-not-help";
    }
    return "";
}

const Rule* RuleSet::find(std::string_view id) const {
    const auto found = std::lower_bound(rules.begin(), rules.end(), id,
                                        [](const Rule& rule, std::string_view wanted) { return rule.id < wanted; });
    return found != rules.end() && found->id == id ? &*found : nullptr;
}

void RuleSet::name_content() {
    RuleSet plain = *this;
    plain.digest.clear();
    for (Rule& rule : plain.rules) rule.origin.clear();
    digest = stable_hash(pack(plain));
}

void RuleSet::replace_with(const RuleSet& other) {
    const auto rules_before = static_cast<std::uint32_t>(rules.size());
    const auto patterns_before = static_cast<std::uint32_t>(patterns.size());
    const auto failures_before = static_cast<std::uint32_t>(failure_queries.size());
    const auto facts_before = static_cast<std::uint32_t>(fact_queries.size());
    for (Pattern pattern : other.patterns) {
        pattern.rule += rules_before;
        patterns.push_back(std::move(pattern));
    }
    failure_queries.insert(failure_queries.end(), other.failure_queries.begin(), other.failure_queries.end());
    fact_queries.insert(fact_queries.end(), other.fact_queries.begin(), other.fact_queries.end());
    for (Rule rule : other.rules) {
        shift_leaves(rule.when, patterns_before, failures_before, facts_before);
        if (rule.recovers) shift_leaves(*rule.recovers, patterns_before, failures_before, facts_before);
        rules.push_back(std::move(rule));
    }
    sort_and_number(*this);
    name_content();
}

std::string speaker_stem(std::string_view name) {
    for (const std::string_view suffix : {".service", ".scope", ".socket", ".mount", ".target", ".timer"}) {
        if (name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix) {
            name.remove_suffix(suffix.size());
            break;
        }
    }
    // NixOS wraps ExecStartPre and its relatives in scripts whose identifier is the unit's name and the phase:
    // "certmgr-pre-start[2899]: ..."
    for (const std::string_view suffix : {"-pre-start", "-post-start", "-pre-stop", "-post-stop", "-start", "-reload"}) {
        if (name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix) {
            name.remove_suffix(suffix.size());
            break;
        }
    }
    return lower(name);
}

}  // namespace nixwhy
