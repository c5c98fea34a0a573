// SARIF 2.1.0 as GitHub takes it: a result stands on a file of the repository where the lines point at one, else on the
// log; the chain of causes is its thread flow. Lists end where GitHub would cut or refuse them.
#include <algorithm>
#include <map>

#include "base/json.hpp"
#include "base/text.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t results_max = 5000, flow_max = 200, related_max = 50, text_max = 1000;

// A reference by RFC 3986: relative for names as they were given, absolute for absolute paths.
std::string uri_of(const std::string& name) {
    if (name.empty() || name == "-") return "standard-input";
    const std::string path = percent_encoded(name);
    return name[0] == '/' ? "file://" + path : path;
}

Json location_of(const ReportEvidence& proof) {
    Json region = {{"startLine", std::max<std::uint64_t>(proof.line, 1)}};
    if (proof.length > 0) region["byteOffset"] = proof.offset, region["byteLength"] = proof.length;
    region["snippet"] = {{"text", valid_utf8(proof.text.str().substr(0, text_max))}};
    Json out;
    out["physicalLocation"] = {{"artifactLocation", {{"uri", uri_of(proof.source.str())}}}, {"region", region}};
    out["message"] = {{"text", proof.brief.str()}};
    return out;
}

const char* level_of(const ReportFinding& finding) {
    if (finding.role == Role::context || finding.over) return "note";
    return finding.role == Role::root && finding.confidence != Confidence::possible ? "error" : "warning";
}

std::string words_of(const ReportFinding& finding) {
    std::string out = finding.title.str() + "\n\n" + finding.why.str();
    for (std::size_t i = 0; i < finding.fix.size(); ++i) out += (i == 0 ? "\n\nWhat to do:\n" : "\n") + std::to_string(i + 1) + ". " + finding.fix[i].text.str();
    out += "\n\n" + std::string(name_of(finding.confidence));
    return finding.because.empty() ? out : out + ": " + finding.because.str();
}

// The cause first, then what followed.
void add_flow(const Report& report, std::uint32_t at, std::size_t depth, Json& steps) {
    const ReportFinding& finding = report.findings[at];
    if (steps.size() >= flow_max || depth > 20) return;
    if (!finding.evidence.empty()) {
        Json step;
        step["location"] = location_of(finding.evidence.front());
        step["location"]["message"]["text"] = finding.title.str();
        step["executionOrder"] = steps.size() + 1;
        step["nestingLevel"] = depth;
        if (!finding.evidence.front().time.empty()) step["executionTimeUtc"] = finding.evidence.front().time;
        steps.push_back(std::move(step));
    }
    for (const std::uint32_t effect : finding.effects) add_flow(report, effect, depth + 1, steps);
}

Json result_of(const Report& report, std::uint32_t index, std::size_t rule) {
    const ReportFinding& finding = report.findings[index];
    Json out;
    out["ruleId"] = finding.id;
    out["ruleIndex"] = rule;
    out["level"] = level_of(finding);
    out["message"] = {{"text", words_of(finding)}};
    out["partialFingerprints"] = {{"primaryLocationLineHash", finding.fingerprint + ":1"}, {"nixwhy/v1", finding.fingerprint}};
    out["occurrenceCount"] = std::max<std::uint64_t>(finding.count, 1);
    out["locations"] = Json::array();
    if (finding.place && finding.place->in_repository) {
        out["locations"].push_back({{"physicalLocation", {{"artifactLocation", {{"uri", percent_encoded(finding.place->path.str())}, {"uriBaseId", "SRCROOT"}}}, {"region", {{"startLine", std::max<std::uint64_t>(finding.place->line, 1)}}}}}});
    } else if (!finding.evidence.empty()) {
        out["locations"].push_back(location_of(finding.evidence.front()));
    }
    out["relatedLocations"] = Json::array();
    for (std::size_t i = 0; i < finding.evidence.size() && i < related_max; ++i) {
        Json related = location_of(finding.evidence[i]);
        related["id"] = i + 1;
        out["relatedLocations"].push_back(std::move(related));
    }
    if (finding.role == Role::root && !finding.effects.empty()) {
        Json steps = Json::array();
        add_flow(report, index, 0, steps);
        if (!steps.empty()) out["codeFlows"][0]["threadFlows"][0]["locations"] = std::move(steps);
    }
    out["properties"] = {{"role", name_of(finding.role)}, {"confidence", name_of(finding.confidence)}, {"retry", name_of(finding.retry)}, {"causedBy", finding.caused_by}, {"over", finding.over}};
    if (!finding.host.empty()) out["properties"]["host"] = finding.host.str();
    if (!finding.unit.empty()) out["properties"]["unit"] = finding.unit.str();
    return out;
}

Json rule_of(const ReportFinding& finding) {
    Json out;
    out["id"] = finding.id;
    out["shortDescription"] = {{"text", finding.title.str()}};
    out["fullDescription"] = {{"text", finding.why.str()}};
    out["help"] = {{"text", words_of(finding)}};
    out["defaultConfiguration"] = {{"level", level_of(finding)}};
    out["properties"] = {{"tags", Json::array({finding.id.substr(0, finding.id.find('.'))})},
                         {"precision", finding.confidence == Confidence::certain ? "very-high" : finding.confidence == Confidence::likely ? "high" : "medium"}};
    return out;
}

}  // namespace

std::string write_sarif(const Report& report, const WriteOptions&) {
    Json run;
    run["tool"]["driver"] = {{"name", "nixwhy"}, {"semanticVersion", report.version}, {"rules", Json::array()}};
    run["tool"]["driver"]["properties"] = {{"rules", report.rules_digest}};
    run["automationDetails"] = {{"id", "nixwhy/"}};
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = Json::array();
    std::map<std::string, std::size_t> rules;
    std::vector<std::uint32_t> order = report.roots;
    for (std::uint32_t i = 0; i < report.findings.size(); ++i) {
        if (report.findings[i].role == Role::symptom) order.push_back(i);
    }
    for (std::size_t i = 0; i < order.size() && i < results_max; ++i) {
        const ReportFinding& finding = report.findings[order[i]];
        const auto rule = rules.try_emplace(finding.id, rules.size());
        if (rule.second) run["tool"]["driver"]["rules"].push_back(rule_of(finding));
        run["results"].push_back(result_of(report, order[i], rule.first->second));
    }
    run["artifacts"] = Json::array();
    for (std::size_t i = 0; i < report.sources.size() && i < 1000; ++i) {
        const ReportSource& source = report.sources[i];
        run["artifacts"].push_back({{"location", {{"uri", uri_of(source.name.str())}}}, {"length", source.bytes}, {"roles", Json::array({"analysisTarget"})},
                                    {"properties", {{"format", source.format}, {"lines", source.lines}, {"kept", source.kept}, {"letGo", source.let_go}, {"unreadable", source.unreadable}}}});
    }
    Json call = {{"executionSuccessful", true}, {"toolExecutionNotifications", Json::array()}};
    const auto tell = [&](const char* level, const std::string& text) { call["toolExecutionNotifications"].push_back({{"level", level}, {"message", {{"text", text}}}}); };
    tell("note", report.answer.str());
    for (std::size_t i = 0; i < report.notices.size() && i < 1000; ++i) tell("warning", report.notices[i].first.str() + ": " + report.notices[i].second.str());
    for (const ReportMissing& missing : report.missing) tell("note", std::to_string(missing.rules.size()) + " rules were not evaluated without the " + missing.needs + ": " + missing.collect.text.str());
    if (order.size() > results_max) tell("warning", std::to_string(order.size() - results_max) + " more results are in --format json");
    run["invocations"].push_back(std::move(call));
    run["properties"] = {{"outcome", name_of(report.outcome)}};
    Json out;
    out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    out["version"] = "2.1.0";
    out["runs"].push_back(std::move(run));
    return json_pretty(out);
}

}  // namespace nixwhy
