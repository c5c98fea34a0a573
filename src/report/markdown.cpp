// The report for a GitHub issue. Foreign text stands in fences longer than any run of backticks in it; between our own
// words it stands in code spans where it holds anything that could become a mention, a link or HTML. No HTML of our own
// either: a tag from the log would close ours. What does not fit 65,536 characters is left out from the least important
// end, and said.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t size_max = 64000;  // characters and bytes, with room for the person's own words

// Words that could mean something to Markdown or GitHub go into a code span.
std::string inert(std::string_view text) {
    std::string out;
    for (const std::string_view word : split(text, ' ')) {
        if (!out.empty()) out += ' ';
        const bool plain = word.find_first_of("@#<>*_[]!|~\\`&{}$=") == std::string_view::npos && !contains(word, "://") && !contains(lower(word), "www.") &&
                           (word.empty() || (word[0] != '-' && word[0] != '+' && !(word.back() == '.' && all_digits(word.substr(0, word.size() - 1)))));
        if (plain) {
            out += word;
            continue;
        }
        std::string code(word);
        code.erase(std::remove(code.begin(), code.end(), '`'), code.end());
        if (!code.empty()) out += "`" + code + "`";
    }
    return out;
}

std::string fence(const std::string& text) {
    std::size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string ticks(std::max<std::size_t>(longest + 1, 3), '`');
    return ticks + "text\n" + text + "\n" + ticks + "\n";
}

std::string evidence_lines(const std::vector<ReportEvidence>& list) {
    std::string lines;
    for (const ReportEvidence& proof : list) {
        if (!lines.empty()) lines += '\n';
        lines += fmt::format("{}:{}: {}{}", proof.source.str(), proof.line, proof.time.empty() ? "" : proof.time + " ", proof.text.str());
    }
    return lines;
}

std::string root_section(const Report& report, std::size_t index) {
    const ReportFinding& finding = report.findings[index];
    std::string out = fmt::format("### {}{}\n\n", finding.over ? "Was: " : "", inert(finding.title.str()));
    out += inert(finding.why.str()) + "\n\n";
    if (finding.over) out += finding.resolved.empty() ? "It was repaired later in this log.\n\n" : fmt::format("It was repaired at {}.\n\n", finding.resolved);
    if (!finding.evidence.empty()) out += fence(evidence_lines({finding.evidence.begin(), finding.evidence.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, finding.evidence.size()))})) + "\n";
    if (!finding.fix.empty()) out += "What to do:\n\n";
    for (std::size_t i = 0; i < finding.fix.size(); ++i) out += fmt::format("{}. {}\n", i + 1, inert(finding.fix[i].text.str()));
    out += fmt::format("\nRule `{}`, fingerprint `{}`, {}{}{}. Trying again {}.\n\n", finding.id, finding.fingerprint, name_of(finding.confidence),
                       finding.because.empty() ? "" : ": ", inert(finding.because.str()),
                       finding.retry == Retry::may_help ? "may help" : finding.retry == Retry::will_not_help ? "will not help" : "is open");
    std::string symptoms;
    for (std::size_t i = index + 1; i < report.findings.size() && report.findings[i].role == Role::symptom; ++i) {
        symptoms += fmt::format("- {} (`{}`, {} times)\n", inert(report.findings[i].title.str()), report.findings[i].id, report.findings[i].count);
    }
    if (!symptoms.empty()) out += "What followed from it:\n\n" + symptoms + "\n";
    return out;
}

std::string accounting(const Report& report) {
    std::string out = "| source | format | lines | matter | let go | unreadable |\n|---|---|--:|--:|--:|--:|\n";
    for (const ReportSource& source : report.sources) {
        out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", inert(source.name.str()), source.format, source.lines, source.kept, source.let_go, source.unreadable);
    }
    for (const auto& [source, text] : report.notices) out += fmt::format("\n- {}: {}", inert(source.str()), inert(text.str()));
    return out;
}

}  // namespace

std::string write_markdown(const Report& report, const WriteOptions&) {
    std::vector<std::string> parts;
    std::size_t roots = 0;
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
        if (report.findings[i].role != Role::root) continue;
        ++roots;
        parts.push_back(root_section(report, i));
    }
    if (report.outcome == Outcome::no_failure) parts.insert(parts.begin(), "### No failure in what was given\n\n");
    if (report.outcome == Outcome::unexplained) {
        std::string body = "### A failure that no rule explains\n\n";
        for (const ReportFinding& finding : report.findings) {
            if (finding.role == Role::symptom) body += fmt::format("- {} (`{}`, {} times)\n", inert(finding.title.str()), finding.id, finding.count);
        }
        parts.insert(parts.begin(), body + "\n" + fence(evidence_lines(report.unexplained)) + "\n");
    }
    for (const ReportFinding& finding : report.findings) {
        if (finding.role == Role::root && finding.evidence.size() > 2) {
            parts.push_back(fmt::format("#### All evidence for `{}`\n\n{}\n", finding.id, fence(evidence_lines(finding.evidence))));
        }
    }
    parts.push_back("#### Sources\n\n" + accounting(report) + "\n");
    const std::string last = fmt::format("nixwhy {}, rules {}\n", report.version, report.rules_digest);
    std::string out;
    std::size_t left_out = 0;
    for (std::string& part : parts) {
        if (out.size() + part.size() + last.size() > size_max) {
            ++left_out;
        } else {
            out += part;
        }
    }
    if (left_out > 0) out += fmt::format("{} more sections did not fit; the JSON report has them.\n\n", left_out);
    return out + last;
}

}  // namespace nixwhy
