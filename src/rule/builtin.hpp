// The rules this program was built with, and those the user adds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rule/rule.hpp"

namespace nixwhy {

// Without examples they are there sooner: most commands never look at them.
RuleSet builtin_rules(bool examples = true);

// The literals of the built-in rules, compiled for searching; for Plan.
std::string_view builtin_image();

// The folders of rules this machine and this user have, which are put over ours in this order: /etc/nixwhy/rules, then
// $XDG_CONFIG_HOME/nixwhy/rules (else ~/.config/nixwhy/rules). NIXWHY_RULES, a list separated by colons, stands in for
// both where it is set; what it names must be there, of the two only those that are there are given.
std::vector<std::string> own_rule_folders();

// Ours, then those of own_rule_folders(), then the rules of each folder or file, put over one another in order. Throws
// Error (exit code 3) with all problems of a folder.
RuleSet rules_with(const std::vector<std::string>& folders, bool examples = true);

}  // namespace nixwhy
