// `nixwhy redact`: a filter with the same detectors as every report. Nothing but secrets is changed: colours, tabs and odd
// bytes stay, so that what comes out is read by the same programs.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/whole_file.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t read_bytes = 256U << 10U;
// A line that is longer is cut here, so that memory is bounded.
constexpr std::size_t line_bytes_max = 32U << 20U;

}  // namespace

int run_redact(const Options&) {
    Redactor redactor;
    Context context;
    std::string waiting;  // the line whose end did not come yet
    std::string buffer(read_bytes, '\0');
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Error(std::string("standard input: ") + std::strerror(errno));
        const std::string_view come(buffer.data(), static_cast<std::size_t>(got));
        std::size_t whole = got == 0 ? std::string_view::npos : come.rfind('\n');
        if (got > 0 && whole == std::string_view::npos) {
            waiting += come;
            if (waiting.size() < line_bytes_max) continue;
        }
        std::string text = std::move(waiting);
        waiting.clear();
        if (whole != std::string_view::npos && got > 0) {
            text += come.substr(0, whole + 1);
            waiting = come.substr(whole + 1);
        }
        write_all(STDOUT_FILENO, redactor.bytes(text, context), "standard output");
        if (got == 0) return 0;
    }
}

}  // namespace nixwhy
