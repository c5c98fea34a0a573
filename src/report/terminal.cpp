// The report for a person at a terminal. An ordinary incident fits the screen, 24 lines where its height is unknown: the
// answer, the proof and the next step first; what followed and when share what is left. Evidence is cut in its middle and
// never wrapped, a command never broken: it can be copied whole. Foreign text was stripped of control characters when it
// became Safe.
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
    std::size_t step_lines;  // the first step in any case
    std::size_t sure_lines;
    std::size_t tree_lines;
};
constexpr Room on_a_small_screen{2, 1, 5, 1, 0};
constexpr Room on_a_tall_screen{3, 2, 8, 2, 0};
constexpr Room beside_others{1, 1, 3, 1, 3};
constexpr std::size_t tall = 40;
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

std::size_t tree_size(const Report& report, std::uint32_t at) {
    std::size_t rows = 0;
    for (const std::uint32_t effect : report.findings[at].effects) rows += report.findings[effect].role == Role::symptom ? 1 + tree_size(report, effect) : 0;
    return rows;
}

// What followed, in `lines` lines; the last of them counts what has no room.
void write_followed(Page& page, const Report& report, std::uint32_t index, std::size_t lines) {
    const std::size_t size = tree_size(report, index);
    if (size == 0 || lines == 0) return;
    std::size_t left = size <= lines ? size : lines - 1, more = 0;
    const std::size_t before = page.out.size();
    write_tree(page, report, index, "", left, more);
    if (more > 0) page.item("", fmt::format("and {} more", more));
    page.relabel(before, "then");
}

// Steps while they fit, the first in any case.
void write_fix(Page& page, const ReportFinding& finding, std::size_t lines) {
    const std::size_t end = page.lines() + lines;
    for (std::size_t i = 0; i < finding.fix.size(); ++i) {
        const std::size_t before = page.out.size();
        page.step(i == 0 ? "fix" : "", finding.fix.size() > 1 ? fmt::format("{}. ", i + 1) : std::string(), finding.fix[i]);
        if (i == 0 || page.lines() <= end) continue;
        page.out.resize(before);
        return;
    }
}

void write_root(Page& page, const Report& report, std::uint32_t index, const Room& room) {
    const ReportFinding& finding = report.findings[index];
    const bool sure = !finding.over && finding.confidence != Confidence::possible;
    page.line(page.paint(sure ? "1;31" : "1;33", fmt::format("{:<7}", label_of(finding))) + page.paint("1", finding.title.str()));
    page.two_ends("", "", who(finding), finding.id);
    if (finding.over) page.prose("over", finding.resolved.empty() ? "it was repaired later in this log" : fmt::format("it was repaired at {}", finding.resolved));
    page.prose("why", finding.why_short.str(), room.why_lines);
    if (finding.place) page.item("at", page.paint("36", finding.place->text()));
    for (std::size_t i = 0; i < finding.evidence.size() && i < room.proofs; ++i) page.evidence(i == 0 ? "proof" : "", finding.evidence[i]);
    if (finding.confidence != Confidence::certain && !finding.check.empty()) page.step("check", "", finding.check.front());
    write_fix(page, finding, room.step_lines);
    const char* again = finding.retry == Retry::may_help ? ", trying again may help" : finding.retry == Retry::will_not_help ? ", trying again will not help" : "";
    page.prose("sure", fmt::format("{}{}{}{}", name_of(finding.confidence), again, finding.because.empty() ? "" : ": ", finding.because.str()), room.sure_lines);
    page.two_ends("more", "", "nixwhy rules show " + finding.id, "fingerprint " + finding.fingerprint);
    write_followed(page, report, index, room.tree_lines);
}

// What is over beside what is not: that it was, until when, and where to read on.
void write_over(Page& page, const Report& report, std::uint32_t index) {
    const ReportFinding& finding = report.findings[index];
    page.line(page.paint("1;33", fmt::format("{:<7}", label_of(finding))) + page.paint("1", finding.title.str()));
    page.two_ends("", "", who(finding), finding.resolved.empty() ? "repaired later in this log" : "repaired at " + finding.resolved.substr(0, 19));
    if (!finding.evidence.empty()) page.evidence("proof", finding.evidence.front());
    page.two_ends("more", "", "nixwhy rules show " + finding.id, "fingerprint " + finding.fingerprint);
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

constexpr std::size_t lane_names = 24;

// Lines of the chart in full; none where it says nothing or the screen is too narrow.
std::size_t chart_size(const Page& page, const Chart& chart) {
    return chart.worth_showing() && page.width() >= lane_names + 40 ? chart.lanes.size() + 2 : 0;
}

// Those that show a cause first, then consequences; in the order of the chart.
std::vector<std::size_t> chosen_lanes(const Chart& chart, std::size_t count) {
    std::vector<std::pair<MarkKind, std::size_t>> ranked;
    for (std::size_t i = 0; i < chart.lanes.size(); ++i) {
        MarkKind best = MarkKind::boot;
        for (const Mark& mark : chart.lanes[i].marks) best = std::min(best, mark.kind);
        ranked.emplace_back(best, i);
    }
    std::sort(ranked.begin(), ranked.end());
    ranked.resize(std::min(ranked.size(), count));
    std::vector<std::size_t> out;
    for (const auto& [kind, lane] : ranked) out.push_back(lane);
    std::sort(out.begin(), out.end());
    return out;
}

// One line a lane. Where marks share a column the one that says more stays.
void write_chart(Page& page, const Chart& chart, std::size_t lines) {
    constexpr std::size_t names = lane_names;
    if (lines < 3) return;
    const std::size_t wide = std::min<std::size_t>(page.width() - names - 10, 72);
    const auto clock = [](const std::string& time) { return time.size() >= 19 ? time.substr(11, 8) : std::string(); };
    page.item("when", fmt::format("{:<{}}{}{:>{}}", clock(chart.first) == "" ? "" : chart.first.substr(0, 10), names, clock(chart.first), clock(chart.last), wide - 8));
    constexpr std::string_view order = ".rSBH+x#";
    bool used[128] = {};
    const std::vector<std::size_t> shown = chosen_lanes(chart, lines - 2);
    for (const std::size_t index : shown) {
        const Lane& lane = chart.lanes[index];
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
    std::string key;
    for (const auto& [sign, meaning] : {std::pair('#', "cause"), std::pair('x', "consequence"), std::pair('r', "restart"), std::pair('+', "recovered"),
                                        std::pair('H', "host name"), std::pair('S', "switch"), std::pair('B', "boot")}) {
        if (used[static_cast<unsigned char>(sign)]) key += fmt::format("{}{} {}", key.empty() ? "" : "  ", sign, meaning);
    }
    if (!chart.silences.empty()) key += "  (silences shortened)";
    if (shown.size() < chart.lanes.size()) key += fmt::format("  ({} more lanes)", chart.lanes.size() - shown.size());
    page.item("", page.paint("2", key));
}

// Missing logs and what was odd with the input: always told, if shortly.
void write_notes(Page& page, const Report& report) {
    for (std::size_t i = 0; i < report.missing.size() && i < 2; ++i) {
        const ReportMissing& missing = report.missing[i];
        const std::string rules = fmt::format("{} rule{}", missing.rules.size(), missing.rules.size() == 1 ? "" : "s");
        page.prose(i == 0 ? "unseen" : "", fmt::format("without the {} {} could not be judged:", missing.needs, rules));
        page.step("", "", missing.collect);
    }
    if (report.missing.size() > 2) page.item("", fmt::format("and {} more logs", report.missing.size() - 2));
    for (const auto& [source, text] : report.notices) page.prose("note", fmt::format("{}: {}", source.str(), text.str()));
}

void write_also(Page& page, const Report& report, std::size_t lines) {
    std::size_t shown = 0;
    for (const ReportFinding& finding : report.findings) {
        if (finding.role != Role::context || finding.kind == Kind::noise || shown == lines) continue;
        page.two_ends(shown++ == 0 ? "also" : "", "", finding.title.str(), finding.over ? "over" : "no failure");
    }
}

std::string accounting(const Report& report) {
    const ReportSource& all = report.total;
    const std::uint64_t count = report.source_count;
    return fmt::format("{} source{}, {} lines: {} matter, {} let go, {} unreadable", count, count == 1 ? "" : "s", all.lines, all.kept, all.let_go, all.unreadable);
}

}  // namespace

std::string write_terminal(const Report& report, const WriteOptions& options) {
    Page page(options), notes(options);
    write_notes(notes, report);
    const std::vector<std::uint32_t>& roots = report.roots;
    const Room& first = options.height >= tall ? on_a_tall_screen : on_a_small_screen;
    const auto living = std::count_if(roots.begin(), roots.end(), [&](std::uint32_t root) { return !report.findings[root].over; });
    if (living > 1 || (living == 0 && roots.size() > 1)) write_overview(page, report, roots);
    if (!roots.empty()) write_root(page, report, roots.front(), first);
    // what is left of the screen: the next prompt and the last line have a line each
    const std::size_t used = page.lines() + notes.lines() + 2, left = options.height > used ? options.height - used : 0;
    const std::size_t tree = roots.empty() ? 0 : tree_size(report, roots.front()), chart = chart_size(page, report.chart);
    const std::size_t for_chart = std::min(chart, std::max<std::size_t>(5, left > tree ? left - tree : 0));
    const bool charted = chart > 0 && left >= std::min<std::size_t>(chart, 4) + std::min<std::size_t>(tree, 2);
    const std::size_t for_tree = std::max<std::size_t>(2, left - (charted ? std::min(for_chart, left) : 0));
    if (!roots.empty()) write_followed(page, report, roots.front(), for_tree);
    for (std::size_t i = 1; i < roots.size() && i < roots_in_full; ++i) {
        page.line("");
        living > 0 && report.findings[roots[i]].over ? write_over(page, report, roots[i]) : write_root(page, report, roots[i], beside_others);
    }
    if (roots.size() > roots_in_full) {
        page.line("");
        page.item("more", fmt::format("{} more causes: --format markdown or --format html tells them all", roots.size() - roots_in_full));
    }
    if (report.outcome == Outcome::no_failure && roots.empty()) page.line(page.paint("1;32", "OK     ") + page.paint("1", "no failure in what was given"));
    if (report.outcome == Outcome::unexplained && roots.empty()) write_unexplained(page, report);
    if (charted) write_chart(page, report.chart, std::min(for_chart, left - std::min(left, std::min(tree, for_tree))));
    const std::size_t end = page.lines() + notes.lines() + 2;
    write_also(page, report, options.height > end ? std::min<std::size_t>(options.height - end, 5) : 0);
    page.out += notes.out;
    if (!options.quiet) page.line(page.paint("2", accounting(report)));
    return std::move(page.out);
}

}  // namespace nixwhy
