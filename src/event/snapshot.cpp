// Written line by line, so that a fact can be cited as a line of its file like any other evidence.
#include "event/snapshot.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/time.hpp"

namespace nixwhy {

namespace {

constexpr std::string_view snapshot_mark = "\"format\": \"nixwhy snapshot 1\"";
constexpr std::string_view manifest_mark = "\"format\": \"nixwhy bundle 1\"";

bool opens_with(std::string_view head, std::string_view mark) {
    return !head.empty() && head[0] == '{' && contains(head.substr(0, 128), mark);
}

bool is_value(const FactValue& value) {
    if (value.is_array()) return std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_string(); });
    return value.is_null() || value.is_boolean() || value.is_number_integer() || value.is_string();
}

}  // namespace

std::string snapshot_text(const Snapshot& snapshot) {
    std::string out = "{\n" + std::string(snapshot_mark) + ",\n";
    const auto member = [&](const char* name, const std::string& value) { out += "\"" + std::string(name) + "\": " + json_line(value) + ",\n"; };
    member("host", snapshot.host);
    member("machine", snapshot.machine);
    member("collection", snapshot.collection);
    member("phase", snapshot.phase);
    member("taken", rfc3339(snapshot.taken_us));
    out += "\"facts\": {\n";
    bool first = true;
    for (const auto& [name, value] : snapshot.facts) {
        if (!first) out += ",\n";
        first = false;
        out += json_line(name) + ": " + json_line(value);
    }
    return out + "\n}\n}\n";
}

std::optional<Snapshot> read_snapshot(std::string_view text) {
    if (!is_snapshot(text)) return std::nullopt;
    const std::optional<Json> json = parse_json(text, 8);
    if (!json || !json->is_object()) return std::nullopt;
    Snapshot out{json_text(*json, "host"), json_text(*json, "machine"), json_text(*json, "collection"), json_text(*json, "phase"), 0, {}};
    const std::string taken = json_text(*json, "taken");
    std::string_view rest = taken;
    if (const auto time = take_iso_time(rest)) out.taken_us = time->us;
    const auto facts = json->find("facts");
    if (facts == json->end() || !facts->is_object()) return std::nullopt;
    for (const auto& [name, value] : facts->items()) {
        if (is_value(value)) out.facts[name] = value;
    }
    return out;
}

bool is_snapshot(std::string_view head) { return opens_with(head, snapshot_mark); }
bool is_manifest(std::string_view head) { return opens_with(head, manifest_mark); }

std::string fact_text(const FactValue& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_null()) return {};
    if (!value.is_array()) return value.dump();
    std::string out;
    for (const Json& one : value) out += (out.empty() ? "" : " ") + one.get<std::string>();
    return out;
}

}  // namespace nixwhy
