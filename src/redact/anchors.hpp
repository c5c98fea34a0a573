// The cheap first look: places in raw bytes where a detector may have to look closer. What this lets through costs, what
// it leaves out is never looked at: each detector's literals must stand in all that it matches.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace nixwhy {

// What a hit asks for: a row of detectors() by its index, or one of these.
enum Anchor : std::uint16_t {
    anchor_name = 60'000,  // part of a name that may name a secret
    anchor_colour,         // a colour of the terminal: what follows is read without
    anchor_escape,         // an escaped byte: read a second time, decoded
    anchor_container,      // a long run that may be base64 or hexadecimal, a list of numbers
    anchor_key_block,      // the first line of a private key
    anchor_line,           // tells something about the lines that follow
};

struct Hit {
    std::size_t at = 0;
    std::uint16_t anchor = 0;
};

// Appends the hits in `text` by rising place.
void find_anchors(std::string_view text, std::vector<Hit>& hits);

}  // namespace nixwhy
