// Journal records in text, one after the other: `journalctl -o export` and `-o verbose`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "source/stream.hpp"

namespace nixwhy {

using RecordFields = std::vector<std::pair<std::string, std::string>>;

struct RecordPlace {
    std::uint64_t line = 0;  // its first, from 1
    std::uint64_t lines = 0;
    std::uint64_t offset = 0;
    std::uint32_t length = 0;  // bytes
};

using OnRecord = std::function<void(const RecordFields&, const RecordPlace&)>;

// What was read in all.
struct RecordsEnd {
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
    bool inside = false;  // it ends inside a record
};

// Only the fields that decode_fields looks at are given.
RecordsEnd read_export(Stream& stream, const OnRecord& on_record);
RecordsEnd read_verbose(Stream& stream, const OnRecord& on_record);

}  // namespace nixwhy
