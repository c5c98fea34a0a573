// What shape a source has, from its first bytes. Lines of mixed text need no choice: each line is decoded by itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nixwhy {

enum class SourceShape : std::uint8_t { text, journal_binary, journal_export, journal_verbose, snapshot, manifest, binary };

SourceShape sniff(std::string_view head);

// `nix` where the text is output of nix or nixos-rebuild, `ci` where it is a job's log without its prefixes; else empty.
std::string kind_of_head(std::string_view head);

// Whether a program of this name writes lines with that payload (klog, logrus, json, dated; empty: plain words).
bool may_log_as(std::string_view program, std::string_view payload);

// `logs/kubelet.service.log.gz` may be the log of the unit kubelet.
std::string unit_of_file_name(std::string_view name);

}  // namespace nixwhy
