// What a line says when everything is taken out that names one thing: two lines of one wording report the same kind of
// failure. A wording depends on its line alone, so it is the same in every run, on every machine, in any order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

// Lower case; quoted text, paths, names with marks or digits in them, numbers and hashes are `*`. A short number that says how
// something ended stays ("exit code 1"). Empty where nothing is left that could tell it from others.
std::string wording_of(std::string_view line);

// A short stable name of a wording: `w-` and ten hexadecimal digits.
std::string wording_name(std::string_view wording);

// A regular expression that matches every one of `lines`: words that all have, in this order, and gaps for the rest; the first
// gap between two of them is the capture `name`. Empty where they have no word of four letters or more in common.
std::string pattern_of(const std::vector<std::string>& lines);

}  // namespace nixwhy
