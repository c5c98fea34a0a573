// The bundle that a collection ends in; docs/bundle.md describes it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collect/probe.hpp"
#include "event/snapshot.hpp"
#include "redact/redact.hpp"
#include "source/pack.hpp"

namespace nixwhy {

// A member that is not the text of a probe; the bytes are masked already.
struct ExtraMember {
    std::string name;     // below the top folder
    std::string bytes;
    std::string read_as;  // log, snapshot or material
};

struct Bundle {
    std::string made_by;           // "nixwhy 0.1.0"
    std::string origin;            // "this machine", "ssh worker1", "disk /mnt", "record"
    std::string host;
    std::string machine;
    std::string collection;
    std::int64_t started_us = 0;
    std::int64_t ended_us = 0;
    std::string why_incomplete;    // empty where nothing is missing that was to be there
    std::vector<Snapshot> snapshots;
    std::vector<Gathered> gathered;
    std::vector<Probe> probes;     // of what was gathered, in its order
    std::vector<ExtraMember> extra;
    Json about;                    // further members of the manifest: of a recording, its command and how it ended
};

// `nixwhy-worker1-20261126T120102Z`: the top folder, and the name of the file without its extension.
std::string bundle_name(const std::string& host, std::int64_t started_us);

// The members, the manifest first. What was gathered is masked here, so nothing raw ever leaves. The same bundle gives
// the same members.
std::vector<PackedMember> bundle_members(const Bundle& bundle, Redactor& redactor);

// Writes the bundle to `path`, replacing what is there; an empty path or a folder gets a name of its own that is not
// taken. Returns the path. Throws Error where it cannot be written; then nothing is left.
std::string write_bundle(const Bundle& bundle, const std::string& path, Redactor& redactor);

}  // namespace nixwhy
