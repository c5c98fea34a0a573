// The layer inside a message: klog, logrus, zap JSON, capnslog, cfssl, kernel levels, plain words. LINE and file
// of klog headers move between versions, so they are skipped, never kept.
#include <array>

#include "base/json.hpp"
#include "base/text.hpp"
#include "format/line.hpp"

namespace nixwhy {

namespace {

// `E1122 20:12:10.138044      52 main.go:221] text`
bool take_klog(Line& line) {
    std::string_view rest = trim(line.message);  // pasted logs are often indented
    if (rest.size() < 30) return false;
    const char letter = rest[0];
    if (letter != 'I' && letter != 'W' && letter != 'E' && letter != 'F') return false;
    if (!all_digits(rest.substr(1, 4)) || rest[5] != ' ') return false;
    const int month = (rest[1] - '0') * 10 + (rest[2] - '0');
    const int day = (rest[3] - '0') * 10 + (rest[4] - '0');
    rest.remove_prefix(6);
    const auto clock = take_clock(rest);
    const std::size_t end = rest.substr(0, 120).find("] ");
    if (!clock || end == std::string_view::npos || month < 1 || month > 12) return false;
    rest.remove_prefix(end + 2);
    line.inner_time = {days_from_civil(2000, static_cast<unsigned>(month), static_cast<unsigned>(day)) * 86400 * second_us + *clock, TimeKnown::no_year};
    line.level = letter == 'E' ? Level::error : letter == 'F' ? Level::fatal : letter == 'W' ? Level::warning : Level::info;
    // structured: "Message" key="value" err="..." with Go-quoted values, nested once more where an error quotes one
    line.inner = contains(rest, "\\") ? unescape(unescape(rest)) : std::string(rest);
    return true;
}

// `time="2026-..." level=error msg="..." key=value`
bool take_logrus(Line& line) {
    const std::string_view text = trim(line.message);
    const std::size_t level_at = text.find("level=");
    const std::size_t msg_at = text.find("msg=");
    if (level_at == std::string_view::npos || msg_at == std::string_view::npos || level_at > 80) return false;
    if (level_at != 0 && text.substr(0, 5) != "time=" && text.substr(0, 3) != "ts=" && text.substr(0, 2) != "t=") return false;
    std::string_view word = text.substr(level_at + 6);
    line.level = level_of_word(word.substr(0, word.find(' ')));
    const std::size_t quote = text.find('=') + 1;
    std::string_view stamp = text.substr(quote);
    take_prefix(stamp, "\"");
    if (const auto time = take_iso_time(stamp)) line.inner_time = *time;
    std::string_view msg = text.substr(msg_at + 4);
    take_prefix(msg, "\"");
    line.inner = contains(msg, "\\") ? unescape(unescape(msg)) : std::string(msg);
    return true;
}

// `{"level":"warn","ts":"...","caller":"...","msg":"...","error":"..."}`
bool take_zap(Line& line) {
    const std::string_view text = trim(line.message);
    if (text.size() < 2 || text[0] != '{') return false;
    const auto json = parse_json(text);
    if (!json || !json->is_object()) return false;
    std::string msg = json_text(*json, "msg");
    if (msg.empty()) msg = json_text(*json, "message");
    if (msg.empty()) return false;
    std::string level = json_text(*json, "level");
    if (level.empty()) level = json_text(*json, "severity");
    line.level = level_of_word(level);
    for (const char* name : {"ts", "time", "timestamp"}) {
        const std::string stamp = json_text(*json, name);
        std::string_view rest = stamp;
        if (const auto time = take_iso_time(rest)) line.inner_time = *time;
    }
    line.inner = msg;
    for (const auto& [name, value] : json->items()) {
        if (name == "msg" || name == "message" || name == "ts" || name == "caller" || name == "level") continue;
        line.inner += " " + name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
    }
    return true;
}

// `2022-07-03 00:41:30.498 E | etcdserver: text` and cfssl's `2026/11/22 19:20:15 [ERROR] text`
bool take_dated(Line& line) {
    std::string_view rest = trim(line.message);
    const auto time = take_iso_time(rest);
    if (!time) return false;
    line.inner_time = *time;
    take_prefix(rest, " ");
    if (rest.size() > 4 && rest.substr(1, 3) == " | ") {
        const char letter = rest[0];
        line.level = letter == 'E' ? Level::error : letter == 'C' ? Level::fatal : letter == 'W' ? Level::warning : Level::info;
        rest.remove_prefix(4);
    } else if (!rest.empty() && rest[0] == '[') {
        const std::size_t end = rest.find(']');
        if (end != std::string_view::npos && end < 12) {
            const Level level = level_of_word(rest.substr(1, end - 1));
            if (level != Level::unknown) line.level = level;
            rest.remove_prefix(end + 1);
            take_prefix(rest, " ");
        }
    } else {
        const std::string_view word = rest.substr(0, rest.find_first_of(" \t:"));
        const Level level = level_of_word(word);
        if (level != Level::unknown) line.level = level;
    }
    line.inner = std::string(rest);
    return true;
}

struct Opening {
    std::string_view text;
    Level level;
};

// How a line without a formal level begins when it means one.
constexpr std::array<Opening, 26> openings{{
    {"error:", Level::error}, {"Error:", Level::error}, {"ERROR:", Level::error}, {"ERROR ", Level::error}, {"[ERROR]", Level::error},
    {"error ", Level::error}, {"##[error]", Level::error}, {"fatal:", Level::fatal}, {"FATAL:", Level::fatal}, {"FATAL ", Level::fatal}, {"[FATAL]", Level::fatal},
    {"panic:", Level::fatal}, {"PANIC", Level::fatal}, {"CRITICAL", Level::fatal}, {"warning:", Level::warning}, {"Warning:", Level::warning},
    {"WARNING", Level::warning}, {"WARN", Level::warning}, {"[WARN", Level::warning}, {"##[warning]", Level::warning}, {"evaluation warning:", Level::warning},
    {"trace: warning:", Level::warning}, {"note:", Level::info}, {"INFO", Level::info}, {"[INFO]", Level::info}, {"DEBUG", Level::debug}}};

// nix hands on what another nix said: "error: build of 'X' on 'ssh://h' failed: MESSAGE", "error: cannot open connection
// to remote store 'daemon': MESSAGE". Empty where it does not.
std::string nested_error(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> wrappers{{
        {"error: build of '", "' failed: "}, {"error: cannot build on '", "': "},
        {"error: cannot open connection to remote store '", "': "}, {"error: while setting up the build environment", ": "}}};
    std::string out;
    for (const auto& [opening, closing] : wrappers) {
        if (text.substr(0, opening.size()) != opening) continue;
        const std::size_t end = text.find(closing, opening.size());
        if (end == std::string_view::npos) continue;
        std::string_view rest = text.substr(end + closing.size());
        take_prefix(rest, "error: ");
        out = "error: " + std::string(rest);
        text = out;
    }
    return out;
}

}  // namespace

std::string_view name_of(Level level) {
    constexpr std::array<std::string_view, 7> names{"unknown", "debug", "info", "notice", "warning", "error", "fatal"};
    return names[static_cast<std::size_t>(level)];
}

Level level_of_word(std::string_view word) {
    const std::string name = lower(word);
    if (name == "error" || name == "err" || name == "eror") return Level::error;
    if (name == "fatal" || name == "panic" || name == "critical" || name == "crit" || name == "alert" || name == "emerg" || name == "dpanic") return Level::fatal;
    if (name == "warning" || name == "warn") return Level::warning;
    if (name == "notice") return Level::notice;
    if (name == "info" || name == "information") return Level::info;
    if (name == "debug" || name == "trace") return Level::debug;
    return Level::unknown;
}

void decode_payload(Line& line) {
    const Level outer = line.level;
    if (take_klog(line)) {
        line.payload = "klog";
    } else if (take_logrus(line)) {
        line.payload = "logrus";
    } else if (take_zap(line)) {
        line.payload = "json";
    } else if (take_dated(line)) {
        line.payload = "dated";
    } else {
        std::string_view text = trim(line.message);
        take_prefix(text, "> ");  // the log tail inside a nix error block
        for (const Opening& opening : openings) {
            if (text.substr(0, opening.text.size()) == opening.text) {
                line.level = opening.level;
                break;
            }
        }
        if (line.level == Level::unknown) line.level = outer;
        line.inner = nested_error(text);
    }
    if (line.inner == line.message) line.inner.clear();
    if (line.time.known == TimeKnown::none) {
        line.time = line.inner_time;
        line.inner_time = {};
    }
}

}  // namespace nixwhy
