// `nixwhy explain`: reads what it is given and says why it failed.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "analyze.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

namespace {

std::int64_t time_option(const char* name, const std::string& text) {
    if (text.empty()) return 0;
    std::string_view rest = text;
    if (const auto time = take_iso_time(rest); time && rest.empty()) return time->us;
    throw Error(fmt::format("{}: '{}' is no time; write 2026-11-22T20:00:00Z", name, text), Exit::usage);
}

// Without an INPUT: what is piped in, or on a terminal this machine's own journals.
std::vector<std::string> inputs_of(const Options& options) {
    if (!options.words.empty()) return options.words;
    if (::isatty(STDIN_FILENO) == 0) return {"-"};
    std::vector<std::string> inputs;
    for (const char* folder : {"/var/log/journal", "/run/log/journal"}) {
        std::error_code ignored;
        if (std::filesystem::is_directory(folder, ignored)) inputs.emplace_back(folder);
    }
    if (inputs.empty()) throw Error("explain: nothing to read: name a log, a journal, an archive or a folder\ntry 'nixwhy explain --help'", Exit::usage);
    return inputs;
}

Exit verdict(const Options& options, const Analysis& analysis) {
    if (analysis.timeline.inputs_failed > 0 || analysis.timeline.nothing_read) return Exit::input;
    if (options.fail_on == "any" && analysis.report.outcome != Outcome::no_failure) return Exit::finding;
    if (options.fail_on == "unexplained" && analysis.report.outcome == Outcome::unexplained) return Exit::finding;
    return Exit::ok;
}

}  // namespace

int run_explain(const Options& options) {
    const Writer* writer = find_writer(options.format);
    if (writer == nullptr) {
        std::vector<std::string> names;
        for (const Writer& one : writers()) names.emplace_back(one.name);
        const std::string near = nearest(options.format, names);
        throw Error(fmt::format("--format: there is no format '{}'{}", options.format, near.empty() ? "" : fmt::format(", did you mean '{}'?", near)), Exit::usage);
    }
    if (options.fail_on != "never" && options.fail_on != "any" && options.fail_on != "unexplained") {
        throw Error(fmt::format("--fail-on: '{}' is none of never, unexplained, any", options.fail_on), Exit::usage);
    }
    const WriteOptions write = write_options(options);
    Selection selection{time_option("--since", options.since), time_option("--until", options.until), options.boot, options.units};
    ScanOptions scan;
    scan.threads = options.threads;
    for (const std::string& setting : options.limits) set_limit(scan.limits, setting);
    const RuleSet rules = rules_with(options.rules);
    Redactor redactor(!options.no_redact);
    const Analysis analysis = analyze(inputs_of(options), rules, scan, selection, redactor);
    for (const auto& [source, text] : analysis.report.notices) {
        if (options.format != "terminal") std::fprintf(stderr, "nixwhy: %s: %s\n", source.str().c_str(), text.str().c_str());
    }
    if (analysis.timeline.nothing_read) {
        for (const auto& [source, text] : analysis.report.notices) {
            if (options.format == "terminal") std::fprintf(stderr, "nixwhy: %s: %s\n", source.str().c_str(), text.str().c_str());
        }
        if (options.format == "terminal") return static_cast<int>(Exit::input);
    }
    put_out(options, writer->write(analysis.report, write));
    return static_cast<int>(verdict(options, analysis));
}

}  // namespace nixwhy
