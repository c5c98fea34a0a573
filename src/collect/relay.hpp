// Runs a command as if we were not there: what it writes goes on at once and untouched, its terminal is like ours, its
// signals are ours, and its end is told. What passes is shown to a Keeper.
//
// Streams are apart where the caller has them apart. Where standard output and error lead to the same place (one
// terminal, `2>&1`), they are one stream, since its order matters more than its parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "collect/keeper.hpp"
#include "collect/process.hpp"

namespace nixwhy {

struct RelayEnd {
    int failed = 0;   // errno where the command could not be started
    int status = 0;   // wait status
    int signal = 0;   // the last one that reached us from outside while it ran; 0 for none
};

class Relay {
public:
    // Takes the signals of this process, so it comes before any thread. Throws Error where no terminal or pipe is to
    // be had.
    explicit Relay(Launch command);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

    // "terminal", "output", "stdout", "stderr": what there will be.
    std::vector<std::string> streams() const;
    RelayEnd run(Keeper& keeper);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace nixwhy
