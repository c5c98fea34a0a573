// Bytes at any offset: of a file by pread, through a few windows, or of memory. No mapping: a file that shrinks while it
// is read does no harm.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nixwhy {

// Bytes at any offset; the view is good until the next call. Shorter than asked where the file ends.
class RandomBytes {
public:
    virtual ~RandomBytes() = default;
    virtual std::uint64_t size() const = 0;
    virtual std::string_view at(std::uint64_t offset, std::size_t size) = 0;
    // Where from `offset` on bytes are stored; what lies between is zero.
    virtual std::uint64_t next_data(std::uint64_t offset) { return offset; }
};
std::unique_ptr<RandomBytes> random_file(const std::string& path);  // throws Error
std::unique_ptr<RandomBytes> random_memory(std::string bytes);

}  // namespace nixwhy
