// Which finding leads to which: from what rules say of each other, and from structure.
#pragma once

#include <vector>

#include "cause/diagnosis.hpp"

namespace nixwhy {

// Folds findings that another tells better, then sets caused_by. Links from `causes`, `caused_by` and structure never
// run back in time beyond cause_tolerance_us where both times are known; `yields_to` and `wins_over` say which of two
// tells the failure, whenever they stand. No links form a circle.
void link_findings(const Timeline& timeline, const RuleSet& rules, std::vector<Finding>& findings);

// True where `finding` may be on the machine of `other`; unknown agrees with any.
bool same_machine(const Finding& finding, const Finding& other);
// True where what `cause` tells can have led to `effect`: not later than it beyond the tolerance, and not more than
// `within_us` before it. Unknown times agree with any.
bool in_time(const Finding& cause, const Finding& effect, std::int64_t within_us);
// True where the two share a line.
bool share_event(const Finding& a, const Finding& b);

}  // namespace nixwhy
