// Parts on disk. A part that is still written has the same lines in any order, so that what a killed process leaves can be
// taken up again.
#include <algorithm>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "source/stream.hpp"
#include "triage/triage.hpp"

namespace nixwhy {

namespace {

constexpr int part_version = 1;
constexpr std::string_view head_begin = "{\"type\":\"part\",";  // quotes inside a record's text are escaped

}  // namespace

std::string part_head() { return json_line({{"type", "part"}, {"version", part_version}}) + "\n"; }

std::string write_part(const std::vector<RunRecord>& records) {
    std::string out = part_head();
    for (const RunRecord& record : records) out += record_line(record) + "\n";
    return out;
}

void read_part(const std::string& path, bool unfinished, std::vector<RunRecord>& records) {
    const std::unique_ptr<Stream> stream = path == "-" ? standard_input() : open_file(path);
    constexpr std::size_t piece = 1U << 20U, line_max = 1U << 20U;
    std::string buffer;
    std::uint64_t number = 0;
    const auto refuse = [&](const char* what) { throw Error(fmt::format("{}: line {} {}; `nixwhy triage --format partial` writes parts", path, number, what)); };
    const auto take = [&](std::string_view line) {
        ++number;
        // parts may stand one behind the other; where the writer of one died, its torn last line runs into the next head
        const std::size_t head_at = line.rfind(head_begin);
        if (number == 1 || (head_at != std::string_view::npos && line.find('}', head_at) == line.size() - 1)) {
            const auto head = parse_json(number == 1 || head_at == std::string_view::npos ? line : line.substr(head_at), 4);
            if (!head || json_text(*head, "type") != "part") refuse("is no head of a part");
            const auto version = head->find("version");
            if (version == head->end() || *version != part_version) refuse("names a version of parts that is not known here");
            return;
        }
        auto record = read_record(line);
        if (!record) refuse("is no record of a run");
        records.push_back(std::move(*record));
    };
    for (bool more = true; more;) {
        const std::size_t old = buffer.size();
        buffer.resize(old + piece);
        const std::size_t got = stream->read(buffer.data() + old, piece);
        buffer.resize(old + got);
        more = got > 0;
        std::size_t from = 0;
        for (std::size_t end = buffer.find('\n'); end != std::string::npos; from = end + 1, end = buffer.find('\n', from)) take(std::string_view(buffer).substr(from, end - from));
        buffer.erase(0, from);
        if (buffer.size() > line_max) ++number, refuse("is longer than any record");
    }
    if (!stream->trouble().empty()) throw Error(fmt::format("{}: {}", path, stream->trouble()));
    if (buffer.empty() && number > 0) return;
    if (unfinished) return;
    ++number;
    refuse(buffer.empty() ? "is missing: the file is empty" : "is cut off");
}

}  // namespace nixwhy
