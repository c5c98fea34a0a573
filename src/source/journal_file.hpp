// Binary journal files (.journal, .journal~), read without libsystemd: from a file by pread, from an archive out of
// memory. Layout: systemd docs/JOURNAL_FILE_FORMAT.md. Objects are walked one after the other, not along their
// pointers: a damaged chain then loses only what is damaged, and no loop is possible.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "source/random_bytes.hpp"

namespace nixwhy {

struct JournalEntry {
    std::uint64_t ordinal = 0;  // from 1, in the order of sequence numbers
    std::uint64_t seqnum = 0;
    std::int64_t realtime_us = 0;
    std::string boot;  // 32 hex digits
    std::uint64_t offset = 0;
    std::uint64_t size = 0;  // of the entry object
    std::vector<std::pair<std::string, std::string>> fields;
};

bool is_journal_file(std::string_view head);

struct JournalOutcome {
    std::uint64_t entries = 0;     // that were read or did not have to be
    std::uint64_t numbered = 0;    // that have an ordinal: all of which at least a part could be read
    std::uint64_t unreadable = 0;  // entries that are there and could not be read
    std::string trouble;           // in words for a notice; empty where all was well
};

// Which entries are read at all. Of a journal's hundred thousands few matter, and what they say is stored apart from
// them, each text once.
struct JournalSelection {
    // Marks in `wanted` the messages whose entries are to be read. `text` holds many messages, each with a newline
    // behind it; `ends` tells where the newlines stand.
    std::function<void(std::string_view text, const std::vector<std::size_t>& ends, std::vector<bool>& wanted)> search;
    // Whether an entry is to be read whatever its message.
    std::function<bool(std::uint64_t ordinal)> wants;
};

// Calls `visit` for each entry that is selected, by sequence number, and for the last; without `selection` for all. Only
// fields that `wanted` accepts are read.
JournalOutcome read_journal(RandomBytes& bytes, const std::function<bool(std::string_view field)>& wanted,
                            const std::function<void(const JournalEntry&)>& visit, const JournalSelection* selection = nullptr);

}  // namespace nixwhy
