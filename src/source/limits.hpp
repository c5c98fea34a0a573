// What an input may cost, whoever made it. Each limit is a row with a name, so that `--limit NAME=VALUE`, the help and
// docs/limits.md say the same. What a limit cut is a notice in the report.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

struct Limits {
    std::uint64_t line_bytes_max = 1ULL << 20U;
    std::uint64_t unpacked_bytes_max = 2ULL << 30U;  // of one input file, at all depths together
    std::uint64_t archive_depth_max = 6;
    std::uint64_t archive_members_max = 100'000;
    std::uint64_t archive_ratio_max = 2000;                // unpacked to size of the file, once 64 MiB have come
    std::uint64_t name_bytes_max = 4096;                   // of a member; a longer name is cut
    std::uint64_t journal_member_bytes_max = 1ULL << 30U;  // a binary journal inside an archive is held in memory
    std::uint64_t files_max = 100'000;                     // of all folders
};

struct LimitRow {
    const char* name;
    const char* about;
    std::uint64_t Limits::*value;
};

const std::vector<LimitRow>& limit_table();

// Sets what `NAME=VALUE` says; a value is a number, or one with K, M, G or T (of 1024) behind it. Throws Error with exit
// code 2, with the names there are.
void set_limit(Limits& limits, std::string_view setting);

// `2G`, as set_limit reads it.
std::string limit_text(std::uint64_t value);

}  // namespace nixwhy
