// All lines of a run, not only those that matter, as numbers: lines that say the same have the same number in both runs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/timeline.hpp"
#include "format/line.hpp"
#include "source/open.hpp"

namespace nixwhy {

// Which of the two runs.
enum class Side : std::uint8_t { failed, worked };
constexpr std::size_t place_of(Side side) { return side == Side::failed ? 0 : 1; }

// What lines of one number said, and where first.
struct Saying {
    std::string raw;  // the first such line; of a record its message
    std::string speaker;
    struct At {
        std::uint64_t count = 0;
        std::uint64_t line = 0;
        std::string time;    // RFC 3339, empty where unknown
        std::uint32_t source = 0;  // index in RunLines::sources
    };
    std::array<At, 2> at;

    bool only(Side side) const { return at[place_of(side)].count > 0 && at[1 - place_of(side)].count == 0; }
};

// A log of a run: what it is called within its run, and its lines as numbers.
struct LogLines {
    std::string name;    // `output/stderr.log` of a bundle, else the name of the source
    std::string source;  // the whole name
    std::vector<std::uint32_t> sayings;
    std::vector<std::uint32_t> lines;  // where each stands, from 1
};

// Knows what was said in both runs.
class Sayings {
public:
    // The number of this line; counts it. An empty message has none (0 is never given to one).
    std::uint32_t number(Side side, std::string_view raw, std::uint64_t line, std::uint32_t source);
    std::uint32_t number(Side side, const Line& decoded, std::uint64_t line, std::uint32_t source);
    const Saying& operator[](std::uint32_t number) const { return sayings_[number]; }
    std::size_t size() const { return sayings_.size(); }
    bool overflowed() const { return overflowed_; }

private:
    std::uint32_t count(std::uint32_t number, Side side, std::string_view raw, std::uint64_t line, std::uint32_t source);

    // what is different in more ways than this is one saying: memory is bounded
    static constexpr std::size_t sayings_max = 2'000'000;
    std::vector<Saying> sayings_{1};
    std::unordered_map<std::string, std::uint32_t> by_raw_;
    std::unordered_map<std::string, std::uint32_t> by_message_;
    bool overflowed_ = false;
};

// The logs behind `inputs`. Snapshots, manifests and material of bundles are none. What cannot be read is left out: the
// scan of the same inputs has said so.
std::vector<LogLines> read_lines(const std::vector<std::string>& inputs, Side side, const Limits& limits, Sayings& sayings);

}  // namespace nixwhy
