// `nixwhy compare FAILED WORKED`: a failed run beside one that worked.
#include <fmt/core.h>

#include <cstdio>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "compare/compare.hpp"
#include "compare/writers.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

namespace {

const ComparisonWriter& comparison_writer(const Options& options) {
    const ComparisonWriter* writer = find_comparison_writer(options.format);
    if (writer != nullptr && writer->comparison != nullptr) return *writer;
    std::vector<std::string> names;
    for (const ComparisonWriter& one : comparison_writers()) {
        if (one.comparison != nullptr) names.emplace_back(one.name);
    }
    refuse_format(options.format, names);
}

}  // namespace

int run_compare(const Options& options) {
    if (options.words.size() != 2) throw Error("compare: two inputs are wanted, the failed run first\ntry 'nixwhy compare --help'", Exit::usage);
    const ComparisonWriter& writer = comparison_writer(options);
    check_fail_on(options);
    const WriteOptions write = write_options(options);
    ScanOptions scan;
    scan.threads = options.threads;
    const RuleSet rules = rules_with(options.rules);
    Redactor redactor(!options.no_redact);
    ComparedRuns runs = read_runs(options.words[0], options.words[1], rules, scan);
    const Comparison comparison = compare(runs, rules, redactor);
    const bool unread = runs.failed.nothing_read || runs.worked.nothing_read;
    if (unread || options.format != "terminal") {
        for (const Report* report : {&comparison.failed, &comparison.worked}) {
            for (const auto& [source, text] : report->notices) std::fprintf(stderr, "nixwhy: %s: %s\n", source.str().c_str(), text.str().c_str());
        }
    }
    if (unread) return static_cast<int>(Exit::input);
    put_out(options, writer.comparison(comparison, write));
    if (runs.failed.inputs_failed > 0 || runs.worked.inputs_failed > 0) return static_cast<int>(Exit::input);
    const bool explained = comparison.conclusion == Conclusion::difference || comparison.conclusion == Conclusion::finding;
    if (options.fail_on == "any" && comparison.conclusion != Conclusion::no_failure) return static_cast<int>(Exit::finding);
    if (options.fail_on == "unexplained" && !explained && comparison.conclusion != Conclusion::no_failure) return static_cast<int>(Exit::finding);
    return static_cast<int>(Exit::ok);
}

}  // namespace nixwhy
