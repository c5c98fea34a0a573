// What is left of a line when what changes from run to run is taken out.
#pragma once

#include <string>
#include <string_view>

namespace nixwhy {

// Numbers, hashes, times and addresses become `#`: lines of one template say the same.
std::string template_of(std::string_view message);

// The same, but a short number that says how something ended stays: "exit code 1" and "exit code 0" are not the same.
std::string comparable(std::string_view message);

}  // namespace nixwhy
