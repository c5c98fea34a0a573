// NAME, what joins it to its value, the value: DB_PASSWORD=x, "password": "x", \"password\":\"x\", --token x,
// 'token' => 'x', <password>x</password>, password is x.
#include <algorithm>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "redact/context.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t name_max = 120;

bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-' || c == '.'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

void skip_blanks(std::string_view line, std::size_t& at) {
    while (at < line.size() && is_blank(line[at])) ++at;
}

// A quote with the backslashes before it, or two single ones as Nix has them; empty where there is none.
std::string_view quote_at(std::string_view line, std::size_t at) {
    std::size_t end = at;
    while (end < line.size() && line[end] == '\\') ++end;
    if (end >= line.size() || !is_quote(line[end])) return {};
    if (end == at && line.substr(at, 2) == "''" && at + 2 < line.size() && line[at + 2] != ';' && line[at + 2] != ',' && !is_blank(line[at + 2])) return line.substr(at, 2);
    return line.substr(at, end + 1 - at);
}

enum class Joint { none, assigned, colon, blank, words, cell };

struct Name {
    std::size_t begin = 0, end = 0;
    bool option = false;  // --token
    bool first = false;   // of its line
    bool item = false;    // alone in its line, as the items of a list are
    bool quoted = false;
    Named named = Named::nothing;
};

// What joins a name that ends at `at` to its value; `at` moves to the value.
Joint take_joint(std::string_view line, std::size_t& at, Name& name) {
    const std::string_view quote = quote_at(line, at);
    name.quoted = !quote.empty() && quote != "''";
    if (name.quoted) at += quote.size();
    if (at < line.size() && (line[at] == ']' || (line[at] == '[' && at + 2 < line.size() && line[at + 2] == ']'))) at += line[at] == ']' ? 1 : 3;
    const std::size_t before = at;
    skip_blanks(line, at);
    const bool gap = at > before;
    if (at >= line.size()) return Joint::none;
    std::size_t signs = at;
    while (signs < line.size() && signs < at + 3 && (line[signs] == ':' || line[signs] == '=' || line[signs] == '>' || (line[signs] == '-' && signs + 1 < line.size() && line[signs + 1] == '>'))) ++signs;
    if (signs > at) {
        const std::string_view sign = line.substr(at, signs - at);
        if (sign[0] == '>' && (name.begin == 0 || line[name.begin - 1] != '<')) return Joint::none;
        if (sign == "-") return Joint::none;
        at = signs;
        skip_blanks(line, at);
        return sign == ":" ? Joint::colon : Joint::assigned;
    }
    if (line.substr(at, 3) == "\xE2\x86\x92") {
        at += 3;
        skip_blanks(line, at);
        return Joint::assigned;
    }
    for (const std::string_view word : {"is ", "was ", "set to ", "changed to "}) {
        if (gap && line.substr(at, word.size()) == word) return at += word.size(), Joint::words;
    }
    if (line[at] == ',' && name.quoted && name.option) {
        ++at;
        skip_blanks(line, at);
        return Joint::assigned;
    }
    // a file before a pipe is no cell of a table: cat /run/keys/api.secret | sha256sum
    const std::string_view word = line.substr(0, name.begin).substr(line.substr(0, name.begin).find_last_of(" \t") + 1);
    if (line[at] == '|' && gap && word.find('/') == std::string_view::npos) {
        ++at;
        skip_blanks(line, at);
        return Joint::cell;
    }
    if (name.quoted && !name.option) return Joint::none;
    return gap ? (name.option ? Joint::assigned : Joint::blank) : Joint::none;
}

// Brackets, tags and string prefixes before a value: !!str, [, b"", String("")
void skip_wrapping(std::string_view line, std::size_t& at) {
    static const Regex wrapping(R"~(^(?P<skip>!!\w+ +["']?|(?:!\w+ +)?(?:(?:\w+)?\((?:["'])|<!\[CDATA\[|\[\\*["']|@"|\$'|[brufBRUF]["'])))~");
    std::vector<std::pair<std::string_view, std::string_view>> groups;
    if (wrapping.find(line.substr(at, 60), 0, groups) && !groups.empty()) {
        at += groups[0].second.size();
        if (at > 0 && is_quote(line[at - 1])) --at;
    }
    while (at > 0 && at < line.size() && line[at] != '\\' && line[at - 1] == '\\') --at;
}

bool pair_follows(std::string_view rest, std::string_view joints) {
    std::size_t at = 0;
    skip_blanks(rest, at);
    const std::size_t begin = at;
    while (at < rest.size() && (is_name_char(rest[at]) || rest[at] == '%' || rest[at] == ' ') && at < begin + 40) ++at;
    return at > begin && at < rest.size() && joints.find(rest[at]) != std::string_view::npos;
}

std::size_t plain_end(std::string_view line, std::size_t from) {
    int depth = 0;
    for (std::size_t at = from; at < line.size(); ++at) {
        const char c = line[at];
        const std::string_view rest = line.substr(at + 1);
        if (is_blank(c) || c == '"' || c == '\r' || c == '\x1b' || c == '`') return at;
        if (c == '\'' && at > from) return at;
        if (c == '\\' && (rest.empty() || is_quote(rest[0]) || rest[0] == '\\' || rest[0] == 'n' || rest[0] == 'r' || rest[0] == 't')) return at;
        if (c == '<' && !rest.empty() && rest[0] == '/') return at;
        if (c == '&' && pair_follows(rest, "=")) return at;
        if (c == ';' && (rest.empty() || is_blank(rest[0]) || pair_follows(rest, "="))) return at;
        if (c == ',' && (rest.empty() || is_blank(rest[0]) || is_quote(rest[0]) || pair_follows(rest, "=:"))) return at;
        if (c == '(' || c == '[' || c == '{') ++depth;
        if ((c == ')' || c == ']' || c == '}') && --depth < 0) return at;
    }
    return line.size();
}

std::size_t closing(std::string_view line, std::size_t from, std::string_view quote) {
    for (std::size_t at = line.find(quote, from); at != std::string_view::npos; at = line.find(quote, at + 1)) {
        if (quote.size() == 2 && quote[0] == '\'') return at;
        std::size_t slashes = 0;
        while (at > from + slashes && line[at - slashes - 1] == '\\') ++slashes;
        if (slashes == 0) return at;
        if (quote[0] == '\\') return at - slashes;
    }
    return std::string_view::npos;
}

Named name_at(std::string_view line, std::size_t begin, std::size_t end) {
    std::string_view name = line.substr(begin, end - begin);
    const Named named = named_by(name);
    if (named != Named::bare_key || begin < 2 || !is_blank(line[begin - 1])) return named;
    // `private key: x`
    std::size_t word = begin - 1;
    while (word > 0 && is_name_char(line[word - 1])) --word;
    return word + 1 < begin ? named_by(line.substr(word, end - word)) : named;
}

// Where the value that begins at `at` ends, its quotes left out at both ends.
Value value_at(std::string_view line, std::size_t& at, const Name& name, Joint joint) {
    Value value;
    value.assigned = joint == Joint::assigned;
    const std::string_view quote = quote_at(line, at);
    if (!quote.empty()) {
        const std::size_t end = closing(line, at + quote.size(), quote);
        if (end != std::string_view::npos) {
            at += quote.size();
            value.quoted = value.assigned = true;
            value.text = line.substr(at, end - at);
            value.rest = line.substr(end);
            return value;
        }
        at += quote.size();
    }
    std::size_t end = plain_end(line, at);
    const bool people = name.named == Named::password || name.named == Named::secret;
    if (name.first && people && quote.empty()) {
        // alone in its line, the value is all there is
        std::string_view rest = line.substr(at);
        const std::size_t note = std::min(rest.find(" #"), rest.find(" ;"));
        rest = trim_right(rest.substr(0, note));
        const std::string_view first = rest.substr(0, rest.find(' '));
        const bool whole = joint == Joint::assigned ? line[name.end] == ' ' && rest.find('=') == std::string_view::npos : joint == Joint::colon && !contains(rest, ": ");
        const bool dump = joint == Joint::assigned && rest.find_first_of(" \t") == std::string_view::npos && rest.find_first_of("&\"'") == std::string_view::npos && (rest.empty() || rest.back() != ';');
        if ((whole && rest.find_first_of("\"'") == std::string_view::npos && !is_no_secret({first, true, true, {}}) && rest.size() > first.size()) || dump) {
            value.assigned = true;
            end = at + rest.size();
        }
    }
    // Environment="PASSPHRASE=several words": the quote stands before the name
    if (people && quote.empty() && joint == Joint::assigned && name.begin > 0 && line[name.begin - 1] == '"') {
        std::size_t close = std::min(line.find('"', at), line.size());
        while (close > at && line[close - 1] == '\\') --close;
        const bool plain = !is_no_secret({line.substr(at, end - at), true, true, {}});
        if (plain && close < line.size() && close > end && line.substr(at, close - at).find('=') == std::string_view::npos) end = close;
    }
    value.text = line.substr(at, end - at);
    while (value.text.size() > 1 && joint != Joint::assigned && (value.text.back() == '.' || value.text.back() == ',')) value.text.remove_suffix(1);
    value.rest = line.substr(end);
    return value;
}

bool has_digit(std::string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

bool accepted(const Name& name, Joint joint, const Value& value) {
    if (!is_secret_value(name.named, value)) return false;
    const std::string_view text = value.text;
    if (name.named == Named::key && (text.substr(0, 4) == "AKIA" || text.substr(0, 4) == "ASIA")) return false;  // Credential=AKIA.../20261122/eu: has a row
    const bool people = name.named == Named::password || name.named == Named::secret;
    switch (joint) {
        case Joint::blank: return (people && value.quoted && text.find(' ') == std::string_view::npos && looks_made(text)) || (looks_made(text) && text.size() >= (people ? 8U : 12U));
        case Joint::words: return value.quoted || looks_made(text) || (people && has_digit(text));
        case Joint::cell: return looks_made(text) || (people && has_digit(text));
        default: return true;
    }
}

// A value that stands in the lines below.
bool awaits(std::string_view line, std::size_t at, const Name& name, Joint joint, Context& context) {
    if (name.named == Named::bare_key || name.named == Named::auth) return false;
    std::size_t indent = 0;
    skip_blanks(line, indent);
    const std::string_view rest = trim(line.substr(std::min(at, line.size())));
    if (joint == Joint::none && name.option && name.item && (rest.empty() || rest == ",")) return context.expect(Context::Await::item, name.named, indent, 1), true;
    if (joint == Joint::assigned && rest.empty() && name.quoted && name.option && name.item) return context.expect(Context::Await::item, name.named, indent, 1), true;
    if (joint != Joint::colon && joint != Joint::assigned) return false;
    static const Regex block(R"(^[|>][+-]?\d?$)");
    if (block.search(rest) || rest == "''") return context.expect(Context::Await::block, name.named, indent, 200), true;
    // `\` at its end: the shell goes on in the next line
    if ((rest.empty() && joint == Joint::colon) || rest == "\\") return context.expect(Context::Await::deeper, name.named, indent, 1), true;
    return false;
}

}  // namespace

void find_named(std::string_view line, std::size_t at, std::size_t& done, Context& context, std::vector<Secret>& found) {
    Name name{at, at, false, false, false, false, Named::nothing};
    while (name.begin > 0 && at - name.begin < name_max && is_name_char(line[name.begin - 1])) --name.begin;
    while (name.end < line.size() && name.end - at < name_max && is_name_char(line[name.end])) ++name.end;
    while (name.end > at && (line[name.end - 1] == '.' || line[name.end - 1] == '-')) --name.end;
    if (name.end <= done) return;
    done = name.end;
    if (name.begin >= 10 && line.substr(name.begin - 10, 10) == "[REDACTED:") return;
    if (line.substr(0, name.begin).rfind("SetCredentialEncrypted=") != std::string_view::npos) return;  // sealed for one machine
    name.named = name_at(line, name.begin, name.end);
    if (name.named == Named::nothing) return;
    name.option = line[name.begin] == '-' && (name.begin == 0 || is_blank(line[name.begin - 1]) || is_quote(line[name.begin - 1]) || contains("=([,", line.substr(name.begin - 1, 1)));
    const std::string_view before = trim(line.substr(0, name.begin));
    // an item of a list, alone in its line: `"--password",`; not the last word of a sentence
    const std::string_view lead = !before.empty() && is_quote(before.back()) ? trim(before.substr(0, before.size() - 1)) : before;
    name.item = lead.empty() || lead == "-" || lead == "[";
    name.first = before.empty() || before == "-" || before == "export" || before == "declare -x" || before == "set" || before == "+" || before == ">" || before == "<";
    std::size_t value_begin = name.end;
    const Joint joint = take_joint(line, value_begin, name);
    if (awaits(line, value_begin, name, joint, context) || joint == Joint::none || value_begin >= line.size()) return;
    // --no-ask-password --pipe: the next option is no value of the one before it
    if (name.option && is_blank(line[name.end]) && value_begin + 2 < line.size() && line.substr(value_begin, 2) == "--" && line[value_begin + 2] >= 'a' && line[value_begin + 2] <= 'z') return;
    skip_wrapping(line, value_begin);
    const Value value = value_at(line, value_begin, name, joint);
    if (!accepted(name, joint, value)) return;
    const std::size_t begin = static_cast<std::size_t>(value.text.data() - line.data());
    found.push_back({begin, begin + value.text.size(), kind_of(name.named), By::position});
}

}  // namespace nixwhy
