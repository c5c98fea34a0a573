// See limits.hpp.
#include "source/limits.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

constexpr std::string_view units = "KMGT";

// False where `text` is no number, or one that does not fit.
bool read_value(std::string_view text, std::uint64_t& value) {
    long long number = 0;
    if (!take_number(text, number) || number == 0) return false;
    value = static_cast<std::uint64_t>(number);
    if (text.empty()) return true;
    const std::size_t unit = units.find(text[0] >= 'a' && text[0] <= 'z' ? static_cast<char>(text[0] - 32) : text[0]);
    if (text.size() > 1 || unit == std::string_view::npos) return false;
    const unsigned shift = static_cast<unsigned>(unit + 1) * 10;
    if (value > (static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) >> shift)) return false;
    value <<= shift;
    return true;
}

}  // namespace

const std::vector<LimitRow>& limit_table() {
    static const std::vector<LimitRow> table{
        {"line", "bytes of one line; what stands behind them is not searched", &Limits::line_bytes_max},
        {"unpacked", "bytes that come out of one packed file, at all depths together", &Limits::unpacked_bytes_max},
        {"ratio", "how many times its size a packed file may unpack to, once 64M have come", &Limits::archive_ratio_max},
        {"depth", "how many archives and compressions may stand one inside the other", &Limits::archive_depth_max},
        {"members", "members of one packed file, at all depths together", &Limits::archive_members_max},
        {"name", "bytes of the name of a member; a longer one is cut", &Limits::name_bytes_max},
        {"journal", "bytes of a binary journal inside an archive, which is held in memory", &Limits::journal_member_bytes_max},
        {"files", "files of all folders", &Limits::files_max},
    };
    return table;
}

void set_limit(Limits& limits, std::string_view setting) {
    const std::size_t equals = setting.find('=');
    const std::string name(setting.substr(0, equals));
    std::vector<std::string> names;
    for (const LimitRow& row : limit_table()) {
        names.emplace_back(row.name);
        if (name != row.name) continue;
        if (equals == std::string_view::npos || !read_value(setting.substr(equals + 1), limits.*row.value)) {
            throw Error(fmt::format("--limit: '{}' sets nothing; write {}=N, with K, M, G or T behind N where it is large", setting, name), Exit::usage);
        }
        return;
    }
    throw Error(fmt::format("--limit: there is no limit '{}'; there are {}", name, join(names, ", ")), Exit::usage);
}

std::string limit_text(std::uint64_t value) {
    std::size_t unit = 0;
    for (; unit < units.size() && value % 1024 == 0; ++unit) value /= 1024;
    return std::to_string(value) + (unit > 0 ? std::string(1, units[unit - 1]) : std::string());
}

}  // namespace nixwhy
