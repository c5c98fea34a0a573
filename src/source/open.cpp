// Walks folders and unwinds archives. What gives two thousand times the bytes of the file it came from is a bomb,
// however often it was packed.
#include "source/open.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "source/archive.hpp"

namespace nixwhy {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t head_size = 65536;
constexpr std::uint64_t ratio_free_bytes = 64ULL << 20U;
// Names are held until the end. Once those of one input come to so many bytes, no tool made them, and they are cut shorter.
constexpr std::uint64_t names_bytes_free = 16ULL << 20U;
constexpr std::uint64_t later_name_bytes_max = 256;

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

// What one input file has given so far, at all depths, and whether that is too much of it.
struct Unpacked {
    const CountingStream& file;
    const Limits& limits;
    std::uint64_t bytes = 0;
    bool over_ratio() const { return bytes > ratio_free_bytes && bytes / limits.archive_ratio_max > file.bytes; }
    bool over() const { return bytes >= limits.unpacked_bytes_max || over_ratio(); }
};

// Ends where the input file has unpacked to more than the allowed bytes, or multiple of its size.
class RatioGuard : public Stream {
public:
    RatioGuard(Stream& under, Unpacked& unpacked) : under_(under), unpacked_(unpacked) {}
    std::size_t read(char* buffer, std::size_t size) override {
        if (unpacked_.over()) return 0;
        const std::size_t got = under_.read(buffer, size);
        unpacked_.bytes += got;
        return got;
    }
    std::string trouble() const override { return unpacked_.over() ? std::string() : under_.trouble(); }

private:
    Stream& under_;
    Unpacked& unpacked_;
};

// `node.tar.zst` is packed, and what comes out of the zstd data should be packed as well. An export that failed
// leaves such a name on an empty file, or on an error message.
bool is_packed_name(std::string_view name) {
    constexpr std::array<std::string_view, 9> extensions{".tar", ".tgz", ".zip", ".7z", ".gz", ".zst", ".xz", ".bz2", ".lz4"};
    return std::any_of(extensions.begin(), extensions.end(), [&](std::string_view extension) {
        return name.size() > extension.size() && name.substr(name.size() - extension.size()) == extension;
    });
}

std::string_view without_extension(std::string_view name) {
    const std::string_view stem = name.substr(0, name.rfind('.'));
    return name.size() > 4 && name.substr(name.size() - 4) == ".tgz" ? std::string_view("unpacked.tar") : stem;
}

class Unwinder {
public:
    Unwinder(const Limits& limits, std::vector<Notice>& notices, const std::function<void(Source&)>& visit)
        : limits_(limits), notices_(notices), visit_(visit) {}

    // Throws Error once all that can be read was visited, where some of it could not.
    void unwind(const InputFile& file, Stream& stream) {
        CountingStream counted(stream);
        Unpacked unpacked{counted, limits_};
        unpacked_ = &unpacked;
        leaf_or_unwind(file.name, file.name, file.path, counted, 0);
        if (unpacked.over_ratio()) {
            notices_.push_back({file.name, fmt::format("it unpacks to more than {} times its size and was left there; --limit ratio=N reads further", limits_.archive_ratio_max)});
        } else if (unpacked.over()) {
            notices_.push_back({file.name, fmt::format("it unpacks to more than {} bytes and was left there; --limit unpacked=N reads further", limits_.unpacked_bytes_max)});
        }
        if (members_ > limits_.archive_members_max) notices_.push_back({file.name, fmt::format("only the first {} members were read; --limit members=N reads further", limits_.archive_members_max)});
        if (long_names_ > 0) {
            const std::string later = names_bytes_ < names_bytes_free ? "" : fmt::format(" (of {}, once all names came to {})", later_name_bytes_max, limit_text(names_bytes_free));
            notices_.push_back({file.name, fmt::format("{} members have names of more than {} bytes{}, which were cut", long_names_, limits_.name_bytes_max, later)});
        }
        if (damaged_.empty()) return;
        for (std::size_t i = 1; i < damaged_.size(); ++i) notices_.push_back(damaged_[i]);
        const Notice& first = damaged_.front();
        throw Error(first.source == file.name ? first.text : first.source.substr(file.name.size()) + ": " + first.text);
    }

private:
    // `shape` is the name less the extensions that were unwound.
    void leaf_or_unwind(const std::string& name, std::string_view shape, const std::string& path, Stream& stream, std::uint64_t depth) {
        PeekStream peeked(stream);
        const std::string_view head = peeked.peek(head_size);
        const auto codec = decompressor(head, peeked);
        if (!codec && !is_archive(head)) {
            leaf(name, shape, path, peeked, head);
        } else if (depth >= limits_.archive_depth_max) {
            notices_.push_back({name, fmt::format("packed more than {} times, left closed; --limit depth=N goes deeper", limits_.archive_depth_max)});
        } else if (codec) {
            RatioGuard guard(*codec, *unpacked_);
            leaf_or_unwind(name, without_extension(shape), {}, guard, depth + 1);
        } else {
            const std::string trouble = read_archive(peeked, [&](const std::string& whole_name, Stream& bytes) {
                if (unpacked_->over() || ++members_ > limits_.archive_members_max) return false;
                const std::uint64_t most = names_bytes_ < names_bytes_free ? limits_.name_bytes_max : std::min(limits_.name_bytes_max, later_name_bytes_max);
                if (whole_name.size() > most) ++long_names_;
                const std::string member = whole_name.substr(0, most);
                names_bytes_ += member.size();
                RatioGuard guard(bytes, *unpacked_);
                const std::string inner = member.empty() ? name : name + "!" + member;
                leaf_or_unwind(inner, member.empty() ? without_extension(shape) : std::string_view(member), {}, guard, depth + 1);
                return true;
            });
            if (!trouble.empty() && !unpacked_->over()) damaged_.push_back({name, trouble});
        }
    }

    void leaf(const std::string& name, std::string_view shape, const std::string& path, PeekStream& peeked, std::string_view head) {
        if (head.empty() && !peeked.trouble().empty()) {
            damaged_.push_back({name, peeked.trouble()});
            return;
        }
        if (is_packed_name(shape)) damaged_.push_back({name, head.empty() ? "is empty" : "is no archive, whatever its name says"});
        Source source{name, path, peeked};
        if (!head.empty() || !is_packed_name(shape)) visit_(source);
        const std::string trouble = peeked.trouble();
        if (!trouble.empty()) damaged_.push_back({name, trouble});
    }

    const Limits& limits_;
    std::vector<Notice>& notices_;
    const std::function<void(Source&)>& visit_;
    Unpacked* unpacked_ = nullptr;
    std::vector<Notice> damaged_;
    std::uint64_t members_ = 0;
    std::uint64_t long_names_ = 0;
    std::uint64_t names_bytes_ = 0;
};

// Folders are walked in the order of names, so that what a limit leaves out is the same every time.
class FolderWalk {
public:
    FolderWalk(const Limits& limits, std::vector<InputFile>& files, std::vector<Notice>& notices, std::uint64_t& unreadable)
        : limits_(limits), files_(files), notices_(notices), unreadable_(unreadable) {}

    void walk(const fs::path& top) {
        std::vector<fs::path> waiting{top};  // the next one last
        while (!waiting.empty() && !full_) {
            const fs::path folder = std::move(waiting.back());
            waiting.pop_back();
            std::vector<fs::directory_entry> entries = read(folder);
            std::vector<fs::path> below;
            for (const fs::directory_entry& entry : entries) look_at(entry, below);
            waiting.insert(waiting.end(), std::make_move_iterator(below.rbegin()), std::make_move_iterator(below.rend()));
        }
        if (full_) notices_.push_back({top.string(), fmt::format("only the first {} files were read; --limit files=N reads further", limits_.files_max)});
    }

private:
    std::vector<fs::directory_entry> read(const fs::path& folder) {
        std::vector<fs::directory_entry> entries;
        std::error_code failed;
        fs::directory_iterator at(folder, failed);
        for (; !failed && at != fs::directory_iterator(); at.increment(failed)) {
            entries.push_back(*at);
            // names are held until they are sorted; a folder with ten times as many is read that far only
            if (entries.size() >= 10 * limits_.files_max) break;
        }
        if (failed) {
            notices_.push_back({folder.string(), fmt::format("the folder cannot be read: {}", failed.message())});
            ++unreadable_;
        }
        std::sort(entries.begin(), entries.end());
        return entries;
    }

    void look_at(const fs::directory_entry& entry, std::vector<fs::path>& below) {
        std::error_code ignored;
        const fs::file_status status = entry.symlink_status(ignored);
        if (fs::is_directory(status)) {
            below.push_back(entry.path());
        } else if (fs::is_regular_file(status)) {
            full_ = full_ || files_.size() >= limits_.files_max;
            if (!full_) files_.push_back({entry.path().string(), entry.path().string()});
        } else if (fs::is_symlink(status) && fs::is_regular_file(entry.path(), ignored)) {
            notices_.push_back({entry.path().string(), "a symbolic link inside a folder is not followed"});
        }
    }

    const Limits& limits_;
    std::vector<InputFile>& files_;
    std::vector<Notice>& notices_;
    std::uint64_t& unreadable_;
    bool full_ = false;
};

}  // namespace

std::vector<InputFile> list_inputs(const std::vector<std::string>& inputs, const Limits& limits, std::vector<Notice>& notices,
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
            FolderWalk(limits, files, notices, failed).walk(input);
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
    Unwinder(limits, notices, visit).unwind(file, *stream);
}

}  // namespace nixwhy
