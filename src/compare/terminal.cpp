// A comparison for a person at a terminal: the cause first, then where the runs part, what only one says, what differs.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "compare/writers.hpp"
#include "report/terminal_page.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t lines_max = 8;
constexpr std::size_t worked_lines_max = 3;
constexpr std::size_t differences_max = 10;
constexpr std::size_t value_columns_max = 400;

class Sheet : public Page {
public:
    using Page::Page;

    void head(const char* code, std::string_view label, std::string_view words) { line(paint(code, fmt::format("{:<9}", label)) + paint("1", words)); }
    // A line of a log, cut to the width.
    void said(std::string_view label, const ComparedLine& one) {
        std::string place = fmt::format("{}:{}", one.source.str(), one.line);
        const std::size_t slash = place.find_last_of('/');
        if (slash != std::string::npos) place.erase(0, slash + 1);
        const std::string times = one.count > 1 ? fmt::format(" ({} times)", one.count) : std::string();
        const std::size_t used = 9 + columns(place) + 2 + times.size();
        line(paint("2", fmt::format("  {:<7}", label)) + paint("36", place) + "  " + cut_columns(one.text.str(), width() > used + 20 ? width() - used : 20) + paint("2", times));
    }
};

std::string shown(const Safe& value) { return cut_columns(value.str(), value_columns_max); }

void write_difference(Sheet& sheet, const ReportDifference& one, const std::string& from, const std::string& to) {
    sheet.out += "  " + sheet.paint("1", one.fact.str()) + "\n";
    sheet.prose("", fmt::format("{}: {}", from, shown(one.failed)));
    sheet.prose("", fmt::format("{}: {}", to, shown(one.worked)));
    if (!one.breaks.empty()) sheet.prose("breaks", one.breaks);
    if (!one.remedy.empty()) sheet.prose("fix", one.remedy);
}

// Those without known effect as names alone.
void write_differences(Sheet& sheet, const std::vector<ReportDifference>& list, const std::string& from, const std::string& to, std::size_t max, const std::vector<std::uint32_t>& told = {}) {
    std::vector<std::string> names;
    std::size_t shown_count = 0;
    for (std::uint32_t i = 0; i < list.size(); ++i) {
        if (std::find(told.begin(), told.end(), i) != told.end()) continue;
        if (!list[i].breaks.empty() && shown_count < max) {
            write_difference(sheet, list[i], from, to);
            ++shown_count;
        } else {
            names.push_back(list[i].fact.str());
        }
    }
    if (!names.empty()) sheet.prose("other", join(names, ", "));
}

void write_cause(Sheet& sheet, const Comparison& comparison, const Pointed& cause) {
    const ReportFinding& finding = comparison.failed.findings[cause.finding];
    sheet.head(finding.confidence == Confidence::possible ? "1;33" : "1;31", finding.confidence == Confidence::possible ? "CAUSE?" : "CAUSE", finding.title.str());
    sheet.out += sheet.paint("2", fmt::format("         [{}]\n", finding.id));
    sheet.prose("why", finding.why_short.str());
    for (std::size_t i = 0; i < finding.evidence.size() && i < 3; ++i) sheet.evidence(i == 0 ? "proof" : "", finding.evidence[i]);
    for (const std::uint32_t d : cause.differences) {
        const ReportDifference& one = comparison.differences[d];
        sheet.prose("differs", fmt::format("{}: {}; where it worked: {}", one.fact.str(), shown(one.failed), shown(one.worked)));
    }
    for (std::size_t i = 0; i < finding.fix.size() && i < 3; ++i) sheet.step(i == 0 ? "fix" : "", finding.fix.size() > 1 ? fmt::format("{}. ", i + 1) : std::string(), finding.fix[i]);
    const std::string because = finding.because.empty() ? std::string() : ": " + finding.because.str();
    sheet.prose("sure", fmt::format("{}{}", name_of(finding.confidence), because));
}

void write_conclusion(Sheet& sheet, const Comparison& comparison) {
    for (const Safe& caution : comparison.cautions) {
        sheet.head("1;33", "CAUTION", "the run that ended well proves little");
        sheet.prose("", caution.str());
    }
    for (std::size_t i = 0; i < comparison.causes.size() && i < 3; ++i) write_cause(sheet, comparison, comparison.causes[i]);
    if (comparison.causes.size() > 3) sheet.prose("also", fmt::format("{} more causes only in the failed run: nixwhy explain", comparison.causes.size() - 3));
    if (!comparison.causes.empty()) return;
    if (comparison.conclusion == Conclusion::no_failure) {
        sheet.head("1;32", "OK", "the run given as failed shows no failure");
    } else if (comparison.conclusion == Conclusion::suspects) {
        sheet.head("1;33", "CAUSE?", "no line tells why it failed; the differences below are known to break such runs");
    } else {
        sheet.head("1;33", "?", "a failure that no rule and no known difference explains");
    }
}

void write_partings(Sheet& sheet, const Comparison& comparison) {
    for (const ComparedLog& log : comparison.logs) {
        if (!log.parting) continue;
        sheet.head("1", "\nPART", fmt::format("{} of {} lines are the same; then", log.same, log.failed_lines));
        if (log.parting->common) sheet.said("both", *log.parting->common);
        if (log.parting->failed) sheet.said("failed", *log.parting->failed);
        if (!log.parting->failed) sheet.prose("failed", "ends here");
        if (log.parting->worked) sheet.said("worked", *log.parting->worked);
        if (!log.parting->worked) sheet.prose("worked", "ends here");
    }
}

void write_only(Sheet& sheet, const char* title, const std::vector<ComparedLine>& lines, std::uint64_t count, std::size_t max) {
    if (lines.empty()) return;
    sheet.head("1", "\nONLY", title);
    for (std::size_t i = 0; i < std::min(lines.size(), max); ++i) sheet.said(lines[i].failure ? "fails" : "", lines[i]);
    if (count > max) sheet.prose("", fmt::format("and {} more lines", count - std::min<std::uint64_t>(max, count)));
}

}  // namespace

std::string write_comparison_terminal(const Comparison& comparison, const WriteOptions& options) {
    Sheet sheet(options);
    write_conclusion(sheet, comparison);
    write_partings(sheet, comparison);
    write_only(sheet, "the failed run says", comparison.only_failed, comparison.only_failed_count, lines_max);
    write_only(sheet, "the other run says", comparison.only_worked, comparison.only_worked_count, worked_lines_max);
    std::vector<std::uint32_t> told;
    for (const Pointed& cause : comparison.causes) told.insert(told.end(), cause.differences.begin(), cause.differences.end());
    if (comparison.differences.size() > told.size()) {
        sheet.head("1", "\nDIFFERS", told.empty() ? "how the two runs began" : "also, in how the two runs began");
        write_differences(sheet, comparison.differences, "failed", "worked", comparison.causes.empty() ? differences_max : 4, told);
    }
    for (const std::uint32_t i : comparison.in_both) sheet.prose("both", fmt::format("{} (in both runs, so not what tells them apart)", comparison.failed.findings[i].title.str()));
    for (const Report* report : {&comparison.failed, &comparison.worked}) {
        for (const auto& [source, text] : report->notices) sheet.prose("note", fmt::format("{}: {}", source.str(), text.str()));
    }
    return std::move(sheet.out);
}

std::string write_environments_terminal(const Environments& environments, const WriteOptions& options) {
    Sheet sheet(options);
    for (const EnvironmentRow& row : environments.rows) {
        if (!row.missing.empty()) sheet.prose("not had", fmt::format("{} ({}): {}", row.name, row.how.str(), row.missing.str()));
    }
    for (const EnvironmentPair& pair : environments.pairs) {
        if (pair.differences.empty()) {
            sheet.head("1;32", "SAME", fmt::format("{} and {}: nothing differs that is known to matter", pair.from, pair.to));
            continue;
        }
        sheet.head("1", "DIFFERS", fmt::format("{} and {}, what breaks most first", pair.from, pair.to));
        write_differences(sheet, pair.differences, pair.from, pair.to, pair.differences.size());
        sheet.out += "\n";
    }
    return std::move(sheet.out);
}

}  // namespace nixwhy
