// Private keys over several lines: PEM of every kind, OpenSSH, PGP, PuTTY, OpenVPN; with whatever a logger puts before
// each line. A key that was cut ends with its last line: what follows it in the log is no part of it.
#include <algorithm>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "redact/context.hpp"
#include "redact/encoded.hpp"

namespace nixwhy {

namespace {

constexpr int key_lines_max = 260;     // RSA of 16384 bits
constexpr int foreign_lines_max = 24;
constexpr const char* kind = "private-key";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Where the key's text that begins at `from` ends: words of base64, blanks and escaped newlines between them.
std::size_t body_end(std::string_view line, std::size_t from) {
    std::size_t good = from;
    for (std::size_t at = from; at < line.size();) {
        if (is_blank(line[at])) {
            ++at;
            continue;
        }
        if (line[at] == '\\') {
            while (at < line.size() && line[at] == '\\') ++at;
            if (at < line.size() && (line[at] == 'n' || line[at] == 'r')) {
                ++at;
                continue;
            }
            break;
        }
        std::size_t end = at;
        while (end < line.size() && is_base64(line[end]) && line[end] != '-' && line[end] != '_') ++end;
        if (end == at || (end - at < 16 && line[end - 1] != '=' && good == from)) break;
        good = at = end;
    }
    return good;
}

// A word that is a key's last line rather than a word.
bool is_key_word(std::string_view word) {
    if (word.size() >= 20) return true;
    const auto count = [&](auto is) { return std::count_if(word.begin() + (word.empty() ? 0 : 1), word.end(), is); };
    return count([](char c) { return c == '=' || c == '+' || c == '/'; }) > 0 || (count(is_digit) > 0) + (count([](char c) { return c >= 'A' && c <= 'Z'; }) > 0) + (count([](char c) { return c >= 'a' && c <= 'z'; }) > 0) >= 2;
}

}  // namespace

// The last bytes, digits made alike: times and process numbers differ from line to line.
std::string lead_of(std::string_view before) {
    std::string lead(before.substr(before.size() < 6 ? 0 : before.size() - 6));
    for (char& c : lead) c = is_digit(c) ? '9' : c;
    if (trim(lead).empty()) lead.clear();
    return lead;
}

std::size_t behind_lead(std::string_view line, const std::string& lead) {
    std::size_t at = 0;
    if (lead.empty()) {
        while (at < line.size() && (is_blank(line[at]) || line[at] == '>')) ++at;
        return at;
    }
    for (; at + lead.size() <= line.size(); ++at) {
        std::size_t i = 0;
        while (i < lead.size() && (is_digit(line[at + i]) ? '9' : line[at + i]) == lead[i]) ++i;
        if (i == lead.size()) return at + i;
    }
    return std::string_view::npos;
}

void find_key_blocks(std::string_view line, Context& context, std::vector<Secret>& found) {
    static const Regex mark(R"~((?P<mark>-{4,5} ?BEGIN [A-Z0-9 ]*(?:PRIVATE KEY(?: BLOCK)?|STATIC KEY(?: V1)?|SECRET KEY(?: BLOCK)?) ?-{4,5}))~");
    static const Regex putty(R"~(Private-Lines: (?P<count>\d{1,3}))~");
    std::vector<std::pair<std::string_view, std::string_view>> groups;
    for (std::size_t from = 0; from < line.size() && mark.find(line, from, groups); groups.clear()) {
        const std::size_t mark_at = static_cast<std::size_t>(groups[0].second.data() - line.data()), begin = mark_at + groups[0].second.size();
        std::size_t first = begin;
        while (first < line.size() && (is_blank(line[first]) || line[first] == '\\' || ((line[first] == 'n' || line[first] == 'r') && line[first - 1] == '\\'))) ++first;
        const std::size_t close = line.find("---", begin);
        std::size_t end = body_end(line, first);
        // with both marks in one line all between them is the key
        if (close != std::string_view::npos && contains(line.substr(close, 12), "END")) end = close;
        if (end > first + 3 && line.substr(first, 10) != "[REDACTED:") found.push_back({first, end, kind, By::shape});
        from = std::max(end, begin);
        if (close == std::string_view::npos || end < close) {
            context.key_lead = lead_of(line.substr(0, mark_at));
            context.key_lines_left = key_lines_max;
            context.foreign_lines_left = context.key_lead.empty() ? 0 : foreign_lines_max;
        }
    }
    groups.clear();
    long long count = 0;
    if (contains(line, "Private-Lines:") && putty.find(line, 0, groups)) {
        std::string_view digits = groups[0].second;
        take_number(digits, count);
        context.key_lead = lead_of(line.substr(0, line.find("Private-Lines:")));
        context.key_lines_left = static_cast<int>(count);
        context.foreign_lines_left = context.key_lead.empty() ? 0 : foreign_lines_max;
    }
}

// Returns whether the line belongs to the key.
bool continue_key(std::string_view line, Context& context, std::vector<Secret>& found) {
    const std::size_t begin = behind_lead(line, context.key_lead);
    const auto leave = [&] {
        if (context.foreign_lines_left-- <= 0) context.key_lines_left = 0;
        return false;
    };
    if (begin == std::string_view::npos) return leave();
    const std::string_view rest = line.substr(begin);
    if (contains(rest, "---") && contains(rest, "END")) {
        context.key_lines_left = 0;
        return true;
    }
    const std::string_view plain = trim(rest);
    if (plain.empty() || contains(plain, "Proc-Type:") || contains(plain, "DEK-Info:") || plain.substr(0, 9) == "Comment: " || plain.substr(0, 9) == "Version: " || plain.substr(0, 10) == "[REDACTED:") {
        --context.key_lines_left;
        return true;
    }
    std::size_t end = 0;
    while (end < rest.size() && is_base64(rest[end]) && rest[end] != '-' && rest[end] != '_') ++end;
    const std::string_view tail = trim(rest.substr(end));
    const bool closed = tail.empty() || contains("\"'\\,}]<\x1b", tail.substr(0, 1));
    if (end == 0 || !closed || !is_key_word(rest.substr(0, end))) return leave();
    found.push_back({begin, begin + end, kind, By::shape});
    --context.key_lines_left;
    return true;
}

}  // namespace nixwhy
