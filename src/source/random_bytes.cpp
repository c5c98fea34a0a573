// See random_bytes.hpp.
#include "source/random_bytes.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace nixwhy {

namespace {

// A file seen through a few windows, so that neighbouring reads cost no system call.
class RandomFile : public RandomBytes {
public:
    explicit RandomFile(const std::string& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
        struct stat status {};
        if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0) {
            throw Error(fmt::format("{}: {}", path, std::strerror(errno)));
        }
        size_ = static_cast<std::uint64_t>(status.st_size);
    }
    ~RandomFile() override {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    RandomFile(const RandomFile&) = delete;
    RandomFile& operator=(const RandomFile&) = delete;

    std::uint64_t size() const override { return size_; }
    std::uint64_t next_data(std::uint64_t offset) override {
        const off_t found = ::lseek(descriptor_, static_cast<off_t>(offset), SEEK_DATA);
        if (found >= 0) return static_cast<std::uint64_t>(found);
        return errno == ENXIO ? size_ : offset;
    }
    std::string_view at(std::uint64_t offset, std::size_t size) override {
        if (offset >= size_) return {};
        const std::uint64_t number = offset / window_size;
        const std::size_t inside = static_cast<std::size_t>(offset % window_size);
        if (inside + size <= window_size + window_overlap) return window(number).substr(inside).substr(0, size);
        large_.resize(size);
        large_.resize(read_at(offset, large_.data(), size));
        return large_;
    }

private:
    static constexpr std::size_t window_size = 65536;
    static constexpr std::size_t window_overlap = 4096;

    std::string_view window(std::uint64_t number) {
        Window& slot = windows_[number % windows_.size()];
        if (slot.number != number) {
            slot.bytes.resize(window_size + window_overlap);
            slot.bytes.resize(read_at(number * window_size, slot.bytes.data(), slot.bytes.size()));
            slot.number = number;
        }
        return slot.bytes;
    }
    std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t size) {
        std::size_t done = 0;
        while (done < size) {
            const ssize_t got = ::pread(descriptor_, buffer + done, size - done, static_cast<off_t>(offset + done));
            if (got <= 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    struct Window {
        std::uint64_t number = ~0ULL;
        std::string bytes;
    };
    int descriptor_;
    std::uint64_t size_ = 0;
    std::array<Window, 256> windows_;
    std::string large_;
};

class RandomMemory : public RandomBytes {
public:
    explicit RandomMemory(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() const override { return bytes_.size(); }
    std::string_view at(std::uint64_t offset, std::size_t size) override {
        if (offset >= bytes_.size()) return {};
        return std::string_view(bytes_).substr(static_cast<std::size_t>(offset), size);
    }

private:
    std::string bytes_;
};

}  // namespace

std::unique_ptr<RandomBytes> random_file(const std::string& path) { return std::make_unique<RandomFile>(path); }
std::unique_ptr<RandomBytes> random_memory(std::string bytes) { return std::make_unique<RandomMemory>(std::move(bytes)); }

}  // namespace nixwhy
