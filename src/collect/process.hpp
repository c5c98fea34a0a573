// Programs that are run for evidence: the only place that starts any. Each is the leader of a process group of its own,
// and ends with it, whatever it does: at its time limit, when we are asked to stop, and when we ourselves are killed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

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

// A command that is recorded: it runs as if we were not there.
struct Launch {
    std::vector<std::string> argv;
    int in = -1, out = -1, error = -1;  // what becomes its descriptors 0, 1 and 2; -1: ours
    int terminal = -1;  // the slave of a pseudo terminal, which a new session gets as its own; -1: it stays in our session
    std::vector<std::string> environment;  // added to ours, "NAME=VALUE"
};

struct Launched {
    pid_t pid = -1;     // of the command; -1 where it could not be started
    int failed = 0;     // then errno
    // With a terminal a monitor stands between us and the command, so that it can be stopped and continued there. It
    // writes a wait status to `events` each time the command stops or ends, and sends the signals written to `control`.
    pid_t monitor = -1;
    int events = -1;
    int control = -1;
};

Launched launch(const Launch& command);

// A process of its own that goes on passing bytes from each first to each second descriptor, for what the command left
// running behind.
void leave_relay(const std::vector<std::pair<int, int>>& pairs);

// The path that `name` resolves to along `path` ("a:b"), empty where there is none.
std::string look_up(std::string_view name, std::string_view path);

// argv as a person would type it.
std::string shell_words(const std::vector<std::string>& argv);

}  // namespace nixwhy
