// The JSON report of the contract: docs/report.schema.json describes it, a test holds the two together.
#include "base/json.hpp"

#include "report/writers.hpp"

namespace nixwhy {

namespace {

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json or_null(const Safe& text) { return or_null(text.str()); }

Json texts(const std::vector<Safe>& list) {
    Json out = Json::array();
    for (const Safe& one : list) out.push_back(one.str());
    return out;
}

Json texts(const std::vector<ReportStep>& list) {
    Json out = Json::array();
    for (const ReportStep& one : list) out.push_back(one.text.str());
    return out;
}

Json neighbours_json(const std::vector<ReportNeighbour>& lines) {
    Json out = Json::array();
    for (const ReportNeighbour& line : lines) out.push_back({{"line", line.line}, {"text", line.text.str()}});
    return out;
}

Json evidence_json(const ReportEvidence& evidence) {
    Json out;
    out["source"] = evidence.source.str();
    out["line"] = evidence.line;
    out["offset"] = evidence.offset;
    out["length"] = evidence.length;
    out["time"] = or_null(evidence.time);
    out["host"] = or_null(evidence.host);
    out["unit"] = or_null(evidence.unit);
    out["text"] = evidence.text.str();
    if (!evidence.before.empty()) out["before"] = neighbours_json(evidence.before);
    if (!evidence.after.empty()) out["after"] = neighbours_json(evidence.after);
    return out;
}

Json finding_json(const ReportFinding& finding) {
    Json out;
    out["id"] = finding.id;
    out["role"] = name_of(finding.role);
    out["title"] = finding.title.str();
    out["why"] = finding.why.str();
    out["check"] = texts(finding.check);
    out["fix"] = texts(finding.fix);
    out["retry"] = name_of(finding.retry);
    out["confidence"] = name_of(finding.confidence);
    out["because"] = finding.because.str();
    out["caused_by"] = finding.caused_by;
    out["fingerprint"] = finding.fingerprint;
    out["count"] = finding.count;
    out["first"] = or_null(finding.first);
    out["last"] = or_null(finding.last);
    out["over"] = finding.over;
    out["resolved"] = or_null(finding.resolved);
    out["host"] = or_null(finding.host);
    out["unit"] = or_null(finding.unit);
    out["captures"] = Json::object();
    for (const auto& [name, value] : finding.captures) out["captures"][name] = value.str();
    out["place"] = nullptr;
    if (finding.place) out["place"] = {{"path", finding.place->path.str()}, {"line", finding.place->line == 0 ? Json() : Json(finding.place->line)}, {"in_repository", finding.place->in_repository}};
    out["evidence"] = Json::array();
    for (const ReportEvidence& evidence : finding.evidence) out["evidence"].push_back(evidence_json(evidence));
    out["references"] = texts(finding.references);
    return out;
}

// Everything but the findings.
Json run_json(const Report& report) {
    Json out;
    out["version"] = 1;
    out["tool"] = {{"name", "nixwhy"}, {"version", report.version}, {"rules", report.rules_digest}};
    out["outcome"] = name_of(report.outcome);
    out["findings"] = Json::array();
    out["unexplained"] = Json::array();
    for (const ReportEvidence& evidence : report.unexplained) out["unexplained"].push_back(evidence_json(evidence));
    out["not_evaluated"] = Json::array();
    for (const NotEvaluated& rule : report.not_evaluated) out["not_evaluated"].push_back({{"id", rule.id}, {"needs", rule.needs}});
    out["sources"] = Json::array();
    for (const ReportSource& source : report.sources) {
        out["sources"].push_back({{"name", source.name.str()}, {"format", source.format}, {"host", or_null(source.host)},
                                  {"bytes", source.bytes}, {"lines", source.lines}, {"events", source.events}, {"kept", source.kept},
                                  {"let_go", source.let_go}, {"unreadable", source.unreadable},
                                  {"first", or_null(source.first)}, {"last", or_null(source.last)}});
    }
    out["notices"] = Json::array();
    for (const auto& [source, text] : report.notices) out["notices"].push_back({{"source", source.str()}, {"text", text.str()}});
    out["redactions"] = Json::object();
    for (const auto& [name, count] : report.redactions) out["redactions"][name] = count;
    return out;
}

}  // namespace

std::string write_json(const Report& report, const WriteOptions&) {
    Json out = run_json(report);
    for (const ReportFinding& finding : report.findings) out["findings"].push_back(finding_json(finding));
    return json_pretty(out);
}

std::string write_jsonl(const Report& report, const WriteOptions&) {
    Json run = run_json(report);
    run.erase("findings");
    std::string out = json_line(run) + "\n";
    for (const ReportFinding& finding : report.findings) out += json_line(finding_json(finding)) + "\n";
    return out;
}

}  // namespace nixwhy
