// Points in time as logs give them: some with a year and a zone, some without, some not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nixwhy {

// How much of a time a log line told. Only `full` times compare across sources.
enum class TimeKnown : std::uint8_t { none, no_year, full };

struct Time {
    std::int64_t us = 0;  // since 1970-01-01T00:00:00Z; without a year, as if in the year 2000
    TimeKnown known = TimeKnown::none;
};

constexpr std::int64_t second_us = 1'000'000;

// Days since 1970-01-01 in the proleptic Gregorian calendar; month and day count from 1.
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day);
std::int64_t make_us(int year, int month, int day, int hour, int minute, int second, int us);

// `2026-11-22T20:12:10.123+01:00` and its relatives (space for T, comma for point, zone missing = UTC); cuts it
// off `text`. Nothing is cut where there is none.
std::optional<Time> take_iso_time(std::string_view& text);

// `HH:MM:SS[.frac]` in microseconds of the day; cuts it off.
std::optional<std::int64_t> take_clock(std::string_view& text);

// 1 to 12 for a month name of three letters or more, English or one of the languages journalctl prints in; 0 for none.
int month_of(std::string_view name);

// `2026-11-22T20:12:10Z`, with microseconds where they are not zero.
std::string rfc3339(std::int64_t us);

// `90s`, `10m`, `2h`, `3d`, `250ms` in microseconds; nothing where it is none.
std::optional<std::int64_t> parse_duration(std::string_view text);
// `4 s`, `2 min 10 s`, `3 h`: for people.
std::string human_duration(std::int64_t us);

}  // namespace nixwhy
