// See encoded.hpp. Long runs are found by looking at every 20th byte, so ordinary text costs little.
#include "redact/encoded.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t run_min = 24;

struct Alphabet {
    std::array<signed char, 256> value{};
    constexpr Alphabet() {
        for (auto& one : value) one = -1;
        for (int i = 0; i < 26; ++i) value[static_cast<std::size_t>('A' + i)] = static_cast<signed char>(i), value[static_cast<std::size_t>('a' + i)] = static_cast<signed char>(26 + i);
        for (int i = 0; i < 10; ++i) value[static_cast<std::size_t>('0' + i)] = static_cast<signed char>(52 + i);
        value['+'] = value['-'] = 62;
        value['/'] = value['_'] = 63;
    }
};
constexpr Alphabet alphabet;

int hex(char c) { return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

bool in_run(char c) { return alphabet.value[static_cast<unsigned char>(c)] >= 0; }

// The number written in `digits` to base `base`, -1 where that is none or beyond a byte.
int number(std::string_view digits, int base) {
    int value = digits.empty() ? -1 : 0;
    for (const char c : digits) {
        const int digit = hex(c);
        if (digit < 0 || digit >= base || value > 0xFFFF) return -1;
        value = value * base + digit;
    }
    return value < 256 ? value : -1;
}

// How many bytes at the start of `text` are one escaped byte, which goes to `byte`; 0 where none is.
std::size_t take_escape(std::string_view text, char& byte) {
    const auto take = [&](std::size_t skip, std::size_t count, int base, std::size_t tail) -> std::size_t {
        if (text.size() < skip + count + tail) return 0;
        const int value = number(text.substr(skip, count), base);
        if (value < 0) return 0;
        byte = static_cast<char>(value);
        return skip + count + tail;
    };
    if (text[0] == '%') return take(1, 2, 16, 0);
    if (text[0] == '=' && text.size() > 2 && text[1] == '3') return take(1, 2, 16, 0);
    if (text[0] == '\\' && text.size() > 1) {
        std::size_t slashes = 1;
        while (slashes < text.size() && text[slashes] == '\\') ++slashes;
        if (slashes >= text.size()) return 0;
        if (text[slashes] == 'x') return take(slashes + 1, 2, 16, 0);
        if (text[slashes] == 'u') return take(slashes + 1, 4, 16, 0);
        if (text[slashes] >= '0' && text[slashes] <= '3') return take(slashes, 3, 8, 0);
        return 0;
    }
    if (text[0] != '&') return 0;
    static constexpr std::array<std::pair<std::string_view, char>, 6> names{{{"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&#x3D;", '='}}};
    for (const auto& [name, value] : names) {
        if (text.substr(0, name.size()) == name) return byte = value, name.size();
    }
    const std::size_t end = text.substr(0, 8).find(';');
    if (end == std::string_view::npos || end < 3 || text[1] != '#') return 0;
    return text[2] == 'x' ? take(3, end - 3, 16, 1) : take(2, end - 2, 10, 1);
}

// How many bytes at the start of `text` are a colour of the terminal, also one that was written out.
std::size_t take_colour(std::string_view text) {
    std::size_t at = 0;
    for (const std::string_view escape : {"\x1b", "#033", "\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e", "^["}) {
        if (text.substr(0, escape.size()) == escape) at = escape.size();
    }
    if (at == 0 || at >= text.size() || text[at] != '[') return 0;
    for (++at; at < text.size() && (is_digit(text[at]) || text[at] == ';' || text[at] == '?'); ++at) {}
    return at < text.size() && text[at] >= 'A' && text[at] <= 'z' ? at + 1 : 0;
}

template <typename Take>
std::optional<Decoded> decode(std::string_view line, const char* marks, Take take) {
    if (line.find_first_of(marks) == std::string_view::npos) return std::nullopt;
    Decoded out;
    bool any = false;
    for (std::size_t at = 0; at < line.size();) {
        char byte = 0;
        bool keeps = false;
        const std::size_t length = take(line.substr(at), byte, keeps);
        if (length == 0 || keeps) {
            out.text += length == 0 ? line[at] : byte;
            out.from.push_back(at);
        }
        any = any || length > 0;
        at += length == 0 ? 1 : length;
    }
    if (!any) return std::nullopt;
    out.from.push_back(line.size());
    return out;
}

std::optional<std::string> decode_hex(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const int high = hex(text[i]), low = hex(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        if (i == 16 && !is_readable(out) && out.find('\0') == std::string::npos) return std::nullopt;
    }
    std::replace(out.begin(), out.end(), '\0', ' ');  // arguments of a process, as the audit log writes them
    return out;
}

// [112,97,115], [112 97 115]
std::optional<Container> byte_list(std::string_view line, std::size_t open) {
    Container out{open, open, {}, "byte-list"};
    std::size_t at = open + 1, count = 0;
    while (at < line.size() && line[at] != ']') {
        if (line[at] == ',' || line[at] == ' ') {
            ++at;
            continue;
        }
        std::string_view rest = line.substr(at);
        long long value = 0;
        const std::size_t before = rest.size();
        if (!take_number(rest, value, 3) || value > 255) return std::nullopt;
        out.text += static_cast<char>(value);
        at += before - rest.size();
        ++count;
    }
    out.end = at;
    if (at >= line.size() || count < 8) return std::nullopt;
    out.begin = open + 1;
    return out;
}

}  // namespace

bool is_base64(char c) { return in_run(c) || c == '='; }

bool is_readable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t'; });
}

std::optional<Decoded> without_colours(std::string_view line) {
    return decode(line, "\x1b#\\^", [](std::string_view text, char&, bool&) { return take_colour(text); });
}

std::optional<Decoded> without_escapes(std::string_view line) {
    return decode(line, "%\\&=", [](std::string_view text, char& byte, bool& keeps) {
        const std::size_t length = take_escape(text, byte);
        keeps = length > 0;
        return length;
    });
}

std::optional<std::string> decode_base64(std::string_view text) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int value = alphabet.value[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        if ((count += 6) >= 8) out += static_cast<char>((bits >> static_cast<unsigned>(count -= 8)) & 0xFFU);
    }
    if (text.size() % 4 == 1) return std::nullopt;
    return out;
}

std::size_t find_container(std::string_view text, std::size_t from) {
    constexpr std::size_t step = 20;  // a run of run_min bytes covers one of these places
    for (std::size_t at = from + step - 1; at < text.size(); at += step) {
        if (!in_run(text[at])) continue;
        std::size_t begin = at, end = at + 1;
        while (begin > from && in_run(text[begin - 1])) --begin;
        while (end < text.size() && in_run(text[end])) ++end;
        if (end - begin >= run_min) return begin;
        at = end - 1;
    }
    return std::string_view::npos;
}

std::vector<Container> containers_in(std::string_view line) {
    std::vector<Container> out;
    for (std::size_t at = 0; (at = find_container(line, at)) != std::string_view::npos;) {
        std::size_t end = at;
        while (end < line.size() && in_run(line[end])) ++end;
        const std::string_view run = line.substr(at, end - at);
        std::size_t closed = end;
        while (closed < line.size() && line[closed] == '=') ++closed;
        // a path before it is no part of it
        std::size_t skip = 0;
        for (int tries = 0; tries < 4; ++tries) {
            const std::string_view part = run.substr(skip);
            if (part.size() < run_min) break;
            const auto head = decode_base64(part.substr(0, 16));
            if (head && is_readable(*head)) {
                const auto whole = decode_base64(part.substr(0, part.size() - (part.size() % 4 == 1 ? 1 : 0)));
                if (whole && is_readable(*whole)) out.push_back({at + skip, closed, *whole, "base64"});
                break;
            }
            const std::size_t slash = run.find('/', skip);
            if (slash == std::string_view::npos) break;
            skip = slash + 1;
        }
        if (run.size() % 2 == 0 && hex(run[0]) >= 0) {
            const auto text = decode_hex(run);
            if (text && is_readable(*text)) out.push_back({at, end, *text, "hex"});
        }
        at = end;
    }
    for (std::size_t open = line.find('['); open != std::string_view::npos; open = line.find('[', open + 1)) {
        if (auto list = byte_list(line, open)) out.push_back(std::move(*list));
    }
    return out;
}

bool is_user_and_password(std::string_view value) {
    if (value.size() < 8) return false;
    const auto text = decode_base64(value);
    if (!text || !is_readable(*text)) return false;
    const std::size_t colon = text->find(':');
    return colon != std::string::npos && colon + 1 < text->size();
}

bool is_key_form(std::string_view value) {
    const bool digits = std::all_of(value.begin(), value.end(), [](char c) { return hex(c) >= 0; });
    const bool mixed = std::any_of(value.begin(), value.end(), is_digit) && !all_digits(value);
    const auto holds = [&](char from, char to) { return std::any_of(value.begin(), value.end(), [&](char c) { return c >= from && c <= to; }); };
    if (value.size() >= 32 && holds('0', '9') && holds('a', 'z') && holds('A', 'Z') && std::all_of(value.begin(), value.end(), is_base64)) return true;
    if (digits && mixed) return value.size() == 32 || value.size() == 48 || value.size() == 64 || value.size() == 128;
    if (value.size() < 24 || value.back() != '=' || value.size() % 4 != 0) return false;
    const auto bytes = decode_base64(value);
    return bytes && mixed && (bytes->size() % 16 == 0 || bytes->size() == 24);
}

}  // namespace nixwhy
