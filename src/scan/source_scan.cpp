// Literals first, over whole blocks; only lines that hold one are cut out, decoded and matched.
#include "scan/source_scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "format/failure.hpp"
#include "scan/bundle.hpp"
#include "scan/facts.hpp"
#include "scan/sniff.hpp"
#include "source/journal_file.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t chunk_size = 256 * 1024;
constexpr std::size_t message_max = 8192;
constexpr std::size_t block_max = 32768;
constexpr std::uint64_t block_lines_max = 400;

std::uint64_t count_lines(std::string_view text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// The unit that PID 1 speaks of: "certmgr.service: Main process exited", "Failed to start certmgr.service - certmgr."
std::string unit_spoken_of(std::string_view message) {
    static const Regex expression(
        R"(^(?P<a>[\w@.:\\-]+\.(?:service|socket|mount|target|timer|scope|device|slice|swap|path|automount)): )"
        R"(|^(?:Starting|Started|Stopping|Stopped|Finished|Reloading|Reloaded|Failed to start|Failed to mount|Dependency failed for) (?P<b>[\w@.:\\-]+\.(?:service|socket|mount|target|timer|scope|device|swap|path))(?: - |\.|$))"
        R"(|^(?:Starting|Started|Stopping|Stopped|Failed to start|Dependency failed for) (?P<c>[\w@:-]+)\.{1,3}$)");
    Captures captures;
    if (!expression.search(message, captures) || captures.empty()) return {};
    return captures[0].first == "c" ? captures[0].second + ".service" : captures[0].second;
}

// A member that is read as a whole or not at all.
std::string whole_text(Stream& stream) {
    bool complete = false;
    return read_all(stream, 64U << 20U, complete);
}

}  // namespace

SourceScan::SourceScan(const Plan& plan, const Limits& limits, std::string name)
    : plan_(plan), limits_(limits), searcher_(plan.literals()) {
    const std::string stem = unit_of_file_name(name);
    if (plan.is_known_unit(stem)) hint_ = stem;
    out_.summary.name = std::move(name);
}

ScannedSource SourceScan::scan(Source& source) {
    const std::string_view head = source.stream.peek(65536);
    switch (sniff(head)) {
        case SourceShape::journal_binary: scan_journal(source); break;
        case SourceShape::journal_export: scan_export(source.stream); break;
        case SourceShape::journal_verbose: scan_verbose(source.stream); break;
        case SourceShape::snapshot: scan_snapshot(whole_text(source.stream), out_); break;
        case SourceShape::manifest: scan_manifest(whole_text(source.stream), out_); break;
        case SourceShape::binary:
            out_.notices.push_back({out_.summary.name, "looks like a binary file, not like a log; searched as text all the same"});
            scan_text(source.stream);
            out_.summary.format = "binary";
            break;
        case SourceShape::text:
            kind_ = kind_of_head(head);
            scan_text(source.stream);
            break;
    }
    close_block();
    if (keeper_.overflowed()) {
        out_.notices.push_back({out_.summary.name, "holds more different failure lines than are kept; the rest was only counted"});
    }
    out_.events = keeper_.take();
    add_last_words();
    SourceSummary& summary = out_.summary;
    summary.events = out_.events.size();
    NIXWHY_PROMISE(summary.kept + summary.unreadable <= summary.lines);
    summary.let_go = summary.lines - summary.kept - summary.unreadable;
    const auto most = [](const std::map<std::string, std::uint64_t>& counts) {
        std::string best;
        std::uint64_t most_seen = 0;
        for (const auto& [name, count] : counts) {
            if (count > most_seen) best = name, most_seen = count;
        }
        return best;
    };
    if (summary.format.empty()) summary.format = most(formats_);
    if (summary.format.empty()) summary.format = "text";
    summary.kind = most(kinds_);
    if (summary.kind.empty()) summary.kind = kind_;
    if (!out_.hosts.empty() && summary.host.empty()) {
        summary.host = std::max_element(out_.hosts.begin(), out_.hosts.end(), [](const HostStretch& a, const HostStretch& b) {
                           return a.last_line < b.last_line;
                       })->name;
    }
    return std::move(out_);
}

void SourceScan::scan_text(Stream& stream) {
    std::string buffer;
    std::uint64_t offset = 0;  // of the buffer's first byte
    bool skipping = false;     // inside the rest of a line that was too long
    std::uint64_t cut_lines = 0;
    for (bool more = true; more;) {
        const std::size_t old = buffer.size();
        buffer.resize(old + chunk_size);
        const std::size_t got = stream.read(buffer.data() + old, chunk_size);
        buffer.resize(old + got);
        more = got > 0;
        out_.summary.bytes += got;
        if (skipping) {
            const std::size_t end = buffer.find('\n');
            const std::size_t drop = end == std::string::npos ? buffer.size() : end + 1;
            skipping = end == std::string::npos;
            buffer.erase(0, drop);
            offset += drop;
        }
        std::size_t whole = old < buffer.size() ? buffer.rfind('\n') : std::string::npos;
        whole = whole == std::string::npos ? 0 : whole + 1;
        if (!more) whole = buffer.size();
        if (whole == 0 && buffer.size() >= limits_.line_bytes_max) {
            whole = buffer.size();
            skipping = true;
            ++cut_lines;
        }
        if (whole == 0) continue;
        scan_chunk(std::string_view(buffer).substr(0, whole), offset);
        note_edges(std::string_view(buffer).substr(0, whole), offset == 0);
        buffer.erase(0, whole);
        offset += whole;
    }
    out_.summary.lines = next_line_ - 1;
    if (!ended_ && kinds_.count("journal") == 0) look_back({}, tail_, next_line_, offset);
    if (cut_lines > 0) {
        out_.notices.push_back({out_.summary.name, fmt::format("{} lines are longer than {} bytes; what stands behind that was not read; --limit line=N reads further", cut_lines, limits_.line_bytes_max)});
    }
}

// The time span of a source is that of its first and last lines, whether they matter or not.
void SourceScan::note_edges(std::string_view chunk, bool first) {
    if (first) {
        std::string_view rest = chunk;
        for (int i = 0; i < 5 && !rest.empty() && out_.summary.first.known == TimeKnown::none; ++i) {
            const std::size_t end = rest.find('\n');
            out_.summary.first = decode_line(rest.substr(0, std::min<std::size_t>(end, 4096))).time;
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
    }
    std::string_view rest = trim_right(chunk);
    for (int i = 0; i < 5 && !rest.empty(); ++i) {
        const std::size_t start = rest.rfind('\n');
        const std::string_view line = start == std::string_view::npos ? rest : rest.substr(start + 1);
        const Time time = decode_line(line.substr(0, 4096)).time;
        if (time.known != TimeKnown::none) {
            out_.summary.last = time;
            return;
        }
        rest = start == std::string_view::npos ? std::string_view() : rest.substr(0, start);
    }
}

void SourceScan::scan_chunk(std::string_view chunk, std::uint64_t offset) {
    hits_.clear();
    searcher_.search(chunk, hits_);
    // lines with colours or overwritten parts are searched once more without them
    std::vector<std::uint64_t> marks;
    for (const char mark : {'\x1b', '\r', '\b'}) {
        const char* const end = chunk.data() + chunk.size();
        for (const char* at = chunk.data(); (at = static_cast<const char*>(std::memchr(at, mark, static_cast<std::size_t>(end - at)))) != nullptr; ++at) {
            if (mark == '\r' && at + 1 < end && at[1] == '\n') continue;
            marks.push_back(static_cast<std::uint64_t>(at - chunk.data()) + 1);
        }
    }
    std::sort(marks.begin(), marks.end());
    std::size_t hit = 0, mark = 0;
    std::size_t pos = 0;  // all before it is done
    while (pos < chunk.size()) {
        std::size_t start = pos;
        if (!block_.open) {
            const std::uint64_t next = std::min(hit < hits_.size() ? hits_[hit].end : ~0ULL, mark < marks.size() ? marks[mark] : ~0ULL);
            if (next == ~0ULL) break;
            const std::size_t before = chunk.rfind('\n', static_cast<std::size_t>(next) - 1);
            if (before != std::string_view::npos && before + 1 > pos) start = before + 1;
        }
        std::size_t end = chunk.find('\n', start);
        const std::size_t behind = end == std::string_view::npos ? chunk.size() : end + 1;
        if (end == std::string_view::npos) end = chunk.size();
        next_line_ += count_lines(chunk.substr(pos, start - pos));
        PatternSet patterns;
        std::uint8_t reasons = 0;
        for (; hit < hits_.size() && hits_[hit].end <= behind; ++hit) {
            const Target& target = plan_.target(hits_[hit].literal);
            patterns.insert(target.patterns);
            reasons |= target.reasons;
        }
        bool marked = false;
        for (; mark < marks.size() && marks[mark] <= behind; ++mark) marked = true;
        const std::string_view raw = chunk.substr(start, end - start);
        Line line = decode_line(raw);
        note_line(line, next_line_);
        if (marked || (reasons & reason_wrapped) != 0) gather(line.message, patterns, reasons);
        behind_ = chunk.substr(behind, 1024);
        before_ = chunk.substr(0, start);
        consider({raw, next_line_, 1, offset + start, static_cast<std::uint32_t>(raw.size())}, std::move(line), patterns, reasons);
        behind_ = {};
        before_ = {};
        ++next_line_;
        pos = behind;
    }
    const std::string_view rest = chunk.substr(std::min(pos, chunk.size()));
    next_line_ += count_lines(rest) + (!rest.empty() && rest.back() != '\n' ? 1 : 0);
    tail_.append(chunk.substr(chunk.size() - std::min(chunk.size(), tail_bytes_max)));
    if (tail_.size() > tail_bytes_max) tail_.erase(0, tail_.size() - tail_bytes_max);
}

void SourceScan::gather(std::string_view text, PatternSet& patterns, std::uint8_t& reasons) {
    std::vector<LiteralHit> hits;
    searcher_.search(text, hits);
    for (const LiteralHit& hit : hits) {
        const Target& target = plan_.target(hit.literal);
        patterns.insert(target.patterns);
        reasons |= target.reasons;
    }
}

void SourceScan::scan_record(const std::vector<std::pair<std::string, std::string>>& fields, const Piece& piece) {
    Line line = decode_fields(fields);
    note_line(line, piece.line);
    PatternSet patterns;
    std::uint8_t reasons = 0;
    gather(line.message, patterns, reasons);
    if (patterns.empty() && reasons == 0 && !block_.open) return;
    consider(piece, std::move(line), patterns, reasons);
}

void SourceScan::scan_journal(Source& source) {
    out_.summary.format = "journal-binary";
    std::unique_ptr<RandomBytes> bytes;
    bool complete = true;
    if (!source.path.empty()) {
        bytes = random_file(source.path);
    } else {
        bytes = random_memory(read_all(source.stream, static_cast<std::size_t>(limits_.journal_member_bytes_max), complete));
    }
    out_.summary.bytes = bytes->size();
    std::uint64_t ordinal = 0;
    const JournalOutcome outcome = read_journal(*bytes, is_journal_field, [&](const JournalEntry& entry) {
        auto fields = entry.fields;
        fields.emplace_back("__REALTIME_TIMESTAMP", std::to_string(entry.realtime_us));
        fields.emplace_back("_BOOT_ID", entry.boot);
        scan_record(fields, {{}, ++ordinal, 1, entry.offset, static_cast<std::uint32_t>(entry.size)});
    });
    out_.summary.lines = ordinal + outcome.unreadable;
    out_.summary.unreadable = outcome.unreadable;
    if (!outcome.trouble.empty()) out_.notices.push_back({out_.summary.name, outcome.trouble});
    if (!complete) out_.notices.push_back({out_.summary.name, fmt::format("only the first {} bytes of this journal were read; --limit journal=N reads further", limits_.journal_member_bytes_max)});
}

void SourceScan::note_line(const Line& line, std::uint64_t number) {
    if (!line.format.empty()) ++formats_[line.format];
    if (!line.kind.empty()) ++kinds_[line.kind];
    if (line.time.known != TimeKnown::none) {
        if (out_.summary.first.known == TimeKnown::none) out_.summary.first = line.time;
        out_.summary.last = line.time;
    }
    if (!out_.has_year_shift && line.time.known == TimeKnown::no_year && line.inner_time.known == TimeKnown::full) {
        constexpr std::int64_t quarter = 15 * 60 * second_us;
        const std::int64_t difference = line.inner_time.us - line.time.us;
        out_.year_shift_us = (difference + (difference > 0 ? quarter / 2 : -quarter / 2)) / quarter * quarter;
        out_.has_year_shift = true;
    }
    if (line.host.empty()) return;
    for (HostStretch& host : out_.hosts) {
        if (host.name != line.host || host.machine_id != line.machine) continue;
        host.last_line = number;
        return;
    }
    if (out_.hosts.size() < 1000) out_.hosts.push_back({line.host, line.machine, number, number});
}

void SourceScan::note_facts(const Line& line, const Location& at) {
    for (FactHit& hit : read_facts(line.message)) {
        if (hit.name == "boot") {
            boot_ = hit.value == "Reboot" ? fmt::format("boot-{}", ++reboots_) : hit.value;
            continue;
        }
        if (hit.name == "messages-suppressed" || hit.name == "lines-cut") out_.summary.clipped = true;
        if (out_.facts.size() < 1000) out_.facts.push_back({hit.name, hit.value, line.host, line.time, at, line.message.substr(0, message_max)});
    }
}

Event SourceScan::make_event(const Piece& piece, const Line& line) const {
    Event event;
    event.at = {0, piece.line, piece.offset, piece.length};
    event.time = line.time;
    // klog tells microseconds where the journal's short form tells seconds
    const bool finer = line.time.known == TimeKnown::no_year && line.time.us % second_us == 0 && line.inner_time.known == TimeKnown::no_year;
    if (finer && std::llabs(line.time.us - line.inner_time.us) < 2 * second_us) event.time = line.inner_time;
    event.host = line.host;
    event.boot = line.boot;
    event.unit = line.unit;
    event.identifier = line.identifier.empty() && line.unit.empty() ? hint_ : line.identifier;
    event.level = line.level;
    event.message = line.message.substr(0, message_max);
    event.said = line.inner.substr(0, message_max);
    return event;
}

// nix before 2.4 tells the message behind its trace, which has a colon at each end:
//   error: while evaluating the attribute 'system' at /etc/nixos/a.nix:3:5:
//   undefined variable 'foo' at /etc/nixos/b.nix:9:1
bool SourceScan::ends_old_trace(const Line& line) const {
    if (block_.text.substr(0, 13) != "error: while " || trim_right(block_.text).back() != ':') return false;
    return !line.message.empty() && line.message[0] != ' ' && line.message.substr(0, 6) != "while " && line.message.substr(0, 6) != "error:";
}

void SourceScan::consider(const Piece& piece, Line line, PatternSet patterns, std::uint8_t reasons) {
    if (line.boot.empty()) line.boot = boot_;
    const Location at{0, piece.line, piece.offset, piece.length};
    if ((reasons & reason_fact) != 0) note_facts(line, at);
    if (line.identifier == "systemd" && line.unit.empty()) line.unit = unit_spoken_of(line.message);
    if (line.identifier.empty() && line.unit.empty()) {
        line.unit = unit_spoken_of(line.message);
        if (!line.unit.empty()) line.identifier = "systemd";
    }
    if (block_.open && ends_old_trace(line)) {
        line.message.insert(0, "error: ");
        line.level = Level::error;
        gather(line.message, patterns, reasons);
    }
    if (block_.open) feed_block(piece, line);
    if (line.separator) return;
    Event event = make_event(piece, line);
    // internal-json gives a whole error at once: its lines and the whole are looked at
    const bool whole = contains(line.message, "\n");
    match_patterns(line, patterns, false, event.hits);
    if (whole) match_patterns(line, patterns, true, event.hits);
    event.block = whole;
    if (!whole && tells_error(line)) match_wrapped(line, event);
    if ((reasons & reason_failure) != 0) event.failure = read_failure(line);
    if ((reasons & (reason_ending | reason_error)) != 0) event.closes = ends_in_failure(line);
    if (event.closes) note_end(piece, line, event);
    const bool telling = tells_error(line);
    if (!block_.open && !whole && starts_nix_block(line.message)) open_block(piece, line);
    if (event.hits.empty() && event.failure.empty() && !event.closes && !telling) return;
    out_.summary.kept += piece.lines;
    kept_lines_[kept_next_++ % kept_lines_.size()] = piece.line;
    keeper_.add(std::move(event));
}

void SourceScan::open_block(const Piece& piece, const Line& line) {
    block_.open = true;
    block_.at = {0, piece.line, piece.offset, piece.length};
    block_.head = line;
    block_.text = line.message;
    block_.lines = 1;
}

void SourceScan::feed_block(const Piece& piece, const Line& line) {
    const bool other_speaker = line.identifier != block_.head.identifier;
    if (other_speaker && !line.identifier.empty() && block_.lines < block_lines_max) {
        ++block_.lines;
        return;
    }
    if (!continues_nix_block(line.message) || block_.lines >= block_lines_max || block_.text.size() > block_max) {
        close_block();
        return;
    }
    ++block_.lines;
    block_.text += '\n' + line.message;
    block_.at.length = static_cast<std::uint32_t>(piece.offset + piece.length - block_.at.offset);
}

void SourceScan::close_block() {
    if (!block_.open) return;
    block_.open = false;
    if (!contains(block_.text, "\n")) return;
    Line line = std::move(block_.head);
    line.message = std::string(trim_right(block_.text));
    line.inner.clear();
    PatternSet patterns;
    std::uint8_t reasons = 0;
    gather(line.message, patterns, reasons);
    Event event = make_event({{}, block_.at.line, 1, block_.at.offset, block_.at.length}, line);
    event.message = line.message.substr(0, block_max);
    event.block = true;
    match_patterns(line, patterns, true, event.hits);
    event.closes = line.message[0] != ' ';
    keeper_.add(std::move(event));
}

}  // namespace nixwhy
