// Two runs of the same thing, one failed, one worked: where they part, what differs, and the cause that points to.
#pragma once

#include <string>
#include <vector>

#include "compare/comparison.hpp"
#include "compare/differences.hpp"
#include "compare/lines.hpp"
#include "scan/scan.hpp"

namespace nixwhy {

// Both timelines are read from the inputs that `sayings` and the logs are from. Differences of facts are added to
// `failed` before it is diagnosed, so that rules can ask for them (`differs:NAME`).
struct ComparedRuns {
    std::string failed_name, worked_name;
    Timeline failed, worked;
    Sayings sayings;
    std::vector<LogLines> failed_logs, worked_logs;
};

ComparedRuns read_runs(const std::string& failed, const std::string& worked, const RuleSet& rules, const ScanOptions& options);

Comparison compare(ComparedRuns& runs, const RuleSet& rules, Redactor& redactor);

// Why the run that ended well may prove nothing: it found the new system in place already and had nothing to do.
std::vector<std::string> cautions_of(const ComparedRuns& runs);

}  // namespace nixwhy
