// From a diagnosis to a Report: chooses the lines that prove each finding, fills in the words, masks everything.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/template.hpp"
#include "base/text.hpp"
#include "report/place.hpp"
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

std::vector<std::string_view> all_lines(const Neighbours& lines) {
    std::vector<std::string_view> out;
    for (const auto* part : {&lines.margin, &lines.before, &lines.own, &lines.after}) {
        for (const NeighbourLine& line : *part) out.push_back(line.text);
    }
    return out;
}

void add_neighbours(const Neighbours& lines, ReportEvidence& out, Redactor& redactor) {
    std::vector<Safe> safe = redactor.each(all_lines(lines));
    std::size_t at = lines.margin.size();
    for (const NeighbourLine& line : lines.before) out.before.push_back({line.line, std::move(safe[at++])});
    at += lines.own.size();
    for (const NeighbourLine& line : lines.after) out.after.push_back({line.line, std::move(safe[at++])});
}

ReportEvidence evidence_of(const Timeline& timeline, std::uint32_t index, Redactor& redactor) {
    const Event& event = timeline.events[index];
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
    const auto lines = timeline.neighbours.find(index);
    if (lines != timeline.neighbours.end()) add_neighbours(lines->second, out, redactor);
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

// The captures that say which failure of its kind it is: those its title speaks of, and those that name a thing of Nix.
std::set<std::string> telling_captures(const std::string& title) {
    std::set<std::string> names{"drv", "option", "package", "attribute"};
    for (std::size_t open = title.find('{'); open != std::string::npos; open = title.find('{', open + 1)) {
        names.insert(title.substr(open + 1, title.find_first_of("|}", open) - open - 1));
    }
    for (const char* of_one_machine : {"node", "now", "seconds"}) names.erase(of_one_machine);
    return names;
}

// Rule, unit and thing; store paths without their hash, numbers as one: the same on any host, any day. Where the rule
// captured nothing that tells, the derivation that failed does, or the file.
std::string fingerprint_of(const Timeline& timeline, const ErrorBlocks& blocks, const Finding& finding, const std::optional<ReportPlace>& place) {
    std::string text = finding.rule->id + '\1' + finding.unit;
    static const std::set<std::string> descriptions{"detail", "reason", "error", "message", "got", "expected"};  // how, not which
    bool told = false;
    for (const std::string& name : telling_captures(finding.rule->title)) {
        std::string_view value = capture(finding.captures, name);
        const std::size_t store = value.find("/nix/store/");
        if (store != std::string_view::npos && value.size() > store + 44) value.remove_prefix(store + 44);
        told = told || (descriptions.count(name) == 0 && std::any_of(value.begin(), value.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }));
        text += '\1' + template_of(value);
    }
    if (!told && !finding.events.empty()) {
        const std::string derivation = failed_derivation(blocks.around(timeline.events[finding.events.front()]).message);
        text += '\1' + template_of(derivation.empty() && place ? place->path.str() : derivation);
    }
    return stable_hash(text);
}

ReportStep step_of(const std::string& words, Redactor& redactor) {
    ReportStep step;
    step.text = redactor.line(words);
    step.commands = commands_of(step.text.str());
    return step;
}

// Whole sentences while they fit, the first in any case.
std::string first_sentences(const std::string& text) {
    constexpr std::size_t short_max = 300;
    std::size_t end = 0;
    for (std::size_t at = text.find(". "); at != std::string::npos && (end == 0 || at < short_max); at = text.find(". ", at + 1)) {
        const char next = at + 2 < text.size() ? text[at + 2] : 'A';
        if (next < 'a' || next > 'z') end = at + 1;
    }
    return end == 0 || text.size() <= short_max ? text : text.substr(0, end);
}

// Where the errors of `finding` have to be looked at: what the last of them tells.
std::optional<ReportPlace> place_of(const Timeline& timeline, const ErrorBlocks& blocks, const Finding& finding, Redactor& redactor) {
    for (auto event = finding.events.rbegin(); event != finding.events.rend(); ++event) {
        const auto position = own_position(blocks.around(timeline.events[*event]).message);
        if (position) return ReportPlace{redactor.line(position->path), position->line, position->in_repository};
    }
    return std::nullopt;
}

ReportFinding finding_of(const Timeline& timeline, const ErrorBlocks& blocks, const Finding& finding, Redactor& redactor) {
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
    out.why_short = redactor.line(first_sentences(out.why.str()));
    for (const std::string& step : rule.check) out.check.push_back(step_of(fill_in(step, captures, true), redactor));
    for (const std::string& step : rule.fix) out.fix.push_back(step_of(fill_in(step, captures, true), redactor));
    out.retry = rule.retry;
    out.confidence = finding.confidence;
    out.because = redactor.line(fill_in(finding.because, captures, false));
    out.place = place_of(timeline, blocks, finding, redactor);
    out.fingerprint = fingerprint_of(timeline, blocks, finding, out.place);
    out.count = finding.count;
    out.first = stamp(finding.first);
    out.last = stamp(finding.last);
    out.over = finding.resolved.has_value();
    if (finding.resolved) out.resolved = stamp(*finding.resolved);
    out.host = redactor.line(finding.machine);
    out.unit = redactor.line(finding.unit);
    for (const auto& [name, value] : finding.captures) out.captures.emplace_back(name, redactor.line(value.substr(0, 1000)));
    for (const std::uint32_t event : choose(timeline, finding.events)) out.evidence.push_back(evidence_of(timeline, event, redactor));
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

// Each finding hangs on its first cause that is not over, else on its first.
void hang_up(std::vector<ReportFinding>& findings) {
    for (std::uint32_t i = 0; i < findings.size(); ++i) {
        const std::vector<std::uint32_t>& causes = findings[i].caused_by_index;
        if (causes.empty()) continue;
        const auto living = std::find_if(causes.begin(), causes.end(), [&](std::uint32_t cause) { return !findings[cause].over; });
        findings[living == causes.end() ? causes.front() : *living].effects.push_back(i);
    }
}

// By what is needed, the one that most rules wait for first.
std::vector<ReportMissing> missing_of(const std::vector<NotEvaluated>& rules, Redactor& redactor) {
    std::vector<ReportMissing> out;
    for (const NotEvaluated& rule : rules) {
        auto found = std::find_if(out.begin(), out.end(), [&](const ReportMissing& one) { return one.needs == rule.needs; });
        if (found == out.end()) {
            std::string_view unit = rule.needs;
            const bool journal = take_prefix(unit, "journal of ");
            const std::string name(unit);
            out.push_back({rule.needs, step_of(journal ? "journalctl -u " + name + " -b -o export > " + name + ".export" : "give nixwhy the " + rule.needs, redactor), {}});
            found = out.end() - 1;
        }
        found->rules.push_back(rule.id);
    }
    std::stable_sort(out.begin(), out.end(), [](const ReportMissing& a, const ReportMissing& b) { return a.rules.size() > b.rules.size(); });
    return out;
}

// What is still broken is read before what is over.
std::vector<std::uint32_t> roots_of(const std::vector<ReportFinding>& findings) {
    std::vector<std::uint32_t> roots;
    for (std::uint32_t i = 0; i < findings.size(); ++i) {
        if (findings[i].role == Role::root) roots.push_back(i);
    }
    std::stable_partition(roots.begin(), roots.end(), [&](std::uint32_t root) { return !findings[root].over; });
    return roots;
}

// What failed in one sentence, and the first things to type.
void answer(Report& report, Redactor& redactor) {
    if (!report.roots.empty()) {
        const ReportFinding* root = &report.findings[report.roots.front()];
        const std::string place = root->host.empty() ? root->unit.str() : root->unit.empty() ? root->host.str() : root->unit.str() + " on " + root->host.str();
        report.answer = redactor.line(root->title.str() + (place.empty() ? "" : " (" + place + ")") + (root->over ? "; repaired later in this log" : ""));
        if (root->confidence != Confidence::certain && !root->check.empty()) report.next.push_back(root->check.front());
        for (std::size_t i = 0; i < root->fix.size() && i < 3; ++i) report.next.push_back(root->fix[i]);
        return;
    }
    if (report.outcome == Outcome::no_failure) {
        report.answer = redactor.line("no failure in what was given");
        return;
    }
    const std::string line = report.unexplained.empty() ? std::string() : ": " + report.unexplained.front().brief.str();
    report.answer = redactor.line("a failure that no rule explains" + line);
    for (const ReportFinding& finding : report.findings) {
        if (finding.role == Role::symptom && !finding.check.empty() && report.next.size() < 2) report.next.push_back(finding.check.front());
    }
    for (const ReportMissing& missing : report.missing) {
        if (report.next.size() < 3) report.next.push_back(missing.collect);
    }
}

void add_to(ReportSource& total, const ReportSource& source) {
    total.bytes += source.bytes, total.lines += source.lines, total.kept += source.kept, total.let_go += source.let_go;
    total.unreadable += source.unreadable, total.events += source.events;
    if (!source.first.empty() && (total.first.empty() || source.first < total.first)) total.first = source.first;
    total.last = std::max(total.last, source.last);
}

// Every source is listed while a report can hold them; then those are preferred in which something matters.
std::vector<bool> listed(const std::vector<SourceSummary>& sources) {
    constexpr std::size_t sources_max = 10'000, name_bytes_max = 4U << 20U;
    std::vector<bool> out(sources.size(), false);
    std::size_t count = 0, bytes = 0;
    for (const bool matters : {true, false}) {
        for (std::size_t i = 0; i < sources.size(); ++i) {
            const std::size_t with = bytes + sources[i].name.size();
            if ((sources[i].kept > 0) != matters || count >= sources_max || with > name_bytes_max) continue;
            out[i] = true, ++count, bytes = with;
        }
    }
    return out;
}

void add_sources(const Timeline& timeline, Report& report, Redactor& redactor) {
    const std::vector<bool> shown = listed(timeline.sources);
    std::uint64_t left = 0;
    for (std::size_t i = 0; i < timeline.sources.size(); ++i) {
        const SourceSummary& source = timeline.sources[i];
        ReportSource row{{}, source.format, {}, source.bytes, source.lines, source.kept, source.let_go, source.unreadable, source.events, stamp(source.first), stamp(source.last)};
        add_to(report.total, row);
        if (!shown[i]) {
            ++left;
            continue;
        }
        row.name = redactor.line(source.name);
        row.host = redactor.line(source.host);
        report.sources.push_back(std::move(row));
    }
    report.source_count = timeline.sources.size();
    if (left > 0) report.notices.emplace_back(redactor.line("sources"), redactor.line(fmt::format("{} more were read than are listed", left)));
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

std::vector<std::uint32_t> evidence_events(const Timeline& timeline, const Diagnosis& diagnosis) {
    constexpr std::size_t events_max = 200;
    std::vector<std::uint32_t> out = diagnosis.unexplained;
    for (const Finding& finding : diagnosis.findings) {
        if (out.size() >= events_max) break;
        const std::vector<std::uint32_t> chosen = choose(timeline, finding.events);
        out.insert(out.end(), chosen.begin(), chosen.end());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

Report summarize(const Timeline& timeline, const Diagnosis& diagnosis, const RuleSet& rules, Redactor& redactor) {
    for (const Finding& finding : diagnosis.findings) {
        for (const std::uint32_t event : finding.events) redactor.learn(timeline.events[event].message);
    }
    for (const std::uint32_t event : diagnosis.unexplained) redactor.learn(timeline.events[event].message);
    for (const auto& [event, lines] : timeline.neighbours) {
        std::string text;
        for (const std::string_view line : all_lines(lines)) text.append(line) += '\n';
        redactor.learn(text);
    }
    const ErrorBlocks blocks(timeline);
    Report report;
    report.version = version_text;
    report.rules_digest = rules.digest;
    report.outcome = diagnosis.outcome;
    for (const Finding& finding : diagnosis.findings) {
        ReportFinding out = finding_of(timeline, blocks, finding, redactor);
        for (const std::uint32_t cause : finding.caused_by) {
            const std::string& id = diagnosis.findings[cause].rule->id;
            out.caused_by_index.push_back(cause);
            if (std::find(out.caused_by.begin(), out.caused_by.end(), id) == out.caused_by.end()) out.caused_by.push_back(id);
        }
        report.findings.push_back(std::move(out));
    }
    for (const std::uint32_t event : diagnosis.unexplained) report.unexplained.push_back(evidence_of(timeline, event, redactor));
    report.not_evaluated = diagnosis.not_evaluated;
    for (const Notice& notice : timeline.notices) report.notices.emplace_back(redactor.line(notice.source), redactor.line(notice.text));
    add_sources(timeline, report, redactor);
    hang_up(report.findings);
    report.roots = roots_of(report.findings);
    report.missing = missing_of(report.not_evaluated, redactor);
    report.chart = make_chart(timeline, diagnosis.findings, redactor);
    answer(report, redactor);
    report.redactions.assign(redactor.counts().begin(), redactor.counts().end());
    return report;
}

}  // namespace nixwhy
