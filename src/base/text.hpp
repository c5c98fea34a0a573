// Small functions on text that know no domain word. Text is bytes; UTF-8 is checked only where it leaves.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

std::string_view trim(std::string_view text);
std::string_view trim_right(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string lower(std::string_view text);
bool contains(std::string_view text, std::string_view part);
bool is_digit(char c);
bool all_digits(std::string_view text);

// Reads digits at the start of `text` into `value` and cuts them off; false where there is none.
bool take_number(std::string_view& text, long long& value, std::size_t digits_max = 18);
// Cuts `prefix` off the start of `text`; false and nothing cut where it is not there.
bool take_prefix(std::string_view& text, std::string_view prefix);

// `*` stands for any run of characters; everything else is itself.
bool glob_match(std::string_view pattern, std::string_view text);

// Without terminal escape sequences (CSI, OSC, charset), without what a carriage return overwrote, without NUL.
std::string strip_terminal(std::string_view text);
// True where strip_terminal would change something.
bool has_terminal(std::string_view text);

// Undoes one level of backslash escapes as Go, JSON and C print them.
std::string unescape(std::string_view text);

// Valid UTF-8 with U+FFFD for what is none, without control and bidirectional characters (tab becomes a space).
std::string printable(std::string_view text);
// Valid UTF-8, nothing else changed.
std::string valid_utf8(std::string_view text);

// The number of columns a terminal gives this UTF-8 text, taking every character but combining marks as one.
std::size_t columns(std::string_view utf8);
// At most `width` columns, with an ellipsis where something was cut.
std::string cut_columns(std::string_view utf8, std::size_t width);

// For the path of a URI: all but letters, digits and /-._~ as %XX.
std::string percent_encoded(std::string_view path);

// FNV-1a, 64 bit: stable names for things, not for security.
std::string stable_hash(std::string_view text);

}  // namespace nixwhy
