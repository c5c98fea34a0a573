// From a diagnosis to a Report: chooses the lines that prove each finding, fills in the words, masks everything.
#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "report/report.hpp"
#include "report/version.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t evidence_max = 6;
constexpr std::size_t evidence_text_max = 4000;

std::string stamp(const Time& time) { return time.known == TimeKnown::full ? rfc3339(time.us) : std::string(); }

// A capture that goes into a command line must not be able to change what the command does.
bool is_plain_argument(std::string_view value) {
    return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || contains("._/:@+=,-", std::string_view(&c, 1));
    }) && value[0] != '-';
}

// What a person wants to read of the event, in one line: of a nix block the last "error:" with words behind it, of
// a structured message the words without the layers around them.
std::string brief_of(const Event& event) {
    if (!event.said.empty()) return event.said.substr(0, event.said.find('\n'));
    std::string_view best = std::string_view(event.message).substr(0, event.message.find('\n'));
    for (const std::string_view one : split(event.message, '\n')) {
        const std::string_view text = trim(one);
        if (text.substr(0, 6) == "error:" && text.size() > 7) best = text;
    }
    return std::string(trim(best));
}

ReportEvidence evidence_of(const Timeline& timeline, const Event& event, Redactor& redactor) {
    ReportEvidence out;
    out.source = redactor.line(timeline.sources[event.at.source].name);
    out.line = event.at.line;
    out.offset = event.at.offset;
    out.length = event.at.length;
    out.time = stamp(event.time);
    out.host = redactor.line(event.host);
    out.unit = redactor.line(event.unit.empty() ? event.identifier : event.unit);
    out.text = redactor.lines(event.message.substr(0, evidence_text_max));
    out.brief = redactor.line(brief_of(event));
    return out;
}

// The first line, then lines that say something else, then the last.
std::vector<std::uint32_t> choose(const Timeline& timeline, const std::vector<std::uint32_t>& events) {
    std::vector<std::uint32_t> chosen;
    std::set<std::string> said;
    for (const std::uint32_t event : events) {
        if (chosen.size() + 1 >= evidence_max) break;
        const Event& one = timeline.events[event];
        if (said.insert(one.unit + one.message.substr(0, 60)).second) chosen.push_back(event);
    }
    if (!events.empty() && std::find(chosen.begin(), chosen.end(), events.back()) == chosen.end()) chosen.push_back(events.back());
    return chosen;
}

// Rule, unit and thing; store paths without their hash: the same on any host, any day.
std::string fingerprint_of(const Finding& finding) {
    std::string text = finding.rule->id + '\1' + finding.unit;
    for (const char* name : {"drv", "option", "package", "attribute"}) {
        std::string_view value = capture(finding.captures, name);
        const std::size_t store = value.find("/nix/store/");
        if (store != std::string_view::npos && value.size() > store + 44) value.remove_prefix(store + 44);
        text += '\1' + std::string(value);
    }
    return stable_hash(text);
}

ReportFinding finding_of(const Timeline& timeline, const Finding& finding, Redactor& redactor) {
    const Rule& rule = *finding.rule;
    Captures captures = finding.captures;
    captures.emplace_back("component", finding.unit);
    captures.emplace_back("unit", finding.unit);
    captures.emplace_back("host", finding.machine);
    ReportFinding out;
    out.id = rule.id;
    out.role = finding.role;
    out.kind = rule.kind;
    out.title = redactor.line(fill_in(rule.title, captures, false));
    out.why = redactor.line(fill_in(rule.why, captures, false));
    for (const std::string& step : rule.check) out.check.push_back(redactor.line(fill_in(step, captures, true)));
    for (const std::string& step : rule.fix) out.fix.push_back(redactor.line(fill_in(step, captures, true)));
    out.retry = rule.retry;
    out.confidence = finding.confidence;
    out.because = redactor.line(fill_in(finding.because, captures, false));
    out.fingerprint = fingerprint_of(finding);
    out.count = finding.count;
    out.first = stamp(finding.first);
    out.last = stamp(finding.last);
    out.over = finding.resolved.has_value();
    if (finding.resolved) out.resolved = stamp(*finding.resolved);
    out.host = redactor.line(finding.machine);
    out.unit = redactor.line(finding.unit);
    for (const auto& [name, value] : finding.captures) out.captures.emplace_back(name, redactor.line(value.substr(0, 1000)));
    for (const std::uint32_t event : choose(timeline, finding.events)) out.evidence.push_back(evidence_of(timeline, timeline.events[event], redactor));
    for (const std::uint32_t index : finding.facts) {
        const Fact& fact = timeline.facts[index];
        ReportEvidence proof;
        proof.source = redactor.line(timeline.sources[fact.at.source].name);
        proof.line = fact.at.line;
        proof.offset = fact.at.offset;
        proof.length = fact.at.length;
        proof.time = stamp(fact.time);
        proof.host = redactor.line(fact.host);
        proof.text = redactor.lines(fact.text);
        proof.brief = redactor.line(fact.text);
        out.evidence.push_back(std::move(proof));
    }
    for (const std::string& reference : rule.references) out.references.push_back(redactor.line(reference));
    return out;
}

}  // namespace

std::string fill_in(const std::string& words, const Captures& captures, bool for_shell) {
    std::string out;
    for (std::size_t i = 0; i < words.size();) {
        const std::size_t end = words[i] == '{' ? words.find('}', i) : std::string::npos;
        if (end == std::string::npos) {
            out += words[i++];
            continue;
        }
        const std::string_view inside = std::string_view(words).substr(i + 1, end - i - 1);
        const std::size_t bar = inside.find('|');
        const std::string_view name = inside.substr(0, bar);
        const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
        });
        if (!is_name) {
            out += words[i++];
            continue;
        }
        std::string_view value = capture(captures, name);
        if (for_shell && !is_plain_argument(value)) value = {};
        if (!value.empty()) {
            out += trim(value.substr(0, 400));
        } else if (bar != std::string_view::npos) {
            out += inside.substr(bar + 1);
        } else {
            // commands keep a name to fill in, prose says what it is
            for (const char c : name) out += for_shell && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        }
        i = end + 1;
    }
    return out;
}

Report summarize(const Timeline& timeline, const Diagnosis& diagnosis, const RuleSet& rules, Redactor& redactor) {
    for (const Finding& finding : diagnosis.findings) {
        for (const std::uint32_t event : finding.events) redactor.learn(timeline.events[event].message);
    }
    for (const std::uint32_t event : diagnosis.unexplained) redactor.learn(timeline.events[event].message);
    Report report;
    report.version = version_text;
    report.rules_digest = rules.digest;
    report.outcome = diagnosis.outcome;
    for (const Finding& finding : diagnosis.findings) {
        ReportFinding out = finding_of(timeline, finding, redactor);
        for (const std::uint32_t cause : finding.caused_by) {
            const std::string& id = diagnosis.findings[cause].rule->id;
            out.caused_by_index.push_back(cause);
            if (std::find(out.caused_by.begin(), out.caused_by.end(), id) == out.caused_by.end()) out.caused_by.push_back(id);
        }
        report.findings.push_back(std::move(out));
    }
    for (const std::uint32_t event : diagnosis.unexplained) report.unexplained.push_back(evidence_of(timeline, timeline.events[event], redactor));
    report.not_evaluated = diagnosis.not_evaluated;
    for (const SourceSummary& source : timeline.sources) {
        report.sources.push_back({redactor.line(source.name), source.format, redactor.line(source.host), source.bytes, source.lines,
                                  source.kept, source.let_go, source.unreadable, source.events, stamp(source.first), stamp(source.last)});
    }
    for (const Notice& notice : timeline.notices) report.notices.emplace_back(redactor.line(notice.source), redactor.line(notice.text));
    report.redactions.assign(redactor.counts().begin(), redactor.counts().end());
    return report;
}

}  // namespace nixwhy
