// See template.hpp. One walk over the words, no regular expression: every line of a log comes through here.
#include "base/template.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace nixwhy {

namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c); }

// Words before a number that tells how something ended: "status=4/NOPERMISSION", "HTTP error 404", "failed (255)".
bool tells_end(std::string_view word) {
    constexpr std::array<std::string_view, 7> words{"status", "code", "error", "exit", "signal", "failed", "result"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view one) { return one == word; });
}

std::string reduced(std::string_view message, bool keep_ends) {
    std::string out;
    out.reserve(message.size());
    std::string_view last_word;
    std::size_t last_end = 0;
    for (std::size_t i = 0; i < message.size();) {
        if (!is_word(message[i])) {
            out += message[i++];
            continue;
        }
        const std::size_t start = i;
        std::size_t digits = 0;
        for (; i < message.size() && is_word(message[i]); ++i) digits += is_digit(message[i]) ? 1 : 0;
        const std::string_view word = message.substr(start, i - start);
        const bool number = digits == word.size();
        const bool hash = digits >= 2 && word.size() >= 7;
        const bool ending = keep_ends && number && word.size() <= 3 && start - last_end <= 2 && tells_end(last_word);
        if ((number || hash) && !ending) {
            if (out.empty() || out.back() != '#') out += '#';
        } else {
            out += word;
        }
        last_word = word;
        last_end = i;
    }
    return out;
}

}  // namespace

std::string template_of(std::string_view message) { return reduced(message, false); }
std::string comparable(std::string_view message) { return reduced(message, true); }

}  // namespace nixwhy
