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
    Safe host;  // empty for files
    std::vector<EnvironmentRow> rows;
    std::vector<EnvironmentPair> pairs;
    std::uint64_t looked_at = 0;  // facts that both sides of the first pair know
};

// Each environment with the first one that could be had, and with sudo to the one without where both are there.
Environments compare_environments(const std::string& host, const std::vector<Environment>& environments, Redactor& redactor);

// The differences of the first pair as a snapshot, for `nixwhy explain` beside a failed log: facts `differs:NAME`.
std::string differences_snapshot(const Environments& environments, const std::vector<Environment>& from);

}  // namespace nixwhy
