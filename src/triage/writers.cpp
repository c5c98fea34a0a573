// The table of formats; parts, JSON lines and JSON, which leave nothing out.
#include "triage/writers.hpp"

#include <fmt/core.h>

#include "base/json.hpp"

namespace nixwhy {

namespace {

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json group_json(const char* type, const RunGroup& group, const Triage& triage) {
    Json out{{"type", type}};
    if (!group.rule.empty()) out["rule"] = group.rule.str();
    out[group.rule.empty() ? "name" : "fingerprint"] = group.fingerprint.str();
    out[group.rule.empty() ? "wording" : "title"] = group.title.str();
    out["runs"] = group.runs;
    out["share"] = triage.runs == 0 ? 0.0 : static_cast<double>(group.runs * 10'000 / triage.runs) / 10'000;
    out["hosts"] = group.hosts;
    out["first"] = or_null(group.first);
    out["last"] = or_null(group.last);
    out["example"] = {{"run", group.run.str()}, {"source", group.source.str()}, {"line", group.line}, {"text", group.text.str()}};
    if (!group.news.empty()) out["news"] = group.news, out["since"] = or_null(group.since);
    return out;
}

Json totals_json(const Triage& triage) {
    return {{"type", "totals"},          {"tool", {{"name", "nixwhy"}, {"version", triage.version}, {"rules", triage.rules}}},
            {"runs", triage.runs},       {"explained", triage.explained},
            {"unexplained", triage.unexplained}, {"no_failure", triage.no_failure},
            {"unread", triage.unread},   {"cut", triage.cut},
            {"bytes", triage.bytes},     {"lines", triage.lines},
            {"first", or_null(triage.first)}, {"last", or_null(triage.last)}};
}

std::string write_triage_jsonl(const Triage& triage, const std::vector<RunRecord>& records, const WriteOptions&) {
    std::string out;
    for (const RunRecord& record : records) out += record_line(record) + "\n";
    for (const RunGroup& group : triage.causes) out += json_line(group_json("cause", group, triage)) + "\n";
    for (const RunGroup& group : triage.wordings) out += json_line(group_json("wording", group, triage)) + "\n";
    return out + json_line(totals_json(triage)) + "\n";
}

std::string write_triage_json(const Triage& triage, const std::vector<RunRecord>& records, const WriteOptions&) {
    Json out = totals_json(triage);
    out.erase("type");
    out["causes"] = Json::array();
    out["wordings"] = Json::array();
    out["troubled"] = Json::array();
    for (const RunGroup& group : triage.causes) out["causes"].push_back(group_json("cause", group, triage));
    for (const RunGroup& group : triage.wordings) out["wordings"].push_back(group_json("wording", group, triage));
    for (const RunRecord& record : records) {
        if (record.reading != Reading::whole) out["troubled"].push_back({{"run", record.run.str()}, {"note", record.note.str()}});
    }
    return json_pretty(out);
}

}  // namespace

const std::vector<TriageWriter>& triage_writers() {
    static const std::vector<TriageWriter> table{
        {"terminal", [](const Triage& triage, const std::vector<RunRecord>&, const WriteOptions& options) { return write_triage_terminal(triage, options); }},
        {"markdown", [](const Triage& triage, const std::vector<RunRecord>&, const WriteOptions& options) { return write_triage_markdown(triage, options); }},
        {"html", [](const Triage& triage, const std::vector<RunRecord>&, const WriteOptions& options) { return write_triage_html(triage, options); }},
        {"json", write_triage_json},
        {"jsonl", write_triage_jsonl},
        {"partial", [](const Triage&, const std::vector<RunRecord>& records, const WriteOptions&) { return write_part(records); }},
    };
    return table;
}

const TriageWriter* find_triage_writer(std::string_view name) {
    for (const TriageWriter& writer : triage_writers()) {
        if (writer.name == name) return &writer;
    }
    return nullptr;
}

std::string share_of(const RunGroup& group, const Triage& triage) {
    return triage.runs == 0 ? std::string() : fmt::format("{:.1f}%", 100.0 * static_cast<double>(group.runs) / static_cast<double>(triage.runs));
}

std::string totals_of(const Triage& triage) {
    const auto several = [](std::uint64_t count, const char* word) { return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s"); };
    return fmt::format("{}: {} explained by {}, {} unexplained in {}, {} without failure, {} not read{}", several(triage.runs, "run"), triage.explained, several(triage.causes.size(), "cause"),
                       triage.unexplained, several(triage.wordings.size(), "wording"), triage.no_failure, triage.unread, triage.cut > 0 ? fmt::format(", {} not read to the end", triage.cut) : "");
}

}  // namespace nixwhy
