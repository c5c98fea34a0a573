// See whole_file.hpp. An error of the disk may be told as late as by fsync or close, so nothing is renamed before both.
#include "base/whole_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/error.hpp"

namespace nixwhy {

namespace {

// A place that cannot be written is a wrong argument; a full disk or a lack of descriptors is not.
[[noreturn]] void cannot(const std::string& path, int why) {
    const bool place = why == EACCES || why == EPERM || why == EROFS || why == ENOENT || why == ENOTDIR || why == EISDIR || why == ENAMETOOLONG || why == ELOOP;
    throw Error(fmt::format("{}: cannot be written: {}", path, std::strerror(why)), place ? Exit::usage : Exit::ours);
}

void write_in_place(const std::string& path, std::string_view text) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) cannot(path, errno);
    try {
        write_all(descriptor, text, path);
    } catch (const Error&) {
        ::close(descriptor);
        throw;
    }
    if (::close(descriptor) != 0) cannot(path, errno);
}

// Zero, or why the descriptor could not be filled and put on the disk.
int fill(int descriptor, std::string_view text, mode_t mode) {
    try {
        write_all(descriptor, text, {});
    } catch (const Error&) {
        const int why = errno;
        ::close(descriptor);
        return why == 0 ? EIO : why;
    }
    // EPERM: a file system without modes, as on most sticks. EINVAL: one that knows no fsync.
    int why = ::fchmod(descriptor, mode) != 0 && errno != EPERM && errno != EOPNOTSUPP ? errno : 0;
    if (why == 0 && ::fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS) why = errno;
    if (::close(descriptor) != 0 && why == 0) why = errno;
    return why;
}

mode_t mode_of_new_file() {
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

}  // namespace

std::string file_behind(const std::string& path) {
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
    return real == nullptr ? path : std::string(real.get());
}

void write_all(int descriptor, std::string_view text, const std::string& name) {
    while (!text.empty()) {
        const ssize_t wrote = ::write(descriptor, text.data(), text.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) {
            const int why = errno;
            const Error error(fmt::format("{}: cannot be written: {}", name, std::strerror(why)), Exit::ours);
            errno = why;
            throw error;
        }
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

void write_whole_file(const std::string& path, std::string_view text) {
    const std::string target = file_behind(path);
    struct stat status {};
    const bool exists = ::stat(target.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) cannot(path, EISDIR);
    if (exists && !S_ISREG(status.st_mode)) return write_in_place(path, text);
    // a name of its own length, as `target` may already be as long as a name can be
    const std::size_t slash = target.rfind('/');
    std::string temporary = (slash == std::string::npos ? std::string() : target.substr(0, slash + 1)) + ".nixwhy-XXXXXX";
    const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0) cannot(path, errno);
    int why = fill(descriptor, text, exists ? status.st_mode & 07777 : mode_of_new_file());
    if (why == 0 && std::rename(temporary.c_str(), target.c_str()) != 0) why = errno;
    if (why == 0) return;
    ::unlink(temporary.c_str());
    cannot(path, why);
}

}  // namespace nixwhy
