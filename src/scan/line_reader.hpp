// A stream line by line, for what is read in order and by its fields; the scan of text goes by chunks instead.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "source/stream.hpp"

namespace nixwhy {

// Reads lines and counted bytes from a stream, and counts what passed. A line is given up to 1 MiB.
class LineReader {
public:
    explicit LineReader(Stream& stream) : stream_(stream) {}

    // False at the end. The view is good until the next call.
    bool line(std::string_view& out) {
        for (;;) {
            const std::size_t end = buffer_.find('\n', at_);
            if (end != std::string::npos) {
                out = std::string_view(buffer_).substr(at_, std::min(end - at_, value_max));
                advance(end + 1 - at_);
                ++lines;
                return true;
            }
            if (!fill()) break;
        }
        if (at_ == buffer_.size()) return false;
        out = std::string_view(buffer_).substr(at_);
        ends_inside = true;
        advance(out.size());
        ++lines;
        return true;
    }
    // Exactly `size` bytes, fewer at the end; what is over value_max is dropped.
    std::string bytes(std::uint64_t size) {
        std::string out;
        while (size > 0 && (at_ < buffer_.size() || fill())) {
            const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer_.size() - at_));
            const std::string_view piece = std::string_view(buffer_).substr(at_, part);
            lines += static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
            if (out.size() < value_max) out.append(piece.substr(0, value_max - out.size()));
            advance(part);
            size -= part;
        }
        if (size > 0) ends_inside = true;
        return out;
    }

    std::uint64_t offset = 0;
    std::uint64_t lines = 0;
    bool ends_inside = false;

private:
    bool fill() {
        if (at_ > 0) buffer_.erase(0, at_), at_ = 0;
        if (buffer_.size() > 64 * value_max) return false;
        const std::size_t old = buffer_.size();
        buffer_.resize(old + 262144);
        const std::size_t got = stream_.read(buffer_.data() + old, 262144);
        buffer_.resize(old + got);
        return got > 0;
    }
    void advance(std::size_t count) {
        at_ += count;
        offset += count;
    }

    static constexpr std::size_t value_max = 1U << 20U;

    Stream& stream_;
    std::string buffer_;
    std::size_t at_ = 0;
};

}  // namespace nixwhy
