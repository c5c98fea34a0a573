// From what probes gave to named facts. Pure: the same text gives the same facts, wherever it was gathered.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collect/probe.hpp"
#include "event/snapshot.hpp"
#include "redact/redact.hpp"

namespace nixwhy {

using FactMap = std::map<std::string, FactValue>;

// The facts of all outcomes that a reader is there for. Secrets in them are masked, certificates reduced to subject,
// names, issuer and dates.
FactMap facts_of(const std::vector<Gathered>& outcomes, Redactor& redactor);

// The facts with what belongs to a snapshot around them. `taken_us` is the time on the clock.
Snapshot snapshot_of(const std::vector<Gathered>& outcomes, const std::string& phase, const std::string& collection, std::int64_t taken_us, Redactor& redactor);

// The snapshot of this process and of this machine that needs no program to run: a few milliseconds.
Snapshot quick_snapshot(const std::string& phase, const std::string& collection, const std::string& key, Redactor& redactor);

}  // namespace nixwhy
