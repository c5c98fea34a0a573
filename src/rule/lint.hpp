// What a loaded rule may still have wrong: no proof, no examples, words that no pattern fills.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "rule/load.hpp"
#include "rule/rule.hpp"

namespace nixwhy {

void lint(const RuleSet& rules, const std::vector<RuleFile>& files, std::vector<Problem>& problems);

}  // namespace nixwhy
