// Where results go: standard output or a file that appears whole or not at all.
#pragma once

#include <string>

#include "cli/options.hpp"
#include "report/writers.hpp"

namespace nixwhy {

// Writes `text` to options.output, or to standard output where that is empty. Throws Error where it can't.
void put_out(const Options& options, const std::string& text);

// Colour and width as the options, the environment (NO_COLOR, CLICOLOR_FORCE, TERM, COLUMNS) and the terminal say.
WriteOptions write_options(const Options& options);

}  // namespace nixwhy
