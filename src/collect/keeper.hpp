// What a recorded command writes, kept on the disk while it runs: masked, a time before each line, and never more than a
// bounded part: the first bytes of each stream and its newest. Passing bytes on never waits for keeping them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "redact/redact.hpp"

namespace nixwhy {

constexpr std::size_t block_bytes = 128U << 10U;

// A piece of a stream and when its parts came.
struct Block {
    unsigned stream = 0;
    std::size_t used = 0;   // bytes that came
    std::size_t taken = 0;  // of these, kept already
    std::vector<std::pair<std::size_t, std::int64_t>> marks;  // offset, time
    char* bytes = nullptr;  // block_bytes of them
};

struct StreamSummary {
    std::string name;             // "stdout"
    std::uint64_t bytes = 0;      // that came
    std::uint64_t dropped = 0;    // that are not kept, out of the middle
};

class Keeper {
public:
    // Files go below `folder`, as output/NAME.log; an empty folder keeps nothing.
    Keeper(std::string folder, std::vector<std::string> streams, Redactor& redactor);
    ~Keeper();
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    // A block with room to read into, for the thread that relays `stream`; the bytes are told with filled().
    Block& block(unsigned stream);
    void filled(Block& block, std::size_t count, std::int64_t time_us);

    // Writes what is left; nothing may be added after. Then the summaries hold, and the trouble of writing, if any.
    void finish();
    const std::vector<StreamSummary>& summaries() const { return summaries_; }
    const std::string& trouble() const { return trouble_; }
    // The kept text of a stream, the gap told in it. After finish().
    std::string text(unsigned stream) const;

private:
    struct Stream {
        std::string open_line;        // the beginning of a line whose end did not come yet
        std::int64_t open_us = 0;
        std::uint64_t head_bytes = 0; // written to the first file
        unsigned part = 0;            // of the files behind the first
        std::uint64_t part_bytes = 0;
        Context context;              // what its lines so far say about the next
    };

    void write_out();
    void keep(const Block& block, std::uint64_t gap);
    void put(unsigned stream, const std::string& lines);
    std::string path(unsigned stream, unsigned part) const;

    std::string folder_;
    Redactor& redactor_;
    std::vector<StreamSummary> summaries_;
    std::vector<Stream> streams_;
    std::vector<std::uint64_t> gaps_;                 // of each stream, not told yet
    std::mutex mutex_;
    std::condition_variable wake_;
    char* arena_ = nullptr;                           // the bytes of all blocks
    std::vector<std::unique_ptr<Block>> blocks_;
    std::vector<Block*> free_;
    std::deque<Block*> waiting_;
    std::vector<Block*> current_;                     // of each stream, being read into
    bool finishing_ = false;
    std::string trouble_;
    std::thread writer_;
};

}  // namespace nixwhy
