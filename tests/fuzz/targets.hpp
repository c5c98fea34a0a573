// What is fuzzed: one row for each border that foreign bytes cross. A target throws where something does not hold that
// must hold for any bytes; crashes are for the sanitizers to see. The same rows replay the kept inputs in the unit tests.
#pragma once

#include <string_view>
#include <vector>

namespace nixwhy {

struct FuzzTarget {
    const char* name;
    const char* about;
    void (*run)(std::string_view bytes);
};

const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace nixwhy
