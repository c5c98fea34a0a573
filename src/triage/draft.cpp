// See draft.hpp.
#include "triage/draft.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "triage/wording.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t examples_max = 4;

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
}

// The nearest text that must not match: an example without one of the words that the pattern needs.
std::string near_miss(const std::string& example, const Regex& pattern) {
    std::vector<std::string_view> words = split(example, ' ');
    for (std::size_t without = words.size(); without-- > 0;) {
        if (words[without].size() < 4) continue;
        std::vector<std::string> rest;
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (i != without) rest.emplace_back(words[i]);
        }
        if (const std::string text = join(rest, " "); !pattern.search(text)) return text;
    }
    return "a line that says something else";
}

}  // namespace

std::string draft_rule(const std::vector<std::string>& lines, const std::string& origin) {
    const std::string pattern = pattern_of(lines);
    if (pattern.empty()) throw Error("these lines have no word of four letters or more in common; draft a rule from lines that report the same failure", Exit::input);
    const Regex regex(pattern);
    std::vector<std::string> examples(lines);
    std::sort(examples.begin(), examples.end(), [](const std::string& a, const std::string& b) { return std::make_pair(a.size(), a) < std::make_pair(b.size(), b); });
    examples.erase(std::unique(examples.begin(), examples.end()), examples.end());
    if (examples.size() > examples_max) examples.erase(examples.begin() + examples_max, examples.end());
    const bool named = contains(pattern, "?P<name>");
    std::string out = fmt::format("# Drafted from {}. Replace what begins with FILL IN, narrow the pattern to what the program prints, save it as\n"
                                  "# <area>/<name>.yaml in a folder of rules, then: nixwhy rules check FOLDER && nixwhy rules test FOLDER\n",
                                  origin);
    out += fmt::format("title: 'FILL IN: what failed{}'\n", named ? ", with {name} where it helps" : "");
    out += "kind: root\nwhen:\n  log: " + quoted(pattern) + "\n  # unit: FILL IN the unit or program that says so, or leave it out\n";
    out += "confidence: possible\nbecause: 'FILL IN: what the line proves, and what it does not'\nretry: unknown\n";
    out += "why: >-\n  FILL IN: what happens, and why.\n";
    out += "check:\n  - 'FILL IN: a command that confirms it and changes nothing'\nfix:\n  - 'FILL IN: what to do, in order'\n";
    out += "references:\n  - 'FILL IN: repository and path of the source that prints it, a manual, or an issue'\n";
    out += "examples:\n  match:\n";
    for (const std::string& example : examples) out += "    - " + quoted(example) + "\n";
    return out + "  no_match:\n    - " + quoted(near_miss(examples.front(), regex)) + "\n";
}

}  // namespace nixwhy
