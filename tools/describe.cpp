// Build step: describe man|reference|bash|zsh|fish prints the manual page (as Markdown), the reference, or the completions, all
// from the tables of commands and options that --help reads. So none of them can say anything else.
#include <fmt/core.h>

#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/commands.hpp"

using namespace nixwhy;

namespace {

struct Flags {
    std::string letter;  // "-o", empty where there is none
    std::string name;    // "--output"
};

Flags flags_of(const OptionRow& row) {
    Flags out;
    for (const std::string_view one : split(row.flags, ',')) (one.substr(0, 2) == "--" ? out.name : out.letter) = one;
    return out;
}

// "rules list" -> {"rules", {"list", ...}}: the first words, and the second words of each.
std::map<std::string, std::vector<const Command*>> by_first_word() {
    std::map<std::string, std::vector<const Command*>> out;
    for (const Command& command : commands()) out[std::string(command.name).substr(0, std::string(command.name).find(' '))].push_back(&command);
    return out;
}

std::string second_word(const Command& command) {
    const std::string name = command.name;
    return name.find(' ') == std::string::npos ? std::string() : name.substr(name.find(' ') + 1);
}

// What a word without a dash, or the value of an option, is completed with.
enum class Words { none, files, folders, hosts, rules };

// "[INPUT...]" -> "INPUT": the first name in capitals decides.
Words words_of(std::string_view named) {
    static const std::map<std::string, Words> table{{"INPUT", Words::files}, {"FILE", Words::files},  {"BUNDLE", Words::files}, {"PART", Words::files}, {"FAILED", Words::files},
                                                    {"DIR", Words::folders}, {"HOST", Words::hosts}, {"ID", Words::rules},     {"GLOB", Words::rules}};
    std::string name;
    for (const char c : named) {
        if (c >= 'A' && c <= 'Z') name += c;
        else if (!name.empty()) break;
    }
    const auto found = table.find(name);
    return found == table.end() ? Words::none : found->second;
}

bool has_value(const OptionRow& row) { return row.value[0] != '\0'; }

std::string in_single_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// ---- bash ----

std::string bash_words(Words words) {
    switch (words) {
        case Words::files: return "compopt -o default; COMPREPLY=()";
        case Words::folders: return "compopt -o dirnames; COMPREPLY=()";
        case Words::hosts: return "COMPREPLY=($(compgen -A hostname -- \"$cur\"))";
        case Words::rules: return "COMPREPLY=($(compgen -W \"$(nixwhy rules list 2>/dev/null | cut -d' ' -f1)\" -- \"$cur\"))";
        case Words::none: break;
    }
    return "COMPREPLY=()";
}

std::string bash() {
    std::string values, cases;
    std::set<const OptionRow*> seen;
    for (const Command& command : commands()) {
        std::string flags = "--help";
        for (const char* name : command.options) {
            const OptionRow& row = option_row(name);
            for (const std::string_view one : split(row.flags, ',')) flags += " " + std::string(one);
            if (!has_value(row) || !seen.insert(&row).second) continue;
            std::string reply = bash_words(words_of(row.value));
            if (row.choices != nullptr) reply = fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$cur\"))", join(row.choices(), " "));
            std::string pattern(row.flags);
            for (std::size_t at = pattern.find(','); at != std::string::npos; at = pattern.find(',')) pattern[at] = '|';
            values += fmt::format("        {}) {}; return ;;\n", pattern, reply);
        }
        cases += fmt::format("        {}) flags='{}'; words={} ;;\n", in_single_quotes(command.name), flags, in_single_quotes(bash_words(words_of(command.words))));
    }
    std::string first, nested;
    for (const auto& [word, list] : by_first_word()) {
        first += (first.empty() ? "" : " ") + word;
        std::string second;
        for (const Command* command : list) {
            if (!second_word(*command).empty()) second += (second.empty() ? "" : " ") + second_word(*command);
        }
        if (second.empty()) continue;
        nested += fmt::format("        {0}) command=\"{0} ${{COMP_WORDS[2]}}\"\n            [ \"$COMP_CWORD\" -eq 2 ] && {{ COMPREPLY=($(compgen -W '{1}' -- \"$cur\")); return; }} ;;\n", word, second);
    }
    return fmt::format(R"~(# Completion of nixwhy for bash, made from its tables of commands and options.
_nixwhy() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}} flags words
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W '{0} --help --version' -- "$cur"))
        return
    fi
    case $command in
{1}    esac
    case $prev in
{2}    esac
    case $command in
{3}        *) return ;;
    esac
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$flags" -- "$cur"))
    else
        eval "$words"
    fi
}}
complete -F _nixwhy nixwhy
)~", first, nested, values, cases);
}

// ---- zsh ----

std::string zsh_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh_action(const OptionRow& row) {
    if (row.choices != nullptr) return "(" + join(row.choices(), " ") + ")";
    switch (words_of(row.value)) {
        case Words::files: return "_files";
        case Words::folders: return "_files -/";
        case Words::hosts: return "_hosts";
        case Words::rules: return "_nixwhy_rules";
        case Words::none: break;
    }
    return "";
}

std::string zsh() {
    std::string first, cases;
    for (const auto& [word, list] : by_first_word()) {
        first += "        " + in_single_quotes(fmt::format("{}:{}", word, zsh_text(second_word(*list[0]).empty() ? list[0]->about : "read, lint, test and debug rules"))) + "\n";
        std::string seconds;
        for (const Command* command : list) {
            if (!second_word(*command).empty()) seconds += " " + in_single_quotes(fmt::format("{}:{}", second_word(*command), zsh_text(command->about)));
        }
        if (!seconds.empty()) cases += fmt::format("        {}) local -a parts=({})\n            (( CURRENT == 3 )) && {{ _describe command parts; return }}\n            command=\"$words[2] $words[3]\"; shift_by=2 ;;\n", word, seconds.substr(1));
    }
    std::string options;
    for (const Command& command : commands()) {
        options += fmt::format("        {}) arguments=('--help[show help]'", in_single_quotes(command.name));
        for (const char* name : command.options) {
            const OptionRow& row = option_row(name);
            const bool repeatable = contains(row.about, "repeatable");
            for (const std::string_view flag : split(row.flags, ',')) {
                std::string spec = fmt::format("{}{}[{}]", repeatable ? "*" : "", flag, zsh_text(row.about));
                if (has_value(row)) spec += fmt::format(":{}:{}", row.value, zsh_action(row));
                options += " " + in_single_quotes(spec);
            }
        }
        const Words words = words_of(command.words);
        options += words == Words::rules ? " '*:rule:_nixwhy_rules'" : words == Words::hosts ? " '*:host:_hosts'" : words == Words::none ? "" : " '*:input:_files'";
        options += ") ;;\n";
    }
    return fmt::format(R"~(#compdef nixwhy
# Completion of nixwhy for zsh, made from its tables of commands and options.
_nixwhy_rules() {{
    local -a ids=(${{(f)"$(nixwhy rules list 2>/dev/null | cut -d' ' -f1)"}})
    compadd -a ids
}}
_nixwhy() {{
    local -a commands=(
{0}    )
    (( CURRENT == 2 )) && {{ _describe command commands; return }}
    local command=$words[2] shift_by=1
    case $command in
{1}    esac
    local -a arguments
    case $command in
{2}        *) return 1 ;;
    esac
    words=("${{(@)words[shift_by+1,-1]}}")
    (( CURRENT -= shift_by ))
    _arguments -S "$arguments[@]"
}}
_nixwhy "$@"
)~", first, cases, options);
}

// ---- fish ----

std::string fish() {
    std::string out = R"~(# Completion of nixwhy for fish, made from its tables of commands and options.
function __nixwhy_rules
    nixwhy rules list 2>/dev/null | string replace -r ' .*' ''
end
complete -c nixwhy -f
complete -c nixwhy -l help -d 'show help'
complete -c nixwhy -n __fish_use_subcommand -l version -d 'show the version and the digest of the rules'
)~";
    for (const auto& [word, list] : by_first_word()) {
        std::string seconds;
        for (const Command* command : list) seconds += second_word(*command).empty() ? "" : " " + second_word(*command);
        out += fmt::format("complete -c nixwhy -n __fish_use_subcommand -a {} -d {}\n", word, in_single_quotes(seconds.empty() ? list[0]->about : "read, lint, test and debug rules"));
        for (const Command* command : list) {
            std::string when = "__fish_seen_subcommand_from " + word;
            if (!seconds.empty()) {
                out += fmt::format("complete -c nixwhy -n '{}; and not __fish_seen_subcommand_from{}' -a {} -d {}\n", when, seconds, second_word(*command), in_single_quotes(command->about));
                when += "; and __fish_seen_subcommand_from " + second_word(*command);
            }
            const Words words = words_of(command->words);
            if (words == Words::files || words == Words::folders) out += fmt::format("complete -c nixwhy -n '{}' -F\n", when);
            if (words == Words::rules) out += fmt::format("complete -c nixwhy -n '{}' -a '(__nixwhy_rules)'\n", when);
            if (words == Words::hosts) out += fmt::format("complete -c nixwhy -n '{}' -a '(__fish_print_hostnames)'\n", when);
            for (const char* name : command->options) {
                const OptionRow& row = option_row(name);
                const Flags flags = flags_of(row);
                out += fmt::format("complete -c nixwhy -n '{}'", when);
                if (!flags.letter.empty()) out += " -s " + flags.letter.substr(1);
                if (!flags.name.empty()) out += " -l " + flags.name.substr(2);
                if (has_value(row)) out += row.choices != nullptr ? " -x -a " + in_single_quotes(join(row.choices(), " ")) : words_of(row.value) == Words::none ? " -x" : " -r -F";
                out += fmt::format(" -d {}\n", in_single_quotes(row.about));
            }
        }
    }
    return out;
}

// ---- the manual page and the reference ----

std::string option_line(const OptionRow& row) {
    std::string flags;
    for (const std::string_view one : split(row.flags, ',')) flags += (flags.empty() ? "`" : ", `") + std::string(one) + (has_value(row) ? " " + std::string(row.value) : "") + "`";
    return flags;
}

// A block of plain lines: indented for the manual page, fenced for the reference, whose examples a test runs.
std::string block(const std::vector<std::string_view>& lines, const char* fence) {
    std::string out;
    for (const std::string_view line : lines) out += fmt::format("{}{}\n", fence == nullptr ? "    " : "", line);
    return fence == nullptr ? out : fmt::format("{}\n{}```\n", fence, out);
}

std::string command_sections(const char* heading, bool fenced) {
    std::string out;
    for (const Command& command : commands()) {
        const std::string usage = fmt::format("nixwhy {}{}{}{}", command.name, command.options.empty() ? "" : " [OPTION...]", command.words[0] == '\0' ? "" : " ", command.words);
        out += fmt::format("{} nixwhy {}\n\n{}\n{}\n", heading, command.name, block({usage}, fenced ? "```text" : nullptr), command.about);
        if (!command.options.empty()) {
            out += "\nOptions:";
            for (const char* name : command.options) out += std::string(name == command.options.front() ? " `" : ", `") + flags_of(option_row(name)).name + "`";
            out += ".\n";
        }
        out += "\nExamples:\n\n" + block(split(command.examples, '\n'), fenced ? "<!-- examples -->\n```sh" : nullptr) + "\n";
    }
    return out;
}

struct ExitRow {
    int code;
    const char* about;
};
const std::vector<ExitRow> exit_rows{
    {0, "done; nothing at or above `--fail-on`"},
    {1, "done; a finding at or above `--fail-on`. Of `rules check` and `rules test`: a rule is wrong"},
    {2, "wrong usage"},
    {3, "rules could not be loaded"},
    {4, "an input could not be read, or nothing could be evaluated; the rest is reported all the same"},
    {5, "the finished report failed its own search for secrets; nothing was written"},
    {70, "nixwhy could not do its work: no memory, a full disk, or a mistake of its own, which please report; the message says which"},
};

const std::vector<std::pair<const char*, const char*>> environment_rows{
    {"NIXWHY_RULES", "folders of rules, separated by colons, that stand in for the two of FILES; empty: none"},
    {"NO_COLOR, CLICOLOR_FORCE, TERM", "whether a terminal report has colour, where `--color` does not say"},
    {"COLUMNS", "the width of a terminal report that does not go to a terminal"},
    {"XDG_CONFIG_HOME, HOME", "where your own rules are"},
};

const std::vector<std::pair<const char*, const char*>> file_rows{
    {"/etc/nixwhy/rules/AREA/NAME.yaml", "rules of this machine; a rule with the id of a built-in one replaces it"},
    {"$XDG_CONFIG_HOME/nixwhy/rules/AREA/NAME.yaml", "your own rules, put over those; else `~/.config/nixwhy/rules`"},
};

std::string tail_sections(const char* heading) {
    std::string out = fmt::format("{} Exit status\n\n", heading);
    for (const ExitRow& row : exit_rows) out += fmt::format("**{}**\n: {}\n\n", row.code, row.about);
    out += fmt::format("{} Environment\n\n", heading);
    for (const auto& [name, about] : environment_rows) out += fmt::format("**{}**\n: {}\n\n", name, about);
    out += fmt::format("{} Files\n\n", heading);
    for (const auto& [name, about] : file_rows) out += fmt::format("**{}**\n: {}\n\n", name, about);
    return out;
}

std::string option_section(const char* heading) {
    std::string out = fmt::format("{} Options\n\n", heading);
    for (const OptionRow& row : option_table()) out += fmt::format("{}\n: {}\n\n", option_line(row), row.about);
    return out + "`--help`\n: what the command does, with examples\n\n";
}

std::string man() {
    return "# NAME\n\nnixwhy - say why a NixOS rebuild or a Kubernetes node on NixOS failed\n\n# SYNOPSIS\n\n**nixwhy** *COMMAND* [*OPTION*...] [*WORD*...]\n\n"
           "# DESCRIPTION\n\nnixwhy reads logs, journals, archives and folders, and says what failed first, why, what merely followed from it, what to do, and which "
           "lines prove it. It changes nothing and asks no network.\n\n# COMMANDS\n\n" + command_sections("##", false) + option_section("#") + tail_sections("#") +
           "# SEE ALSO\n\n**nixwhy-rules**(7), **nixwhy-report**(5), **journalctl**(1), **nixos-rebuild**(8)\n";
}

std::string reference() {
    return "# Reference\n\nMade by `tools/describe.cpp` from the tables that `--help` reads; a test holds that it is up to date.\n\n## Commands\n\n" + command_sections("###", true) +
           option_section("##") + tail_sections("##");
}

}  // namespace

int main(int argc, char** argv) {
    const std::map<std::string, std::string (*)()> kinds{{"man", man}, {"reference", reference}, {"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    const auto found = argc == 2 ? kinds.find(argv[1]) : kinds.end();
    if (found == kinds.end()) {
        std::fprintf(stderr, "usage: describe man|reference|bash|zsh|fish\n");
        return 2;
    }
    std::fputs(found->second().c_str(), stdout);
    return 0;
}
