// The lines beside those that prove something. The scan let them go, so they are read again, once it is known which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "event/timeline.hpp"
#include "scan/scan.hpp"

namespace nixwhy {

// Fills timeline.neighbours for `events` (indices): `count` lines or journal records before each and behind it, fewer
// where the source begins or ends. What cannot be read twice (standard input, a pipe) has none.
void read_neighbours(const std::vector<std::string>& inputs, const ScanOptions& options, const std::vector<std::uint32_t>& events, std::size_t count,
                     Timeline& timeline);

}  // namespace nixwhy
