// Two runs, or environments, side by side on one page. The frame and its policy are those of every report.
#include <fmt/core.h>

#include <algorithm>

#include "compare/writers.hpp"
#include "report/html_parts.hpp"
#include "report/markup.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t list_max = 200;

std::string line_html(const ComparedLine& line) {
    return fmt::format("<span class=\"near\">{}:{}  </span>{}{}\n", markup_text(line.source.str()), line.line, markup_text(line.text.str()), line.count > 1 ? fmt::format(" ({} times)", line.count) : "");
}

std::string differences_html(const std::vector<ReportDifference>& list, const std::string& from, const std::string& to) {
    std::string out = fmt::format("<table class=\"wide\"><thead><tr><th scope=\"col\">what</th><th scope=\"col\">{0}</th><th scope=\"col\">{1}</th><th scope=\"col\">known to break</th></tr></thead><tbody>\n",
                                  markup_text(from), markup_text(to));
    for (std::size_t i = 0; i < std::min(list.size(), list_max); ++i) {
        const ReportDifference& one = list[i];
        const std::string breaks = markup_text(one.breaks) + (one.remedy.empty() ? "" : fmt::format("<br><span class=\"dim\">{}</span>", markup_text(one.remedy)));
        out += fmt::format("<tr><td data-label=\"\"><strong>{0}</strong></td><td data-label=\"{3}\">{1}</td><td data-label=\"{4}\">{2}</td><td data-label=\"breaks\">{5}</td></tr>\n", markup_text(one.fact.str()),
                           markup_text(one.failed.str()), markup_text(one.worked.str()), markup_text(from), markup_text(to), breaks);
    }
    out += "</tbody></table>\n";
    if (list.size() > list_max) out += fmt::format("<p>and {} more; <code>--format json</code> has them all</p>\n", list.size() - list_max);
    return out;
}

std::string cause_html(const Comparison& comparison, const Pointed& cause) {
    const ReportFinding& finding = comparison.failed.findings[cause.finding];
    std::string out = fmt::format("<article class=\"card root\"><h3>{}</h3><p>{}</p>\n", markup_text(finding.title.str()), markup_text(finding.why.str()));
    if (!finding.evidence.empty()) out += evidence_html(finding.evidence.front());
    if (!cause.differences.empty()) {
        std::vector<ReportDifference> proof;
        for (const std::uint32_t index : cause.differences) proof.push_back(comparison.differences[index]);
        out += "<p><strong>What makes the difference</strong></p>" + differences_html(proof, "failed", "worked");
    }
    if (!finding.fix.empty()) out += "<p><strong>What to do</strong></p>" + steps_html(finding.fix);
    return out + fmt::format("<p><span class=\"tag\">{}</span><span class=\"tag\">{}</span><span class=\"tag\">fingerprint {}</span></p></article>\n", finding.id, name_of(finding.confidence), finding.fingerprint);
}

std::string parting_html(const ComparedLog& log) {
    std::string out = fmt::format("<p>After {} common lines of {}:</p><div class=\"log\">", log.same, log.failed_lines);
    if (log.parting->common) out += "both    " + line_html(*log.parting->common);
    out += "<strong>failed</strong>  " + (log.parting->failed ? line_html(*log.parting->failed) : std::string("ends here\n"));
    out += "<strong>worked</strong>  " + (log.parting->worked ? line_html(*log.parting->worked) : std::string("ends here\n"));
    return out + "</div>\n";
}

std::string only_html(const char* title, const std::vector<ComparedLine>& lines, std::uint64_t count) {
    if (lines.empty()) return {};
    std::string out = fmt::format("<section aria-label=\"{0}\"><h2>{0} ({1})</h2><details><summary>Lines</summary><div class=\"log\">", title, count);
    for (std::size_t i = 0; i < std::min(lines.size(), list_max); ++i) out += line_html(lines[i]);
    return out + "</div></details></section>\n";
}

const char* verdict_of(Conclusion conclusion) {
    switch (conclusion) {
        case Conclusion::difference: return "A difference makes it";
        case Conclusion::finding: return "Only the failed run has it";
        case Conclusion::suspects: return "Only suspects";
        case Conclusion::unknown: return "Nothing tells why";
        case Conclusion::no_failure: return "The run given as failed shows no failure";
    }
    return "";
}

}  // namespace

std::string write_comparison_html(const Comparison& comparison, const WriteOptions&) {
    const bool explained = !comparison.causes.empty();
    const char* outcome = explained ? "explained" : comparison.conclusion == Conclusion::no_failure ? "no-failure" : "unexplained";
    std::string out = page_head(explained ? comparison.failed.findings[comparison.causes.front().finding].title : comparison.failed.answer, outcome, verdict_of(comparison.conclusion));
    out += fmt::format("<p>{} failed, {} worked.</p></header><main id=\"main\">\n", markup_text(comparison.failed_name.str()), markup_text(comparison.worked_name.str()));
    for (const Safe& caution : comparison.cautions) out += fmt::format("<p class=\"card\"><strong>Caution</strong> about the run that ended well: {}</p>\n", markup_text(caution.str()));
    if (explained) {
        out += "<section aria-label=\"Causes\"><h2>What it points to</h2>\n";
        for (const Pointed& cause : comparison.causes) out += cause_html(comparison, cause);
        out += "</section>\n";
    }
    if (!comparison.differences.empty()) out += "<section aria-label=\"Differences\"><h2>What differs</h2>\n" + differences_html(comparison.differences, "failed", "worked") + "</section>\n";
    std::string partings;
    for (const ComparedLog& log : comparison.logs) partings += log.parting ? parting_html(log) : "";
    if (!partings.empty()) out += "<section aria-label=\"Parting\"><h2>Where they part</h2>\n" + partings + "</section>\n";
    out += only_html("Only the failed run says", comparison.only_failed, comparison.only_failed_count);
    out += only_html("Only the other run says", comparison.only_worked, comparison.only_worked_count);
    return out + "</main>\n" + page_foot(comparison.version, comparison.rules_digest);
}

std::string write_environments_html(const Environments& environments, const WriteOptions&) {
    std::string out = page_head(environments.answer, environments.pairs.empty() ? "unexplained" : "explained", "Environments side by side");
    out += "</header><main id=\"main\">\n<section aria-label=\"Sessions\"><h2>What was looked at</h2><ul>\n";
    for (const EnvironmentRow& row : environments.rows) {
        out += fmt::format("<li><strong>{}</strong> {}{}</li>\n", markup_text(row.name), row.how.empty() ? "" : "<code>" + markup_text(row.how.str()) + "</code>",
                           row.missing.empty() ? "" : ": not had, " + markup_text(row.missing.str()));
    }
    out += "</ul></section>\n";
    for (const EnvironmentPair& pair : environments.pairs) {
        const std::string title = markup_text(pair.from + " and " + pair.to);
        out += fmt::format("<section aria-label=\"{0}\"><h2>{0}</h2>\n", title);
        out += (pair.differences.empty() ? std::string("<p>Nothing differs that is known to matter.</p>\n") : differences_html(pair.differences, pair.from, pair.to)) + "</section>\n";
    }
    return out + "</main>\n" + page_foot(environments.version, environments.rules_digest);
}

}  // namespace nixwhy
