// What the scan looks for: the literals of all rules and error texts, and which patterns each of them calls up.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/literals.hpp"
#include "base/regex.hpp"
#include "rule/rule.hpp"

namespace nixwhy {

// Reasons to look at a line besides patterns.
enum Reason : std::uint8_t {
    reason_failure = 1,   // an error text that read_failure knows
    reason_ending = 2,    // ends work in failure
    reason_error = 4,     // a word like "error"
    reason_fact = 8,      // tells a state of the machine or of the log
    reason_wrapped = 16,  // JSON: what it holds must be unwrapped before it can be searched
};

struct Target {
    std::vector<std::uint32_t> patterns;
    std::uint8_t reasons = 0;
};

class Plan {
public:
    // With `image`, made by image() of a Plan over the same rules, nothing has to be compiled.
    explicit Plan(const RuleSet& rules, std::string_view image = {});
    std::string image() const;

    const RuleSet& rules() const { return rules_; }
    const Literals& literals() const { return *literals_; }
    const Target& target(std::uint32_t literal) const { return targets_[literal]; }
    // The pattern's expression, compiled on first use; safe from any thread.
    const Regex& regex(std::uint32_t pattern) const;
    // The units that rules name; a file called after one of them is that unit's log.
    bool is_known_unit(const std::string& stem) const { return units_.count(stem) > 0; }

private:
    struct Slot {
        std::once_flag once;
        std::unique_ptr<Regex> regex;
    };
    const RuleSet& rules_;
    std::string literals_name_;  // stable name of the list of literals: an image fits only its own list
    std::unique_ptr<Literals> literals_;
    std::vector<Target> targets_;
    std::set<std::string> units_;
    mutable std::vector<Slot> slots_;
};

}  // namespace nixwhy
