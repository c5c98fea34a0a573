// Many runs as one value: those of one cause together, those that no rule explains together by wording, all counted. It
// depends on the set of records alone, not on their order or on the parts they came in.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "triage/record.hpp"

namespace nixwhy {

// Runs that failed alike, by cause or by wording.
struct RunGroup {
    Safe rule;         // empty in groups by wording
    Safe fingerprint;  // of the cause; of a wording its name
    Safe title;        // of the cause; of a wording the wording itself
    std::uint64_t runs = 0;
    std::uint64_t hosts = 0;
    std::string first, last;  // RFC 3339, empty where no run tells a time
    Safe run;                 // the best example: read whole, shortest
    Safe source;              // where in it the failure is told
    std::uint64_t line = 0;
    Safe text;
    std::vector<std::uint64_t> over_time;  // runs in each of Triage::spans
    std::string news;  // "new", "known", "back" where there is a history; else empty
    std::string since; // when it was first seen, where there is a history
};

struct Triage {
    std::string version;
    std::vector<std::string> rules;  // digests of the rules that judged, in order
    std::uint64_t runs = 0, explained = 0, unexplained = 0, no_failure = 0, unread = 0, cut = 0;
    std::uint64_t bytes = 0, lines = 0;
    std::string first, last;
    std::vector<std::string> spans;       // where each span of time begins; equal in length, empty without times
    std::vector<RunGroup> causes;         // by number of runs; a run with several causes counts in each
    std::vector<RunGroup> wordings;
    std::vector<RunRecord> troubled;      // not read, or not whole
    std::uint64_t troubled_left = 0;      // that stand not in `troubled`
};

// Sorts by the names of runs and keeps of several records of one run the one that tells most.
void settle(std::vector<RunRecord>& records);

// `records` are settled.
Triage triage(const std::vector<RunRecord>& records);

// Parts: what `--format partial` writes and `merge` reads. A line that says what it is, then a record a line, by name.
std::string write_part(const std::vector<RunRecord>& records);
// Adds the records of the part in `path` to `records`. A last line that was cut off is left out, where `unfinished` parts may be
// read; throws Error for what else is no part.
void read_part(const std::string& path, bool unfinished, std::vector<RunRecord>& records);
// The first line of a part.
std::string part_head();

}  // namespace nixwhy
