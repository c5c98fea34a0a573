// Two sequences laid beside each other: which entry of one is which of the other.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace nixwhy {

// Pairs of places in `a` and `b` that hold the same number, rising in both. What stands once on both sides is tied first
// (patience), then the rarest of what is left (histogram), so that moved and repeated entries do not pull the rest out of
// line. Near-linear in the lengths; not always the longest such list. Numbers are small: they are used as indices.
std::vector<std::pair<std::uint32_t, std::uint32_t>> align(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b);

}  // namespace nixwhy
