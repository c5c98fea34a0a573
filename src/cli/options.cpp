// The only file that knows CLI11. Help is our own: examples first.
#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "base/text.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

std::vector<std::string> format_names() {
    std::vector<std::string> names;
    for (const Writer& writer : writers()) names.emplace_back(writer.name);
    return names;
}

std::vector<std::string> known_flags(const Command& command) {
    std::vector<std::string> flags{"--help"};
    for (const char* name : command.options) {
        for (const std::string_view one : split(option_row(name).flags, ',')) flags.emplace_back(one);
    }
    return flags;
}

[[noreturn]] void refuse(const Command& command, const std::string& what, const std::vector<std::string>& arguments) {
    std::string message = fmt::format("{}: {}", command.name, what);
    for (const std::string& argument : arguments) {
        if (argument.size() < 2 || argument[0] != '-' || argument == "--") continue;
        const std::string flag = argument.substr(0, argument.find('='));
        const std::vector<std::string> known = known_flags(command);
        if (std::find(known.begin(), known.end(), flag) != known.end()) continue;
        const std::string near = nearest(flag, known);
        message = fmt::format("{}: unknown option '{}'", command.name, flag);
        if (!near.empty()) message += fmt::format(", did you mean '{}'?", near);
        break;
    }
    throw Error(message + fmt::format("\ntry 'nixwhy {} --help'", command.name), Exit::usage);
}

}  // namespace

const std::vector<OptionRow>& option_table() {
    static const std::vector<OptionRow> table{
        {"--format", "NAME", "report format: terminal, markdown, json, jsonl, html, github, sarif, junit; of triage and merge without the last three, but partial", &Options::format, format_names},
        {"-o,--output", "FILE", "write to FILE; a report goes to standard output without it, a bundle to a new file here", &Options::output},
        {"--rules", "DIR", "add rules from a folder or file; the same id replaces ours; repeatable", &Options::rules},
        {"--since", "TIME", "only events from TIME on (2026-11-22T20:00:00Z)", &Options::since},
        {"--until", "TIME", "only events up to TIME", &Options::until},
        {"--boot", "BOOT", "only events of the boot whose id begins so", &Options::boot},
        {"-u,--unit", "UNIT", "only events of this unit or program; repeatable", &Options::units},
        {"--root", "DIR", "the disk of a machine that is switched off, mounted at DIR; repeatable", &Options::roots},
        {"--color", "WHEN", "auto, always or never", &Options::color, [] { return std::vector<std::string>{"auto", "always", "never"}; }},
        {"--fail-on", "WHAT", "exit with 1: never, unexplained (no rule explains the failure) or any (any failure)", &Options::fail_on, [] { return std::vector<std::string>{"never", "unexplained", "any"}; }},
        {"-C,--context", "N", "show N lines before and after each line that proves something; 3 in html, else none", &Options::context},
        {"--no-redact", "", "show secrets as they stand in the logs", &Options::no_redact},
        {"-q,--quiet", "", "without the line about what was read", &Options::quiet},
        {"--limit", "NAME=N", "what one input may cost (1M, 2G): line, unpacked, ratio, depth, members, name, journal, files; repeatable", &Options::limits},
        {"--files0-from", "FILE", "inputs are also those named in FILE, each name ended by NUL; - is standard input", &Options::files_from},
        {"--stdin-framing", "HOW", "what standard input is: none (one run), or ndjson: a line {\"run\": NAME, \"path\": FILE} or {\"run\": NAME, \"log\": TEXT} for each run", &Options::framing, [] { return std::vector<std::string>{"none", "ndjson"}; }},
        {"--shard", "I/N", "only the I-th of N parts of the runs, I from 0; by their names, so that every machine knows its own", &Options::shard},
        {"--resume", "", "take over what an earlier run of the same command left in the output file, and go on", &Options::resume},
        {"--fan-out", "WORKERS", "by GNU parallel: N workers here, or hosts (node1,node2) over ssh that see the same files; shows the command and runs it", &Options::fan_out},
        {"-j,--threads", "N", "threads to use; the report does not depend on it", &Options::threads},
        {"--width", "N", "columns of the terminal report", &Options::width},
    };
    return table;
}

const OptionRow& option_row(std::string_view flag) {
    for (const OptionRow& row : option_table()) {
        for (const std::string_view one : split(row.flags, ',')) {
            if (one == flag) return row;
        }
    }
    broken_promise(std::string(flag).c_str(), __FILE__, __LINE__);
}

bool parse_options(const Command& command, const std::vector<std::string>& arguments, Options& options) {
    if (std::any_of(arguments.begin(), std::find(arguments.begin(), arguments.end(), "--"), [](const std::string& a) { return a == "--help" || a == "-h"; })) {
        std::fputs(help_of(command).c_str(), stdout);
        return false;
    }
    CLI::App app;
    app.set_help_flag();
    for (const char* name : command.options) {
        const OptionRow& row = option_row(name);
        std::visit([&](auto member) {
            using Member = std::decay_t<decltype(options.*member)>;
            if constexpr (std::is_same_v<Member, bool>) {
                app.add_flag(row.flags, options.*member);
            } else {
                CLI::Option* added = app.add_option(row.flags, options.*member);
                if constexpr (std::is_same_v<Member, std::vector<std::string>>) added->expected(1)->allow_extra_args(false)->take_all();
            }
        }, row.target);
    }
    app.add_option("words", options.words);
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
        app.parse(reversed);
    } catch (const CLI::ParseError& error) {
        refuse(command, error.what(), arguments);
    }
    return true;
}

std::string help_of(const Command& command) {
    std::string out = fmt::format("{}\n\nExamples:\n", command.about);
    for (const std::string_view line : split(command.examples, '\n')) out += fmt::format("  {}\n", line);
    out += fmt::format("\nUsage: nixwhy {} [OPTION...] {}\n\nOptions:\n", command.name, command.words);
    for (const char* name : command.options) {
        const OptionRow& row = option_row(name);
        std::string flags(row.flags);
        const std::size_t comma = flags.find(',');
        if (comma != std::string::npos) flags.replace(comma, 1, ", ");
        out += fmt::format("  {:<22} {}\n", flags + (row.value[0] != '\0' ? std::string(" ") + row.value : ""), row.about);
    }
    return out;
}

}  // namespace nixwhy
