// Records with named fields: the journal's, nix's internal-json, and structured log lines of programs.
#include <array>
#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "format/line.hpp"

namespace nixwhy {

namespace {

constexpr std::array<std::string_view, 17> journal_fields{
    "MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "_COMM", "_SYSTEMD_UNIT", "UNIT", "USER_UNIT", "_SYSTEMD_USER_UNIT", "_HOSTNAME",
    "_BOOT_ID", "_MACHINE_ID", "_TRANSPORT", "CONTAINER_NAME", "__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP",
    "CONTAINER_TAG", "OBJECT_SYSTEMD_UNIT"};

Level level_of_priority(std::string_view priority) {
    constexpr std::array<Level, 8> levels{Level::fatal, Level::fatal, Level::fatal, Level::error,
                                          Level::warning, Level::notice, Level::info, Level::debug};
    if (priority.size() != 1 || priority[0] < '0' || priority[0] > '7') return Level::unknown;
    // What a service prints is recorded as "info" whatever it says; only a louder priority tells something.
    const Level level = levels[static_cast<std::size_t>(priority[0] - '0')];
    return level >= Level::warning ? level : Level::unknown;
}

// journalctl -o json: a value is a text, an array of bytes, an array of such (repeated field), or null (too long).
std::string json_field(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array() || value.empty()) return {};
    if (!value[0].is_number()) return json_field(value[0]);
    std::string bytes;
    for (const Json& byte : value) {
        if (byte.is_number_integer()) bytes += static_cast<char>(byte.get<int>() & 0xFF);
    }
    return bytes;
}

void read_stamp(const std::string& text, Time& time) {
    std::string_view rest = text;
    long long us = 0;
    if (take_number(rest, us)) time = {us, TimeKnown::full};
}

}  // namespace

bool is_journal_field(std::string_view name) {
    return std::find(journal_fields.begin(), journal_fields.end(), name) != journal_fields.end();
}

Line decode_fields(const std::vector<std::pair<std::string, std::string>>& fields) {
    Line line;
    line.format = "journal";
    line.kind = "journal";
    std::string own_unit, about_unit, comm;
    Time received;
    for (const auto& [name, value] : fields) {
        if (name == "MESSAGE") {
            if (line.message.empty()) line.message = has_terminal(value) ? strip_terminal(value) : value;
        } else if (name == "PRIORITY") {
            line.level = level_of_priority(value);
        } else if (name == "SYSLOG_IDENTIFIER") {
            line.identifier = value;
        } else if (name == "_COMM") {
            comm = value;
        } else if (name == "_SYSTEMD_UNIT" || name == "_SYSTEMD_USER_UNIT") {
            // user services live inside user@N.service; their own name says more
            if (own_unit.empty() || name == "_SYSTEMD_USER_UNIT") own_unit = value;
        } else if (name == "UNIT" || name == "USER_UNIT" || name == "OBJECT_SYSTEMD_UNIT") {
            about_unit = value;
        } else if (name == "_HOSTNAME") {
            line.host = value;
        } else if (name == "_BOOT_ID") {
            line.boot = value;
        } else if (name == "_MACHINE_ID") {
            line.machine = value;
        } else if (name == "_TRANSPORT") {
            if (value == "kernel") line.kind = "kernel";
        } else if (name == "CONTAINER_NAME") {
            if (line.identifier.empty()) line.identifier = value;
        } else if (name == "__REALTIME_TIMESTAMP") {
            read_stamp(value, received);
        } else if (name == "_SOURCE_REALTIME_TIMESTAMP") {
            read_stamp(value, line.time);  // when it was written, as journalctl shows it
        }
    }
    if (line.time.known == TimeKnown::none) line.time = received;
    if (line.identifier.empty()) line.identifier = comm;
    line.unit = about_unit.empty() ? own_unit : about_unit;
    if (line.unit == "init.scope") line.unit.clear();
    decode_payload(line);
    return line;
}

bool decode_json_line(std::string_view raw, Line& line) {
    std::string_view text = trim(raw);
    take_prefix(text, "data: ");  // the HTTP gateway's event stream
    if (text.size() < 12 || text[0] != '{' || text.find("\"MESSAGE\"") == std::string_view::npos) return false;
    const auto json = parse_json(text);
    if (!json || !json->is_object()) return false;
    std::vector<std::pair<std::string, std::string>> fields;
    for (const auto& [name, value] : json->items()) {
        if (is_journal_field(name)) fields.emplace_back(name, json_field(value));
    }
    line = decode_fields(fields);
    line.format = "journal-json";
    return true;
}

bool decode_internal_json(std::string_view raw, Line& line) {
    if (!take_prefix(raw, "@nix {")) return false;
    const auto json = parse_json(std::string("{") + std::string(raw));
    if (!json || !json->is_object()) return false;
    line.format = "nix-internal-json";
    line.kind = "nix";
    line.separator = true;
    const std::string action = json_text(*json, "action");
    if (action == "msg") {
        line.message = strip_terminal(json_text(*json, "msg"));
        line.separator = false;
    } else if (action == "result") {
        const auto type = json->find("type");
        const auto fields = json->find("fields");
        if (type == json->end() || fields == json->end() || !type->is_number() || !fields->is_array() || fields->empty()) return true;
        if ((type->get<int>() == 101 || type->get<int>() == 107) && (*fields)[0].is_string()) {
            line.message = strip_terminal((*fields)[0].get<std::string>());
            line.separator = false;
        }
    }
    return true;
}

bool starts_nix_block(std::string_view message) {
    std::string_view text = message;
    while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
    return text.substr(0, 6) == "error:";
}

bool continues_nix_block(std::string_view message) {
    if (message.empty()) return true;
    if (message[0] == ' ' || message[0] == '\t') return true;
    static constexpr std::array<std::string_view, 11> openings{"at:", "\xE2\x80\xA6", "Failed assertions", "- ", "(stack trace truncated", "(use ",
                                                             "Did you mean", "last ", "For full logs", "while ", "Try 'nix"};
    return std::any_of(openings.begin(), openings.end(),
                       [&](std::string_view opening) { return message.substr(0, opening.size()) == opening; });
}

}  // namespace nixwhy
