// Facts of two runs, or of two sessions, that differ.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compare/known.hpp"
#include "event/timeline.hpp"

namespace nixwhy {

// What one side knows, by the name of the fact. Of a fact told more than once, the newest. `value` is empty and `there`
// false where it was looked for and is not there.
struct KnownFact {
    std::string value;
    bool there = true;
    Location at;
};
using KnownFacts = std::map<std::string, KnownFact>;

struct Difference {
    std::string fact;
    std::string failed;   // in words for a person: "none", or what it is; of lists what only this side has
    std::string worked;
    const KnownDifference* known = nullptr;
    Location at;          // on the failed side
    unsigned weight() const { return known == nullptr ? 10 : known->weight; }
};

// The facts of a timeline: how a recorded command began, and what it left behind (see tells_outcome).
KnownFacts facts_of_run(const Timeline& timeline);

// What differs, what is known to break most first. What is volatile, or was looked at on one side only, is left out.
std::vector<Difference> differences_of(const KnownFacts& failed, const KnownFacts& worked);

// As facts of the failed run for rules: `differs:NAME`, its value "FAILED, where it worked: WORKED".
void add_differences(const std::vector<Difference>& differences, Timeline& failed);

}  // namespace nixwhy
