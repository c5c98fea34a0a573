// See place.hpp. Positions as nix prints them (NixOS/nix src/libutil/error.cc, src/libutil/position.cc):
//   at /etc/nixos/configuration.nix:12:5:
//   at «github:NixOS/nixpkgs/5e2a59a»/lib/modules.nix:515:28:
//   error: undefined variable 'foo' at /etc/nixos/b.nix:9:1
// and files as the module system names them (NixOS/nixpkgs lib/options.nix showDefs):
//   - In `/nix/store/x-source/hosts/a.nix': true
#include "report/place.hpp"

#include <algorithm>
#include <set>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

struct Frame {
    std::string tree;  // the flake or store path the file is of; empty for a file that stands by itself
    std::string path;  // in the tree, or absolute
    std::uint64_t line = 0;
};

constexpr std::size_t frames_max = 1000;

Frame frame_of(std::string_view reference, std::string_view path, std::uint64_t line) {
    constexpr std::string_view store = "/nix/store/", channels = "/channels/";
    const auto split_at = [&](std::size_t end) { return Frame{std::string(path.substr(0, end)), std::string(path.substr(end + 1)), line}; };
    if (!reference.empty()) return {std::string(reference), std::string(path.substr(path.empty() || path[0] != '/' ? 0 : 1)), line};
    if (path.substr(0, store.size()) == store) {
        const std::size_t end = path.find('/', store.size());
        if (end != std::string_view::npos) return split_at(end);
    }
    const std::size_t channel = path.find(channels);
    if (channel != std::string_view::npos) {
        const std::size_t end = path.find('/', channel + channels.size());
        if (end != std::string_view::npos) return split_at(end);
    }
    const std::size_t checkout = path.find("/nixpkgs/");
    if (checkout != std::string_view::npos) return split_at(checkout + 8);
    return {{}, std::string(path), line};
}

std::vector<Frame> frames_of(std::string_view text) {
    static const Regex position(
        R"re((?:\b(?:at|in) |\bIn [`'"])(?:«(?P<reference>[^»\s]*)»)?(?P<path>[^\s:'"`«»]*\.nix)(?::(?P<line>\d{1,7}))?)re");
    std::vector<Frame> frames;
    for (std::size_t from = 0; from < text.size() && frames.size() < frames_max;) {
        std::vector<std::pair<std::string_view, std::string_view>> groups;
        if (!position.find(text, from, groups)) break;
        std::string_view reference, path, line;
        for (const auto& [name, value] : groups) (name == "path" ? path : name == "line" ? line : reference) = value;
        from = static_cast<std::size_t>(path.data() - text.data()) + path.size();
        long long number = 0;
        take_number(line, number);
        frames.push_back(frame_of(reference, path, static_cast<std::uint64_t>(number)));
    }
    return frames;
}

// Files that a trace through nixpkgs always passes, and that hardly another tree has.
bool is_of_nixpkgs(std::string_view path) {
    static const Regex files(
        "^(?:lib/(?:asserts|attrsets|customisation|debug|derivations|fixed-points|lists|modules|options|strings|trivial|types)\\.nix|nixos/(?:lib|modules)/|"
        "pkgs/(?:applications|build-support|by-name|data|desktops|development|games|misc|os-specific|servers|shells|stdenv|tools|top-level)/)");
    return files.search(path);
}

// Without the frames of nixpkgs and of nix itself (`<nix/derivation-internal.nix>`).
std::vector<Frame> own_frames(std::vector<Frame> frames) {
    std::set<std::string> nixpkgs;
    for (const Frame& frame : frames) {
        if (!frame.tree.empty() && is_of_nixpkgs(frame.path)) nixpkgs.insert(frame.tree);
    }
    const auto foreign = [&](const Frame& frame) {
        return nixpkgs.count(frame.tree) > 0 || contains(frame.path, "..") || contains(frame.path, "<nix") || frame.path.empty() || contains(frame.tree, "internal") || frame.path == "/builtin/derivation.nix";
    };
    frames.erase(std::remove_if(frames.begin(), frames.end(), foreign), frames.end());
    return frames;
}

// "error: undefined variable 'foo'" and the trace behind it, not "error:\n … while calling" nor "error: while evaluating".
bool tells_error_first(std::string_view text) {
    const std::string_view head = trim(text.substr(0, text.find('\n')));
    return head.size() > 7 && head.substr(0, 7) == "error: " && head.substr(0, 13) != "error: while ";
}

}  // namespace

std::optional<NixPosition> own_position(std::string_view text) {
    std::vector<Frame> frames = own_frames(frames_of(text));
    if (frames.empty()) return std::nullopt;
    Frame& frame = tells_error_first(text) ? frames.front() : frames.back();
    return NixPosition{std::move(frame.path), frame.line, !frame.tree.empty()};
}

std::string failed_derivation(std::string_view text) {
    // builder for '/nix/store/x-a-1.0.drv' failed with exit code 2; Cannot build '/nix/store/x-a-1.0.drv'.
    static const Regex failed(R"re((?:builder for|build of|Cannot build) '/nix/store/[0-9a-z]{32}-(?P<name>[^'/\s]+)\.drv')re");
    std::vector<std::pair<std::string_view, std::string_view>> groups;
    return failed.find(text, 0, groups) && !groups.empty() ? std::string(groups.front().second) : std::string();
}

ErrorBlocks::ErrorBlocks(const Timeline& timeline) : timeline_(timeline), blocks_(timeline.sources.size()) {
    for (std::uint32_t i = 0; i < timeline.events.size(); ++i) {
        if (timeline.events[i].block) blocks_[timeline.events[i].at.source].push_back(i);
    }
    for (std::vector<std::uint32_t>& blocks : blocks_) {
        std::sort(blocks.begin(), blocks.end(), [&](std::uint32_t a, std::uint32_t b) { return timeline.events[a].at.offset < timeline.events[b].at.offset; });
    }
}

const Event& ErrorBlocks::around(const Event& event) const {
    const std::vector<std::uint32_t>& blocks = blocks_[event.at.source];
    const auto behind = std::upper_bound(blocks.begin(), blocks.end(), event.at.offset, [&](std::uint64_t offset, std::uint32_t block) {
        return offset < timeline_.events[block].at.offset;
    });
    if (behind == blocks.begin()) return event;
    const Event& block = timeline_.events[*(behind - 1)];
    return event.at.offset < block.at.offset + block.at.length ? block : event;
}

}  // namespace nixwhy
