// Where results go: standard output or a file that appears whole or not at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/options.hpp"
#include "report/writers.hpp"

namespace nixwhy {

// To standard error: lines of our own that may hold a name, an argument or a line of a file that somebody else chose, so
// secrets are masked and nothing in it moves a cursor.
void say(std::string_view text);

// Scans finished bytes once more for secrets that have a shape (see find_leak), unless options.no_redact. Throws Error with exit code 5, naming the
// detector and the place, not the secret.
void check_leak(const Options& options, const std::string& text);

// Checks `text` for leaks, then writes it to options.output, or to standard output where that is empty. Throws Error
// where it can't; then nothing is written.
void put_out(const Options& options, const std::string& text);
// The same for the text of rules, which holds nothing of any input and names places of secrets.
void put_out_rules(const Options& options, const std::string& text);

// Opens the step summary of a GitHub run for --format github, where there is one: a confined process could not. Throws
// Error where it can't be opened.
void open_step_summary(Options& options);

// Adds the markdown report to that summary. The runner drops a summary whole that is over 1 MiB, so what other commands
// of the step wrote there counts; where nothing useful fits, standard error says so.
void add_step_summary(const Options& options, const Report& report, const WriteOptions& write);

// Colour and width as the options, the environment (NO_COLOR, CLICOLOR_FORCE, TERM, COLUMNS) and the terminal say.
WriteOptions write_options(const Options& options);

// Throw where the user named a format that is none of `known`, or a wrong value for --fail-on.
[[noreturn]] void refuse_format(const std::string& format, const std::vector<std::string>& known);
void check_fail_on(const Options& options);

// Gives up programs, network, and all files but reading and the folder of options.output. See base/confine.hpp.
void confine_to_output(const Options& options);

}  // namespace nixwhy
