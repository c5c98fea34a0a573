// See wording.hpp. A word is a run of letters and digits with marks inside; whether it names a thing is told by its shape.
#include "triage/wording.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t name_letters_min = 24;  // no word of a message is that long
constexpr std::size_t quoted_max = 400;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// A stretch of a line: words as they stand, gaps for what names a thing, marks between them.
struct Token {
    enum class Kind { word, gap, mark, space };
    Kind kind;
    std::string_view text;
};

bool is_word(const Token& token) { return token.kind == Token::Kind::word; }

// Words before a number that tells how something ended: "exit code 2", "status=203/EXEC", "HTTP error 404".
bool tells_end(std::string_view word) {
    constexpr std::array<std::string_view, 9> words{"status", "code", "error", "exit", "signal", "failed", "result", "errno", "http"};
    const std::string small = lower(word);
    return std::any_of(words.begin(), words.end(), [&](std::string_view one) { return one == small; });
}

// "read-only", "non-zero", "re-run": English, where other words with a dash inside are mostly names.
bool is_compound(std::string_view word) {
    constexpr std::array<std::string_view, 24> parts{"read", "write", "non", "pre", "post", "re", "self", "sub", "multi", "un", "time", "out",
                                                      "run", "built", "in", "only", "up", "end", "to", "of", "well", "no", "so", "up"};
    const std::string small = lower(word);
    for (const std::string_view part : split(small, '-')) {
        if (std::find(parts.begin(), parts.end(), part) != parts.end()) return true;
    }
    return false;
}

// ERR_PNPM_OUTDATED_LOCKFILE, EACCES: a code, which says what kind it is.
bool is_code(std::string_view word) {
    return word.size() >= 4 && std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

bool names_a_thing(std::string_view word) {
    const bool digits = std::any_of(word.begin(), word.end(), is_digit);
    const bool marks = std::any_of(word.begin(), word.end(), [](char c) { return !is_letter(c) && !is_digit(c); });
    if (is_code(word)) return false;
    if (digits || word.size() >= name_letters_min) return true;
    if (!marks) return false;
    const bool dashes_alone = std::all_of(word.begin(), word.end(), [](char c) { return is_letter(c) || c == '-'; });
    return !(dashes_alone && is_compound(word));
}

// What may stand inside a word and belongs to it; `=` and `:` end one where something is behind them ("key=value").
bool is_inner(char c) { return contains("._/-@+~%#\\", std::string_view(&c, 1)); }

// Behind the closing quote where one opens at `at`; `at` where none does ("don't", or no end in sight).
std::size_t quoted_end(std::string_view line, std::size_t at) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> quotes{
        {{"\\\"", "\\\""}, {"\"", "\""}, {"'", "'"}, {"`", "'"}, {"\xE2\x80\x98", "\xE2\x80\x99"}, {"\xE2\x80\x9C", "\xE2\x80\x9D"}}};
    if (at > 0 && (is_letter(line[at - 1]) || is_digit(line[at - 1])) && line[at] == '\'') return at;
    for (const auto& [open, close] : quotes) {
        if (line.substr(at, open.size()) != open) continue;
        const std::size_t from = at + open.size();
        std::size_t end = line.find(close, from);
        if (open == "`") end = std::min(end, line.find('`', from));
        if (end == std::string_view::npos || end - from > quoted_max || end == from) return at;
        // what is quoted may be a sentence of its own, which tells more than a name
        const std::string_view inside = line.substr(from, end - from);
        if (std::count_if(inside.begin(), inside.end(), is_space) >= 3) return at;
        return line[end] == '`' ? end + 1 : end + close.size();
    }
    return at;
}

std::size_t word_end(std::string_view line, std::size_t at) {
    const auto core = [](char c) { return is_letter(c) || is_digit(c); };
    std::size_t end = at;
    while (end < line.size()) {
        if (core(line[end])) {
            ++end;
        } else if (is_inner(line[end]) || line[end] == ':') {
            // a mark belongs to the word where the word goes on behind it
            std::size_t next = end;
            while (next < line.size() && (is_inner(line[next]) || line[next] == ':')) ++next;
            if (next >= line.size() || !core(line[next])) break;
            end = next;
        } else {
            break;
        }
    }
    return end;
}

std::vector<Token> tokens_of(std::string_view line) {
    std::vector<Token> out;
    for (std::size_t at = 0; at < line.size();) {
        if (is_space(line[at])) {
            std::size_t end = at;
            while (end < line.size() && is_space(line[end])) ++end;
            out.push_back({Token::Kind::space, line.substr(at, end - at)});
            at = end;
            continue;
        }
        if (const std::size_t end = quoted_end(line, at); end > at) {
            out.push_back({Token::Kind::gap, line.substr(at, end - at)});
            at = end;
            continue;
        }
        const bool path = (line[at] == '/' || line[at] == '.' || line[at] == '~' || line[at] == '$') && at + 1 < line.size() && (is_letter(line[at + 1]) || is_digit(line[at + 1]) || line[at + 1] == '/' || line[at + 1] == '.');
        if (!path && !is_letter(line[at]) && !is_digit(line[at])) {
            out.push_back({Token::Kind::mark, line.substr(at, 1)});
            ++at;
            continue;
        }
        std::size_t end = word_end(line, path ? line.find_first_not_of("/.~$", at) == std::string_view::npos ? at + 1 : line.find_first_not_of("/.~$", at) : at);
        end = std::max(end, at + 1);
        const std::string_view word = line.substr(at, end - at);
        at = end;
        // "error:foo" is a word and what it is about; "host:port", a time and a URL name one thing
        const std::size_t colon = word.find(':');
        const bool label = colon != std::string_view::npos && colon > 0 && std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(colon), is_letter) && word.substr(colon, 3) != "://";
        if (label) {
            out.push_back({Token::Kind::word, word.substr(0, colon)});
            out.push_back({Token::Kind::mark, word.substr(colon, 1)});
            out.push_back({Token::Kind::gap, word.substr(colon + 1)});
            continue;
        }
        const auto last = std::find_if(out.rbegin(), out.rend(), is_word);
        const bool near = last != out.rend() && std::all_of(out.rbegin(), last, [](const Token& token) { return token.kind == Token::Kind::space || contains("=:(", token.text); });
        const bool ending = all_digits(word) && word.size() <= 3 && near && tells_end(last->text);
        out.push_back({!ending && (path || names_a_thing(word)) ? Token::Kind::gap : Token::Kind::word, word});
    }
    return out;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (contains("\\^$.|?*+()[]{}", std::string_view(&c, 1))) out += '\\';
        out += c;
    }
    return out;
}

}  // namespace

std::string wording_of(std::string_view line) {
    std::string out;
    std::size_t letters = 0;
    bool space = false;
    for (const Token& token : tokens_of(line)) {
        switch (token.kind) {
            case Token::Kind::space: space = !out.empty(); continue;
            case Token::Kind::mark:
                // marks say little, and lists differ in them
                space = space || !out.empty();
                continue;
            case Token::Kind::gap:
                if (out.empty() || out.back() != '*') out += space ? " *" : out.empty() ? "*" : " *";
                break;
            case Token::Kind::word:
                if (!out.empty()) out += ' ';
                out += lower(token.text);
                letters += token.text.size();
                break;
        }
        space = false;
    }
    constexpr std::size_t letters_min = 6;
    return letters < letters_min ? std::string() : out;
}

std::string wording_name(std::string_view wording) { return "w-" + stable_hash(wording).substr(0, 10); }

std::string pattern_of(const std::vector<std::string>& lines) {
    if (lines.empty()) return {};
    // words of the first line that every line has, in this order, from the left
    const std::vector<Token> first = tokens_of(lines.front());
    std::vector<bool> common(first.size(), true);
    for (const std::string& line : lines) {
        const std::vector<Token> other = tokens_of(line);
        std::size_t from = 0;
        for (std::size_t i = 0; i < first.size(); ++i) {
            if (!is_word(first[i]) || !common[i]) continue;
            std::size_t at = from;
            while (at < other.size() && !(is_word(other[at]) && other[at].text == first[i].text)) ++at;
            common[i] = at < other.size();
            if (common[i]) from = at + 1;
        }
    }
    std::string out, before;  // what stands between the last word and this one in the first line, where that is no name
    std::string_view last;
    std::size_t longest = 0;
    bool gap = false, captured = false;
    for (std::size_t i = 0; i < first.size(); ++i) {
        const Token& token = first[i];
        if (!is_word(token) || !common[i]) {
            gap = gap || is_word(token) || token.kind == Token::Kind::gap;
            before += token.text;
            continue;
        }
        const std::string together = std::string(last) + before + std::string(token.text);
        gap = gap || !std::all_of(lines.begin(), lines.end(), [&](const std::string& line) { return contains(line, together); });
        // \b is between ASCII letters and others
        const char* begins = static_cast<unsigned char>(token.text[0]) < 0x80 ? "\\b" : "";
        if (out.empty()) {
            out += begins;
        } else if (gap) {
            out += std::string(captured ? ".*?" : "(?P<name>.*?)") + begins;
            captured = true;
        } else {
            out += escaped(before);
        }
        out += escaped(token.text);
        longest = std::max(longest, token.text.size());
        last = token.text;
        before.clear();
        gap = false;
    }
    constexpr std::size_t literal_min = 4;
    return longest < literal_min ? std::string() : out;
}

}  // namespace nixwhy
