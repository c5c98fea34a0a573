// Files that appear whole or not at all: written under another name in the same folder, flushed to the disk, renamed.
#pragma once

#include <string>
#include <string_view>

namespace nixwhy {

// The file that writing to `path` changes: what a symbolic link points to, else `path` itself.
std::string file_behind(const std::string& path);

// Replaces `path` by `text`, or throws Error and leaves it as it was. A file that exists keeps its mode. What is no
// regular file (/dev/stdout, a pipe) is written to as it is.
void write_whole_file(const std::string& path, std::string_view text);

// All of `text` to an open descriptor; `name` is for the message. Throws Error.
void write_all(int descriptor, std::string_view text, const std::string& name);

}  // namespace nixwhy
