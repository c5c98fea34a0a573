// Conditions over a timeline: every way in which a rule holds becomes an Instance.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/regex.hpp"
#include "event/timeline.hpp"
#include "rule/rule.hpp"

namespace nixwhy {

// One way in which a condition holds.
struct Instance {
    std::vector<std::uint32_t> events;  // sorted
    std::vector<std::uint32_t> facts;
    Captures captures;
    std::string machine;  // empty: unknown, agrees with any
    std::string unit;
    std::string boot;
    std::uint64_t count = 0;
};

class Evaluator {
public:
    Evaluator(const Timeline& timeline, const RuleSet& rules);

    // All instances of the condition; empty where it does not hold.
    std::vector<Instance> evaluate(const Condition& condition) const;

private:
    std::vector<Instance> leaf_log(std::uint32_t pattern) const;
    std::vector<Instance> leaf_failure(std::uint32_t query) const;
    std::vector<Instance> leaf_fact(std::uint32_t query) const;
    std::vector<Instance> join(const Condition& condition, bool ordered) const;
    std::vector<Instance> count(const Condition& condition) const;
    bool excluded(const Condition& part, const Instance& instance, const Condition& whole) const;
    bool agree(const Instance& a, const Instance& b, const std::vector<std::string>& same) const;
    bool near(const Instance& a, const Instance& b, std::int64_t within_us) const;
    Instance from_event(std::uint32_t index) const;

    const Timeline& timeline_;
    const RuleSet& rules_;
    std::map<std::uint32_t, std::vector<std::pair<std::uint32_t, const Captures*>>> hits_;  // by pattern
};

// Microseconds of the event where they compare with others, else nothing.
std::optional<std::int64_t> full_time(const Timeline& timeline, std::uint32_t event);

}  // namespace nixwhy
