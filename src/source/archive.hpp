// Members of tar, zip and other archives, one after the other, as streams: the only files that know libarchive.
// Nothing is ever written to disk, so names and links in an archive can do no harm.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "source/stream.hpp"

namespace nixwhy {

// True where the first bytes (512 or more where there are so many) are those of an archive or of a compression
// that decompressor() does not know.
bool is_archive(std::string_view head);

// Calls `visit` for each regular member with its name until `visit` returns false; the stream is good until then.
// Returns why reading ended early, empty where it did not or `visit` asked for it.
std::string read_archive(Stream& stream, const std::function<bool(const std::string& name, Stream& member)>& visit);

}  // namespace nixwhy
