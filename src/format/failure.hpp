// Reads what a line reports as failed: who, tried what, on what, and what came back. This is what gives a program
// that no rule knows a right answer all the same: error texts are few, programs are many.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/event.hpp"
#include "format/line.hpp"

namespace nixwhy {

// The failure that `line` reports; empty where it reports none (or only warns).
Failure read_failure(const Line& line);

// The same for the last words before an end in failure: warnings count, and where no error text fits the class is read
// in plain words.
Failure read_plain_failure(const Line& line);

// True where the line says itself that it is not serious: its level, or words like ", ignoring".
bool is_tolerated(const Line& line);

// Lower-case literals of which every line that read_failure can read holds one.
const std::vector<std::string>& failure_literals();

// The classes in Failure::result, for `rules check`.
std::vector<std::string> failure_results();

// True where the line ends a piece of work in failure, whoever says it: "Failed with result 'exit-code'",
// "##[error]Process completed with exit code 1." Such lines make an input a failure even where no rule matches.
bool ends_in_failure(const Line& line);
const std::vector<std::string>& ending_literals();

// True where the line itself claims an error that a reader would want to see, and is no mere follow-up.
bool tells_error(const Line& line);
const std::vector<std::string>& error_literals();

}  // namespace nixwhy
