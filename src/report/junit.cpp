// JUnit XML: each finding is a test case, a cause or consequence is its failure, a rule that could not be judged is
// skipped. XML 1.0 forbids most control characters even escaped, and nothing from a log may end a tag.
#include <fmt/core.h>

#include "base/text.hpp"
#include "report/markup.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

std::string body_of(const ReportFinding& finding) {
    std::string out = finding.why.str() + "\n";
    for (std::size_t i = 0; i < finding.fix.size(); ++i) out += fmt::format("{}{}. {}\n", i == 0 ? "\nWhat to do:\n" : "", i + 1, finding.fix[i].text.str());
    out += "\nLines that show it:\n";
    for (const ReportEvidence& proof : finding.evidence) out += fmt::format("{}:{}: {}{}\n", proof.source.str(), proof.line, proof.time.empty() ? "" : proof.time + " ", proof.text.str());
    out += fmt::format("\n{}: {}\n", name_of(finding.confidence), finding.because.str());
    if (!finding.caused_by.empty()) out += "Follows from " + join(finding.caused_by, ", ") + "\n";
    return out + "Fingerprint " + finding.fingerprint + "\n";
}

std::string case_of(const ReportFinding& finding) {
    std::string name = finding.title.str();
    if (!finding.unit.empty()) name += " (" + finding.unit.str() + ")";
    std::string out = fmt::format("    <testcase classname=\"nixwhy.{}\" name=\"{}\"", markup_text(finding.id), markup_text(name));
    if (finding.place && finding.place->in_repository) {
        out += fmt::format(" file=\"{}\" line=\"{}\"", markup_text(finding.place->path.str()), std::max<std::uint64_t>(finding.place->line, 1));
    } else if (!finding.evidence.empty()) {
        out += fmt::format(" file=\"{}\" line=\"{}\"", markup_text(finding.evidence.front().source.str()), finding.evidence.front().line);
    }
    if (finding.role == Role::context) return out + fmt::format(">\n      <system-out>{}</system-out>\n    </testcase>\n", markup_text(body_of(finding)));
    return out + fmt::format(">\n      <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>\n", markup_text(finding.title.str()), name_of(finding.role), markup_text(body_of(finding)));
}

}  // namespace

std::string write_junit(const Report& report, const WriteOptions&) {
    std::string cases;
    std::size_t tests = 0, failures = 0, skipped = 0;
    for (const ReportFinding& finding : report.findings) {
        cases += case_of(finding);
        ++tests;
        if (finding.role != Role::context) ++failures;
    }
    // the outcome itself, so that a report without findings has a case, too
    std::string lines;
    for (const ReportEvidence& proof : report.unexplained) lines += fmt::format("{}:{}: {}\n", proof.source.str(), proof.line, proof.text.str());
    ++tests;
    if (report.outcome == Outcome::unexplained) {
        ++failures;
        cases += fmt::format("    <testcase classname=\"nixwhy\" name=\"outcome\">\n      <failure message=\"{}\" type=\"unexplained\">{}</failure>\n    </testcase>\n", markup_text(report.answer.str()), markup_text(lines));
    } else {
        cases += fmt::format("    <testcase classname=\"nixwhy\" name=\"outcome\">\n      <system-out>{}</system-out>\n    </testcase>\n", markup_text(report.answer.str()));
    }
    for (const NotEvaluated& rule : report.not_evaluated) {
        cases += fmt::format("    <testcase classname=\"nixwhy.{}\" name=\"not evaluated\">\n      <skipped message=\"needs the {}\"/>\n    </testcase>\n", markup_text(rule.id), markup_text(rule.needs));
        ++tests, ++skipped;
    }
    std::string told;
    for (const ReportSource& source : report.sources) {
        told += fmt::format("{}: {} lines: {} matter, {} let go, {} unreadable\n", source.name.str(), source.lines, source.kept, source.let_go, source.unreadable);
    }
    for (const auto& [source, text] : report.notices) told += source.str() + ": " + text.str() + "\n";
    const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"", tests, failures, skipped);
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"nixwhy\" {}>\n  <testsuite name=\"nixwhy\" {}>\n{}    <system-out>{}</system-out>\n  </testsuite>\n</testsuites>\n", counts, counts, cases, markup_text(told));
}

}  // namespace nixwhy
