// This machine, or a disk mounted somewhere on it, by system calls. A disk's links lead where they would lead if it were
// running: inside its root, never out of it.
#include <fcntl.h>
#include <fmt/core.h>
#include <glob.h>
#include <grp.h>
#include <linux/openat2.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <map>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "collect/process.hpp"
#include "collect/reach.hpp"
#include "collect/session.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t secret_bytes_max = 65536;

std::int64_t monotonic_us() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

// A descriptor that closes itself.
struct Opened {
    int descriptor = -1;
    explicit Opened(int given) : descriptor(given) {}
    ~Opened() {
        if (descriptor >= 0) ::close(descriptor);
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
};

const char* type_words(mode_t mode, off_t size) {
    if (S_ISREG(mode)) return size == 0 ? "regular empty file" : "regular file";
    if (S_ISDIR(mode)) return "directory";
    if (S_ISLNK(mode)) return "symbolic link";
    if (S_ISSOCK(mode)) return "socket";
    if (S_ISFIFO(mode)) return "fifo";
    return "other";
}

// Wildcards are for the last part of a path.
bool has_wildcard(const std::string& path) { return path.find('*') != std::string::npos; }

class LocalReach : public Reach {
public:
    LocalReach(std::string root, const ReachOptions& options) : root_(std::move(root)), options_(options) {
        while (root_.size() > 1 && root_.back() == '/') root_.pop_back();
        if (root_ == "/") root_.clear();
        base_ = ::open(root_.empty() ? "/" : root_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (base_ < 0) throw Error(fmt::format("{}: {}", root_, std::strerror(errno)));
    }
    ~LocalReach() override { ::close(base_); }
    LocalReach(const LocalReach&) = delete;
    LocalReach& operator=(const LocalReach&) = delete;

    std::string name() const override { return root_.empty() ? "this machine" : root_; }

    std::vector<Gathered> gather(const std::vector<Probe>& probes) override {
        std::vector<Gathered> outcomes(probes.size());
        parallel_for(probes.size(), probes.size() < 2 ? 1 : options_.at_once, [&](std::size_t i) { outcomes[i] = one(probes[i]); });
        return outcomes;
    }

private:
    bool is_disk() const { return !root_.empty(); }

    Gathered one(const Probe& probe) {
        Gathered out;
        out.probe = probe.name;
        out.command = probe.kind == ProbeKind::command ? shell_words(probe.words) : join(probe.words, " ");
        const std::int64_t start = monotonic_us();
        if (options_.stop != nullptr && options_.stop->load()) {
            out.missing = "the collection was stopped before it";
            return out;
        }
        switch (probe.kind) {
            case ProbeKind::command: run(probe, out); break;
            case ProbeKind::file: read_files(probe, out); break;
            case ProbeKind::certificate: read_files(probe, out); break;
            case ProbeKind::stat:
            case ProbeKind::secret: look_at(probe, out); break;
            case ProbeKind::space: measure(probe, out); break;
            case ProbeKind::session:
            case ProbeKind::processes:
                if (is_disk()) {
                    out.missing = "a disk runs nothing";
                } else {
                    out.text = probe.kind == ProbeKind::session ? session_text(tools()) : running(probe);
                }
                break;
        }
        if (out.bytes == 0) out.bytes = out.text.size();
        out.duration_us = monotonic_us() - start;
        return out;
    }

    void run(const Probe& probe, Gathered& out) const {
        Command command;
        command.argv = probe.words;
        if (is_disk()) {
            // a disk's journal can be read, all else of it needs the machine to run
            if (probe.words[0] != "journalctl") {
                out.missing = "a disk runs nothing";
                return;
            }
            command.argv.insert(command.argv.begin() + 1, "--root=" + root_);
        }
        command.seconds_max = probe.seconds_max;
        command.bytes_max = probe.bytes_max;
        command.newest = probe.newest;
        command.stop = options_.stop;
        Ran ran = run_program(command);
        out.status = ran.status;
        out.timed_out = ran.timed_out;
        out.text = std::move(ran.out);
        out.error = std::move(ran.error);
        out.bytes = ran.bytes;
        out.cut = ran.bytes > out.text.size();
        if (probe.name == "root" && ::geteuid() != 0) out.missing = "not root: run it with sudo";
        if (ran.stopped) out.missing = "the collection was stopped during it";
        if (ran.status == 127 && out.text.empty()) out.missing = probe.words[0] + " is not there" + (probe.needs.empty() ? "" : ": it belongs to " + probe.needs);
        if (ran.timed_out) out.missing = fmt::format("it did not end within {} s and was ended{}", probe.seconds_max, out.text.empty() ? "" : "; what it gave until then is kept");
    }

    // Opens below the root; on a disk no link leads out of it.
    int open_below(const std::string& path, int flags) const {
        if (!is_disk()) return ::open(path.c_str(), flags | O_CLOEXEC);
        open_how how{};
        how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
        how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
        return static_cast<int>(::syscall(SYS_openat2, base_, path.size() > 1 ? path.c_str() + 1 : ".", &how, sizeof how));
    }

    std::vector<std::string> expand(const std::vector<std::string>& paths) const {
        std::vector<std::string> out;
        for (const std::string& path : paths) {
            if (!has_wildcard(path)) {
                out.push_back(path);
                continue;
            }
            const std::size_t slash = path.rfind('/');
            const std::string folder = path.substr(0, slash);
            const Opened opened(open_below(folder.empty() ? "/" : folder, O_RDONLY | O_DIRECTORY));
            if (opened.descriptor < 0) {
                if (errno == EACCES) out.push_back(folder);  // said once, by its folder
                continue;
            }
            std::vector<std::string> names;
            std::error_code ignored;
            for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/self/fd/{}", opened.descriptor), ignored)) {
                const std::string name = entry.path().filename().string();
                if (glob_match(path.substr(slash + 1), name)) names.push_back(folder + "/" + name);
                if (names.size() > 2000) break;
            }
            std::sort(names.begin(), names.end());
            out.insert(out.end(), names.begin(), names.end());
        }
        return out;
    }

    // Regular files alone: a fifo or a device could block, or never end.
    std::string content(const std::string& path, std::size_t bytes_max, bool newest, std::string& why, std::uint64_t& size) const {
        const Opened opened(open_below(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
        struct stat status {};
        if (opened.descriptor < 0 || ::fstat(opened.descriptor, &status) != 0) {
            why = std::strerror(errno);
            return {};
        }
        if (!S_ISREG(status.st_mode)) {
            why = "is no regular file";
            return {};
        }
        if (newest && status.st_size > static_cast<off_t>(bytes_max)) ::lseek(opened.descriptor, status.st_size - static_cast<off_t>(bytes_max), SEEK_SET);
        // files of /proc do not tell their size
        std::string text;
        std::size_t done = 0;
        while (done < bytes_max) {
            text.resize(std::min<std::size_t>(bytes_max, std::max<std::size_t>(2 * done, 8192)));
            const ssize_t got = ::read(opened.descriptor, text.data() + done, text.size() - done);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) why = std::strerror(errno);
            if (got <= 0) break;
            done += static_cast<std::size_t>(got);
        }
        text.resize(done);
        size = std::max<std::uint64_t>(static_cast<std::uint64_t>(status.st_size), done);
        return text;
    }

    void read_files(const Probe& probe, Gathered& out) const {
        const bool certificates = probe.kind == ProbeKind::certificate;
        for (const std::string& path : expand(probe.words)) {
            if (certificates && contains(path, "-key.pem")) continue;
            std::string why;
            std::uint64_t size = 0;
            const std::string text = content(path, probe.bytes_max, probe.newest, why, size);
            if (!why.empty()) out.error += fmt::format("{}: {}\n", path, why);
            // what a certificate is of is told before it
            if (certificates && why.empty()) out.text += fmt::format("@{}\n", path);
            if (!certificates && probe.words.size() > 1 && !text.empty()) out.text += fmt::format("{}:\n", path);
            out.text += text;
            out.bytes += size;
            out.cut = out.cut || size > text.size();
        }
        if (out.text.empty() && !out.error.empty()) out.missing = std::string(trim(out.error.substr(0, out.error.find('\n'))));
    }

    std::string stat_line(const std::string& path) const {
        // O_PATH: nothing is opened in earnest, a device or a fifo stays asleep
        const Opened opened(open_below(path, O_PATH | O_NOFOLLOW));
        struct stat status {};
        if (opened.descriptor < 0 || ::fstatat(opened.descriptor, "", &status, AT_EMPTY_PATH) != 0) {
            return path + field_separator + (errno == EACCES ? "unreadable" : "missing");
        }
        std::string link;
        if (S_ISLNK(status.st_mode)) {
            link.resize(PATH_MAX);
            const ssize_t length = ::readlinkat(opened.descriptor, "", link.data(), link.size());
            link.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
        }
        const auto stamp = [](const timespec& time) { return fmt::format("{}.{:09}", time.tv_sec, time.tv_nsec); };
        return fmt::format("{}\t{}\t{}\t{:o}\t{}\t{}\t{}\t{}\t{}\t{}", path, type_words(status.st_mode, status.st_size), status.st_size, status.st_mode & 07777U,
                           name_of_id(status.st_uid, true), name_of_id(status.st_gid, false), stamp(status.st_mtim), stamp(status.st_ctim), status.st_ino, link);
    }

    // On a disk the names are those of the disk's machine, which we do not have: the numbers then.
    std::string name_of_id(unsigned id, bool user) const {
        if (id == 0) return "root";
        if (is_disk()) return std::to_string(id);
        std::vector<char> buffer(16384);
        passwd user_entry{}, *user_found = nullptr;
        group group_entry{}, *group_found = nullptr;
        if (user && ::getpwuid_r(id, &user_entry, buffer.data(), buffer.size(), &user_found) == 0 && user_found != nullptr) return user_found->pw_name;
        if (!user && ::getgrgid_r(id, &group_entry, buffer.data(), buffer.size(), &group_found) == 0 && group_found != nullptr) return group_found->gr_name;
        return std::to_string(id);
    }

    void look_at(const Probe& probe, Gathered& out) const {
        for (const std::string& path : expand(probe.words)) {
            std::string line = stat_line(path);
            if (probe.kind == ProbeKind::secret) line += secret_fields(path);
            out.text += line + "\n";
        }
    }

    // The content lives in this function alone.
    std::string secret_fields(const std::string& path) const {
        std::string why;
        std::uint64_t size = 0;
        std::string secret = content(path, secret_bytes_max, false, why, size);
        if (!why.empty()) return {};
        const std::string_view bare = trim(secret);
        const bool hexadecimal = std::all_of(bare.begin(), bare.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
        const char* characters = bare.empty() ? "none" : hexadecimal ? "hexadecimal" : "other";
        std::string fields = fmt::format("\t{}\t{}\t{}", bare.size(), characters, options_.key.empty() || bare.empty() ? "" : keyed_name(options_.key, bare));
        ::explicit_bzero(secret.data(), secret.size());
        return fields;
    }

    void measure(const Probe& probe, Gathered& out) const {
        for (const std::string& path : probe.words) {
            const Opened opened(open_below(path, O_PATH));
            struct statvfs space {};
            if (opened.descriptor < 0 || ::fstatvfs(opened.descriptor, &space) != 0) continue;
            out.text += fmt::format("{}\t{}\t{}\t{}\t{}\n", path, space.f_bavail * space.f_frsize, space.f_blocks * space.f_frsize, space.f_ffree, space.f_files);
        }
    }

    // Some hundred processes run and few are wanted: one short file is read of each.
    static std::string running(const Probe& probe) {
        std::string out;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
            const std::string pid = entry.path().filename().string();
            if (!all_digits(pid)) continue;
            char buffer[32];
            const Opened comm(::open(("/proc/" + pid + "/comm").c_str(), O_RDONLY | O_CLOEXEC));
            const ssize_t got = comm.descriptor < 0 ? 0 : ::read(comm.descriptor, buffer, sizeof buffer);
            const std::string_view name = trim(std::string_view(buffer, got > 0 ? static_cast<std::size_t>(got) : 0));
            const bool wanted = !name.empty() && std::any_of(probe.words.begin(), probe.words.end(), [&](const std::string& glob) { return glob_match(glob, name); });
            if (!wanted) continue;
            std::map<std::string, std::string> status = proc_status(pid);
            out += fmt::format("{}\t{}\t{}\t{}\n", pid, status["PPid"], status["Uid"].substr(0, status["Uid"].find('\t')), name);
        }
        return out;
    }

    std::string root_;
    ReachOptions options_;
    int base_ = -1;
};

}  // namespace

std::unique_ptr<Reach> reach_local(const ReachOptions& options) { return std::make_unique<LocalReach>("", options); }

std::unique_ptr<Reach> reach_disk(const std::string& root, const ReachOptions& options) {
    return std::make_unique<LocalReach>(std::filesystem::absolute(root).string(), options);
}

}  // namespace nixwhy
