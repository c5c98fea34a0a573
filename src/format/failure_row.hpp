// One error text: how a failure is worded, and what class of failure that is. Rows stand in two tables: what languages
// and tools print (wordings.cpp) is tried before what the C library and the kernel print (failure.cpp), since a
// program that puts a failure in its own words says more than the errno behind it.
#pragma once

#include <string>
#include <vector>

namespace nixwhy {

struct FailureRow {
    const char* result;      // the class; rules/general/<result>.yaml speaks of it
    const char* literal;     // lower case, stands in every such line
    const char* expression;  // RE2 whose captures name the parts, nullptr: the literal is enough
};

// From the most to the least telling: the first that fits gives the class.
const std::vector<FailureRow>& wording_rows();

}  // namespace nixwhy
