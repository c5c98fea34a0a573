// A comparison for an issue. Everything foreign stands in fences longer than any run of backticks in it, so that nothing in
// it can act.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "compare/writers.hpp"
#include "report/markdown_parts.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t list_max = 40;

std::string fenced(const std::string& text) { return markdown_fence(text) + "\n"; }

std::string line_text(const ComparedLine& line) {
    return fmt::format("{}:{}: {}{}\n", line.source.str(), line.line, line.text.str(), line.count > 1 ? fmt::format(" ({} times)", line.count) : "");
}

std::string lines_text(const std::vector<ComparedLine>& lines) {
    std::string out;
    for (std::size_t i = 0; i < std::min(lines.size(), list_max); ++i) out += line_text(lines[i]);
    return out;
}

std::string differences_text(const std::vector<ReportDifference>& list, const std::string& from, const std::string& to) {
    std::string out;
    for (std::size_t i = 0; i < std::min(list.size(), list_max); ++i) {
        const ReportDifference& one = list[i];
        out += fmt::format("{}\n  {}: {}\n  {}: {}\n", one.fact.str(), from, one.failed.str(), to, one.worked.str());
        if (!one.breaks.empty()) out += fmt::format("  breaks: {}\n", one.breaks);
        if (!one.remedy.empty()) out += fmt::format("  fix: {}\n", one.remedy);
    }
    if (list.size() > list_max) out += fmt::format("and {} more\n", list.size() - list_max);
    return out;
}

}  // namespace

std::string write_comparison_markdown(const Comparison& comparison, const WriteOptions&) {
    std::string out = "### A failed run beside one that worked\n\n";
    for (const Safe& caution : comparison.cautions) out += "Caution about the run that ended well:\n\n" + fenced(caution.str());
    if (comparison.causes.empty()) out += fmt::format("Conclusion: {}.\n\n", name_of(comparison.conclusion));
    for (const Pointed& cause : comparison.causes) {
        const ReportFinding& finding = comparison.failed.findings[cause.finding];
        out += fmt::format("#### Cause (`{}`, {})\n\n", finding.id, name_of(finding.confidence));
        std::string text = finding.title.str() + "\n\n" + finding.why.str() + "\n";
        for (const ReportEvidence& proof : finding.evidence) text += fmt::format("\n{}:{}: {}", proof.source.str(), proof.line, proof.brief.str());
        text += "\n";
        for (std::size_t i = 0; i < finding.fix.size(); ++i) text += fmt::format("\n{}. {}", i + 1, finding.fix[i].text.str());
        out += fenced(text);
    }
    for (const ComparedLog& log : comparison.logs) {
        if (!log.parting) continue;
        out += fmt::format("#### Where they part, after {} common lines of {}\n\n", log.same, log.failed_lines);
        std::string text;
        if (log.parting->common) text += "both:   " + line_text(*log.parting->common);
        text += "failed: " + (log.parting->failed ? line_text(*log.parting->failed) : std::string("ends here\n"));
        text += "worked: " + (log.parting->worked ? line_text(*log.parting->worked) : std::string("ends here\n"));
        out += fenced(text);
    }
    if (!comparison.only_failed.empty()) out += fmt::format("#### Only the failed run says ({} lines)\n\n", comparison.only_failed_count) + fenced(lines_text(comparison.only_failed));
    if (!comparison.only_worked.empty()) out += fmt::format("#### Only the other run says ({} lines)\n\n", comparison.only_worked_count) + fenced(lines_text(comparison.only_worked));
    if (!comparison.differences.empty()) out += "#### What differs\n\n" + fenced(differences_text(comparison.differences, "failed", "worked"));
    return out + fmt::format("nixwhy {}, rules {}\n", comparison.version, comparison.rules_digest);
}

std::string write_environments_markdown(const Environments& environments, const WriteOptions&) {
    std::string out = "### Environments\n\n", missing;
    for (const EnvironmentRow& row : environments.rows) {
        if (!row.missing.empty()) missing += fmt::format("{}: {}\n", row.name, row.missing.str());
    }
    if (!missing.empty()) out += "Not had:\n\n" + fenced(missing);
    for (const EnvironmentPair& pair : environments.pairs) {
        out += "#### Differences\n\n" + fenced(fmt::format("{} and {}\n\n", pair.from, pair.to) + (pair.differences.empty() ? "none that is known to matter\n" : differences_text(pair.differences, pair.from, pair.to)));
    }
    return out + fmt::format("nixwhy {}\n", environments.version);
}

}  // namespace nixwhy
