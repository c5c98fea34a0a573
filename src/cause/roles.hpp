// Which findings stand: what noise and better rules take away, and whether the rest is root, symptom or context.
#pragma once

#include <vector>

#include "cause/diagnosis.hpp"

namespace nixwhy {

// Whether the run that `at` stands in says behind it that it succeeded.
bool ended_well_after(const Timeline& timeline, const Location& at);

// Folds what a noise rule understands.
void fold_noise(const Timeline& timeline, std::vector<Finding>& findings);

// Folds roots that are fallbacks where another root understands their lines.
void fold_fallback_roots(const Timeline& timeline, std::vector<Finding>& findings);

// Folds general findings where a specific rule knows better, or where the failure did not matter.
void fold_general(const Timeline& timeline, std::vector<Finding>& findings);
// Folds guesses where anything else tells more, and lowers the confidence of the others.
void fold_guesses(const Timeline& timeline, std::vector<Finding>& findings);

// Gives each finding its role from its rule, its causes, and whether it is over.
void give_roles(const Timeline& timeline, std::vector<Finding>& findings);

// Leaves a fallback as root only where nothing better stands on its machine.
void demote_fallbacks(std::vector<Finding>& findings);

}  // namespace nixwhy
