// `nixwhy redact`: a filter with the same detectors as every report. Nothing but secrets is changed: colours, tabs and odd
// bytes stay, so that what comes out is read by the same programs.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "base/whole_file.hpp"
#include "cli/commands.hpp"
#include "redact/redact.hpp"

namespace nixwhy {

int run_redact(const Options&) {
    Redactor redactor;
    RedactedStream stream(redactor);
    // small enough that what is made of a piece stays in the cache, and that freeing it gives no pages back
    std::string buffer(64U << 10U, '\0');
    for (;;) {
        const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Error(std::string("standard input: ") + std::strerror(errno));
        const std::string out = got == 0 ? stream.end() : stream.put(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
        write_all(STDOUT_FILENO, out, "standard output");
        if (got == 0) return 0;
    }
}

}  // namespace nixwhy
