// The report for a person at a terminal: the answer, the proof and the next step within the first 24 lines, then what
// followed and when. Evidence is cut in its middle and never wrapped, a command never broken: it can be copied whole.
// Foreign text was stripped of control characters when it became Safe.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/terminal_page.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

// How much of a finding is told: the one to read first gets most of the screen.
struct Room {
    std::size_t why_lines;
    std::size_t proofs;
    std::size_t steps;
    std::size_t tree_lines;
};
constexpr Room for_first{3, 2, 3, 9};
constexpr Room for_others{2, 1, 2, 4};
constexpr std::size_t roots_in_full = 4;

std::string span(const ReportFinding& finding) {
    if (finding.first.size() < 19) return finding.count > 1 ? fmt::format("{} times", finding.count) : std::string();
    const std::string day = finding.first.substr(0, 10);
    std::string from = finding.first.substr(11, 8);
    std::string to = finding.last.size() >= 19 ? finding.last.substr(11, 8) : from;
    if (finding.last.substr(0, 10) != day) to = finding.last.substr(0, 10) + " " + to;
    if (finding.count <= 1 || from == to) return fmt::format("{}{} {}", finding.count > 1 ? fmt::format("{} times, ", finding.count) : "", day, from);
    return fmt::format("{} times, {} {} to {}", finding.count, day, from, to);
}

std::string who(const ReportFinding& finding) {
    std::vector<std::string> parts;
    if (!finding.host.empty()) parts.push_back(finding.host.str());
    if (!finding.unit.empty()) parts.push_back(finding.unit.str());
    const std::string when = span(finding);
    if (!when.empty()) parts.push_back(when);
    return join(parts, ", ");
}

// In the tree: how often and when, short.
std::string brief_span(const ReportFinding& finding) {
    std::string out = finding.count > 1 ? fmt::format("{}x", finding.count) : std::string();
    if (finding.first.size() >= 19) out += (out.empty() ? "" : " ") + finding.first.substr(11, 8);
    return out;
}

const char* label_of(const ReportFinding& finding) { return finding.over ? "WAS" : finding.confidence == Confidence::possible ? "CAUSE?" : "CAUSE"; }

void write_tree(Page& page, const Report& report, std::uint32_t at, const std::string& stem, std::size_t& left, std::size_t& more) {
    const auto& effects = report.findings[at].effects;
    for (std::size_t i = 0; i < effects.size(); ++i) {
        const ReportFinding& finding = report.findings[effects[i]];
        if (finding.role != Role::symptom) continue;
        const bool last = i + 1 == effects.size();
        if (left == 0) {
            ++more;
        } else {
            --left;
            page.two_ends("", stem + (last ? "└ " : "├ "), finding.title.str(), brief_span(finding));
        }
        // cause and effect run without circles; the depth bounds the indent
        if (columns(stem) < 12) write_tree(page, report, effects[i], stem + (last ? "  " : "│ "), left, more);
    }
}

void write_root(Page& page, const Report& report, std::uint32_t index, const Room& room) {
    const ReportFinding& finding = report.findings[index];
    const bool sure = !finding.over && finding.confidence != Confidence::possible;
    page.line(page.paint(sure ? "1;31" : "1;33", fmt::format("{:<7}", label_of(finding))) + page.paint("1", finding.title.str()));
    page.two_ends("", "", who(finding), finding.id);
    if (finding.over) page.prose("over", finding.resolved.empty() ? "it was repaired later in this log" : fmt::format("it was repaired at {}", finding.resolved));
    page.prose("why", finding.why_short.str(), room.why_lines);
    for (std::size_t i = 0; i < finding.evidence.size() && i < room.proofs; ++i) page.evidence(i == 0 ? "proof" : "", finding.evidence[i]);
    if (finding.confidence != Confidence::certain && !finding.check.empty()) page.step("check", "", finding.check.front());
    for (std::size_t i = 0; i < finding.fix.size() && i < room.steps; ++i) {
        page.step(i == 0 ? "fix" : "", finding.fix.size() > 1 ? fmt::format("{}. ", i + 1) : std::string(), finding.fix[i]);
    }
    const char* again = finding.retry == Retry::may_help ? "; trying again may help" : finding.retry == Retry::will_not_help ? "; trying again will not help" : "";
    page.prose("sure", fmt::format("{}{}{}{}", name_of(finding.confidence), finding.because.empty() ? "" : ": ", finding.because.str(), again));
    page.two_ends("more", "", "nixwhy rules show " + finding.id, "fingerprint " + finding.fingerprint);
    std::size_t left = room.tree_lines, more = 0;
    const std::size_t before = page.out.size();
    write_tree(page, report, index, "", left, more);
    if (more > 0) page.item("", fmt::format("and {} more", more));
    if (page.out.size() > before) page.relabel(before, "then");
}

// Where there are several: which, so that nobody reads the first for the only one.
void write_overview(Page& page, const Report& report, const std::vector<std::uint32_t>& roots) {
    page.line(page.paint("1", fmt::format("{} causes", roots.size())));
    for (std::size_t i = 0; i < roots.size() && i < 6; ++i) {
        const ReportFinding& finding = report.findings[roots[i]];
        page.two_ends(fmt::format("{}.", i + 1), "", finding.title.str(), finding.over ? "over" : finding.unit.str());
    }
    if (roots.size() > 6) page.item("", fmt::format("and {} more", roots.size() - 6));
    page.line("");
}

void write_unexplained(Page& page, const Report& report) {
    page.line(page.paint("1;33", fmt::format("{:<7}", "?")) + page.paint("1", "a failure that no rule explains"));
    std::string_view label = "saw";
    for (const ReportFinding& finding : report.findings) {
        if (finding.role != Role::symptom) continue;
        page.two_ends(label, "", finding.title.str(), who(finding));
        if (!finding.evidence.empty()) page.evidence("", finding.evidence.front());
        label = "";
    }
    label = "lines";
    for (const ReportEvidence& evidence : report.unexplained) {
        page.evidence(label, evidence);
        label = "";
    }
    label = "next";
    for (const ReportStep& step : report.next) {
        page.step(label, "", step);
        label = "";
    }
}

char sign_of(MarkKind kind) {
    switch (kind) {
        case MarkKind::root: return '#';
        case MarkKind::symptom: return 'x';
        case MarkKind::recovered: return '+';
        case MarkKind::restart: return 'r';
        case MarkKind::host_name: return 'H';
        case MarkKind::change: return 'S';
        case MarkKind::boot: return 'B';
        case MarkKind::context: return '.';
    }
    return '.';
}

// One line a lane. Where marks share a column the one that says more stays.
void write_chart(Page& page, const Chart& chart) {
    constexpr std::size_t names = 24, lanes_max = 10;
    if (!chart.worth_showing() || page.width() < names + 40) return;
    const std::size_t wide = std::min<std::size_t>(page.width() - names - 10, 72);
    page.line("");
    const auto clock = [](const std::string& time) { return time.size() >= 19 ? time.substr(11, 8) : std::string(); };
    page.item("when", fmt::format("{:<{}}{}{:>{}}", clock(chart.first) == "" ? "" : chart.first.substr(0, 10), names, clock(chart.first), clock(chart.last), wide - 8));
    constexpr std::string_view order = ".rSBH+x#";
    bool used[128] = {};
    for (std::size_t i = 0; i < chart.lanes.size() && i < lanes_max; ++i) {
        const Lane& lane = chart.lanes[i];
        std::string row(wide, ' ');
        for (const Mark& mark : lane.marks) {
            char& cell = row[std::min(wide - 1, static_cast<std::size_t>(mark.x / 1000 * static_cast<double>(wide - 1) + 0.5))];
            const char sign = sign_of(mark.kind);
            if (cell == ' ' || order.find(sign) > order.find(cell)) cell = sign;
        }
        for (const char c : row) used[static_cast<unsigned char>(c) & 127U] = true;
        const std::string name = cut_columns(lane.unit.empty() ? lane.host.str() : "  " + lane.unit.str(), names - 2);
        page.line("       " + name + std::string(names - columns(name), ' ') + std::string(trim_right(row)));
    }
    if (chart.lanes.size() > lanes_max) page.item("", fmt::format("and {} more lanes", chart.lanes.size() - lanes_max));
    std::string key;
    for (const auto& [sign, meaning] : {std::pair('#', "cause"), std::pair('x', "consequence"), std::pair('r', "restart"), std::pair('+', "recovered"),
                                        std::pair('H', "host name"), std::pair('S', "switch"), std::pair('B', "boot")}) {
        if (used[static_cast<unsigned char>(sign)]) key += fmt::format("{}{} {}", key.empty() ? "" : "  ", sign, meaning);
    }
    if (!chart.silences.empty()) key += "  (silences shortened)";
    page.item("", page.paint("2", key));
}

void write_rest(Page& page, const Report& report) {
    bool head = false;
    const auto space = [&] {
        if (!head) page.line("");
        head = true;
    };
    std::size_t shown = 0;
    for (const ReportFinding& finding : report.findings) {
        if (finding.role != Role::context || finding.kind == Kind::noise || shown == 5) continue;
        space();
        page.two_ends(shown++ == 0 ? "also" : "", "", finding.title.str(), finding.over ? "over" : "no failure");
    }
    for (std::size_t i = 0; i < report.missing.size() && i < 3; ++i) {
        const ReportMissing& missing = report.missing[i];
        space();
        page.prose(i == 0 ? "unseen" : "", fmt::format("{} rule{} could not be judged without the {}; get it with:", missing.rules.size(), missing.rules.size() == 1 ? "" : "s", missing.needs));
        page.step("", "", missing.collect);
    }
    for (const auto& [source, text] : report.notices) page.prose("note", fmt::format("{}: {}", source.str(), text.str()));
}

std::string accounting(const Report& report) {
    const ReportSource& all = report.total;
    const std::uint64_t count = report.source_count;
    return fmt::format("{} source{}, {} lines: {} matter, {} let go, {} unreadable", count, count == 1 ? "" : "s", all.lines, all.kept, all.let_go, all.unreadable);
}

}  // namespace

std::string write_terminal(const Report& report, const WriteOptions& options) {
    Page page(options);
    const std::vector<std::uint32_t>& roots = report.roots;
    if (roots.size() > 1) write_overview(page, report, roots);
    for (std::size_t i = 0; i < roots.size() && i < roots_in_full; ++i) {
        if (i > 0) page.line("");
        write_root(page, report, roots[i], i == 0 ? for_first : for_others);
    }
    if (roots.size() > roots_in_full) {
        page.line("");
        page.item("more", fmt::format("{} more causes: --format markdown or --format html tells them all", roots.size() - roots_in_full));
    }
    if (report.outcome == Outcome::no_failure && roots.empty()) page.line(page.paint("1;32", "OK     ") + page.paint("1", "no failure in what was given"));
    if (report.outcome == Outcome::unexplained && roots.empty()) write_unexplained(page, report);
    write_chart(page, report.chart);
    write_rest(page, report);
    if (!options.quiet) page.line(page.paint("2", "\n" + accounting(report)));
    return std::move(page.out);
}

}  // namespace nixwhy
