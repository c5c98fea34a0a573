// A rule file for lines that no rule knows, as far as a program can write one: pattern and examples, and gaps for what only
// people know.
#pragma once

#include <string>
#include <vector>

namespace nixwhy {

// Of `lines`, which report the same failure, each in one line and safe. `origin` says where they are from. The file passes `rules
// check` and `rules test` as it is. Throws Error where the lines have no telling word in common.
std::string draft_rule(const std::vector<std::string>& lines, const std::string& origin);

}  // namespace nixwhy
