// Workflow commands for a GitHub runner, each a line of its own: it shows ten errors and ten warnings of a
// step. Causes are errors, what followed is a warning.
// Foreign text stands behind `::error ...::` with line ends and percent signs escaped; it can't begin a line.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t told_max = 10;       // of one kind and step; further ones are only in the log
constexpr std::size_t message_max = 3800;  // the runner cuts at 4,096 characters

std::string escaped(std::string_view text, bool property) {
    std::string out;
    for (const char c : text) {
        const bool hot = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
        out += hot ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
    }
    return out;
}

std::string command_of(const ReportFinding& finding, const char* kind) {
    std::string properties = "title=" + escaped(cut_columns(finding.title.str(), 200), true);
    if (finding.place && finding.place->in_repository) {
        properties = fmt::format("file={},line={},", escaped(finding.place->path.str(), true), std::max<std::uint64_t>(finding.place->line, 1)) + properties;
    }
    std::string words = finding.role == Role::root ? finding.why.str() : "Follows from " + join(finding.caused_by, ", ");
    if (finding.role != Role::root && finding.caused_by.empty()) words = finding.why_short.str();
    for (std::size_t i = 0; i < finding.fix.size() && finding.role == Role::root; ++i) words += fmt::format("\n{}. {}", i + 1, finding.fix[i].text.str());
    if (!finding.evidence.empty()) words += fmt::format("\n{}:{}: {}", finding.evidence.front().source.str(), finding.evidence.front().line, finding.evidence.front().brief.str());
    words += fmt::format("\n{}, {}{}{}, fingerprint {}", finding.id, name_of(finding.confidence), finding.because.empty() ? "" : ": ", finding.because.str(), finding.fingerprint);
    return fmt::format("::{} {}::{}\n", kind, properties, escaped(cut_columns(words, message_max), false));
}

}  // namespace

std::string write_github(const Report& report, const WriteOptions&) {
    std::vector<const ReportFinding*> causes, effects;
    for (const std::uint32_t root : report.roots) {
        if (!report.findings[root].over) causes.push_back(&report.findings[root]);
    }
    for (const ReportFinding& finding : report.findings) {
        if (finding.role == Role::symptom) effects.push_back(&finding);
    }
    std::string out;
    for (std::size_t i = 0; i < causes.size() && i < told_max; ++i) out += command_of(*causes[i], "error");
    if (causes.empty() && report.outcome == Outcome::unexplained) out += fmt::format("::error title=nixwhy::{}\n", escaped(report.answer.str(), false));
    for (std::size_t i = 0; i < effects.size() && i < told_max; ++i) out += command_of(*effects[i], "warning");
    std::string rest = report.answer.str();
    if (causes.size() > told_max) rest += fmt::format("\n{} more causes", causes.size() - told_max);
    if (effects.size() > told_max) rest += fmt::format("\n{} more consequences", effects.size() - told_max);
    for (const ReportMissing& missing : report.missing) rest += fmt::format("\nnot evaluated without the {}: {}", missing.needs, missing.collect.text.str());
    rest += fmt::format("\n{} lines of {} source{}: {} matter, {} let go, {} unreadable", report.total.lines, report.source_count, report.source_count == 1 ? "" : "s", report.total.kept,
                        report.total.let_go, report.total.unreadable);
    return out + fmt::format("::notice title=nixwhy::{}\n", escaped(cut_columns(rest, message_max), false));
}

}  // namespace nixwhy
