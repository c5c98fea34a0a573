// Calendar arithmetic and the readers of time stamps. The civil-day formula is the usual one over 400-year eras.
#include "base/time.hpp"

#include <fmt/core.h>

#include <array>

#include "base/text.hpp"

namespace nixwhy {

std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

std::int64_t make_us(int year, int month, int day, int hour, int minute, int second, int us) {
    const std::int64_t days = days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    return ((days * 24 + hour) * 60 + minute) * 60 * second_us + second * second_us + us;
}

std::optional<std::int64_t> take_clock(std::string_view& text) {
    std::string_view rest = text;
    long long hour = 0, minute = 0, second = 0;
    if (!take_number(rest, hour, 2) || !take_prefix(rest, ":") || !take_number(rest, minute, 2) ||
        !take_prefix(rest, ":") || !take_number(rest, second, 2) || hour > 23 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    std::int64_t us = 0;
    if (rest.size() > 1 && (rest[0] == '.' || rest[0] == ',') && is_digit(rest[1])) {
        rest.remove_prefix(1);
        std::int64_t unit = second_us / 10;
        while (!rest.empty() && is_digit(rest[0])) {
            us += (rest[0] - '0') * unit;
            unit /= 10;
            rest.remove_prefix(1);
        }
    }
    text = rest;
    return (hour * 3600 + minute * 60 + second) * second_us + us;
}

std::optional<Time> take_iso_time(std::string_view& text) {
    std::string_view rest = text;
    long long year = 0, month = 0, day = 0;
    if (rest.size() < 19 || !take_number(rest, year, 4) || year < 1970) return std::nullopt;
    const char dash = rest.empty() ? '\0' : rest[0];
    if ((dash != '-' && dash != '/') || rest.size() < 15 || rest[3] != dash) return std::nullopt;
    rest.remove_prefix(1);
    if (!take_number(rest, month, 2) || month < 1 || month > 12) return std::nullopt;
    rest.remove_prefix(1);
    if (!take_number(rest, day, 2) || day < 1 || day > 31 || rest.empty()) return std::nullopt;
    if (rest[0] != 'T' && rest[0] != ' ') return std::nullopt;
    rest.remove_prefix(1);
    const auto clock = take_clock(rest);
    if (!clock) return std::nullopt;
    std::int64_t offset_s = 0;
    if (!rest.empty() && rest[0] == 'Z') {
        rest.remove_prefix(1);
    } else if (rest.size() >= 5 && (rest[0] == '+' || rest[0] == '-') && is_digit(rest[1]) && is_digit(rest[2])) {
        const int sign = rest[0] == '-' ? -1 : 1;
        rest.remove_prefix(1);
        long long hours = 0, minutes = 0;
        take_number(rest, hours, 2);
        take_prefix(rest, ":");
        take_number(rest, minutes, 2);
        offset_s = sign * (hours * 3600 + minutes * 60);
    }
    text = rest;
    const std::int64_t days = days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    return Time{days * 86400 * second_us + *clock - offset_s * second_us, TimeKnown::full};
}

int month_of(std::string_view name) {
    // What glibc's locales give for %b, lower case, as far as three bytes tell the months apart. A journal printed
    // under another locale ("Okt 03 10:00:00", "déc. 24 10:00:00") is still a journal.
    struct Row {
        std::string_view start;
        int month;
    };
    static constexpr std::array<Row, 54> rows{{
        {"jan", 1}, {"feb", 2}, {"mar", 3}, {"apr", 4}, {"may", 5}, {"jun", 6}, {"jul", 7}, {"aug", 8},
        {"sep", 9}, {"oct", 10}, {"nov", 11}, {"dec", 12}, {"mai", 5}, {"okt", 10}, {"dez", 12}, {"m\xC3\xA4r", 3},
        {"f\xC3\xA9v", 2}, {"fev", 2}, {"avr", 4}, {"juin", 6}, {"juil", 7}, {"ao\xC3\xBB", 8}, {"d\xC3\xA9""c", 12},
        {"ene", 1}, {"abr", 4}, {"ago", 8}, {"dic", 12}, {"gen", 1}, {"mag", 5}, {"giu", 6}, {"lug", 7}, {"set", 9},
        {"ott", 10}, {"maj", 5}, {"mei", 5}, {"mrt", 3}, {"out", 10}, {"sty", 1}, {"lut", 2}, {"kwi", 4}, {"cze", 6},
        {"lip", 7}, {"sie", 8}, {"wrz", 9}, {"pa\xC5\xBA", 10}, {"lis", 11}, {"gru", 12},
        {"\xD1\x8F\xD0\xBD\xD0\xB2", 1}, {"\xD1\x84\xD0\xB5\xD0\xB2", 2}, {"\xD0\xB0\xD0\xBF\xD1\x80", 4},
        {"\xD0\xBE\xD0\xBA\xD1\x82", 10}, {"\xD0\xBD\xD0\xBE\xD1\x8F", 11}, {"\xD0\xB4\xD0\xB5\xD0\xBA", 12},
        {"\xD1\x81\xD0\xB5\xD0\xBD", 9},
    }};
    const std::string given = lower(name);
    for (const Row& row : rows) {
        if (given.size() >= row.start.size() && given.compare(0, row.start.size(), row.start) == 0) return row.month;
    }
    return 0;
}

std::string rfc3339(std::int64_t us) {
    std::int64_t seconds = us / second_us;
    std::int64_t fraction = us % second_us;
    if (fraction < 0) fraction += second_us, --seconds;
    std::int64_t days = seconds / 86400;
    std::int64_t of_day = seconds % 86400;
    if (of_day < 0) of_day += 86400, --days;
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto doe = static_cast<unsigned>(days - era * 146097);
    const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned mp = (5 * doy + 2) / 153;
    const unsigned day = doy - (153 * mp + 2) / 5 + 1;
    const unsigned month = mp < 10 ? mp + 3 : mp - 9;
    const std::int64_t year = static_cast<std::int64_t>(yoe) + era * 400 + (month <= 2 ? 1 : 0);
    std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", year, month, day, of_day / 3600,
                                  of_day / 60 % 60, of_day % 60);
    if (fraction != 0) out += fmt::format(".{:06}", fraction);
    return out + "Z";
}

std::optional<std::int64_t> parse_duration(std::string_view text) {
    long long number = 0;
    if (!take_number(text, number, 9)) return std::nullopt;
    if (text == "ms") return number * 1000;
    if (text == "s") return number * second_us;
    if (text == "m" || text == "min") return number * 60 * second_us;
    if (text == "h") return number * 3600 * second_us;
    if (text == "d") return number * 86400 * second_us;
    return std::nullopt;
}

std::string human_duration(std::int64_t us) {
    const std::int64_t seconds = us / second_us;
    if (seconds < 1) return "less than a second";
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < 7200) return fmt::format("{} min", seconds / 60);
    if (seconds < 172800) return fmt::format("{} h", seconds / 3600);
    return fmt::format("{} days", seconds / 86400);
}

}  // namespace nixwhy
