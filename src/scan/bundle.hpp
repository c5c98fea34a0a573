// What a bundle of ours holds besides logs: snapshots become facts, the manifest says whose the rest is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/timeline.hpp"
#include "scan/source_scan.hpp"

namespace nixwhy {

// A member that is a snapshot or a manifest, from its whole text, read into `out`.
void scan_snapshot(std::string_view text, ScannedSource& out);
void scan_manifest(std::string_view text, ScannedSource& out);

// Once all sources are there: lines without a host get that of their bundle, and what lies under `material/` in a
// bundle is for people and was not meant as a log. In bundles of other programs (sosreport, troubleshoot) journals and
// logs are read, and the rest is taken the same way.
void settle_bundles(std::vector<ScannedSource>& sources);

// Facts that follow from others, on one machine and between machines of one collection: `file-newer-than-unit:...`,
// `file-same-as-master:...`, `hostname:running-equals-configured`, ...
void derive_facts(Timeline& timeline);

}  // namespace nixwhy
