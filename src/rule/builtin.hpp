// The rules this program was built with, and those the user adds.
#pragma once

#include <string>
#include <vector>

#include "rule/rule.hpp"

namespace nixwhy {

RuleSet builtin_rules();

// Ours, with the rules of each folder or file put over them in order. Throws Error (exit code 3) with all problems.
RuleSet rules_with(const std::vector<std::string>& folders);

}  // namespace nixwhy
