// `nixwhy explain`: reads what it is given and says why it failed.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "analyze.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "collect/collect.hpp"
#include "collect/record.hpp"
#include "report/version.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

namespace {

std::int64_t time_option(const char* name, const std::string& text) {
    if (text.empty()) return 0;
    std::string_view rest = text;
    if (const auto time = take_iso_time(rest); time && rest.empty()) return time->us;
    throw Error(fmt::format("{}: '{}' is no time; write 2026-11-22T20:00:00Z", name, text), Exit::usage);
}

// A page folds them away; elsewhere they would push out what matters more.
std::size_t context_of(const Options& options) {
    constexpr unsigned context_max = 100, in_html = 3;
    if (options.context == Options::context_of_format) return options.format == "html" ? in_html : 0;
    if (options.context > context_max) throw Error(fmt::format("--context: {} lines are too many, {} are the most", options.context, context_max), Exit::usage);
    return options.context;
}

Exit verdict(const Options& options, const Analysis& analysis) {
    if (analysis.timeline.inputs_failed > 0 || analysis.timeline.nothing_read) return Exit::input;
    if (options.fail_on == "any" && analysis.report.outcome != Outcome::no_failure) return Exit::finding;
    if (options.fail_on == "unexplained" && analysis.report.outcome == Outcome::unexplained) return Exit::finding;
    return Exit::ok;
}

// What is collected stays where it is, so that the lines of the report can be looked at.
void look_here(Options& options) {
    if (!options.words.empty()) return;
    if (::isatty(STDIN_FILENO) == 0) {
        options.words = {"-"};
        return;
    }
    ReachOptions reach;
    reach.key = random_hex(32);
    CollectOptions collect;
    collect.collection = random_hex(8);
    collect.made_by = fmt::format("nixwhy {}", version_text);
    collect.window_chosen = !options.since.empty() || !options.until.empty() || !options.boot.empty();
    if (collect.window_chosen) collect.window = {options.since, options.until, options.boot, {}};
    Redactor redactor;
    const Bundle bundle = collect_machine(*reach_local(reach), "this machine", collect, redactor);
    options.words = {write_bundle(bundle, default_folder(), redactor)};
    std::fprintf(stderr, "nixwhy: this machine, collected in %s\n", options.words[0].c_str());
}

}  // namespace

void prepare_explain(Options& options) {
    open_step_summary(options);
    look_here(options);
}

int run_explain(const Options& options) {
    const Writer* writer = find_writer(options.format);
    if (writer == nullptr) {
        std::vector<std::string> names;
        for (const Writer& one : writers()) names.emplace_back(one.name);
        refuse_format(options.format, names);
    }
    check_fail_on(options);
    const WriteOptions write = write_options(options);
    Selection selection{time_option("--since", options.since), time_option("--until", options.until), options.boot, options.units};
    ScanOptions scan;
    scan.threads = options.threads;
    scan.neighbours = context_of(options);
    for (const std::string& setting : options.limits) set_limit(scan.limits, setting);
    const RuleSet rules = rules_with(options.rules, false);
    Redactor redactor(!options.no_redact);
    const auto read = [&] {
        const Progress progress(fmt::format("reading {} input{}", options.words.size(), options.words.size() == 1 ? "" : "s"), options.quiet);
        return analyze(options.words, rules, scan, selection, redactor);
    };
    const Analysis analysis = read();
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
    add_step_summary(options, analysis.report, write);
    return static_cast<int>(verdict(options, analysis));
}

}  // namespace nixwhy
