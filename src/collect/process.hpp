// Programs that are run for evidence: the only place that starts any. Each is the leader of a process group of its own,
// and ends with it, whatever it does: at its time limit, when we are asked to stop, and when we ourselves are killed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

struct Command {
    std::vector<std::string> argv;  // argv[0] is looked up along PATH
    std::string input;              // for its standard input; empty: /dev/null
    double seconds_max = 10;
    std::uint64_t bytes_max = 1U << 20U;  // of its output that is kept
    bool newest = true;                   // what is kept of more
    bool own_environment = true;    // false: ours as it is; true: without pagers, in C.UTF-8, in UTC
    const std::atomic<bool>* stop = nullptr;
};

struct Ran {
    int status = 0;          // 128+N where signal N ended it; 127 not found, 126 not executable
    bool timed_out = false;
    bool stopped = false;    // because `stop` became true
    std::string out;
    std::string error;       // the last 4 KiB
    std::uint64_t bytes = 0; // of output in all
    std::int64_t duration_us = 0;
};

// Never throws; what kept it from starting is in `error`.
Ran run_program(const Command& command);

// The path that `name` resolves to along `path` ("a:b"), empty where there is none.
std::string look_up(std::string_view name, std::string_view path);

// argv as a person would type it.
std::string shell_words(const std::vector<std::string>& argv);

}  // namespace nixwhy
