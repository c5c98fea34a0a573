// `nixwhy record -- CMD...`: its status is CMD's, whatever becomes of the recording.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "analyze.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "collect/record.hpp"
#include "report/version.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

namespace {

// On standard error, as everything is that does not come from the command.
void explain_to_error(const std::string& bundle, const Options& options) {
    try {
        const RuleSet rules = rules_with(options.rules);
        Redactor redactor;
        const Analysis analysis = analyze({bundle}, rules, {}, {}, redactor);
        Options shown = options;
        if (::isatty(STDERR_FILENO) == 0 && options.color == "auto") shown.color = "never";
        const std::string report = find_writer("terminal")->write(analysis.report, write_options(shown));
        check_leak(options, report);
        std::fputs(report.c_str(), stderr);
    } catch (const Error& error) {
        say(fmt::format("nixwhy: {}", error.what()));
    }
}

}  // namespace

int run_record(const Options& options) {
    if (options.words.empty()) {
        std::fputs("nixwhy: record: a command is wanted\ntry 'nixwhy record -- nixos-rebuild switch'\n", stderr);
        return static_cast<int>(Exit::wrapper);
    }
    Recorded recorded;
    try {
        RecordOptions record_options{options.words, options.output, fmt::format("nixwhy {}", version_text)};
        recorded = record(record_options);
    } catch (const Error& error) {
        say(fmt::format("nixwhy: {}", error.what()));
        return static_cast<int>(Exit::wrapper);
    }
    if (recorded.failed != 0) {
        say(fmt::format("nixwhy: record: {}: {}", options.words[0], std::strerror(recorded.failed)));
        return recorded.code;
    }
    if (!recorded.trouble.empty()) say(fmt::format("nixwhy: record: the recording is not complete: {}", recorded.trouble));
    if (recorded.code != 0 && !options.quiet && !recorded.bundle.empty()) explain_to_error(recorded.bundle, options);
    if ((recorded.code != 0 || !options.output.empty()) && !recorded.bundle.empty() && !options.quiet) std::fprintf(stderr, "nixwhy: recorded in %s\n", recorded.bundle.c_str());
    return recorded.code;
}

}  // namespace nixwhy
