// A failed run beside one that worked, as a value: everything a writer may show, already safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "redact/redact.hpp"
#include "report/report.hpp"

namespace nixwhy {

// A line that one run said and the other did not, or where they part.
struct ComparedLine {
    Safe source;
    std::uint64_t line = 0;
    std::string time;   // RFC 3339, empty where unknown
    Safe speaker;
    Safe text;
    std::uint64_t count = 1;
    bool failure = false;  // it tells that something failed
};

// Where two logs of the same thing part: the last line both have, and what each says next. Nothing next: it ends there.
struct Parting {
    std::optional<ComparedLine> common;
    std::optional<ComparedLine> failed;
    std::optional<ComparedLine> worked;
};

struct ComparedLog {
    Safe failed;  // names of the sources; empty where that side has no such log
    Safe worked;
    std::uint64_t failed_lines = 0, worked_lines = 0, same = 0;
    std::optional<Parting> parting;
};

struct ReportDifference {
    Safe fact;
    Safe failed;
    Safe worked;
    std::string breaks;  // what it is known to break, empty where nothing is known
    std::string remedy;
    unsigned weight = 0;
};

// A root of the failed run that the other does not have.
struct Pointed {
    std::uint32_t finding = 0;                // index in Comparison::failed.findings
    std::vector<std::uint32_t> differences;   // that prove it, indices in Comparison::differences
};

// How sure the comparison is of what it points to.
enum class Conclusion : std::uint8_t {
    difference,  // a finding of the failed run together with a difference that makes it
    finding,     // a finding that only the failed run has
    suspects,    // only differences that are known to break such things
    unknown,     // the failed run failed, and nothing tells why
    no_failure,  // the run given as failed shows no failure
};
std::string_view name_of(Conclusion conclusion);

struct Comparison {
    std::string version;
    std::string rules_digest;
    Conclusion conclusion = Conclusion::unknown;
    Safe failed_name, worked_name;           // as the user named them
    std::vector<Pointed> causes;             // what points most clearly first
    std::vector<std::uint32_t> in_both;      // roots of the failed run that the other has too, so not what tells them apart
    std::vector<Safe> cautions;              // why the run that worked may not have worked
    std::vector<ComparedLog> logs;
    std::vector<ComparedLine> only_failed;   // failure lines first
    std::vector<ComparedLine> only_worked;
    std::uint64_t only_failed_count = 0, only_worked_count = 0;  // different lines, those not listed too
    std::vector<ReportDifference> differences;
    Report failed, worked;
};

}  // namespace nixwhy
