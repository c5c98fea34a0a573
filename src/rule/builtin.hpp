// The rules this program was built with, and those the user adds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rule/rule.hpp"

namespace nixwhy {

RuleSet builtin_rules();

// The literals of the built-in rules, compiled for searching; for Plan.
std::string_view builtin_image();

// Ours, with the rules of each folder or file put over them in order. Throws Error (exit code 3) with all problems.
RuleSet rules_with(const std::vector<std::string>& folders);

}  // namespace nixwhy
