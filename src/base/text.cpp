// See text.hpp. The UTF-8 walk is the one surprise: invalid bytes are replaced one by one, as the Unicode
// standard recommends, so that a binary blob cannot swallow the text after it.
#include "base/text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace nixwhy {

namespace {

// Length of the valid UTF-8 sequence at the start of `text` and its code point; 0 where invalid.
std::size_t utf8_next(std::string_view text, char32_t& code) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        code = first;
        return 1;
    }
    std::size_t length = 0;
    char32_t least = 0;
    if (first >= 0xC2 && first <= 0xDF) {
        length = 2, code = first & 0x1FU, least = 0x80;
    } else if (first >= 0xE0 && first <= 0xEF) {
        length = 3, code = first & 0x0FU, least = 0x800;
    } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4, code = first & 0x07U, least = 0x10000;
    } else {
        return 0;
    }
    if (text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
    return length;
}

// Characters that reorder, hide or fake text on a screen.
bool is_unsafe(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0x061C || c == 0x180E ||
           (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

bool is_combining(char32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x20D0 && c <= 0x20FF) ||
           (c >= 0xFE20 && c <= 0xFE2F);
}

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// Index behind the escape sequence that starts at text[i] (which is ESC).
std::size_t skip_escape(std::string_view text, std::size_t i) {
    if (i + 1 >= text.size()) return text.size();
    const char kind = text[i + 1];
    std::size_t j = i + 2;
    if (kind == '[') {
        while (j < text.size() && (text[j] < 0x40 || text[j] > 0x7E)) ++j;
        return std::min(j + 1, text.size());
    }
    if (kind == ']' || kind == 'P' || kind == '_' || kind == '^') {
        while (j < text.size() && text[j] != '\a' && text[j] != '\x1b') ++j;
        if (j < text.size() && text[j] == '\x1b') ++j;
        return std::min(j + 1, text.size());
    }
    if (kind == '(' || kind == ')' || kind == '#') return std::min(j + 1, text.size());
    return j;
}

}  // namespace

std::string_view trim_right(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
        text.remove_suffix(1);
    }
    return text;
}

std::string_view trim(std::string_view text) {
    text = trim_right(text);
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\r' || text.front() == '\n')) {
        text.remove_prefix(1);
    }
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) out += separator;
        out += part;
    }
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

// Sixteen places at a time are ruled out by the first and the last byte of `part`. string_view::find stops at each place
// of the first letter, and memmem fills a table before it begins: both cost more than the short lines they search.
bool contains(std::string_view text, std::string_view part) {
    using Bytes = unsigned char __attribute__((vector_size(16)));
    if (part.size() <= 1) return part.empty() || text.find(part[0]) != std::string_view::npos;
    if (part.size() > text.size()) return false;
    const std::size_t last = part.size() - 1, places = text.size() - last;
    const auto stands_at = [&](std::size_t i) { return text[i] == part[0] && text[i + last] == part[last] && std::memcmp(text.data() + i, part.data(), part.size()) == 0; };
    const Bytes first_byte = Bytes{} + static_cast<unsigned char>(part[0]), last_byte = Bytes{} + static_cast<unsigned char>(part[last]);
    std::size_t i = 0;
    for (; i + sizeof(Bytes) <= places; i += sizeof(Bytes)) {
        Bytes front, back;
        std::memcpy(&front, text.data() + i, sizeof front);
        std::memcpy(&back, text.data() + i + last, sizeof back);
        const auto both = (front == first_byte) & (back == last_byte);
        std::uint64_t halves[2];
        std::memcpy(halves, &both, sizeof halves);
        if ((halves[0] | halves[1]) == 0) continue;
        for (std::size_t k = i; k < i + sizeof(Bytes); ++k) {
            if (stands_at(k)) return true;
        }
    }
    for (; i < places; ++i) {
        if (stands_at(i)) return true;
    }
    return false;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

bool take_number(std::string_view& text, long long& value, std::size_t digits_max) {
    std::size_t n = 0;
    long long read = 0;
    while (n < text.size() && n < digits_max && is_digit(text[n])) {
        read = read * 10 + (text[n] - '0');
        ++n;
    }
    if (n == 0) return false;
    value = read;
    text.remove_prefix(n);
    return true;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool glob_match(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p, ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool has_terminal(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && (c == '\x1b' || c == '\r' || c == '\b' || c == '\0');
    });
}

std::string strip_terminal(std::string_view text) {
    while (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (c == '\x1b') {
            i = skip_escape(text, i);
        } else if (c == '\r') {
            // a progress line was overwritten; what stays on the screen is what follows, if anything follows
            out.clear();
            ++i;
        } else if (c == '\b') {
            if (!out.empty()) out.pop_back();
            ++i;
        } else if (c == '\0') {
            ++i;
        } else {
            out += c;
            ++i;
        }
    }
    return out;
}

std::string unescape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 >= text.size()) {
            out += text[i];
            continue;
        }
        const char next = text[++i];
        switch (next) {
            case 'n': out += '\n'; break;
            case 't': out += '\t'; break;
            case 'r': out += '\r'; break;
            case '"':
            case '\'':
            case '/':
            case '\\': out += next; break;
            default: out += '\\', out += next; break;
        }
    }
    return out;
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        char32_t code = 0;
        const std::size_t length = utf8_next(text, code);
        out += length == 0 ? replacement : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        char32_t code = 0;
        const std::size_t length = utf8_next(text, code);
        if (length == 0) {
            out += replacement;
        } else if (code == '\t' || code == '\n') {
            out += ' ';
        } else if (!is_unsafe(code)) {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

std::size_t columns(std::string_view utf8) {
    std::size_t width = 0;
    while (!utf8.empty()) {
        char32_t code = 0;
        const std::size_t length = utf8_next(utf8, code);
        if (length == 0 || !is_combining(code)) ++width;
        utf8.remove_prefix(length == 0 ? 1 : length);
    }
    return width;
}

std::string cut_columns(std::string_view utf8, std::size_t width) {
    if (columns(utf8) <= width) return std::string(utf8);
    std::string out;
    std::size_t used = 0;
    while (!utf8.empty()) {
        char32_t code = 0;
        const std::size_t length = std::max<std::size_t>(utf8_next(utf8, code), 1);
        if (!is_combining(code) && ++used >= width) break;
        out += utf8.substr(0, length);
        utf8.remove_prefix(length);
    }
    return width == 0 ? std::string() : out + "\xE2\x80\xA6";
}

std::string percent_encoded(std::string_view path) {
    std::string out;
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || contains("/-._~", std::string_view(&c, 1));
        constexpr const char* hex = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(c);
        out += plain ? std::string(1, c) : std::string{'%', hex[byte >> 4U], hex[byte & 15U]};
    }
    return out;
}

std::string stable_hash(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    return fmt::format("{:016x}", hash);
}

}  // namespace nixwhy
