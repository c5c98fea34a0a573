// The scan of one source: raw bytes in, kept events and counts out.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "event/timeline.hpp"
#include "format/line.hpp"
#include "scan/keep.hpp"
#include "scan/prepare.hpp"
#include "source/open.hpp"

namespace nixwhy {

// Where a host name was seen in a source: names whose stretches do not overlap are one machine renamed.
struct HostStretch {
    std::string name;
    std::string machine_id;
    std::uint64_t first_line = 0;
    std::uint64_t last_line = 0;
};

struct ScannedSource {
    SourceSummary summary;
    std::vector<Event> events;
    std::vector<Fact> facts;
    std::vector<Notice> notices;
    std::vector<HostStretch> hosts;
    bool has_year_shift = false;
    std::int64_t year_shift_us = 0;  // added to times without a year
};

class SourceScan {
public:
    SourceScan(const Plan& plan, const Limits& limits, std::string name, unsigned threads = 1);

    ScannedSource scan(Source& source);

private:
    struct Piece {  // one line or record to look at
        std::string_view raw;
        std::uint64_t line = 0;
        std::uint64_t lines = 1;
        std::uint64_t offset = 0;
        std::uint32_t length = 0;
    };
    struct OpenBlock {
        bool open = false;
        Location at;
        Line head;
        std::string text;
        std::uint64_t lines = 0;
    };

    void scan_text(Stream& stream);
    void scan_chunk(std::string_view chunk, std::uint64_t offset, PreparedChunk prepared);
    void scan_records(Stream& stream, bool exported);
    void scan_journal(Source& source);
    void scan_record(const std::vector<std::pair<std::string, std::string>>& fields, const Piece& piece, bool sample);

    void consider(const Piece& piece, Judged judged);
    bool ends_old_trace(const Line& line) const;
    void match_wrapped(const Line& line, Event& event);
    void note_edges(std::string_view chunk, bool first);
    void note_time(const Time& time);
    void note_line(const Line& line, std::uint64_t number);
    void note_form(const Line& line);
    void note_facts(const Line& line, const Location& at);
    void open_block(const Piece& piece, const Line& line);
    void feed_block(const Piece& piece, const Line& line);
    void close_block();
    // The line of `event` tells the end of something in failure.
    void note_end(const Piece& piece, const Line& line, Event& event);
    // Reads the lines at the end of `before`, which ends where line `line_behind` begins, as the last words of what
    // `end` tells the end of; an empty `end` is the end of the source.
    void look_back(const Line& end, std::string_view before, std::uint64_t line_behind, std::uint64_t offset_behind);
    void add_last_words();

    static constexpr std::size_t tail_bytes_max = 8192;

    const Plan& plan_;
    const Limits& limits_;
    unsigned threads_;
    SourceTraits traits_;
    Matcher matcher_;
    ScannedSource out_;
    KeptEvents keeper_;
    OpenBlock block_;
    std::uint64_t next_line_ = 1;
    std::string_view behind_;  // the bytes behind the line that is looked at
    std::string_view before_;  // those of its chunk before it
    std::string tail_;         // the last bytes of the chunk before
    bool ended_ = false;       // a line told the end of something in failure
    std::map<std::string, std::size_t> ends_;  // how often, by speaker
    struct LastWords {
        Event event;
        bool kept = false;  // its line counts as kept already
    };
    std::vector<LastWords> last_words_;
    std::array<std::uint64_t, 16> kept_lines_{};  // the last ones, in a ring
    std::size_t kept_next_ = 0;
    std::string boot_;
    std::uint64_t reboots_ = 0;
    std::map<std::string, std::uint64_t> formats_;
    std::map<std::string, std::uint64_t> kinds_;
};

}  // namespace nixwhy
