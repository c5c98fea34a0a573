// The report for a GitHub issue. Foreign text stands in fences longer than any run of backticks in it; between our own
// words it stands in code spans where it holds anything that could become a mention, a link or HTML. No HTML of our own
// either: a tag from the log would close ours. What does not fit 65,536 characters is left out from the least important
// end, and said.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/markdown_parts.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t causes_max = 60, symptoms_max = 40;

// A step with each of its commands as one code span.
std::string step_text(const ReportStep& step) {
    const std::string& text = step.text.str();
    std::string out;
    std::size_t at = 0;
    const auto prose = [&](std::size_t end) { out += markdown_words(std::string_view(text).substr(at, end - at), at == 0); };
    for (const TextSpan& command : step.commands) {
        prose(command.from);
        if (!out.empty() && out.back() == '`') out += ' ';  // two spans that touch would be one
        out += markdown_code(std::string_view(text).substr(command.from, command.length));
        at = command.from + command.length;
    }
    prose(text.size());
    return out;
}

// As `grep -C` has it: a colon behind the number of a line that proves something, a dash behind that of one beside it.
std::string evidence_lines(const std::vector<ReportEvidence>& list) {
    std::vector<std::string> lines;
    for (const ReportEvidence& proof : list) {
        const bool apart = !proof.before.empty() || !proof.after.empty();
        if (apart && !lines.empty()) lines.emplace_back("--");
        const auto beside = [&](const ReportNeighbour& line) { lines.push_back(fmt::format("{}:{}- {}", proof.source.str(), line.line, line.text.str())); };
        std::for_each(proof.before.begin(), proof.before.end(), beside);
        lines.push_back(fmt::format("{}:{}: {}{}", proof.source.str(), proof.line, proof.time.empty() ? "" : proof.time + " ", proof.text.str()));
        std::for_each(proof.after.begin(), proof.after.end(), beside);
    }
    return join(lines, "\n");
}

std::string root_section(const Report& report, std::size_t index) {
    const ReportFinding& finding = report.findings[index];
    std::string out = fmt::format("### {}{}\n\n", finding.over ? "Was: " : "", markdown_words(finding.title.str()));
    out += markdown_words(finding.why.str()) + "\n\n";
    if (finding.place) out += "Look at " + markdown_code(finding.place->text()) + ".\n\n";
    if (finding.over) out += finding.resolved.empty() ? "It was repaired later in this log.\n\n" : fmt::format("It was repaired at {}.\n\n", finding.resolved);
    if (!finding.evidence.empty()) out += markdown_fence(evidence_lines({finding.evidence.begin(), finding.evidence.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, finding.evidence.size()))})) + "\n";
    if (finding.confidence != Confidence::certain && !finding.check.empty()) out += "To confirm it: " + step_text(finding.check.front()) + "\n\n";
    if (!finding.fix.empty()) out += "What to do:\n\n";
    for (std::size_t i = 0; i < finding.fix.size(); ++i) out += fmt::format("{}. {}\n", i + 1, step_text(finding.fix[i]));
    out += fmt::format("\nRule `{}`, {}{}{}. Trying again {}. To find the same failure elsewhere search for its fingerprint `{}`.\n\n", finding.id, name_of(finding.confidence),
                       finding.because.empty() ? "" : ": ", markdown_words(finding.because.str()),
                       finding.retry == Retry::may_help ? "may help" : finding.retry == Retry::will_not_help ? "will not help" : "is open", finding.fingerprint);
    std::string symptoms;
    std::size_t shown = 0;
    for (std::size_t i = index + 1; i < report.findings.size() && report.findings[i].role == Role::symptom; ++i) {
        if (++shown > symptoms_max) {
            symptoms += "- and more\n";
            break;
        }
        symptoms += fmt::format("- {} (`{}`, {} times)\n", markdown_words(report.findings[i].title.str()), report.findings[i].id, report.findings[i].count);
    }
    if (!symptoms.empty()) out += "What followed from it:\n\n" + symptoms + "\n";
    return out;
}

std::string accounting(const Report& report) {
    std::string out = "| source | format | lines | matter | let go | unreadable |\n|---|---|--:|--:|--:|--:|\n";
    for (std::size_t i = 0; i < report.sources.size() && i < 100; ++i) {
        const ReportSource& source = report.sources[i];
        out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", markdown_words(source.name.str()), source.format, source.lines, source.kept, source.let_go, source.unreadable);
    }
    if (report.source_count > 100) out += fmt::format("\nand {} more sources\n", report.source_count - 100);
    for (const auto& [source, text] : report.notices) out += fmt::format("\n- {}: {}", markdown_words(source.str()), markdown_words(text.str()));
    return out;
}

}  // namespace

std::string write_markdown(const Report& report, const WriteOptions& options) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < report.roots.size() && i < causes_max; ++i) parts.push_back(root_section(report, report.roots[i]));
    if (report.outcome == Outcome::no_failure) parts.insert(parts.begin(), "### No failure in what was given\n\n");
    if (report.outcome == Outcome::unexplained) {
        std::string body = "### A failure that no rule explains\n\n";
        std::size_t shown = 0;
        for (const ReportFinding& finding : report.findings) {
            if (finding.role != Role::symptom || ++shown > symptoms_max) continue;
            body += fmt::format("- {} (`{}`, {} times, fingerprint `{}`)\n", markdown_words(finding.title.str()), finding.id, finding.count, finding.fingerprint);
        }
        parts.insert(parts.begin(), body + "\n" + markdown_fence(evidence_lines(report.unexplained)) + "\n");
    }
    for (const ReportMissing& missing : report.missing) {
        parts.push_back(fmt::format("Not judged without the {}: {} rules. To get it: {}\n\n", missing.needs, missing.rules.size(), step_text(missing.collect)));
    }
    for (std::size_t i = 0; i < report.roots.size() && i < causes_max; ++i) {
        const ReportFinding& finding = report.findings[report.roots[i]];
        if (finding.evidence.size() > 2) parts.push_back(fmt::format("#### All evidence for `{}`\n\n{}\n", finding.id, markdown_fence(evidence_lines(finding.evidence))));
    }
    parts.push_back("#### Sources\n\n" + accounting(report) + "\n");
    const ReportSource& all = report.total;
    const std::string last = fmt::format("{} lines read: {} matter, {} let go, {} unreadable. nixwhy {}, rules {}\n", all.lines, all.kept, all.let_go, all.unreadable, report.version, report.rules_digest);
    constexpr std::size_t for_the_count = 120;
    std::string out;
    std::size_t left_out = report.roots.size() > causes_max ? report.roots.size() - causes_max : 0;
    for (const std::string& part : parts) {
        if (out.size() + part.size() + last.size() + for_the_count > options.bytes_max) {
            ++left_out;
        } else {
            out += part;
        }
    }
    if (left_out > 0) out += fmt::format("{} more sections did not fit; the JSON report has them.\n\n", left_out);
    return out + last;
}

}  // namespace nixwhy
