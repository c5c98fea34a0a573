// How common a piece of text is in logs, for choosing what to search for.
#pragma once

#include <string_view>

namespace nixwhy {

// In how many of a thousand lines `literal`, lower case, is expected to stand. A guess that orders, no more.
double lines_of_thousand(std::string_view literal);

}  // namespace nixwhy
