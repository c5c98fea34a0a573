// The options of all commands, as one table: parsing, --help and the documentation read it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace nixwhy {

struct Options {
    std::vector<std::string> words;  // what stands without a dash: inputs, ids, files
    std::string format = "terminal";
    std::string output;
    std::vector<std::string> rules;
    std::string since;
    std::string until;
    std::string boot;
    std::vector<std::string> units;
    std::vector<std::string> roots;
    std::string color = "auto";
    std::string fail_on = "never";
    bool no_redact = false;
    bool quiet = false;
    std::vector<std::string> limits;  // NAME=VALUE
    unsigned threads = 0;
    unsigned width = 0;
    static constexpr unsigned context_of_format = ~0U;
    unsigned context = context_of_format;  // lines beside evidence
    std::string files_from;           // file of names, each ended by NUL
    std::string framing = "none";     // of standard input: none or ndjson
    std::string shard;                // I/N
    bool resume = false;
    std::string fan_out;              // number of workers, or hosts
    int step_summary = -1;  // descriptor of the step summary of a GitHub run, open for appending; -1: none
};

struct OptionRow {
    const char* flags;  // as typed: "-o,--output"
    const char* value;  // name of its value, empty for a flag
    const char* about;
    std::variant<bool Options::*, std::string Options::*, unsigned Options::*, std::vector<std::string> Options::*> target;
    std::vector<std::string> (*choices)() = nullptr;  // the values there are, where they can be listed; for completions
};

const std::vector<OptionRow>& option_table();
// The row that has this flag among its own; asking for a flag that no row has is a mistake of ours.
const OptionRow& option_row(std::string_view flag);

struct Command {
    const char* name;   // "explain", "rules list"
    const char* words;  // "[INPUT...]"
    const char* about;
    const char* examples;  // lines
    std::vector<const char*> options;  // first flag of each row of option_table it takes
    int (*run)(const Options&);
    // Reads and writes its report, nothing else: it runs without programs, network and other files. See base/confine.hpp.
    bool confined = false;
    Exit usage_exit = Exit::usage;
    void (*before)(Options&) = nullptr;  // what it must do before it is confined
};

// Parses `arguments` (without the program's name and the command's). Throws Error with exit code 2. Prints help and
// returns false where that was asked for.
bool parse_options(const Command& command, const std::vector<std::string>& arguments, Options& options);

std::string help_of(const Command& command);

}  // namespace nixwhy
