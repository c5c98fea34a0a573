// `nixwhy redact`: a filter, line by line, with the same detectors as every report.
#include <cstdio>
#include <iostream>
#include <string>

#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace nixwhy {

int run_redact(const Options& options) {
    Redactor redactor;
    const std::string all((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
    put_out(options, redactor.lines(all).str());
    return 0;
}

}  // namespace nixwhy
