// One triage on many workers, by GNU parallel: on this machine, and over ssh on others that see the same files under the
// same names. nixwhy makes the command line, shows it, and becomes it; retries, the log of jobs and going on after a break
// are parallel's.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"

namespace nixwhy {

// What a shell is given to run. `workers` is a number of workers on this machine, or hosts as parallel's -S takes them
// (`node1,node2`, `4/node1`, `:` for this machine). The result is written to options.output, with its parts and
// the log of jobs beside it until it is there: the same command goes on from them. Throws Error with exit code 2 for options that cannot go along.
std::string fan_out_command(const Options& options, const std::string& program);

// Prints that command to standard error and becomes it. Throws Error where there is no shell or no parallel.
[[noreturn]] void fan_out(const Options& options);

}  // namespace nixwhy
