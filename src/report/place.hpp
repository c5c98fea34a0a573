// Where in the user's own files a finding has to be looked at, read from the positions that nix prints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/timeline.hpp"

namespace nixwhy {

// A position in a file that is not nixpkgs' own.
struct NixPosition {
    std::string path;           // inside the repository, or absolute
    std::uint64_t line = 0;     // 0: nix named the file alone ("- In `/etc/nixos/a.nix'")
    bool in_repository = false; // path is relative to the flake's or the repository's top folder
};

// The innermost position of `text` (an error with its trace) that is outside nixpkgs. Nix before 2.14 tells the error
// first and the trace behind it, later ones the trace first; both are understood.
std::optional<NixPosition> own_position(std::string_view text);

// The name of the derivation whose build `text` reports as failed, without hash and .drv; empty where it names none.
std::string failed_derivation(std::string_view text);

// The error block that holds a line of it, for each source of a timeline, which must outlive this.
class ErrorBlocks {
public:
    explicit ErrorBlocks(const Timeline& timeline);
    // What is told around `event`: the block it stands in, else itself.
    const Event& around(const Event& event) const;

private:
    const Timeline& timeline_;
    std::vector<std::vector<std::uint32_t>> blocks_;  // by source, in the order of their offsets
};

}  // namespace nixwhy
