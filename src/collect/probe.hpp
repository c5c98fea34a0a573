// What can be gathered, as rows of data: a probe says what to look at and how much of it, what is gathered is what came of it.
// To gather one more thing, add a row to probes.cpp; to make facts of it, a row to facts.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nixwhy {

enum class ProbeKind : std::uint8_t {
    command,      // words are argv; the text is its standard output
    file,         // words are paths; the text is their content, one after the other
    stat,         // words are paths, `*` allowed; the text is a line for each, see stat_line
    secret,       // as stat, with length, characters and keyed name of the content, which is never kept
    certificate,  // words are paths, `*` allowed; the text is the PEM, and is reduced before it goes anywhere
    session,      // the collecting process itself: environment, limits, tty, tools; see session_sections
    space,        // words are paths; the text is a line for each: PATH, AVAILABLE, SIZE (bytes), INODES FREE, INODES
    processes,    // words are names, `*` allowed; the text is a line for each that runs: PID, PARENT, UID, NAME
};

// What is done with the text.
enum class Keep : std::uint8_t {
    facts,     // read into facts, then dropped
    material,  // read into facts where a reader is there, and kept for people
    log,       // kept, and read as a log by `nixwhy explain`
};

struct Probe {
    std::string name;                // stable; also the name of its member
    ProbeKind kind = ProbeKind::command;
    std::vector<std::string> words;
    Keep keep = Keep::material;
    std::string needs;               // in words for a person, where it did not work: "root"
    unsigned seconds_max = 10;       // then its whole process group is ended
    std::uint64_t bytes_max = 1U << 20U;  // of what is kept; the newest where there is more
    bool newest = true;              // else the oldest
};

struct Gathered {
    std::string probe;
    std::string command;      // as a person would type it, or the paths
    int status = 0;           // exit status, 128+N where signal N ended it
    bool timed_out = false;
    std::string missing;      // why there is nothing; empty where there is something
    std::string text;
    std::string error;        // the last of its standard error
    std::int64_t duration_us = 0;
    std::uint64_t bytes = 0;  // it gave; more than text holds where it was cut
    bool cut = false;
};

// The separator of the fields of a line of a stat or secret outcome:
// PATH, TYPE, SIZE, MODE, OWNER, GROUP, MODIFIED, CHANGED, INODE, LINK, and for a secret LENGTH, CHARACTERS, KEYED NAME.
// Times are seconds since 1970 with a fraction. TYPE is in the words of stat(1), or "missing" or "unreadable", and then
// the rest is empty. CHARACTERS is hexadecimal, other or none; length and characters are without white space around.
constexpr char field_separator = '\t';

// A session outcome has sections, each opened by a line "@NAME": environ (newlines in values as \x01), limits, status and
// cgroup as /proc gives them, fds, tools and parents as fields, cwd.
constexpr char section_mark = '@';

// Which part of a machine's story is gathered.
struct Window {
    std::string since;   // RFC 3339, or as journalctl takes it; empty: from the start of `boot`
    std::string until;
    std::string boot = "-0";  // the last one, on a disk too
    std::vector<std::string> units;  // empty: all
};

// Probes of the process that collects, cheap ones first: what a session differs by.
std::vector<Probe> session_probes();
// Probes of the machine that need no program to run: a few milliseconds in all.
std::vector<Probe> quick_probes();
// Probes of the machine that run programs.
std::vector<Probe> machine_probes();
// The journal of the window.
std::vector<Probe> journal_probes(const Window& window);

// Names looked up along PATH: the tools that nixos-rebuild and its like call.
const std::vector<std::string>& tools();

}  // namespace nixwhy
