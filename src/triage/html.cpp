// A triage as a page: a row for each cause with its course over time. The frame and its policy are those of every report.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/html_parts.hpp"
#include "report/markup.hpp"
#include "triage/writers.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t rows_max = 500;
constexpr std::size_t troubled_shown = 100;

// A bar for each span; all rows share the spans, and each has its own height, since what matters is its course.
std::string bars(const RunGroup& group, const Triage& triage) {
    if (group.over_time.empty()) return {};
    std::uint64_t most = 1;
    for (const std::uint64_t one : group.over_time) most = std::max(most, one);
    constexpr std::size_t wide = 7, high = 24;
    std::string out = fmt::format("<svg class=\"course\" role=\"img\" aria-label=\"at most {} runs in a span\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\">", most, wide * group.over_time.size(), high, wide * group.over_time.size(), high);
    for (std::size_t i = 0; i < group.over_time.size(); ++i) {
        const std::uint64_t count = group.over_time[i];
        if (count == 0) continue;
        const std::size_t height = 2 + static_cast<std::size_t>(count * (high - 2) / most);
        out += fmt::format("<rect class=\"m {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}: {}</title></rect>", group.rule.empty() ? "symptom" : "root", i * wide, high - height, wide - 1, height, triage.spans[i], count);
    }
    return out + "</svg>";
}

std::string news_of(const RunGroup& group) {
    if (group.news.empty()) return {};
    if (group.news == "new") return " <strong>new</strong>";
    return fmt::format(" <span class=\"dim\">{} {}</span>", group.news == "back" ? "back again, first seen" : "known since", markup_text(group.since.substr(0, 10)));
}

std::string rows(const Triage& triage, const std::vector<RunGroup>& groups) {
    std::string out = "<table class=\"wide\"><thead><tr><th scope=\"col\" class=\"n\">runs</th><th scope=\"col\" class=\"n\">share</th><th scope=\"col\">what</th><th scope=\"col\">course</th><th scope=\"col\">first, last</th></tr></thead><tbody>\n";
    for (std::size_t i = 0; i < std::min(groups.size(), rows_max); ++i) {
        const RunGroup& group = groups[i];
        const std::string place = fmt::format("{}{}", markup_text(group.source.empty() ? group.run.str() : group.source.str()), group.line > 0 ? fmt::format(":{}", group.line) : "");
        out += fmt::format("<tr id=\"{0}\"><td class=\"n\" data-label=\"runs\">{1}</td><td class=\"n\" data-label=\"share\">{2}</td><td data-label=\"\"><strong>{3}</strong>{4}<br><span class=\"tag\">{5}</span>"
                           "<details class=\"small\"><summary>Best example</summary><p class=\"dim\">{6}</p><div class=\"log\">{7}</div></details></td><td data-label=\"course\">{8}</td><td data-label=\"first, last\">{9}<br>{10}</td></tr>\n",
                           markup_text(group.fingerprint.str()), group.runs, share_of(group, triage), markup_text(group.title.str()), news_of(group),
                           markup_text(group.rule.empty() ? group.fingerprint.str() : group.rule.str()), place, markup_text(group.text.str()), bars(group, triage),
                           markup_text(group.first), group.last == group.first ? "" : markup_text(group.last));
    }
    out += "</tbody></table>\n";
    if (groups.size() > rows_max) out += fmt::format("<p>and {} more; <code>--format json</code> has them all</p>\n", groups.size() - rows_max);
    return out;
}

}  // namespace

std::string write_triage_html(const Triage& triage, const WriteOptions&) {
    Redactor redactor;
    const char* outcome = triage.unexplained > 0 ? "unexplained" : triage.explained > 0 ? "explained" : "no-failure";
    std::string out = page_head(redactor.line(totals_of(triage)), outcome, "Many runs");
    out += fmt::format("<p>{} lines of {} bytes read{}.</p></header><main id=\"main\">\n", triage.lines, triage.bytes, triage.first.empty() ? "" : fmt::format(", from {} to {}", markup_text(triage.first), markup_text(triage.last)));
    if (!triage.causes.empty()) out += "<section aria-label=\"Causes\"><h2>Causes</h2>\n" + rows(triage, triage.causes) + "</section>\n";
    if (!triage.wordings.empty()) out += "<section aria-label=\"Unexplained\"><h2>What no rule explains</h2>\n<p>Each is a wording: a line without names and numbers. <code>nixwhy rules draft</code> makes a rule of one.</p>\n" + rows(triage, triage.wordings) + "</section>\n";
    if (!triage.troubled.empty()) {
        out += "<section aria-label=\"Not read\"><h2>Not read, or not to the end</h2><ul>\n";
        for (std::size_t i = 0; i < std::min(triage.troubled.size(), troubled_shown); ++i) out += fmt::format("<li>{}: {}</li>\n", markup_text(triage.troubled[i].run.str()), markup_text(triage.troubled[i].note.str()));
        out += "</ul>\n";
        const std::uint64_t left = triage.troubled.size() + triage.troubled_left - std::min(triage.troubled.size(), troubled_shown);
        if (left > 0) out += fmt::format("<p>and {} more</p>\n", left);
        out += "</section>\n";
    }
    return out + "</main>\n" + page_foot(triage.version, markup_text(join(triage.rules, ", ")));
}

}  // namespace nixwhy
