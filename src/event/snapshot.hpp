// A snapshot: what was known of a machine and of a process on it at one moment, as named facts with typed values. It is
// how evidence that is no log travels: collected once, kept in a bundle, read by rules and comparisons. Names are
// stable; docs/bundle.md lists them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace nixwhy {

// null (looked for and not there), true or false, a whole number, text, or a list of texts.
using FactValue = Json;

struct Snapshot {
    std::string host;        // the name the machine had
    std::string machine;     // its machine id; empty where unknown
    std::string collection;  // keyed names of secrets compare only where this is the same
    std::string phase;       // `now`, or around a recorded command `before` and `after`
    std::int64_t taken_us = 0;
    std::map<std::string, FactValue> facts;
};

// As a member of a bundle: JSON, each fact on a line of its own.
std::string snapshot_text(const Snapshot& snapshot);

// Nothing where `text` is no snapshot. Members of other types and facts with other values are left out.
std::optional<Snapshot> read_snapshot(std::string_view text);

// The formats of such members, as a report names them.
inline constexpr const char* snapshot_format = "snapshot";
inline constexpr const char* manifest_format = "manifest";

// True for the first bytes of a snapshot, of a manifest.
bool is_snapshot(std::string_view head);
bool is_manifest(std::string_view head);

// A value as rules compare it and people read it: `true`, `32`, the text itself, a list with spaces between; empty for
// what is not there.
std::string fact_text(const FactValue& value);

}  // namespace nixwhy
