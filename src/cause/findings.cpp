// See findings.hpp.
#include "cause/findings.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

namespace nixwhy {

namespace {

// Captures that name the thing that failed: two derivations are two failures, whatever the rule says.
constexpr std::array<std::string_view, 6> telling_captures{"drv", "option", "package", "attribute", "attr", "option_name"};

constexpr std::size_t groups_max = 40;
constexpr std::size_t machines_max = 1000;  // linking looks at each pair of findings

std::string key_of(const Rule& rule, const Instance& instance) {
    std::string key = instance.machine + '\1' + instance.unit;
    const auto add = [&](std::string_view name) { key += '\1' + std::string(capture(instance.captures, name)); };
    if (!rule.group.empty()) {
        for (const std::string& name : rule.group) add(name);
    } else {
        for (const std::string_view name : telling_captures) add(name);
    }
    return key;
}

void take_times(const Timeline& timeline, Finding& finding) {
    for (const std::uint32_t event : finding.events) {
        const Time& time = timeline.events[event].time;
        if (time.known == TimeKnown::none) continue;
        if (finding.first.known == TimeKnown::none || (time.known == finding.first.known && time.us < finding.first.us)) finding.first = time;
        if (finding.last.known == TimeKnown::none || (time.known == finding.last.known && time.us > finding.last.us)) finding.last = time;
    }
    for (const std::uint32_t fact : finding.facts) {
        if (finding.first.known == TimeKnown::none) finding.first = finding.last = timeline.facts[fact].time;
    }
}

// The first sign of recovery behind the last sign of failure, on the same machine.
void find_recovery(const Timeline& timeline, const std::vector<Instance>& signs, Finding& finding) {
    if (finding.events.empty()) return;
    for (const Instance& sign : signs) {
        if (sign.events.empty() || sign.events.front() <= finding.events.back()) continue;
        const bool fits = sign.machine.empty() || finding.machine.empty() || sign.machine == finding.machine;
        if (!fits) continue;
        finding.resolved = timeline.events[sign.events.front()].time;
        return;
    }
}

Finding start_finding(const Rule& rule, const Instance& instance) {
    Finding finding;
    finding.rule = &rule;
    finding.machine = instance.machine;
    finding.unit = instance.unit;
    finding.confidence = rule.confidence;
    finding.because = rule.because;
    return finding;
}

void add_instance(const Instance& instance, Finding& finding) {
    finding.events.insert(finding.events.end(), instance.events.begin(), instance.events.end());
    for (const std::uint32_t fact : instance.facts) {
        if (std::find(finding.facts.begin(), finding.facts.end(), fact) == finding.facts.end()) finding.facts.push_back(fact);
    }
    for (const auto& [name, value] : instance.captures) {
        if (capture(finding.captures, name).empty()) finding.captures.emplace_back(name, value);
    }
}

// Where some lines of a rule name the machine or unit and others can't (a pasted excerpt without prefixes), they
// tell one failure.
void fold_unknown(std::map<std::string, Finding>& groups) {
    if (groups.size() != 2) return;
    auto first = groups.begin();
    auto second = std::next(first);
    const bool unknown = first->second.machine.empty() && first->second.unit.empty();
    if (!unknown || first->second.captures != second->second.captures) return;
    second->second.events.insert(second->second.events.end(), first->second.events.begin(), first->second.events.end());
    groups.erase(first);
}

}  // namespace

std::vector<Finding> make_findings(const Timeline& timeline, const RuleSet& rules, const Evaluator& evaluator) {
    std::vector<Finding> findings;
    for (std::uint32_t i = 0; i < rules.rules.size(); ++i) {
        const Rule& rule = rules.rules[i];
        std::map<std::string, Finding> groups;
        for (const Instance& instance : evaluator.evaluate(rule.when)) {
            std::string key = key_of(rule, instance);
            // a fault that hits hundreds of pods is one finding with examples, not hundreds
            if (groups.size() >= groups_max && groups.count(key) == 0) key = instance.machine;
            const bool rest = groups.size() >= machines_max && groups.count(key) == 0;
            if (rest) key = "\1rest";
            const auto [place, fresh] = groups.try_emplace(key, start_finding(rule, instance));
            if (rest && fresh) {
                place->second.machine.clear();
                place->second.because += fmt::format("; on more machines than {}, the others are told together here", machines_max);
            }
            add_instance(instance, place->second);
        }
        if (groups.empty()) continue;
        fold_unknown(groups);
        std::vector<Instance> signs;
        if (rule.recovers) signs = evaluator.evaluate(*rule.recovers);
        std::sort(signs.begin(), signs.end(), [](const Instance& a, const Instance& b) { return a.events < b.events; });
        for (auto& [key, finding] : groups) {
            std::sort(finding.events.begin(), finding.events.end());
            finding.events.erase(std::unique(finding.events.begin(), finding.events.end()), finding.events.end());
            for (const std::uint32_t event : finding.events) finding.count += timeline.events[event].count;
            finding.count = std::max<std::uint64_t>(finding.count, 1);
            take_times(timeline, finding);
            find_recovery(timeline, signs, finding);
            findings.push_back(std::move(finding));
        }
    }
    return findings;
}

}  // namespace nixwhy
