// See output.hpp.
#include "cli/output.hpp"

#include <fmt/core.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/confine.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/whole_file.hpp"

namespace nixwhy {

void say(std::string_view text) { std::fputs((Redactor().lines(trim_right(text)).str() + "\n").c_str(), stderr); }

void check_leak(const Options& options, const std::string& text) {
    if (options.no_redact) return;
    const auto leak = find_leak(text);
    if (!leak) return;
    throw Error(fmt::format("the finished report holds a secret that was not masked: {} at line {}, column {}; nothing was written\n"
                            "please report this with the name above and without the secret; --no-redact writes the report as it is",
                            leak->detector, leak->line, leak->column), Exit::secret);
}

void put_out(const Options& options, const std::string& text) {
    check_leak(options, text);
    put_out_rules(options, text);
}

void put_out_rules(const Options& options, const std::string& text) {
    if (options.output.empty()) {
        write_all(STDOUT_FILENO, text, "standard output");
    } else {
        write_whole_file(options.output, text);
    }
}

void open_step_summary(Options& options) {
    const char* path = std::getenv("GITHUB_STEP_SUMMARY");
    if (options.format != "github" || path == nullptr || path[0] == '\0') return;
    options.step_summary = ::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (options.step_summary < 0) throw Error(fmt::format("GITHUB_STEP_SUMMARY: '{}' cannot be opened: {}", path, std::strerror(errno)), Exit::usage);
}

void add_step_summary(const Options& options, const Report& report, const WriteOptions& write) {
    constexpr std::size_t summary_max = 1'000'000, useful_min = 2'000;
    if (options.step_summary < 0) return;
    const off_t there = ::lseek(options.step_summary, 0, SEEK_END);
    const std::size_t used = there < 0 ? 0 : static_cast<std::size_t>(there);
    if (used + useful_min > summary_max) {
        std::fprintf(stderr, "nixwhy: the step summary holds %zu bytes already; this report is not in it\n", used);
        return;
    }
    WriteOptions summary = write;
    summary.bytes_max = summary_max - used;
    write_all(options.step_summary, write_markdown(report, summary), "the step summary");
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
    const bool sized = terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    if (sized) out.height = std::max<std::size_t>(out.height, size.ws_row);
    if (options.width > 0) {
        out.width = options.width;
    } else if (sized && size.ws_col > 0) {
        out.width = size.ws_col;
    } else if (const char* told = std::getenv("COLUMNS"); told != nullptr && all_digits(told) && std::strlen(told) < 5) {
        out.width = static_cast<std::size_t>(std::strtoul(told, nullptr, 10));
    }
    return out;
}

void refuse_format(const std::string& format, const std::vector<std::string>& known) {
    const std::string near = nearest(format, known);
    throw Error(fmt::format("--format: there is no format '{}'{}", format, near.empty() ? "" : fmt::format(", did you mean '{}'?", near)), Exit::usage);
}

void check_fail_on(const Options& options) {
    if (options.fail_on == "never" || options.fail_on == "any" || options.fail_on == "unexplained") return;
    throw Error(fmt::format("--fail-on: '{}' is none of never, unexplained, any", options.fail_on), Exit::usage);
}

void confine_to_output(const Options& options) {
    const std::string file = file_behind(options.output);
    confine(file.empty() ? file : std::filesystem::path(file.find('/') == std::string::npos ? "./" + file : file).parent_path().string());
}

}  // namespace nixwhy
