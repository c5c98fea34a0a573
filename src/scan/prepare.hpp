// The part of scanning a chunk of text that needs no other chunk: its candidate lines are found, decoded and judged.
// Chunks are prepared on several threads and used in their order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "scan/matcher.hpp"

namespace nixwhy {

struct PreparedLine {
    std::size_t start = 0;       // in the chunk
    std::uint64_t before = 0;    // lines of the chunk before it
    bool sample = false;         // one of those that tell what the source is like, whatever the rules look for
    bool candidate = false;      // may matter; else only its line is filled in
    Judged judged;
};

struct PreparedChunk {
    std::vector<PreparedLine> lines;
    std::uint64_t lines_all = 0;
};

PreparedChunk prepare(std::string_view chunk, std::uint64_t offset, Matcher& matcher);

// Of many messages, each with a newline behind it that stands where `ends` says, marks those that may matter.
void select_messages(std::string_view text, const std::vector<std::size_t>& ends, Matcher& matcher, std::vector<bool>& wanted);

// Prepares chunks on `threads` threads, of which the caller's is one.
class Preparation {
public:
    Preparation(const Plan& plan, const SourceTraits& traits, Matcher& own, unsigned threads);
    ~Preparation();
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

    struct Chunk {
        std::string text;
        std::uint64_t offset = 0;
        bool taken = false;  // by the thread that prepares it
        bool ready = false;
        PreparedChunk prepared;
        std::exception_ptr failure;
    };
    void add(std::string text, std::uint64_t offset);
    // True while it is better to read on than to wait for the first chunk.
    bool has_room() const { return chunks_.size() < 2 * threads_max_; }
    bool empty() const { return chunks_.empty(); }
    // The first chunk of those that were added, prepared.
    std::unique_ptr<Chunk> take();

private:
    void serve();
    void work_on(Chunk& chunk, Matcher& matcher, std::unique_lock<std::mutex>& lock);
    Chunk* next_untaken();

    const Plan& plan_;
    const SourceTraits& traits_;
    Matcher& own_;
    std::size_t threads_max_;
    std::vector<std::thread> threads_;
    std::deque<std::unique_ptr<Chunk>> chunks_;  // in the order of the text
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
};

}  // namespace nixwhy
