// Prints the expressions of the built-in rules, one a line, for searching with other programs: grouped, since ripgrep
// joins what it reads from a file ungrouped, without names, since a name may stand only once. Expressions over whole
// nix blocks, or over a line end, are left out.
#include <cctype>
#include <cstdio>
#include <set>
#include <string>

#include "rule/builtin.hpp"

int main() {
    std::set<std::string> seen;
    for (const nixwhy::Pattern& pattern : nixwhy::builtin_rules().patterns) {
        std::string text;
        for (std::size_t at = 0; at < pattern.text.size();) {
            if (pattern.text.compare(at, 4, "(?P<") == 0) {
                text += "(?:";
                at = pattern.text.find('>', at) + 1;
            } else if (pattern.text[at] == '\\') {  // RE2 lets any sign be escaped
                const char escaped = pattern.text[at + 1];
                if (std::isalnum(static_cast<unsigned char>(escaped)) != 0 || std::string("\\.+*?()|[]{}^$#&-~").find(escaped) != std::string::npos) text += '\\';
                text += escaped;
                at += 2;
            } else {
                text += pattern.text[at++];
            }
        }
        std::string lines = text;
        for (std::size_t at = 0; (at = lines.find("[^\\n]", at)) != std::string::npos;) lines.erase(at, 5);
        if (pattern.block || lines.find("\\n") != std::string::npos || lines.find('\n') != std::string::npos) continue;
        if (seen.insert(text).second) std::printf("(?:%s)\n", text.c_str());
    }
}
