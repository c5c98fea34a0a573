// Facts of a session: environment, limits, tty, tools, and who started it. And the small tools of all readers.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "base/time.hpp"
#include "collect/read.hpp"

namespace nixwhy {

std::optional<long long> whole_number(std::string_view text) {
    long long value = 0;
    std::string_view rest = text;
    if (!take_number(rest, value) || !rest.empty()) return std::nullopt;
    return value;
}

FactValue number_or_text(std::string_view text) {
    if (const auto value = whole_number(text)) return *value;
    return std::string(text);
}

Fields lines_of(std::string_view text) {
    Fields out = split(text, '\n');
    if (!out.empty() && out.back().empty()) out.pop_back();
    return out;
}

FactValue list_of(std::string_view text, char separator) {
    FactValue out = FactValue::array();
    for (const std::string_view part : split(text, separator)) out.push_back(std::string(part));
    return out;
}

std::string stamp_of(std::string_view seconds) {
    std::string_view fraction = seconds;
    long long whole = 0;
    if (!take_number(fraction, whole)) return {};
    long long micro = 0;
    if (take_prefix(fraction, ".")) {
        std::string digits(fraction.substr(0, 6));
        digits.resize(6, '0');
        std::string_view rest = digits;
        take_number(rest, micro);
    }
    return rfc3339(whole * second_us + micro);
}

std::string systemd_stamp(std::string_view text) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return {};
    std::string_view rest = text.substr(space + 1);
    const auto time = take_iso_time(rest);
    return time && trim(rest) == "UTC" ? rfc3339(time->us) : std::string();
}

void set_text(FactMap& facts, const std::string& name, std::string_view text) {
    if (!trim(text).empty()) facts[name] = std::string(trim(text));
}

namespace {

// Variables that are lists of paths.
constexpr std::array<std::string_view, 5> path_variables{"PATH", "NIX_PATH", "XDG_DATA_DIRS", "XDG_CONFIG_DIRS", "LD_LIBRARY_PATH"};

void read_environ(std::string_view text, FactMap& facts, Redactor& redactor) {
    for (const std::string_view line : lines_of(text)) {
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || equals == 0) continue;
        const std::string name(line.substr(0, equals));
        std::string entry(line.substr(equals + 1));
        for (char& c : entry) c = c == '\x01' ? ' ' : c;
        const std::string value = redactor.variable(name, entry).str();
        bool is_list = false;
        for (const std::string_view one : path_variables) is_list = is_list || name == one;
        facts["env:" + name] = is_list ? list_of(value, ':') : FactValue(value);
    }
}

// "Max open files            1024                 524288               files"
void read_limits(std::string_view text, FactMap& facts) {
    for (const std::string_view line : lines_of(text)) {
        if (line.substr(0, 4) != "Max " || line.size() < 47) continue;
        std::string name(trim(line.substr(4, 22)));
        for (char& c : name) c = c == ' ' ? '-' : c;
        const std::string_view soft = trim(line.substr(26, 21));
        facts["limit:" + name] = number_or_text(soft);
    }
}

void read_status(std::string_view text, FactMap& facts) {
    for (const std::string_view line : lines_of(text)) {
        const std::size_t colon = line.find(":\t");
        if (colon == std::string_view::npos) continue;
        const std::string_view name = line.substr(0, colon), value = trim(line.substr(colon + 2));
        if (name == "Umask") facts["umask"] = std::string(value);
        if (name == "Uid") facts["uid"] = number_or_text(split(value, '\t')[std::min<std::size_t>(1, split(value, '\t').size() - 1)]);
        if (name == "Gid") facts["gid"] = number_or_text(split(value, '\t')[std::min<std::size_t>(1, split(value, '\t').size() - 1)]);
        if (name == "Groups") facts["groups"] = list_of(value, ' ');
        if (name == "Seccomp") facts["seccomp"] = number_or_text(value);
        if (name == "NoNewPrivs") facts["no-new-privileges"] = value == "1";
    }
}

}  // namespace

void read_session(const Gathered& gathered, FactMap& facts, Redactor& redactor) {
    std::string name, body;
    const auto close = [&] {
        if (name == "environ") read_environ(body, facts, redactor);
        if (name == "limits") read_limits(body, facts);
        if (name == "status") read_status(body, facts);
        if (name == "cgroup") set_text(facts, "cgroup", redactor.line(body.substr(0, body.find('\n'))).str());
        if (name == "cwd") set_text(facts, "cwd", redactor.line(body).str());
        FactValue parents = FactValue::array();
        for (const std::string_view line : lines_of(body)) {
            const Fields fields = split(line, '\t');
            if (name == "fds" && fields.size() >= 3) {
                facts["tty:" + std::string(fields[0])] = fields[2] == "tty";
                facts["fd:" + std::string(fields[0])] = redactor.line(fields[1]).str();
            }
            if (name == "tools" && fields.size() >= 3) {
                facts["tool:" + std::string(fields[0])] = fields[1].empty() ? FactValue() : FactValue(redactor.line(fields[1]).str());
                if (!fields[2].empty() && fields[2] != fields[1]) facts["tool-file:" + std::string(fields[0])] = redactor.line(fields[2]).str();
            }
            if (name == "shell" && fields.size() >= 2) facts["shell:" + std::string(fields[0])] = std::string(fields[1]);
            if (name == "parents" && fields.size() >= 2) parents.push_back(redactor.line(fields[1]).str());
        }
        if (name == "parents") facts["started-by"] = parents;
        body.clear();
    };
    for (const std::string_view line : lines_of(gathered.text)) {
        // a variable cannot begin so: "@" opens a section only where the whole line is its name
        if (!line.empty() && line[0] == section_mark && line.find('=') == std::string_view::npos) {
            close();
            name = std::string(line.substr(1));
        } else {
            body += std::string(line) + "\n";
        }
    }
    close();
}

}  // namespace nixwhy
