// What happened and why: findings, the links between them, and the verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/timeline.hpp"
#include "rule/rule.hpp"

namespace nixwhy {

enum class Role : std::uint8_t { root, symptom, context };
enum class Outcome : std::uint8_t { explained, unexplained, no_failure };

std::string_view name_of(Role role);
std::string_view name_of(Outcome outcome);

struct Finding {
    const Rule* rule = nullptr;
    Role role = Role::root;
    Confidence confidence = Confidence::likely;
    std::string because;
    std::string machine;                    // empty where the log does not tell
    std::string unit;                       // stem; empty where the log does not tell
    Captures captures;
    std::vector<std::uint32_t> events;      // indices in Timeline::events, in order
    std::vector<std::uint32_t> facts;       // indices in Timeline::facts
    std::uint64_t count = 0;
    Time first;
    Time last;
    std::optional<Time> resolved;           // when it was over, where it was
    std::vector<std::uint32_t> caused_by;   // indices in Diagnosis::findings; never a circle
    std::uint32_t explains = 0;             // findings that follow from this one
    bool folded = false;                    // another finding tells the same failure better
};

struct NotEvaluated {
    std::string id;
    std::string needs;
};

struct Diagnosis {
    Outcome outcome = Outcome::no_failure;
    std::vector<Finding> findings;            // in the order a person should read them
    std::vector<std::uint32_t> unexplained;   // event indices, the most telling first
    std::vector<NotEvaluated> not_evaluated;
};

Diagnosis diagnose(const Timeline& timeline, const RuleSet& rules);

// How much later than its effect a cause may show in the log: two programs write their lines in no fixed order.
constexpr std::int64_t cause_tolerance_us = 5'000'000;

}  // namespace nixwhy
