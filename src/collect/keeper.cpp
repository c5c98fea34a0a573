// The relay reads into blocks, a thread of its own masks and writes them. Masking is many times slower than passing on,
// so in a flood the oldest blocks that wait are used again, and the thread rests most of the time: the command pays for
// what it is run for, not for being recorded.
#include "collect/keeper.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t blocks_max = 64;                 // 8 MiB
constexpr std::uint64_t head_bytes_max = 2U << 20U;    // the first of a stream
constexpr std::uint64_t part_bytes_max = 3U << 20U;    // of each of the two newest files
constexpr std::size_t line_bytes_max = 256U << 10U;
constexpr auto rhythm = std::chrono::milliseconds(100);
constexpr int rest_factor = 25;                        // in a flood it rests so many times as long as it worked

std::int64_t thread_us() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<std::int64_t>(now.tv_sec) * second_us + now.tv_nsec / 1000;
}

std::string stamped(std::int64_t time_us, std::string_view line) {
    std::string stamp = rfc3339(time_us);
    if (stamp.size() == 20) stamp.insert(19, ".000000");
    return stamp + "| " + std::string(line) + "\n";
}

}  // namespace

Keeper::Keeper(std::string folder, std::vector<std::string> streams, Redactor& redactor)
    : folder_(std::move(folder)), redactor_(redactor), streams_(streams.size()), gaps_(streams.size()), current_(streams.size()) {
    for (std::string& name : streams) summaries_.push_back({std::move(name), 0, 0});
    if (!folder_.empty() && ::mkdir((folder_ + "/output").c_str(), 0700) != 0 && errno != EEXIST) trouble_ = folder_ + "/output: " + std::strerror(errno);
    // not for children: where they share these pages, each write after a fork is a fault
    void* memory = ::mmap(nullptr, blocks_max * block_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw Error("record: there is no memory to keep the output in", Exit::wrapper);
    ::madvise(memory, blocks_max * block_bytes, MADV_DONTFORK);
    arena_ = static_cast<char*>(memory);
    writer_ = std::thread([this] { write_out(); });
}

Keeper::~Keeper() {
    finish();
    ::munmap(arena_, blocks_max * block_bytes);
}

Block& Keeper::block(unsigned stream) {
    Block* own = current_[stream];
    if (own != nullptr && block_bytes - own->used >= block_bytes / 2) return *own;
    const std::lock_guard lock(mutex_);
    if (own != nullptr) waiting_.push_back(own);
    if (free_.empty() && blocks_.size() < blocks_max) {
        blocks_.push_back(std::make_unique<Block>());
        blocks_.back()->bytes = arena_ + (blocks_.size() - 1) * block_bytes;
        free_.push_back(blocks_.back().get());
    }
    if (free_.empty() && !waiting_.empty()) {
        // the newest is worth more than what waits longest
        Block* oldest = waiting_.front();
        waiting_.pop_front();
        gaps_[oldest->stream] += oldest->used - oldest->taken;
        summaries_[oldest->stream].dropped += oldest->used - oldest->taken;
        free_.push_back(oldest);
    }
    own = free_.back();
    free_.pop_back();
    own->stream = stream;
    own->used = own->taken = 0;
    own->marks.clear();
    current_[stream] = own;
    return *own;
}

void Keeper::filled(Block& block, std::size_t count, std::int64_t time_us) {
    const std::lock_guard lock(mutex_);
    block.marks.emplace_back(block.used, time_us);
    block.used += count;
    summaries_[block.stream].bytes += count;
}

void Keeper::finish() {
    {
        const std::lock_guard lock(mutex_);
        if (finishing_) return;
        for (Block*& one : current_) {
            if (one != nullptr) waiting_.push_back(one);
            one = nullptr;
        }
        finishing_ = true;
    }
    wake_.notify_one();
    writer_.join();
    for (unsigned i = 0; i < streams_.size(); ++i) {
        Stream& stream = streams_[i];
        if (!stream.open_line.empty()) put(i, stamped(stream.open_us, strip_terminal(stream.open_line)));
        stream.open_line.clear();
    }
}

// Takes one block at a time, so that those behind it stay free to be used again.
void Keeper::write_out() {
    std::vector<char> bytes(block_bytes);
    Block block;
    block.bytes = bytes.data();
    Block* const copy = &block;
    for (;;) {
        std::uint64_t gap = 0;
        bool flood = false, ending = false;
        {
            std::unique_lock lock(mutex_);
            if (waiting_.empty() && !finishing_) wake_.wait_for(lock, rhythm);
            ending = finishing_;
            Block* next = nullptr;
            const bool whole = !waiting_.empty();
            if (whole) {
                next = waiting_.front();
                waiting_.pop_front();
            } else if (finishing_) {
                return;
            } else {
                // a block that is being read into: what is there so far
                for (Block* one : current_) next = one != nullptr && one->used > one->taken ? one : next;
            }
            if (next == nullptr) continue;
            flood = waiting_.size() > blocks_max / 2;
            copy->stream = next->stream;
            copy->used = next->used - next->taken;
            copy->marks.clear();
            for (const auto& [offset, time_us] : next->marks) copy->marks.emplace_back(offset - next->taken, time_us);
            std::memcpy(copy->bytes, next->bytes + next->taken, copy->used);
            next->taken = next->used;
            next->marks.clear();
            std::swap(gap, gaps_[next->stream]);
            if (whole) free_.push_back(next);
        }
        const std::int64_t start = thread_us();
        keep(*copy, gap);
        const std::int64_t worked_us = thread_us() - start;
        if (!flood || ending || streams_[copy->stream].head_bytes < head_bytes_max) continue;
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, std::chrono::microseconds(worked_us * rest_factor), [&] { return finishing_; });
    }
}

void Keeper::keep(const Block& block, std::uint64_t gap) {
    Stream& stream = streams_[block.stream];
    std::string lines;
    const std::string_view all(block.bytes, block.used);
    if (gap > 0) {
        const std::int64_t now_us = block.marks.empty() ? stream.open_us : block.marks[0].second;
        if (!stream.open_line.empty()) lines += stamped(stream.open_us, strip_terminal(stream.open_line));
        stream.open_line.clear();
        lines += stamped(now_us, fmt::format("[nixwhy: {} bytes were not kept here]", gap));
    }
    std::size_t mark = 0;
    for (std::size_t at = 0; at < all.size();) {
        while (mark + 1 < block.marks.size() && block.marks[mark + 1].first <= at) ++mark;
        const std::size_t end = std::min(all.find('\n', at), all.size());
        if (stream.open_line.empty()) stream.open_us = block.marks[mark].second;
        stream.open_line += all.substr(at, end - at);
        const bool whole = end < all.size();
        if (whole || stream.open_line.size() > line_bytes_max) {
            lines += stamped(stream.open_us, strip_terminal(stream.open_line));
            stream.open_line.clear();
        }
        at = whole ? end + 1 : end;
    }
    if (!lines.empty()) put(block.stream, lines);
}

std::string Keeper::path(unsigned stream, unsigned part) const {
    return fmt::format("{}/output/{}{}.log", folder_, summaries_[stream].name, part == 0 ? "" : fmt::format("-{:06}", part));
}

// The first file takes the head, then files follow of which the newest two stay.
void Keeper::put(unsigned number, const std::string& lines) {
    if (folder_.empty() || !trouble_.empty()) return;
    Stream& stream = streams_[number];
    std::string safe = redactor_.lines(std::string_view(lines).substr(0, lines.size() - 1), stream.context).str() + "\n";
    if (stream.part == 0 && stream.head_bytes >= head_bytes_max) stream.part = 1;
    if (stream.part > 0 && stream.part_bytes >= part_bytes_max) {
        ++stream.part;
        stream.part_bytes = 0;
        if (stream.part > 2) {
            struct stat status {};
            const std::string old = path(number, stream.part - 2);
            if (::stat(old.c_str(), &status) == 0) summaries_[number].dropped += static_cast<std::uint64_t>(status.st_size);
            ::unlink(old.c_str());
        }
    }
    const std::string file = path(number, stream.part);
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    std::size_t done = 0;
    while (descriptor >= 0 && done < safe.size()) {
        const ssize_t wrote = ::write(descriptor, safe.data() + done, safe.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) break;
        done += static_cast<std::size_t>(wrote);
    }
    if (done < safe.size()) trouble_ = fmt::format("{}: {}", file, std::strerror(errno));
    if (descriptor >= 0) ::close(descriptor);
    (stream.part == 0 ? stream.head_bytes : stream.part_bytes) += safe.size();
}

std::string Keeper::text(unsigned number) const {
    const Stream& stream = streams_[number];
    std::string out;
    for (unsigned part = 0; part <= stream.part; ++part) {
        if (part > 0 && part + 1 < stream.part) {
            if (part == 1) out += "[nixwhy: the middle of the output is not kept]\n";
            continue;
        }
        std::ifstream in(path(number, part), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        out += text.str();
    }
    return out;
}

}  // namespace nixwhy
