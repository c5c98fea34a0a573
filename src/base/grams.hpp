// Finds long literals by looking at every eighth place only: whatever stands in the text, one of the eight pieces of
// eight bytes in a literal of 15 bytes begins at such a place. Shorter ones are looked for in smaller steps.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

// One place where a literal ends in the text.
struct LiteralHit {
    std::uint64_t end = 0;  // offset behind its last byte
    std::uint32_t literal = 0;
};

class Grams {
public:
    // Pieces of `width` bytes (1, 2, 4 or 8), looked for at each multiple of `stride`.
    struct Step {
        std::size_t width;
        std::size_t stride;
        std::size_t length_min() const { return width + stride - 1; }
    };

    // Of `literals`, lower case, those whose numbers are in `chosen` and that have length_min() bytes.
    Grams(const std::vector<std::string>& literals, const std::vector<std::uint32_t>& chosen, Step step);
    // What tables() gave for the same literals and step; must live as long as this.
    Grams(const std::vector<std::string>& literals, std::string_view tables, Step step);
    Grams(const Grams&) = delete;
    Grams& operator=(const Grams&) = delete;

    std::string_view tables() const { return tables_; }
    // Appends all places in `text` to `hits`, without regard to ASCII letter case.
    void search(std::string_view text, std::vector<LiteralHit>& hits) const;

private:
    struct Slot {
        std::uint64_t gram;  // with letters in lower case and 0x20 set in all else; 0: no slot
        std::uint32_t literal;
        std::uint32_t at;  // where in the literal
    };
    static constexpr unsigned bits_log = 19;

    void look_up(std::string_view text, std::size_t place, std::uint64_t gram, std::vector<LiteralHit>& hits) const;

    const std::vector<std::string>& literals_;
    Step step_;
    std::string own_;
    std::string_view tables_;  // a bit for each hash, then the slots
    std::size_t slots_ = 0;    // a power of two
};

}  // namespace nixwhy
