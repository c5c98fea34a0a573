// The prefixes that collectors put before a message: CI timestamps, NixOS test drivers, container runtimes, and
// every short form of journalctl.
#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "format/line.hpp"

namespace nixwhy {

namespace {

std::string_view cut_word(std::string_view& text) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return word;
}

bool is_name(std::string_view word) {
    // "--- FAIL: TestParse" is no line of a host called "---"
    if (word.empty() || word.size() > 255 || word[0] == '-' || word[0] == '.') return false;
    return std::all_of(word.begin(), word.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

// `IDENT[PID]: ` or `IDENT: ` into line.identifier; identifiers may hold spaces and brackets, "(udev-worker)".
bool take_identifier(std::string_view& text, Line& line) {
    const std::size_t colon = text.find(": ");
    std::size_t end = colon;
    if (end == std::string_view::npos && !text.empty() && text.back() == ':') end = text.size() - 1;
    if (end == std::string_view::npos || end == 0 || end > 128) return false;
    std::string_view name = text.substr(0, end);
    if (name.back() == ']') {
        const std::size_t open = name.rfind('[');
        if (open != std::string_view::npos && all_digits(name.substr(open + 1, name.size() - open - 2))) name = name.substr(0, open);
    } else if (contains(name, " ")) {
        return false;
    }
    line.identifier = std::string(name);
    text.remove_prefix(std::min(end + 2, text.size()));
    return true;
}

// `IDENT[PID]: MESSAGE` where a paste or a console left out the host. `make[2]: ***` is no line of a program "make".
bool take_bare_identifier(std::string_view& text, Line& line) {
    const std::size_t open = text.find('[');
    if (open == std::string_view::npos || open == 0 || open > 64) return false;
    const std::size_t close = text.find("]: ", open);
    if (close == std::string_view::npos || close - open > 8) return false;
    const std::string_view name = text.substr(0, open), pid = text.substr(open + 1, close - open - 1);
    const bool word = std::all_of(name.begin(), name.end(), [](char c) { return is_name(std::string_view(&c, 1)) || c == '-' || c == '.' || c == '@' || c == '(' || c == ')'; });
    if (!word || !all_digits(pid) || (pid.size() < 2 && name != "systemd") || name == "make" || name == "gmake") return false;
    line.identifier = std::string(name);
    text.remove_prefix(close + 3);
    return true;
}

// The rest of a journal line behind its time: `HOST IDENT[PID]: MESSAGE`.
bool take_host_and_identifier(std::string_view& text, Line& line, const char* format) {
    std::string_view rest = text;
    const std::string_view host = cut_word(rest);
    if (!is_name(host) || host.back() == '.' || !take_identifier(rest, line)) return false;
    line.host = std::string(host);
    line.format = format;
    line.kind = line.identifier == "kernel" ? "kernel" : "journal";
    // -o with-unit names units where the other forms name programs
    if (line.identifier == "init.scope") {
        line.identifier = "systemd";
    } else if (glob_match("*.service", line.identifier) || glob_match("*.scope", line.identifier)) {
        line.unit = line.identifier;
        line.identifier = line.unit.substr(0, line.unit.rfind('.'));
    }
    text = rest;
    return true;
}

// `Nov 22 20:12:10[.123456] `, in any language: a word, a day, a clock.
bool take_short_time(std::string_view& text, Time& time) {
    std::string_view rest = text;
    const std::string_view name = cut_word(rest);
    while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
    // most lines are none of these: what is cheap to look at comes first
    if (name.empty() || name.size() > 16 || rest.empty() || !is_digit(rest[0])) return false;
    long long month = month_of(name);
    std::string_view digits = name;
    // "11\u6708 22 20:12:10": some languages number their months
    if (month == 0 && take_number(digits, month, 2) && (digits.empty() || month > 12)) return false;
    if (is_digit(name[0]) && digits.empty()) return false;
    long long day = 0;
    if (!take_number(rest, day, 2) || day < 1 || day > 31) return false;
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '.')) rest.remove_prefix(1);
    const auto clock = take_clock(rest);
    if (!clock || !take_prefix(rest, " ")) return false;
    if (month > 0) {
        time.us = days_from_civil(2000, static_cast<unsigned>(month), static_cast<unsigned>(day)) * 86400 * second_us + *clock;
        time.known = TimeKnown::no_year;
    }
    text = rest;
    return true;
}

// `Sun 2026-11-22 20:12:10 UTC `: short-full and with-unit.
bool take_full_time(std::string_view& text, Time& time) {
    std::string_view rest = text;
    const std::string_view weekday = cut_word(rest);
    if (weekday.empty() || weekday.size() > 12 || is_digit(weekday[0])) return false;
    const auto read = take_iso_time(rest);
    if (!read || !take_prefix(rest, " ")) return false;
    const std::string_view zone = cut_word(rest);
    if (zone.empty() || zone.size() > 8) return false;
    time = *read;
    if (zone != "UTC" && zone != "GMT") time.known = TimeKnown::no_year;  // a zone by name has no offset to go by
    text = rest;
    return true;
}

bool take_bracket_time(std::string_view& text) {
    std::string_view rest = text;
    if (!take_prefix(rest, "[")) return false;
    while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
    long long seconds = 0, fraction = 0;
    if (!take_number(rest, seconds) || !take_prefix(rest, ".") || !take_number(rest, fraction) || !take_prefix(rest, "]")) return false;
    take_prefix(rest, " ");
    text = rest;
    return true;
}

bool take_journal(std::string_view& text, Line& line) {
    std::string_view rest = text;
    Time time;
    if (take_short_time(rest, time) && take_host_and_identifier(rest, line, "journal-short")) {
        line.time = time;
    } else if (rest = text; take_full_time(rest, time) && take_host_and_identifier(rest, line, "journal-short-full")) {
        line.time = time;
    } else if (rest = text; !rest.empty() && is_digit(rest[0])) {
        const auto iso = take_iso_time(rest);
        if (!iso || !take_prefix(rest, " ") || !take_host_and_identifier(rest, line, "journal-short-iso")) return false;
        line.time = *iso;
    } else if (rest = text; take_bracket_time(rest)) {
        // "[  449.51] EXT4-fs (nvme1n1): error loading journal" is the kernel's own form, no host named EXT4-fs
        std::string_view probe = rest;
        const std::string_view host = cut_word(probe);
        const std::string_view name = probe.substr(0, probe.find(": "));
        const bool of_journal = !host.empty() && (name == "kernel" || (!name.empty() && name.back() == ']' && contains(name, "[") && name[0] != '('));
        if (of_journal && take_host_and_identifier(rest, line, "journal-short-monotonic")) {
        } else if (take_bare_identifier(rest, line)) {
            line.kind = "journal";
            line.format = "dmesg";
        } else if (line.kind.empty()) {
            line.kind = "kernel";
            line.format = "dmesg";
            line.identifier = "kernel";
        }
    } else if (rest = text, take_short_time(rest, time), take_bare_identifier(rest, line)) {
        line.time = time;
        line.format = "journal-short";
        line.kind = "journal";
    } else {
        return false;
    }
    text = rest;
    return true;
}

// GitHub: `2025-04-07T12:57:33.2904078Z text`, from `gh run view --log` with `job TAB step TAB` before it.
// GitLab: `2025-04-07T12:57:33.290407Z 00O text`. Container runtimes: `2025-04-07T12:57:33.29Z stderr F text`.
bool take_ci(std::string_view& text, Line& line) {
    std::string_view rest = text;
    const std::size_t tab = rest.find('\t');
    if (tab != std::string_view::npos && tab < 120) {
        const std::size_t second = rest.find('\t', tab + 1);
        if (second != std::string_view::npos && second < 300) {
            std::string_view behind = rest.substr(second + 1);
            take_prefix(behind, "\xEF\xBB\xBF");
            std::string_view probe = behind;
            if (take_iso_time(probe)) {
                line.unit = std::string(rest.substr(tab + 1, second - tab - 1));
                rest = behind;
            }
        }
    }
    take_prefix(rest, "\xEF\xBB\xBF");
    const std::string_view stamp = rest;
    const auto time = take_iso_time(rest);
    if (!time || rest.empty() || rest.data()[-1] != 'Z') return false;
    if (take_prefix(rest, "| ")) {  // what `nixwhy record` keeps
        line.format = "recording";
        line.time = *time;
        text = rest;
        return true;
    }
    if (rest[0] != ' ') return false;
    if (!contains(stamp.substr(0, 30), ".")) return false;
    rest.remove_prefix(1);
    if (rest.size() >= 4 && is_digit(rest[0]) && is_digit(rest[1]) && (rest[2] == 'O' || rest[2] == 'E') && (rest[3] == ' ' || rest[3] == '+')) {
        rest.remove_prefix(4);
        line.format = "gitlab";
        line.kind = "ci";
    } else if (take_prefix(rest, "stdout F ") || take_prefix(rest, "stderr F ")) {
        line.format = "cri";
    } else {
        std::string_view probe = rest;
        Line ignored;
        // rather journalctl -o short-iso in UTC; only GitHub writes seven digits: "...18:08:09.3874321Z Secret source: Actions"
        const bool seven_digits = stamp.find('Z') == std::string_view("2026-07-29T18:08:09.3874321").size();
        if (!seven_digits && take_host_and_identifier(probe, ignored, "")) return false;
        line.format = "github-actions";
        line.kind = "ci";
    }
    line.time = *time;
    text = rest;
    return true;
}

// `machine # [   58.532] certmgr[812]: text` and `machine: text` of the NixOS test driver.
bool take_test_driver(std::string_view& text, Line& line) {
    const std::size_t mark = text.find(" # ");
    if (mark == std::string_view::npos || mark > 64 || !is_name(text.substr(0, mark))) return false;
    std::string_view rest = text.substr(mark + 3);
    const std::string host(text.substr(0, mark));
    if (!take_bracket_time(rest)) return false;
    line.host = host;
    line.format = "nixos-test";
    line.kind = "journal";
    if (!take_identifier(rest, line)) line.identifier = "kernel", line.kind = "kernel";
    text = rest;
    return true;
}

// colmena: `NODE | text` while it works, `[ERROR]   stderr) text` in its summary, `[ERROR] error: ...` in old versions.
void take_deploy_tool(std::string_view& text, Line& line) {
    std::string_view rest = text;
    if (take_prefix(rest, "[ERROR] ")) {
        line.level = Level::error;
        while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
        if (take_prefix(rest, "stderr) ") || take_prefix(rest, "stdout) ") || rest.substr(0, 5) == "error") text = rest;
        return;
    }
    const std::size_t bar = text.find(" | ");
    if (bar == std::string_view::npos || bar > 64) return;
    std::string_view name = text.substr(0, bar);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (is_name(name) && !all_digits(name)) text.remove_prefix(bar + 3);
}

void take_prefixes(std::string_view text, Line& line) {
    std::string_view indented = text;
    const bool ci = take_ci(text, line);
    if (!ci) {
        while (!indented.empty() && (indented[0] == ' ' || indented[0] == '\t')) indented.remove_prefix(1);
        if (indented.substr(0, 3) == "-- " && indented.size() > 6 && indented.substr(indented.size() - 3) == " --") {
            line.separator = true;
        }
    }
    // a journal line may stand indented (pasted), or behind a CI timestamp
    std::string_view inside = ci ? text : indented;
    if (take_test_driver(inside, line) || take_journal(inside, line)) {
        text = inside;
    } else {
        take_deploy_tool(text, line);
    }
    line.message = std::string(text);
}

}  // namespace

Line decode_line(std::string_view raw) {
    Line line;
    std::string clean;
    if (has_terminal(raw)) {
        clean = strip_terminal(raw);
        raw = clean;
    }
    if (!decode_internal_json(raw, line) && !decode_json_line(raw, line)) take_prefixes(raw, line);
    std::string_view message = line.message;
    // the layers inside a prefix can be JSON once more: a zap log in a journal line is left to decode_payload
    if ((line.kind == "ci" || line.format == "recording") && message.substr(0, 6) == "@nix {") {
        const std::string copy(message);
        decode_internal_json(copy, line);
    }
    decode_payload(line);
    return line;
}

}  // namespace nixwhy
