// See markdown_parts.hpp.
#include "report/markdown_parts.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace nixwhy {

std::string markdown_words(std::string_view text, bool begins) {
    std::string out;
    bool first = true;
    for (const std::string_view word : split(text, ' ')) {
        if (!first) out += ' ';
        const bool block = begins && first && !word.empty() && (word[0] == '-' || word[0] == '+' || word[0] == '#' || word[0] == '=' || (word.back() == '.' && all_digits(word.substr(0, word.size() - 1))));
        const bool lone = (word == "#" || word == "=") && !block;
        first = false;
        const bool plain = word.find_first_of("@#<>*_[]!|~\\`&{}$=") == std::string_view::npos && !contains(word, "://") && !contains(lower(word), "www.");
        if (lone || (plain && !block)) {
            out += word;
            continue;
        }
        std::string code(word);
        code.erase(std::remove(code.begin(), code.end(), '`'), code.end());
        if (!code.empty()) out += "`" + code + "`";
    }
    return out;
}

std::string markdown_code(std::string_view text) {
    std::size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string ticks(longest + 1, '`');
    const char* space = longest > 0 ? " " : "";
    return ticks + space + std::string(text) + space + ticks;
}

std::string markdown_fence(const std::string& text) {
    std::size_t longest = 0, run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string ticks(std::max<std::size_t>(longest + 1, 3), '`');
    return ticks + "text\n" + text + (text.empty() || text.back() != '\n' ? "\n" : "") + ticks + "\n";
}

std::string markdown_cell(std::string_view text) {
    std::string out;
    for (const char c : markdown_words(text, false)) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

}  // namespace nixwhy
