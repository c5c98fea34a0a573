// See record.hpp. The order of a record's members is its order on disk: records are compared as text.
#include "triage/record.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/json.hpp"
#include "base/text.hpp"
#include "triage/wording.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t text_max = 500;

std::string_view name_of(Reading reading) {
    switch (reading) {
        case Reading::unread: return "unread";
        case Reading::cut: return "cut";
        case Reading::whole: return "whole";
    }
    return "";
}

std::string_view cut_text(std::string_view text) {
    std::size_t end = std::min(text.size(), text_max);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

RunCause cause_of(const ReportFinding& finding, Redactor& redactor) {
    RunCause cause{redactor.line(finding.id), redactor.line(finding.fingerprint), finding.title, {}, 0, {}};
    if (!finding.evidence.empty()) {
        const ReportEvidence& proof = finding.evidence.front();
        cause.source = proof.source;
        cause.line = proof.line;
        cause.text = redactor.line(cut_text(proof.brief.str()));
    }
    return cause;
}

// Of the lines that prove `finding` the first that speaks of a failure, else the first: a sequence begins with harmless ones.
const ReportEvidence& telling_proof(const ReportFinding& finding) {
    constexpr std::array<std::string_view, 8> words{"error", "fail", "fatal", "cannot", "can't", "could not", "denied", "not found"};
    const auto speaks = [&](const ReportEvidence& proof) {
        const std::string text = lower(proof.brief.str());
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return contains(text, word); });
    };
    const auto found = std::find_if(finding.evidence.begin(), finding.evidence.end(), speaks);
    return found == finding.evidence.end() ? finding.evidence.front() : *found;
}

bool is_meta(const ReportFinding& finding) { return finding.id.rfind("meta.", 0) == 0; }

// The lines of a failure that no rule recognised, those that say most first.
std::vector<const ReportEvidence*> unrecognised(const Report& report) {
    std::vector<const ReportEvidence*> out;
    for (const ReportFinding& finding : report.findings) {
        if (is_meta(finding) && finding.role != Role::context && finding.kind != Kind::root && !finding.evidence.empty()) out.push_back(&telling_proof(finding));
    }
    for (const ReportEvidence& proof : report.unexplained) out.push_back(&proof);
    return out;
}

void add_wording(const Report& report, RunRecord& record, Redactor& redactor) {
    for (const ReportEvidence* proof : unrecognised(report)) {
        const std::string wording = wording_of(proof->brief.str());
        if (record.text.empty() || !wording.empty()) {
            record.source = proof->source;
            record.line = proof->line;
            record.text = redactor.line(cut_text(proof->brief.str()));
        }
        if (wording.empty()) continue;
        record.wording = redactor.line(cut_text(wording));
        return;
    }
    record.wording = redactor.line("no line tells");
}

// Roots that say why, else those that are over. An envelope ("Process completed with exit code 1") counts only where no
// line of the run says more.
std::vector<const ReportFinding*> causes_of(const Report& report) {
    std::vector<const ReportFinding*> living, over, envelopes;
    for (const std::uint32_t root : report.roots) {
        const ReportFinding& finding = report.findings[root];
        (finding.kind != Kind::root ? envelopes : finding.over ? over : living).push_back(&finding);
    }
    if (living.empty()) living = std::move(over);
    return living.empty() && unrecognised(report).empty() ? envelopes : living;
}

Json cause_json(const RunCause& cause) {
    return {{"rule", cause.rule.str()}, {"fingerprint", cause.fingerprint.str()}, {"title", cause.title.str()}, {"source", cause.source.str()}, {"line", cause.line}, {"text", cause.text.str()}};
}

std::uint64_t count_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

RunRecord record_of(const std::string& run, const Report& report, Redactor& redactor) {
    RunRecord record;
    record.run = redactor.line(run);
    record.rules = redactor.line(report.rules_digest);
    record.bytes = report.total.bytes;
    record.lines = report.total.lines;
    record.time = redactor.line(report.total.last);
    for (const ReportSource& source : report.sources) {
        if (record.host.empty()) record.host = source.host;
    }
    if (report.outcome == Outcome::no_failure) return record;
    for (const ReportFinding* finding : causes_of(report)) {
        const auto same = [&](const RunCause& cause) { return cause.fingerprint.str() == finding->fingerprint; };
        if (record.causes.size() >= RunRecord::causes_max || std::any_of(record.causes.begin(), record.causes.end(), same)) continue;
        if (record.causes.empty()) {
            if (!finding->host.empty()) record.host = finding->host;
            if (!finding->first.empty()) record.time = redactor.line(finding->first);
        }
        record.causes.push_back(cause_of(*finding, redactor));
    }
    record.outcome = record.causes.empty() ? Outcome::unexplained : Outcome::explained;
    if (record.causes.empty()) add_wording(report, record, redactor);
    return record;
}

RunRecord unread_record(const std::string& run, const std::string& rules, const std::string& why, Redactor& redactor) {
    RunRecord record;
    record.run = redactor.line(run);
    record.rules = redactor.line(rules);
    record.reading = Reading::unread;
    record.note = redactor.line(cut_text(why));
    return record;
}

std::string record_line(const RunRecord& record) {
    Json out;
    out["type"] = "run";
    out["run"] = record.run.str();
    out["rules"] = record.rules.str();
    out["outcome"] = record.reading == Reading::unread ? std::string_view("unread") : name_of(record.outcome);
    out["reading"] = name_of(record.reading);
    if (!record.note.empty()) out["note"] = record.note.str();
    out["host"] = record.host.empty() ? Json() : Json(record.host.str());
    out["time"] = record.time.empty() ? Json() : Json(record.time.str());
    out["bytes"] = record.bytes;
    out["lines"] = record.lines;
    out["causes"] = Json::array();
    for (const RunCause& cause : record.causes) out["causes"].push_back(cause_json(cause));
    if (!record.wording.empty()) {
        out["wording"] = record.wording.str();
        out["source"] = record.source.str();
        out["line"] = record.line;
        out["text"] = record.text.str();
    }
    return json_line(out);
}

std::optional<RunRecord> read_record(std::string_view line) {
    const auto json = parse_json(line, 4);
    if (!json || json_text(*json, "type") != "run" || json_text(*json, "run").empty()) return std::nullopt;
    Redactor redactor;
    const auto text = [&](const Json& object, const char* name) { return redactor.line(json_text(object, name)); };
    RunRecord record;
    record.run = text(*json, "run");
    record.rules = text(*json, "rules");
    const std::string outcome = json_text(*json, "outcome"), reading = json_text(*json, "reading");
    record.outcome = outcome == "explained" ? Outcome::explained : outcome == "unexplained" ? Outcome::unexplained : Outcome::no_failure;
    record.reading = reading == "unread" ? Reading::unread : reading == "cut" ? Reading::cut : Reading::whole;
    record.note = text(*json, "note");
    record.host = text(*json, "host");
    record.time = text(*json, "time");
    record.bytes = count_of(*json, "bytes");
    record.lines = count_of(*json, "lines");
    const auto causes = json->find("causes");
    if (causes != json->end() && causes->is_array()) {
        for (const Json& cause : *causes) {
            if (!cause.is_object() || record.causes.size() >= RunRecord::causes_max) continue;
            record.causes.push_back({text(cause, "rule"), text(cause, "fingerprint"), text(cause, "title"), text(cause, "source"), count_of(cause, "line"), text(cause, "text")});
        }
    }
    record.wording = text(*json, "wording");
    record.source = text(*json, "source");
    record.line = count_of(*json, "line");
    record.text = text(*json, "text");
    return record;
}

bool tells_less(const RunRecord& a, const RunRecord& b) {
    const std::string text_a = record_line(a), text_b = record_line(b);
    return std::make_tuple(a.reading, a.lines, std::string_view(text_a)) < std::make_tuple(b.reading, b.lines, std::string_view(text_b));
}

}  // namespace nixwhy
