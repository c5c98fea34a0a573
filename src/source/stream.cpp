// Files and standard input through read(2): no mapping, so that a file that shrinks while it is read does no harm.
#include "source/stream.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace nixwhy {

namespace {

class FileStream : public Stream {
public:
    FileStream(int descriptor, bool own) : descriptor_(descriptor), own_(own) {}
    ~FileStream() override {
        if (own_) ::close(descriptor_);
    }
    FileStream(const FileStream&) = delete;
    FileStream& operator=(const FileStream&) = delete;

    std::size_t read(char* buffer, std::size_t size) override {
        for (;;) {
            const ssize_t got = ::read(descriptor_, buffer, size);
            if (got > 0 && buffer[0] == '\0' && only_hole_follows(static_cast<std::size_t>(got))) return 0;
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno == EINTR) continue;
            trouble_ = fmt::format("cannot be read further: {}", std::strerror(errno));
            return 0;
        }
    }
    std::string trouble() const override { return trouble_; }

private:
    // A sparse file of a terabyte may hold one page: where from the bytes just read on no data is stored, it ends.
    bool only_hole_follows(std::size_t got) {
        const off_t here = ::lseek(descriptor_, 0, SEEK_CUR);
        if (here < 0) return false;  // a pipe
        const off_t start = here - static_cast<off_t>(got);
        if (::lseek(descriptor_, start, SEEK_DATA) >= 0 || errno != ENXIO) {
            ::lseek(descriptor_, here, SEEK_SET);
            return false;
        }
        trouble_ = fmt::format("from byte {} on the file is a hole without data", start);
        return true;
    }

    int descriptor_;
    bool own_;
    std::string trouble_;
};

}  // namespace

std::unique_ptr<Stream> open_file(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) throw Error(fmt::format("{}: {}", path, std::strerror(errno)));
    ::fcntl(descriptor, F_SETFL, 0);
    ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
    return std::make_unique<FileStream>(descriptor, true);
}

std::unique_ptr<Stream> standard_input() { return std::make_unique<FileStream>(STDIN_FILENO, false); }

std::string_view PeekStream::peek(std::size_t size) {
    while (head_.size() < size) {
        char buffer[16384];
        const std::size_t got = under_.read(buffer, std::min(sizeof buffer, size - head_.size()));
        if (got == 0) break;
        head_.append(buffer, got);
    }
    return head_;
}

std::size_t PeekStream::read(char* buffer, std::size_t size) {
    if (taken_ < head_.size()) {
        const std::size_t part = std::min(size, head_.size() - taken_);
        std::memcpy(buffer, head_.data() + taken_, part);
        taken_ += part;
        return part;
    }
    return under_.read(buffer, size);
}

std::string read_all(Stream& stream, std::size_t size_max, bool& complete) {
    std::string out;
    char buffer[65536];
    complete = true;
    for (std::size_t got = stream.read(buffer, sizeof buffer); got > 0; got = stream.read(buffer, sizeof buffer)) {
        if (out.size() + got > size_max) {
            out.append(buffer, size_max - out.size());
            complete = false;
            break;
        }
        out.append(buffer, got);
    }
    return out;
}

}  // namespace nixwhy
