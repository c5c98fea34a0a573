// Collects the literals of everything the scan serves; the same literal may serve many.
#include "scan/plan.hpp"

#include <map>

#include "base/text.hpp"
#include "format/failure.hpp"
#include "scan/facts.hpp"

namespace nixwhy {

Plan::Plan(const RuleSet& rules, std::string_view image) : rules_(rules), slots_(rules.patterns.size()) {
    std::map<std::string, Target> targets;
    for (std::uint32_t i = 0; i < rules.patterns.size(); ++i) {
        for (const std::string& literal : rules.patterns[i].literals) targets[literal].patterns.push_back(i);
        for (const std::string& unit : rules.patterns[i].units) units_.insert(unit);
    }
    const auto add = [&](const std::vector<std::string>& literals, Reason reason) {
        for (const std::string& literal : literals) targets[literal].reasons |= reason;
    };
    add(failure_literals(), reason_failure);
    add(ending_literals(), reason_ending);
    add(error_literals(), reason_error);
    add(fact_literals(), reason_fact);
    add({"\"message\"", "@nix {"}, reason_wrapped);
    std::vector<std::string> literals;
    for (auto& [literal, target] : targets) {
        literals.push_back(literal);
        targets_.push_back(std::move(target));
    }
    literals_name_ = stable_hash(join(literals, "\n"));
    const bool fits = image.substr(0, literals_name_.size()) == literals_name_;
    literals_ = std::make_unique<Literals>(std::move(literals), fits ? image.substr(literals_name_.size()) : std::string_view());
}

std::string Plan::image() const { return literals_name_ + literals_->image(); }

const Regex& Plan::regex(std::uint32_t pattern) const {
    Slot& slot = slots_[pattern];
    std::call_once(slot.once, [&] { slot.regex = std::make_unique<Regex>(rules_.patterns[pattern].text); });
    return *slot.regex;
}

}  // namespace nixwhy
