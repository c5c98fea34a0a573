// Writes a .tar.zst that appears whole under its name or not at all, readable by its owner alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

struct PackedMember {
    std::string name;   // with its folders
    std::string bytes;
};

struct PackOptions {
    std::int64_t time_s = 0;  // of all members: the same members at the same time give the same bytes
    bool durable = true;      // whether to wait until the bytes are on the disk
    bool replace = false;     // whether a file of that name may be replaced
};

// False where `path` exists and may not be replaced; then nothing has changed. Throws Error, naming the path and the
// reason, where it cannot be written; then nothing is left of it.
bool write_pack(const std::string& path, const std::vector<PackedMember>& members, const PackOptions& options);

}  // namespace nixwhy
