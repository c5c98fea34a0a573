// Binary journal files (.journal, .journal~), read without libsystemd: from a file by pread, from an archive out of
// memory. Layout: systemd docs/JOURNAL_FILE_FORMAT.md. Objects are walked one after the other, not along their
// pointers: a damaged chain then loses only what is damaged, and no loop is possible.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nixwhy {

struct JournalEntry {
    std::uint64_t seqnum = 0;
    std::int64_t realtime_us = 0;
    std::string boot;  // 32 hex digits
    std::uint64_t offset = 0;
    std::uint64_t size = 0;  // of the entry object
    std::vector<std::pair<std::string, std::string>> fields;
};

// Bytes at any offset; the view is good until the next call. Shorter than asked where the file ends.
class RandomBytes {
public:
    virtual ~RandomBytes() = default;
    virtual std::uint64_t size() const = 0;
    virtual std::string_view at(std::uint64_t offset, std::size_t size) = 0;
    // Where from `offset` on bytes are stored; what lies between is zero.
    virtual std::uint64_t next_data(std::uint64_t offset) { return offset; }
};
std::unique_ptr<RandomBytes> random_file(const std::string& path);  // throws Error
std::unique_ptr<RandomBytes> random_memory(std::string bytes);

bool is_journal_file(std::string_view head);

struct JournalOutcome {
    std::uint64_t entries = 0;
    std::uint64_t unreadable = 0;  // entries that are there and could not be read
    std::string trouble;           // in words for a notice; empty where all was well
};

// Calls `visit` for each entry, by sequence number. Only fields that `wanted` accepts are read.
JournalOutcome read_journal(RandomBytes& bytes, const std::function<bool(std::string_view field)>& wanted,
                            const std::function<void(const JournalEntry&)>& visit);

}  // namespace nixwhy
