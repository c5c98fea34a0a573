// Walks folders and unwinds archives. A decompressor that gives two thousand times what it got is a bomb.
#include "source/open.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "source/archive.hpp"

namespace nixwhy {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t head_size = 65536;
constexpr std::uint64_t ratio_free_bytes = 64ULL << 20U;

// Counts what passes.
class CountingStream : public Stream {
public:
    explicit CountingStream(Stream& under) : under_(under) {}
    std::size_t read(char* buffer, std::size_t size) override {
        const std::size_t got = under_.read(buffer, size);
        bytes += got;
        return got;
    }
    std::string trouble() const override { return under_.trouble(); }
    std::uint64_t bytes = 0;

private:
    Stream& under_;
};

// Ends where its source unpacked to more than the allowed multiple of what was packed.
class RatioGuard : public Stream {
public:
    RatioGuard(Stream& under, const CountingStream& packed, std::uint64_t ratio_max)
        : under_(under), packed_(packed), ratio_max_(ratio_max) {}
    std::size_t read(char* buffer, std::size_t size) override {
        if (over_) return 0;
        const std::size_t got = under_.read(buffer, size);
        bytes_ += got;
        over_ = bytes_ > ratio_free_bytes && bytes_ / ratio_max_ > packed_.bytes;
        return over_ ? 0 : got;
    }
    std::string trouble() const override {
        if (over_) return fmt::format("it unpacks to more than {} times its size and was left there", ratio_max_);
        return under_.trouble();
    }

private:
    Stream& under_;
    const CountingStream& packed_;
    std::uint64_t ratio_max_;
    std::uint64_t bytes_ = 0;
    bool over_ = false;
};

class Unwinder {
public:
    Unwinder(const Limits& limits, std::vector<Notice>& notices, const std::function<void(Source&)>& visit)
        : limits_(limits), notices_(notices), visit_(visit) {}

    void leaf_or_unwind(const std::string& name, const std::string& path, Stream& stream, std::uint64_t depth) {
        CountingStream counted(stream);
        PeekStream peeked(counted);
        const std::string_view head = peeked.peek(head_size);
        const auto codec = decompressor(head, peeked);
        if (!codec && !is_archive(head)) {
            Source source{name, path, peeked};
            visit_(source);
            const std::string trouble = peeked.trouble();
            if (!trouble.empty()) notices_.push_back({name, trouble});
            return;
        }
        if (depth >= limits_.archive_depth_max) {
            notices_.push_back({name, fmt::format("packed more than {} times, left closed", limits_.archive_depth_max)});
            return;
        }
        if (codec) {
            RatioGuard guard(*codec, counted, limits_.archive_ratio_max);
            leaf_or_unwind(name, {}, guard, depth + 1);
            return;
        }
        const std::string trouble = read_archive(peeked, [&](const std::string& member, Stream& bytes) {
            if (++members_ > limits_.archive_members_max) return;
            RatioGuard guard(bytes, counted, limits_.archive_ratio_max);
            leaf_or_unwind(member.empty() ? name : name + "!" + member, {}, guard, depth + 1);
        });
        if (!trouble.empty()) notices_.push_back({name, trouble});
        if (members_ > limits_.archive_members_max) {
            notices_.push_back({name, fmt::format("only the first {} members were read", limits_.archive_members_max)});
        }
    }

private:
    const Limits& limits_;
    std::vector<Notice>& notices_;
    const std::function<void(Source&)>& visit_;
    std::uint64_t members_ = 0;
};

void list_folder(const std::string& folder, std::vector<InputFile>& files, std::vector<Notice>& notices) {
    std::error_code failed;
    fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied, failed);
    if (failed) throw Error(fmt::format("{}: {}", folder, failed.message()));
    for (; walk != fs::recursive_directory_iterator(); walk.increment(failed)) {
        if (failed) {
            notices.push_back({folder, fmt::format("the folder cannot be read further: {}", failed.message())});
            return;
        }
        std::error_code ignored;
        const fs::file_status status = walk->symlink_status(ignored);
        if (fs::is_regular_file(status)) {
            files.push_back({walk->path().string(), walk->path().string()});
        } else if (fs::is_symlink(status) && fs::is_regular_file(walk->path(), ignored)) {
            notices.push_back({walk->path().string(), "a symbolic link inside a folder is not followed"});
        }
    }
}

}  // namespace

std::vector<InputFile> list_inputs(const std::vector<std::string>& inputs, std::vector<Notice>& notices,
                                   std::uint64_t& failed) {
    std::vector<InputFile> files;
    for (const std::string& input : inputs) {
        if (input == "-") {
            files.push_back({"-", {}});
            continue;
        }
        struct stat status {};
        if (::stat(input.c_str(), &status) != 0) {
            notices.push_back({input, fmt::format("cannot be opened: {}", std::error_code(errno, std::generic_category()).message())});
            ++failed;
        } else if (S_ISDIR(status.st_mode)) {
            try {
                list_folder(input, files, notices);
            } catch (const Error& error) {
                notices.push_back({input, error.what()});
                ++failed;
            }
        } else if (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)) {
            files.push_back({input, input});
        } else {
            notices.push_back({input, "is a socket or a device, not a log"});
            ++failed;
        }
    }
    std::sort(files.begin(), files.end(), [](const InputFile& a, const InputFile& b) { return a.name < b.name; });
    std::set<std::string> seen;
    std::vector<InputFile> once;
    for (InputFile& file : files) {
        std::error_code ignored;
        const std::string real = file.path.empty() ? "-" : fs::canonical(file.path, ignored).string();
        if (seen.insert(real.empty() ? file.path : real).second) once.push_back(std::move(file));
    }
    return once;
}

void open_input(const InputFile& file, const Limits& limits, std::vector<Notice>& notices,
                const std::function<void(Source&)>& visit) {
    const std::unique_ptr<Stream> stream = file.path.empty() ? standard_input() : open_file(file.path);
    Unwinder(limits, notices, visit).leaf_or_unwind(file.name, file.path, *stream, 0);
}

}  // namespace nixwhy
