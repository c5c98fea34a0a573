// What shape a source has, from its first bytes. Lines of mixed text need no choice: each line is decoded by itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nixwhy {

enum class SourceShape : std::uint8_t { text, journal_binary, journal_export, journal_verbose, binary };

SourceShape sniff(std::string_view head);

// `logs/kubelet.service.log.gz` may be the log of the unit kubelet.
std::string unit_of_file_name(std::string_view name);

}  // namespace nixwhy
