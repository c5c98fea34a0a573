// The file has no name while it is written (O_TMPFILE), so a killed run leaves nothing at all; on file systems that
// cannot do that it has a temporary name that begins with a dot.
#include "source/pack.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/error.hpp"

namespace nixwhy {

namespace {

[[noreturn]] void fail(const std::string& path, const std::string& why) {
    throw Error(fmt::format("{}: the bundle cannot be written: {}", path, why), Exit::ours);
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

// A file that is not there until it is given its name.
class HiddenFile {
public:
    explicit HiddenFile(const std::string& path) : path_(path) {
        // to give it its name takes /proc, which a rescue system may not have mounted
        const bool nameless = ::access("/proc/self/fd", X_OK) == 0;
        descriptor_ = nameless ? ::open(folder_of(path).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;
        if (descriptor_ < 0 && (!nameless || errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
            name_hidden();
            descriptor_ = ::open(hidden_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        }
        if (descriptor_ < 0) fail(path, std::strerror(errno));
        ::fchmod(descriptor_, 0600);
    }
    ~HiddenFile() {
        if (!hidden_.empty()) ::unlink(hidden_.c_str());
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    HiddenFile(const HiddenFile&) = delete;
    HiddenFile& operator=(const HiddenFile&) = delete;

    int descriptor() const { return descriptor_; }

    // False where the name is taken and `replace` is not set.
    bool show(bool durable, bool replace) {
        if (durable && ::fsync(descriptor_) != 0) fail(path_, std::strerror(errno));
        const std::string own = fmt::format("/proc/self/fd/{}", descriptor_);
        const auto link_to = [&](const std::string& name) {
            const int result = hidden_.empty() ? ::linkat(AT_FDCWD, own.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) : ::link(hidden_.c_str(), name.c_str());
            return result == 0 ? 0 : errno;
        };
        const int failed = link_to(path_);
        if (failed == 0) return true;
        if (!hidden_.empty() && (failed == EPERM || failed == EOPNOTSUPP || failed == ENOSYS)) return move_there(replace);
        if (failed != EEXIST) fail(path_, std::strerror(failed));
        if (!replace) return false;
        if (hidden_.empty()) {
            name_hidden();
            const int unnamed = link_to_new(own);
            if (unnamed != 0) hidden_.clear(), fail(path_, std::strerror(unnamed));
        }
        if (::rename(hidden_.c_str(), path_.c_str()) != 0) fail(path_, std::strerror(errno));
        hidden_.clear();
        return true;
    }

private:
    // Sticks and some network disks know no second name for a file.
    bool move_there(bool replace) {
        int failed = ::renameat2(AT_FDCWD, hidden_.c_str(), AT_FDCWD, path_.c_str(), replace ? 0U : RENAME_NOREPLACE) == 0 ? 0 : errno;
        if (failed == EINVAL && ::access(path_.c_str(), F_OK) == 0) failed = EEXIST;
        if (failed == EINVAL) failed = ::rename(hidden_.c_str(), path_.c_str()) == 0 ? 0 : errno;
        if (failed == EEXIST) return false;
        if (failed != 0) fail(path_, std::strerror(failed));
        hidden_.clear();
        return true;
    }
    void name_hidden() {
        const std::size_t slash = path_.rfind('/');
        const std::size_t base = slash == std::string::npos ? 0 : slash + 1;
        hidden_ = path_.substr(0, base) + fmt::format(".{}.{}.tmp", path_.substr(base), ::getpid());
    }
    int link_to_new(const std::string& own) const {
        return ::linkat(AT_FDCWD, own.c_str(), AT_FDCWD, hidden_.c_str(), AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
    }

    std::string path_;
    std::string hidden_;  // empty while it has no name at all
    int descriptor_ = -1;
};

}  // namespace

bool write_pack(const std::string& path, const std::vector<PackedMember>& members, const PackOptions& options) {
    HiddenFile file(path);
    const std::unique_ptr<struct archive, int (*)(struct archive*)> to(archive_write_new(), archive_write_free);
    const auto must = [&](int result) {
        if (result >= ARCHIVE_WARN) return;
        // its own words are "Write error"; what the system said tells more
        const int reason = archive_errno(to.get());
        const char* why = archive_error_string(to.get());
        fail(path, reason > 0 ? std::strerror(reason) : why != nullptr ? why : "for an unknown reason");
    };
    must(archive_write_set_format_pax_restricted(to.get()));
    must(archive_write_add_filter_zstd(to.get()));
    std::size_t bytes = 0;
    for (const PackedMember& member : members) bytes += member.bytes.size();
    // what is small is written in a moment, without large tables
    if (bytes < 1U << 20U) must(archive_write_set_filter_option(to.get(), "zstd", "compression-level", "1"));
    must(archive_write_set_bytes_in_last_block(to.get(), 1));
    must(archive_write_open_fd(to.get(), file.descriptor()));
    const std::unique_ptr<struct archive_entry, void (*)(struct archive_entry*)> entry(archive_entry_new(), archive_entry_free);
    for (const PackedMember& member : members) {
        archive_entry_clear(entry.get());
        archive_entry_set_pathname(entry.get(), member.name.c_str());
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0600);
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(member.bytes.size()));
        archive_entry_set_mtime(entry.get(), options.time_s, 0);
        must(archive_write_header(to.get(), entry.get()));
        std::size_t done = 0;
        while (done < member.bytes.size()) {
            const la_ssize_t wrote = archive_write_data(to.get(), member.bytes.data() + done, member.bytes.size() - done);
            if (wrote <= 0) must(ARCHIVE_FATAL);
            done += static_cast<std::size_t>(wrote);
        }
    }
    must(archive_write_close(to.get()));
    return file.show(options.durable, options.replace);
}

}  // namespace nixwhy
