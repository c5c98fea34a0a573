// Regular expressions, linear in the text whatever the pattern: the only file that knows RE2. Bytes, not
// characters (Latin-1 mode): in UTF-8 mode `.` would refuse invalid bytes and a rule would miss lines silently.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace re2 {
class RE2;
}

namespace nixwhy {

// Captured names and what they caught, in the order of the pattern.
using Captures = std::vector<std::pair<std::string, std::string>>;

class Regex {
public:
    // Compiles; `error()` is empty where that worked.
    explicit Regex(const std::string& pattern);
    ~Regex();
    Regex(Regex&&) noexcept;
    Regex& operator=(Regex&&) noexcept;

    const std::string& error() const { return error_; }
    bool search(std::string_view text) const;
    // Searches and adds the named groups that took part to `captures`.
    bool search(std::string_view text, Captures& captures) const;
    // The first match at or behind `from`; its named groups that took part, as parts of `text`.
    bool find(std::string_view text, std::size_t from, std::vector<std::pair<std::string_view, std::string_view>>& groups) const;
    std::vector<std::string> names() const;

private:
    std::unique_ptr<re2::RE2> re_;
    std::vector<std::pair<int, std::string>> groups_;
    std::string error_;
};

// The compiled `pattern`, kept for as long as the process lives: for patterns of rules, of which there are few. Safe from any
// thread.
const Regex& kept_regex(const std::string& pattern);

// What stands in any text that a pattern matches. Literals hold no quote and no backslash, since wrapped messages
// escape these.
struct Requirements {
    std::vector<std::string> literals;             // one of these, lower case, whatever the letter case of the text; the rarest such set
    std::vector<std::vector<std::string>> needs;  // and one of each of these
    bool cased = false;                            // `needs` are in the letter case of the text, else lower case
};

// `literals` is empty where there is none of `length_min` bytes or more.
Requirements requirements_of(const std::string& pattern, std::size_t length_min);

// Whether `text` holds one literal of each.
bool holds_each(const std::vector<std::vector<std::string>>& needs, std::string_view text);

// The captures' value, empty where the name did not take part.
std::string_view capture(const Captures& captures, std::string_view name);

}  // namespace nixwhy
