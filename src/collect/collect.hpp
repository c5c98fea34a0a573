// From a machine within reach to a bundle. It gathers and never judges.
#pragma once

#include <atomic>
#include <string>

#include "collect/bundle.hpp"
#include "collect/reach.hpp"

namespace nixwhy {

struct CollectOptions {
    Window window;
    bool window_chosen = false;  // by the user; else the last failed switch or boot is looked for
    std::string collection;      // id of the collection
    std::string made_by;
    const std::atomic<bool>* stop = nullptr;
};

// Never throws for what a probe meets: the bundle says what is missing and why.
Bundle collect_machine(Reach& reach, const std::string& origin, const CollectOptions& options, Redactor& redactor);

// Where the last switch failed: the time it began, less ten minutes of what came before, in RFC 3339; from
// the text of the `switches` probe. Empty where the last switch did not fail or there was none.
std::string failed_switch_since(const std::string& switches);

// Microseconds since 1970 on the clock of this machine.
std::int64_t wall_clock_us();

}  // namespace nixwhy
