// From instances to findings: one for each rule, machine, unit and captured thing, with what shows it is over.
#pragma once

#include <vector>

#include "cause/diagnosis.hpp"
#include "cause/evaluate.hpp"

namespace nixwhy {

std::vector<Finding> make_findings(const Timeline& timeline, const RuleSet& rules, const Evaluator& evaluator);

}  // namespace nixwhy
