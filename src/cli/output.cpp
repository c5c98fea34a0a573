// See output.hpp.
#include "cli/output.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/whole_file.hpp"

namespace nixwhy {

void put_out(const Options& options, const std::string& text) {
    if (options.output.empty()) {
        write_all(STDOUT_FILENO, text, "standard output");
    } else {
        write_whole_file(options.output, text);
    }
}

WriteOptions write_options(const Options& options) {
    WriteOptions out;
    out.quiet = options.quiet;
    const bool terminal = options.output.empty() && ::isatty(STDOUT_FILENO) != 0;
    const auto set = [](const char* name) {
        const char* value = std::getenv(name);
        return value != nullptr && value[0] != '\0' && std::string_view(value) != "0";
    };
    const char* term = std::getenv("TERM");
    if (options.color == "always") {
        out.color = true;
    } else if (options.color == "auto") {
        out.color = (terminal && !set("NO_COLOR") && term != nullptr && std::string_view(term) != "dumb") || set("CLICOLOR_FORCE");
    } else if (options.color != "never") {
        throw Error(fmt::format("--color: '{}' is none of auto, always, never", options.color), Exit::usage);
    }
    // links only where colours are, and not on the console of the kernel, which prints them as text
    if (out.color && terminal && term != nullptr && std::string_view(term) != "linux") {
        std::error_code none;
        out.link_folder = std::filesystem::current_path(none).string();
    }
    winsize size{};
    if (options.width > 0) {
        out.width = options.width;
    } else if (terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        out.width = size.ws_col;
    } else if (const char* told = std::getenv("COLUMNS"); told != nullptr && all_digits(told) && std::strlen(told) < 5) {
        out.width = static_cast<std::size_t>(std::strtoul(told, nullptr, 10));
    }
    return out;
}

}  // namespace nixwhy
