// A second way through the inputs that hold evidence, without matching. More lines before are taken than are shown: what
// is masked in a line may hang on lines above it, as in a private key.
#include "scan/neighbours.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "format/line.hpp"
#include "scan/line_reader.hpp"
#include "scan/records.hpp"
#include "scan/sniff.hpp"
#include "source/journal_file.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t margin = 96;        // lines before those that are shown; a key of 4096 bits has 51
constexpr std::size_t text_max = 2000;    // bytes of one line
constexpr std::size_t own_lines_max = 500;

struct Wanted {
    std::uint32_t event = 0;
    Location at;
};

// Takes the lines of one source in their order and keeps those that stand beside the wanted ones.
class Keeper {
public:
    // `wanted` by line; `count` lines on each side. In a binary journal offsets do not rise with the entries.
    Keeper(std::vector<Wanted> wanted, std::size_t count, bool by_offset, Timeline& timeline)
        : wanted_(std::move(wanted)), count_(count), by_offset_(by_offset), timeline_(timeline) {}

    bool done() const { return next_ == wanted_.size() && open_.empty(); }

    void take(std::uint64_t line, std::uint64_t offset, std::string text) {
        for (std::size_t i = 0; i < open_.size();) {
            Open& one = open_[i];
            Neighbours& lines = timeline_.neighbours[one.event];
            if (by_offset_ && offset < one.end) {
                if (lines.own.size() < own_lines_max) lines.own.push_back({line, text});
            } else {
                lines.after.push_back({line, text});
                --one.left;
            }
            if (one.left == 0) {
                open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(i));
            } else {
                ++i;
            }
        }
        for (; next_ < wanted_.size() && wanted_[next_].at.line <= line; ++next_) begin(wanted_[next_], line, text);
        recent_.push_back({line, std::move(text)});
        if (recent_.size() > margin + count_) recent_.pop_front();
    }

private:
    struct Open {
        std::uint32_t event = 0;
        std::uint64_t end = 0;  // offset behind the event
        std::size_t left = 0;
    };

    void begin(const Wanted& wanted, std::uint64_t line, const std::string& text) {
        if (wanted.at.line != line) return;  // the input changed since
        Neighbours& lines = timeline_.neighbours[wanted.event];
        const std::size_t shown = std::min(count_, recent_.size());
        lines.margin.assign(recent_.begin(), recent_.end() - static_cast<std::ptrdiff_t>(shown));
        lines.before.assign(recent_.end() - static_cast<std::ptrdiff_t>(shown), recent_.end());
        lines.own.push_back({line, text});
        open_.push_back({wanted.event, wanted.at.offset + wanted.at.length, count_});
    }

    std::vector<Wanted> wanted_;
    std::size_t count_;
    bool by_offset_;
    Timeline& timeline_;
    std::size_t next_ = 0;
    std::vector<Open> open_;
    std::deque<NeighbourLine> recent_;
};

// A record as `journalctl -o short` has it, but for the host. What a message has behind its first line is left out.
std::string words_of(const Line& line) {
    std::string out = line.time.known == TimeKnown::full ? rfc3339(line.time.us) + " " : std::string();
    if (!line.identifier.empty()) out += line.identifier + ": ";
    return out + line.message.substr(0, std::min(line.message.find('\n'), text_max));
}

std::string words_of(std::string_view raw) {
    raw = raw.substr(0, text_max);
    return !raw.empty() && raw.front() == '{' ? words_of(decode_line(raw)) : std::string(raw);
}

void read_journal_file(Source& source, const Limits& limits, Keeper& keeper) {
    bool complete = true;
    const std::unique_ptr<RandomBytes> bytes =
        source.path.empty() ? random_memory(read_all(source.stream, static_cast<std::size_t>(limits.journal_member_bytes_max), complete)) : random_file(source.path);
    std::uint64_t ordinal = 0;
    read_journal(*bytes, is_journal_field, [&](const JournalEntry& entry) {
        ++ordinal;
        if (keeper.done()) return;
        RecordFields fields = entry.fields;
        fields.emplace_back("__REALTIME_TIMESTAMP", std::to_string(entry.realtime_us));
        keeper.take(ordinal, 0, words_of(decode_fields(fields)));
    });
}

void read_source(Source& source, std::vector<Wanted> wanted, std::size_t count, const Limits& limits, Timeline& timeline) {
    std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) { return a.at.line < b.at.line; });
    const SourceShape shape = sniff(source.stream.peek(65536));
    Keeper keeper(std::move(wanted), count, shape != SourceShape::journal_binary, timeline);
    const auto on_record = [&](const RecordFields& fields, const RecordPlace& place) {
        if (!keeper.done()) keeper.take(place.line, place.offset, words_of(decode_fields(fields)));
    };
    switch (shape) {
        case SourceShape::journal_binary: read_journal_file(source, limits, keeper); break;
        case SourceShape::journal_export: read_export(source.stream, on_record); break;
        case SourceShape::journal_verbose: read_verbose(source.stream, on_record); break;
        case SourceShape::snapshot:
        case SourceShape::manifest: break;  // facts, no lines
        case SourceShape::binary:
        case SourceShape::text: {
            LineReader reader(source.stream);
            std::string_view line;
            for (std::uint64_t offset = 0; !keeper.done() && reader.line(line); offset = reader.offset) keeper.take(reader.lines, offset, words_of(line));
            break;
        }
    }
}

}  // namespace

void read_neighbours(const std::vector<std::string>& inputs, const ScanOptions& options, const std::vector<std::uint32_t>& events, std::size_t count,
                     Timeline& timeline) {
    std::map<std::string, std::vector<Wanted>> wanted;  // by name of the source
    for (const std::uint32_t event : events) {
        const Location& at = timeline.events[event].at;
        if (at.line > 0) wanted[timeline.sources[at.source].name].push_back({event, at});
    }
    std::vector<Notice> told_before;
    std::uint64_t failed = 0;
    for (const InputFile& file : list_inputs(inputs, options.limits, told_before, failed)) {
        const auto first = wanted.lower_bound(file.name);
        const bool holds = first != wanted.end() && (first->first == file.name || first->first.compare(0, file.name.size() + 1, file.name + "!") == 0);
        std::error_code code;
        if (!holds || !std::filesystem::is_regular_file(file.path, code)) continue;
        try {
            open_input(file, options.limits, told_before, [&](Source& source) {
                const auto found = wanted.find(source.name);
                if (found == wanted.end()) return;
                read_source(source, std::move(found->second), count, options.limits, timeline);
                wanted.erase(found);  // of two members of one name the first
            });
        } catch (const Error&) {
            // the scan told it
        }
    }
}

}  // namespace nixwhy
