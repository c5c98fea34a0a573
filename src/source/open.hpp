// The one door for input: files, folders, standard input, and what is packed inside them at any depth.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "event/timeline.hpp"
#include "source/limits.hpp"
#include "source/stream.hpp"

namespace nixwhy {

// One file to read, in the order of names.
struct InputFile {
    std::string name;  // as the user named it, for folders with the path below; `-` is standard input
    std::string path;
};

// A leaf: bytes that are no archive and not compressed.
struct Source {
    std::string name;   // `bundle.tar.zst!journal/system.export`
    std::string path;   // the plain file it is, empty where it is packed or a pipe
    PeekStream& stream;
};

// The files behind the inputs, sorted by name, each once. What cannot be looked at is a notice and counted.
std::vector<InputFile> list_inputs(const std::vector<std::string>& inputs, const Limits& limits, std::vector<Notice>& notices,
                                   std::uint64_t& failed);

// Unpacks `file` as far as needed and calls `visit` for each leaf. A limit that was met becomes a notice. Throws Error
// where the file cannot be opened, and, once all that can be read was visited, where it is damaged or ends early.
void open_input(const InputFile& file, const Limits& limits, std::vector<Notice>& notices,
                const std::function<void(Source&)>& visit);

}  // namespace nixwhy
