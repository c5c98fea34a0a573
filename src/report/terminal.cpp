// The report for a person at a terminal: the answer, the proof, the next step, then what followed from it. Evidence
// lines are cut to the width and never wrapped; foreign text was stripped of control characters when it became Safe.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

class Page {
public:
    explicit Page(const WriteOptions& options) : options_(options), width_(std::max<std::size_t>(options.width, 40)) {}

    std::string out;

    std::string paint(const char* code, std::string_view text) const {
        return options_.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
    }

    // `label` in the margin of the first line, the words wrapped beside it.
    void prose(std::string_view label, std::string_view words) {
        constexpr std::size_t margin = 9;
        std::string margin_text = fmt::format("  {:<{}}", label, margin - 2);
        std::string line;
        const auto flush = [&] {
            out += paint("2", margin_text) + line + "\n";
            margin_text = std::string(margin, ' ');
            line.clear();
        };
        for (const std::string_view word : split(words, ' ')) {
            if (word.empty()) continue;
            if (!line.empty() && columns(line) + 1 + columns(word) > width_ - margin) flush();
            if (!line.empty()) line += ' ';
            line += word;
        }
        if (!line.empty()) flush();
    }

    void evidence(std::string_view label, const ReportEvidence& proof) {
        std::string place = fmt::format("{}:{}", proof.source.str(), proof.line);
        const std::size_t slash = place.find_last_of('/');
        if (slash != std::string::npos) place.erase(0, slash + 1);
        const std::string clock = proof.time.size() >= 19 ? proof.time.substr(11, 8) + " " : std::string();
        const std::size_t used = 9 + columns(place) + clock.size() + 2;
        const std::size_t left = width_ > used + 20 ? width_ - used : 20;
        out += paint("2", fmt::format("  {:<7}", label)) + paint("36", place) + "  " + paint("2", clock) + cut_columns(proof.brief.str(), left) + "\n";
    }

    // One line, cut to the width.
    void item(std::string_view label, std::string_view words) {
        out += paint("2", fmt::format("  {:<7}", label)) + cut_columns(words, width_ - 9) + "\n";
    }

    void line(const std::string& text) { out += text + "\n"; }

private:
    const WriteOptions& options_;
    std::size_t width_;
};

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

constexpr std::size_t fix_max = 3;

void write_root(Page& page, const Report& report, std::size_t index, std::size_t evidence_max) {
    const ReportFinding& finding = report.findings[index];
    const bool over = finding.over;
    const bool weak = finding.confidence == Confidence::possible;
    const char* label = over ? "WAS    " : weak ? "CAUSE? " : "CAUSE  ";
    page.line(page.paint(over || weak ? "1;33" : "1;31", label) + page.paint("1", finding.title.str()));
    const std::string place = who(finding);
    page.line(page.paint("2", fmt::format("         {}{}[{}]", place, place.empty() ? "" : "  ", finding.id)));
    if (over) page.prose("over", finding.resolved.empty() ? "it was repaired later in this log" : fmt::format("it was repaired at {}", finding.resolved));
    page.prose("why", finding.why.str());
    for (std::size_t i = 0; i < finding.evidence.size() && i < evidence_max; ++i) page.evidence(i == 0 ? "proof" : "", finding.evidence[i]);
    for (std::size_t i = 0; i < finding.fix.size() && i < fix_max; ++i) {
        const std::string number = finding.fix.size() > 1 ? fmt::format("{}. ", i + 1) : std::string();
        page.prose(i == 0 ? "fix" : "", number + finding.fix[i].str());
    }
    if (finding.fix.size() > fix_max) page.prose("", fmt::format("more: nixwhy rules show {}", finding.id));
    if (finding.retry == Retry::may_help) page.prose("retry", "may help");
    if (finding.retry == Retry::will_not_help) page.prose("retry", "will not help");
    const std::string because = finding.because.empty() ? std::string() : ": " + finding.because.str();
    page.prose("sure", fmt::format("{}{}", name_of(finding.confidence), because));
    if (finding.confidence != Confidence::certain && !finding.check.empty()) page.prose("check", finding.check.front().str());
}

void write_symptoms(Page& page, const Report& report, std::size_t root) {
    std::size_t shown = 0, more = 0;
    std::string_view label = "then";
    for (std::size_t i = root + 1; i < report.findings.size() && report.findings[i].role == Role::symptom; ++i) {
        if (shown == 6) {
            ++more;
            continue;
        }
        const ReportFinding& finding = report.findings[i];
        const std::string place = who(finding);
        page.item(label, finding.title.str() + (place.empty() ? "" : " (" + place + ")"));
        label = "";
        ++shown;
    }
    if (more > 0) page.item("", fmt::format("and {} more", more));
}

void write_rest(Page& page, const Report& report) {
    bool head = false;
    for (const ReportFinding& finding : report.findings) {
        if (finding.role != Role::context || finding.kind == Kind::noise) continue;
        if (!head) page.line("");
        const std::string place = who(finding);
        page.item(head ? "" : "also", finding.title.str() + (place.empty() ? "" : " (" + place + ")") + (finding.over ? "; over" : "; no failure"));
        head = true;
    }
    for (std::size_t i = 0; i < report.not_evaluated.size() && i < 4; ++i) {
        page.item(i == 0 ? "unseen" : "", fmt::format("{}: needs the {}", report.not_evaluated[i].id, report.not_evaluated[i].needs));
    }
    for (const auto& [source, text] : report.notices) page.prose("note", fmt::format("{}: {}", source.str(), text.str()));
}

std::string accounting(const Report& report) {
    std::uint64_t lines = 0, kept = 0, let_go = 0, unreadable = 0;
    for (const ReportSource& source : report.sources) {
        lines += source.lines, kept += source.kept, let_go += source.let_go, unreadable += source.unreadable;
    }
    const std::size_t count = report.sources.size();
    return fmt::format("{} source{}, {} lines: {} matter, {} let go, {} unreadable", count, count == 1 ? "" : "s", lines, kept, let_go, unreadable);
}

}  // namespace

std::string write_terminal(const Report& report, const WriteOptions& options) {
    Page page(options);
    std::size_t roots = 0;
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
        if (report.findings[i].role != Role::root) continue;
        if (roots++ > 0) page.line("");
        write_root(page, report, i, roots == 1 ? 3 : 2);
        write_symptoms(page, report, i);
    }
    if (report.outcome == Outcome::no_failure) {
        page.line(page.paint("1;32", "OK     ") + page.paint("1", "no failure in what was given"));
    } else if (roots == 0) {
        page.line(page.paint("1;33", "?      ") + page.paint("1", "a failure that no rule explains"));
    }
    if (roots == 0) {
        std::string_view label = "saw";
        for (const ReportFinding& finding : report.findings) {
            if (finding.role != Role::symptom) continue;
            page.prose(label, finding.title.str() + " (" + who(finding) + ")");
            if (!finding.evidence.empty()) page.evidence("", finding.evidence.front());
            label = "";
        }
        if (report.outcome == Outcome::unexplained) {
            label = "lines";
            for (const ReportEvidence& evidence : report.unexplained) {
                page.evidence(label, evidence);
                label = "";
            }
        }
    }
    write_rest(page, report);
    if (!options.quiet) page.line(page.paint("2", "\n" + accounting(report)));
    return std::move(page.out);
}

}  // namespace nixwhy
