// The table of formats, and JSON; docs/compare.md describes it.
#include "compare/writers.hpp"

#include "base/json.hpp"

namespace nixwhy {

namespace {

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json line_json(const ComparedLine& line) {
    return {{"source", line.source.str()}, {"line", line.line}, {"time", or_null(line.time)}, {"speaker", or_null(line.speaker.str())}, {"text", line.text.str()}, {"count", line.count}, {"failure", line.failure}};
}

Json line_or_null(const std::optional<ComparedLine>& line) { return line ? line_json(*line) : Json(nullptr); }

Json lines_json(const std::vector<ComparedLine>& lines) {
    Json out = Json::array();
    for (const ComparedLine& line : lines) out.push_back(line_json(line));
    return out;
}

Json difference_json(const ReportDifference& one, const char* a, const char* b) {
    return {{"fact", one.fact.str()}, {a, one.failed.str()}, {b, one.worked.str()}, {"breaks", or_null(one.breaks)}, {"remedy", or_null(one.remedy)}, {"weight", one.weight}};
}

Json log_json(const ComparedLog& log) {
    Json out{{"failed", or_null(log.failed.str())}, {"worked", or_null(log.worked.str())}, {"failed_lines", log.failed_lines}, {"worked_lines", log.worked_lines}, {"same", log.same}, {"parting", nullptr}};
    if (log.parting) out["parting"] = {{"common", line_or_null(log.parting->common)}, {"failed", line_or_null(log.parting->failed)}, {"worked", line_or_null(log.parting->worked)}};
    return out;
}

}  // namespace

const std::vector<ComparisonWriter>& comparison_writers() {
    static const std::vector<ComparisonWriter> table{
        {"terminal", write_comparison_terminal, write_environments_terminal},
        {"markdown", write_comparison_markdown, write_environments_markdown},
        {"html", write_comparison_html, write_environments_html},
        {"json", write_comparison_json, write_environments_json},
        {"snapshot", nullptr, write_environments_snapshot},
    };
    return table;
}

const ComparisonWriter* find_comparison_writer(std::string_view name) {
    for (const ComparisonWriter& writer : comparison_writers()) {
        if (writer.name == name) return &writer;
    }
    return nullptr;
}

std::string write_comparison_json(const Comparison& comparison, const WriteOptions& options) {
    Json out{{"version", 1}, {"tool", {{"name", "nixwhy"}, {"version", comparison.version}, {"rules", comparison.rules_digest}}}, {"conclusion", name_of(comparison.conclusion)}};
    out["causes"] = Json::array();
    for (const Pointed& cause : comparison.causes) {
        Json facts = Json::array();
        for (const std::uint32_t d : cause.differences) facts.push_back(comparison.differences[d].fact.str());
        const ReportFinding& finding = comparison.failed.findings[cause.finding];
        out["causes"].push_back({{"id", finding.id}, {"title", finding.title.str()}, {"differences", facts}});
    }
    out["in_both"] = Json::array();
    for (const std::uint32_t i : comparison.in_both) out["in_both"].push_back(comparison.failed.findings[i].id);
    out["cautions"] = Json::array();
    for (const Safe& caution : comparison.cautions) out["cautions"].push_back(caution.str());
    out["logs"] = Json::array();
    for (const ComparedLog& log : comparison.logs) out["logs"].push_back(log_json(log));
    out["only_failed"] = lines_json(comparison.only_failed);
    out["only_failed_count"] = comparison.only_failed_count;
    out["only_worked"] = lines_json(comparison.only_worked);
    out["only_worked_count"] = comparison.only_worked_count;
    out["differences"] = Json::array();
    for (const ReportDifference& one : comparison.differences) out["differences"].push_back(difference_json(one, "failed", "worked"));
    out["failed"] = *parse_json(write_json(comparison.failed, options));
    out["worked"] = *parse_json(write_json(comparison.worked, options));
    return json_pretty(out);
}

std::string write_environments_json(const Environments& environments, const WriteOptions&) {
    Json out{{"version", 1}, {"tool", {{"name", "nixwhy"}, {"version", environments.version}}}, {"host", or_null(environments.host.str())}};
    out["environments"] = Json::array();
    for (const EnvironmentRow& row : environments.rows) out["environments"].push_back({{"name", row.name}, {"how", or_null(row.how.str())}, {"missing", or_null(row.missing.str())}});
    out["facts_compared"] = environments.looked_at;
    out["pairs"] = Json::array();
    for (const EnvironmentPair& pair : environments.pairs) {
        Json list = Json::array();
        for (const ReportDifference& one : pair.differences) list.push_back(difference_json(one, "from", "to"));
        out["pairs"].push_back({{"from", pair.from}, {"to", pair.to}, {"differences", list}});
    }
    return json_pretty(out);
}

std::string write_environments_snapshot(const Environments& environments, const WriteOptions&) {
    Snapshot out;
    out.phase = "now";
    out.host = environments.host.str();
    out.machine = environments.machine;
    out.taken_us = environments.taken_us;
    if (!environments.pairs.empty()) {
        for (const ReportDifference& one : environments.pairs[0].differences) out.facts["differs:" + one.fact.str()] = one.failed.str() + ", where it worked: " + one.worked.str();
    }
    return snapshot_text(out);
}

}  // namespace nixwhy
