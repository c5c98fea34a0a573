// The environments of several sessions, or of snapshots, beside each other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compare/comparison.hpp"
#include "compare/differences.hpp"
#include "event/snapshot.hpp"
#include "redact/redact.hpp"

namespace nixwhy {

// One side: a session of a host, or what a file holds.
struct Environment {
    std::string name;     // "scripted", "interactive", "scripted-sudo", "interactive-sudo", or the name of the file
    std::string how;      // as a person would start it; empty for a file
    std::string missing;  // why it could not be had; empty where it could
    Snapshot snapshot;
};

struct EnvironmentPair {
    std::string from, to;  // names
    std::vector<ReportDifference> differences;
};

struct EnvironmentRow {
    std::string name;
    Safe how;
    Safe missing;
};

// The differences as a value, already safe.
struct Environments {
    std::string version;
    std::string rules_digest;
    Safe host;    // the name the machine has, else the one it was asked by; empty for files that tell none
    Safe answer;  // one sentence: whether they differ, and by what most
    std::vector<EnvironmentRow> rows;
    std::vector<EnvironmentPair> pairs;
    std::uint64_t looked_at = 0;  // facts that both sides of the first pair know
    std::string machine;          // of the first that could be had
    std::int64_t taken_us = 0;    // when it was
};

// Each environment with the first one that could be had, and with sudo to the one without where both are there.
Environments compare_environments(const std::string& host, const std::string& rules_digest, const std::vector<Environment>& environments,
                                  Redactor& redactor);

// What a file holds: a snapshot, or a bundle with one; of a recording, how the command began. Never throws: `missing` says
// why there is none.
Environment environment_of_file(const std::string& path);

}  // namespace nixwhy
