// Bytes from anywhere, read once from start to end: a file, standard input, a member of an archive, a decompressor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace nixwhy {

class Stream {
public:
    virtual ~Stream() = default;
    // Up to `size` bytes into `buffer`; 0 at the end. Never throws: what ends a stream early is its trouble().
    virtual std::size_t read(char* buffer, std::size_t size) = 0;
    // Why it ended early, in words for a notice; empty where it did not.
    virtual std::string trouble() const { return {}; }
};

// An open file; `trouble()` tells a failed read.
std::unique_ptr<Stream> open_file(const std::string& path);  // throws Error
std::unique_ptr<Stream> standard_input();

// A stream whose first bytes can be looked at before they are read.
class PeekStream : public Stream {
public:
    explicit PeekStream(Stream& under) : under_(under) {}
    // The first bytes, as many as `size` where there are so many. Call before the first read.
    std::string_view peek(std::size_t size);
    std::size_t read(char* buffer, std::size_t size) override;
    std::string trouble() const override { return under_.trouble(); }

private:
    Stream& under_;
    std::string head_;
    std::size_t taken_ = 0;
};

// The decompressor that the first bytes ask for (gzip, zstd, xz), nothing where they are none of these. What a
// damaged or cut file still gives is given, then trouble() says what is wrong.
std::unique_ptr<Stream> decompressor(std::string_view head, Stream& under);

// Reads all, at most `size_max` bytes; `complete` tells whether that was all.
std::string read_all(Stream& stream, std::size_t size_max, bool& complete);

}  // namespace nixwhy
