// What differences between two sessions, or two runs, are known to break. A row for each fact that tells one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

// How two values of a fact are compared.
enum class Contrast : std::uint8_t {
    value,     // they differ
    presence,  // one has it and the other has not; the value itself varies
    scarce,    // one is nearly used up and the other is not; see scarce_below
    folders,   // lists of folders: what one has and the other lacks, and their order
};

struct KnownDifference {
    const char* fact;     // a name, `*` allowed
    Contrast contrast;
    unsigned weight;      // 100: known to break rebuilds; under 20: rarely matters
    const char* breaks;   // what it breaks, and how
    const char* remedy;   // what to do; empty where that depends
};

// The first row that fits; nothing where the fact is in no row.
const KnownDifference* known_difference(std::string_view fact);
const std::vector<KnownDifference>& known_differences();

// Facts that differ from one session or moment to the next and mean nothing.
bool is_volatile(std::string_view fact);

// Facts of what a run left behind; of a recording the state after the command is compared, of all others that before.
bool tells_outcome(std::string_view fact);

}  // namespace nixwhy
