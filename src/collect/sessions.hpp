// What one host looks like from different sessions. The same few things are looked at in each.
#pragma once

#include <string>
#include <vector>

#include "collect/reach.hpp"
#include "event/snapshot.hpp"
#include "redact/redact.hpp"

namespace nixwhy {

struct SessionSnapshot {
    Session session = Session::scripted;
    std::string missing;  // why it could not be had; empty where it could
    Snapshot snapshot;
};

// One after the other, in the order of Session: what a person would see by hand, too. Never throws for a session that
// cannot be had.
std::vector<SessionSnapshot> snapshot_sessions(const std::string& host, const ReachOptions& options, Redactor& redactor);

}  // namespace nixwhy
