// Ranges wait on a stack, not in recursion. Each level of ties costs what its ranges are long, and there are at most
// `depth_max` levels.
#include "base/align.hpp"

#include <algorithm>

namespace nixwhy {

namespace {

using Pair = std::pair<std::uint32_t, std::uint32_t>;

constexpr unsigned depth_max = 48;
constexpr std::uint64_t table_max = 65536;  // cells of the exact answer for small ranges
constexpr std::uint32_t rare_max = 3;
constexpr std::uint32_t window = 128;

struct Range {
    std::uint32_t a0, a1, b0, b1;
    unsigned depth;
};

struct Seen {
    std::uint32_t in_a = 0, in_b = 0;  // how often, within the range
    std::uint32_t at_a = 0, at_b = 0;  // first place
};

class Aligner {
public:
    Aligner(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) : a_(a), b_(b) {
        std::uint32_t most = 0;
        for (const auto* side : {&a, &b}) {
            for (const std::uint32_t number : *side) most = std::max(most, number);
        }
        seen_.resize(std::size_t{most} + 1);
    }

    std::vector<Pair> run() {
        waiting_.push_back({0, static_cast<std::uint32_t>(a_.size()), 0, static_cast<std::uint32_t>(b_.size()), 0});
        while (!waiting_.empty()) {
            const Range range = waiting_.back();
            waiting_.pop_back();
            settle(range);
        }
        std::sort(pairs_.begin(), pairs_.end());
        return std::move(pairs_);
    }

private:
    void settle(Range range) {
        for (; range.a0 < range.a1 && range.b0 < range.b1 && a_[range.a0] == b_[range.b0]; ++range.a0, ++range.b0) pairs_.emplace_back(range.a0, range.b0);
        for (; range.a0 < range.a1 && range.b0 < range.b1 && a_[range.a1 - 1] == b_[range.b1 - 1]; --range.a1, --range.b1) pairs_.emplace_back(range.a1 - 1, range.b1 - 1);
        if (range.a0 == range.a1 || range.b0 == range.b1 || range.depth > depth_max) return;
        if (std::uint64_t{range.a1 - range.a0} * (range.b1 - range.b0) <= table_max) {
            exact(range);
            return;
        }
        std::vector<Pair> ties = unique_ties(range);
        if (ties.empty()) {
            windows(range);
            return;
        }
        Range gap{range.a0, 0, range.b0, 0, range.depth + 1};
        for (const Pair& tie : ties) {
            pairs_.push_back(tie);
            gap.a1 = tie.first, gap.b1 = tie.second;
            waiting_.push_back(gap);
            gap.a0 = tie.first + 1, gap.b0 = tie.second + 1;
        }
        gap.a1 = range.a1, gap.b1 = range.b1;
        waiting_.push_back(gap);
    }

    // What stands once on each side, as the longest list that rises on both; where nothing does, one tie at the rarest.
    std::vector<Pair> unique_ties(const Range& range) {
        for (std::uint32_t i = range.a0; i < range.a1; ++i) seen_[a_[i]] = Seen();
        for (std::uint32_t i = range.b0; i < range.b1; ++i) seen_[b_[i]] = Seen();
        for (std::uint32_t i = range.a0; i < range.a1; ++i) {
            if (seen_[a_[i]].in_a++ == 0) seen_[a_[i]].at_a = i;
        }
        for (std::uint32_t i = range.b0; i < range.b1; ++i) {
            if (seen_[b_[i]].in_b++ == 0) seen_[b_[i]].at_b = i;
        }
        std::vector<Pair> unique;
        const Seen* rarest = nullptr;
        for (std::uint32_t i = range.a0; i < range.a1; ++i) {
            const Seen& one = seen_[a_[i]];
            if (one.in_b == 0) continue;
            if (one.in_a == 1 && one.in_b == 1) unique.emplace_back(i, one.at_b);
            // as often on both sides, so that the first of one is likely the first of the other
            if (one.in_a == one.in_b && (rarest == nullptr || one.in_a < rarest->in_a)) rarest = &one;
        }
        if (!unique.empty()) return rising(unique);
        if (rarest == nullptr || rarest->in_a > rare_max) return {};
        return {{rarest->at_a, rarest->at_b}};
    }

    // The longest part of `pairs` (rising in `first`) that rises in `second` too: piles of patience.
    static std::vector<Pair> rising(const std::vector<Pair>& pairs) {
        std::vector<std::size_t> tops, before(pairs.size(), pairs.size());
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const auto pile = std::lower_bound(tops.begin(), tops.end(), pairs[i].second, [&](std::size_t top, std::uint32_t place) { return pairs[top].second < place; });
            if (pile != tops.begin()) before[i] = *std::prev(pile);
            if (pile == tops.end()) {
                tops.push_back(i);
            } else {
                *pile = i;
            }
        }
        std::vector<Pair> out;
        for (std::size_t i = tops.back(); i < pairs.size(); i = before[i]) out.push_back(pairs[i]);
        std::reverse(out.begin(), out.end());
        return out;
    }

    // Nothing in the range is rare: the exact answer for one small window after the other.
    void windows(Range range) {
        while (range.a0 < range.a1 && range.b0 < range.b1) {
            const std::size_t before = pairs_.size();
            const std::uint32_t a1 = std::min(range.a1, range.a0 + window), b1 = std::min(range.b1, range.b0 + window);
            exact({range.a0, a1, range.b0, b1, 0});
            // ties near the end of a window are cut off from what follows: the last half is looked at again
            const bool last = a1 == range.a1 && b1 == range.b1;
            while (!last && pairs_.size() > before + 1 && pairs_.back().first > range.a0 + window / 2) pairs_.pop_back();
            if (last) return;
            const bool tied = pairs_.size() > before;
            range.a0 = tied ? pairs_.back().first + 1 : range.a0 + window / 2;
            range.b0 = tied ? pairs_.back().second + 1 : range.b0 + window / 2;
        }
    }

    // The longest common subsequence, by the table of its lengths.
    void exact(const Range& range) {
        const std::size_t rows = range.a1 - range.a0, columns = range.b1 - range.b0;
        table_.assign((rows + 1) * (columns + 1), 0);
        const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return table_[i * (columns + 1) + j]; };
        for (std::size_t i = rows; i-- > 0;) {
            for (std::size_t j = columns; j-- > 0;) {
                at(i, j) = a_[range.a0 + i] == b_[range.b0 + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
            }
        }
        for (std::size_t i = 0, j = 0; i < rows && j < columns;) {
            if (a_[range.a0 + i] == b_[range.b0 + j]) {
                pairs_.emplace_back(range.a0 + static_cast<std::uint32_t>(i++), range.b0 + static_cast<std::uint32_t>(j++));
            } else if (at(i + 1, j) >= at(i, j + 1)) {
                ++i;
            } else {
                ++j;
            }
        }
    }

    const std::vector<std::uint32_t>& a_;
    const std::vector<std::uint32_t>& b_;
    std::vector<Seen> seen_;
    std::vector<Range> waiting_;
    std::vector<Pair> pairs_;
    std::vector<std::uint32_t> table_;
};

}  // namespace

std::vector<Pair> align(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) { return Aligner(a, b).run(); }

}  // namespace nixwhy
