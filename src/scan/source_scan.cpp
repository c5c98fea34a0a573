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
#include "scan/records.hpp"
#include "scan/sniff.hpp"
#include "source/journal_file.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t chunk_size = 256 * 1024;
constexpr std::size_t message_max = 8192;
constexpr std::size_t block_max = 32768;
constexpr std::uint64_t block_lines_max = 400;

// Entries of a journal that tell what it is like, whatever the rules look for.
bool is_sample(std::uint64_t ordinal) { return ordinal <= 256 || ordinal % 64 == 0; }

// A member that is read as a whole or not at all.
std::string whole_text(Stream& stream) {
    bool complete = false;
    return read_all(stream, 64U << 20U, complete);
}

}  // namespace

SourceScan::SourceScan(const Plan& plan, const Limits& limits, std::string name, unsigned threads)
    : plan_(plan), limits_(limits), threads_(threads), matcher_(plan, traits_) {
    const std::string stem = unit_of_file_name(name);
    if (plan.is_known_unit(stem)) traits_.hint = stem;
    out_.summary.name = std::move(name);
}

ScannedSource SourceScan::scan(Source& source) {
    const std::string_view head = source.stream.peek(65536);
    switch (sniff(head)) {
        case SourceShape::journal_binary: scan_journal(source); break;
        case SourceShape::journal_export: scan_records(source.stream, true); break;
        case SourceShape::journal_verbose: scan_records(source.stream, false); break;
        case SourceShape::snapshot: scan_snapshot(whole_text(source.stream), out_); break;
        case SourceShape::manifest: scan_manifest(whole_text(source.stream), out_); break;
        case SourceShape::binary:
            out_.notices.push_back({out_.summary.name, "looks like a binary file, not like a log; searched as text all the same"});
            scan_text(source.stream);
            out_.summary.format = "binary";
            break;
        case SourceShape::text:
            traits_.kind = kind_of_head(head);
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
    if (summary.kind.empty()) summary.kind = traits_.kind;
    if (!out_.hosts.empty() && summary.host.empty()) {
        summary.host = std::max_element(out_.hosts.begin(), out_.hosts.end(), [](const HostStretch& a, const HostStretch& b) {
                           return a.last_line < b.last_line;
                       })->name;
    }
    return std::move(out_);
}

void SourceScan::scan_text(Stream& stream) {
    Preparation preparation(plan_, traits_, matcher_, threads_);
    const auto use_first = [&] {
        const auto chunk = preparation.take();
        scan_chunk(chunk->text, chunk->offset, std::move(chunk->prepared));
        note_edges(chunk->text, chunk->offset == 0);
    };
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
        std::string rest = buffer.substr(whole);
        buffer.resize(whole);
        preparation.add(std::move(buffer), offset);
        buffer = std::move(rest);
        offset += whole;
        while (!preparation.has_room()) use_first();
    }
    while (!preparation.empty()) use_first();
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

void SourceScan::scan_chunk(std::string_view chunk, std::uint64_t offset, PreparedChunk prepared) {
    const std::uint64_t first_line = next_line_;
    std::size_t pos = 0;  // all before it is done
    for (std::size_t next = 0; pos < chunk.size();) {
        const bool known = next < prepared.lines.size() && (!block_.open || prepared.lines[next].start == pos);
        if (!known && !block_.open) break;
        PreparedLine line = known ? std::move(prepared.lines[next++]) : PreparedLine();
        const std::size_t start = known ? line.start : pos;
        const std::size_t end = std::min(chunk.size(), chunk.find('\n', start));
        if (known) next_line_ = first_line + line.before;
        const std::string_view raw = chunk.substr(start, end - start);
        if (!known) line.judged = matcher_.judge(decode_line(raw), {}, 0);
        note_line(line.judged.line, next_line_);
        if (line.sample) note_form(line.judged.line);
        if (line.candidate || block_.open) {
            if (known && !line.candidate) line.judged = matcher_.judge(std::move(line.judged.line), {}, 0);
            behind_ = chunk.substr(std::min(end + 1, chunk.size()), 1024);
            before_ = chunk.substr(0, start);
            consider({raw, next_line_, 1, offset + start, static_cast<std::uint32_t>(raw.size())}, std::move(line.judged));
            behind_ = {};
            before_ = {};
        }
        ++next_line_;
        pos = end + 1;
    }
    next_line_ = first_line + prepared.lines_all;
    tail_.append(chunk.substr(chunk.size() - std::min(chunk.size(), tail_bytes_max)));
    if (tail_.size() > tail_bytes_max) tail_.erase(0, tail_.size() - tail_bytes_max);
}

void SourceScan::scan_records(Stream& stream, bool exported) {
    out_.summary.format = exported ? "journal-export" : "journal-verbose";
    const RecordsEnd end = (exported ? read_export : read_verbose)(stream, [&](const RecordFields& fields, const RecordPlace& place) {
        scan_record(fields, {{}, place.line, place.lines, place.offset, place.length}, true);
    });
    out_.summary.bytes = end.bytes;
    out_.summary.lines = end.lines;
    if (end.inside) out_.notices.push_back({out_.summary.name, "the journal export ends inside a record"});
}

void SourceScan::scan_record(const std::vector<std::pair<std::string, std::string>>& fields, const Piece& piece, bool sample) {
    Line line = decode_fields(fields);
    if (sample) note_form(line);
    note_line(line, piece.line);
    PatternSet patterns;
    std::uint8_t reasons = 0;
    matcher_.gather(line.message, patterns, reasons);
    if (patterns.empty() && reasons == 0 && !block_.open) return;
    consider(piece, matcher_.judge(std::move(line), patterns, reasons));
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
    JournalSelection selection;
    selection.search = [&](std::string_view text, const std::vector<std::size_t>& ends, std::vector<bool>& wanted) {
        select_messages(text, ends, matcher_, wanted);
    };
    selection.wants = [&](std::uint64_t ordinal) { return block_.open || is_sample(ordinal); };
    const auto visit = [&](const JournalEntry& entry) {
        auto fields = entry.fields;
        fields.emplace_back("__REALTIME_TIMESTAMP", std::to_string(entry.realtime_us));
        fields.emplace_back("_BOOT_ID", entry.boot);
        scan_record(fields, {{}, entry.ordinal, 1, entry.offset, static_cast<std::uint32_t>(entry.size)}, is_sample(entry.ordinal));
    };
    const JournalOutcome outcome = read_journal(*bytes, is_journal_field, visit, &selection);
    out_.summary.lines = outcome.numbered + outcome.unreadable;
    out_.summary.unreadable = outcome.unreadable;
    if (!outcome.trouble.empty()) out_.notices.push_back({out_.summary.name, outcome.trouble});
    if (!complete) out_.notices.push_back({out_.summary.name, fmt::format("only the first {} bytes of this journal were read; --limit journal=N reads further", limits_.journal_member_bytes_max)});
}

void SourceScan::note_time(const Time& time) {
    if (time.known == TimeKnown::none) return;
    if (out_.summary.first.known == TimeKnown::none) out_.summary.first = time;
    out_.summary.last = time;
}

void SourceScan::note_form(const Line& line) {
    if (!line.format.empty()) ++formats_[line.format];
    if (!line.kind.empty()) ++kinds_[line.kind];
}

void SourceScan::note_line(const Line& line, std::uint64_t number) {
    note_time(line.time);
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

// nix before 2.4 tells the message behind its trace, which has a colon at each end:
//   error: while evaluating the attribute 'system' at /etc/nixos/a.nix:3:5:
//   undefined variable 'foo' at /etc/nixos/b.nix:9:1
bool SourceScan::ends_old_trace(const Line& line) const {
    if (block_.text.substr(0, 13) != "error: while " || trim_right(block_.text).back() != ':') return false;
    return !line.message.empty() && line.message[0] != ' ' && line.message.substr(0, 6) != "while " && line.message.substr(0, 6) != "error:";
}

void SourceScan::consider(const Piece& piece, Judged judged) {
    Line& line = judged.line;
    if (line.boot.empty()) line.boot = boot_;
    const Location at{0, piece.line, piece.offset, piece.length};
    if ((judged.reasons & reason_fact) != 0) note_facts(line, at);
    if (block_.open && ends_old_trace(line)) {
        line.message.insert(0, "error: ");
        line.level = Level::error;
        PatternSet patterns;
        std::uint8_t reasons = judged.reasons;
        matcher_.gather(line.message, patterns, reasons);
        judged = matcher_.judge(std::move(line), patterns, reasons);
    }
    if (block_.open) feed_block(piece, line);
    if (line.separator) return;
    Event event = std::move(judged.event);
    event.at = at;
    event.boot = line.boot;
    const bool whole = event.block;
    if (!whole && judged.telling) match_wrapped(line, event);
    if (event.closes) note_end(piece, line, event);
    if (!block_.open && !whole && starts_nix_block(line.message)) open_block(piece, line);
    if (!judged.matters) return;
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
    matcher_.gather(line.message, patterns, reasons);
    Event event = matcher_.make_event(line);
    event.at = block_.at;
    event.message = line.message.substr(0, block_max);
    event.block = true;
    matcher_.match_patterns(line, patterns, true, event.hits);
    event.closes = line.message[0] != ' ';
    keeper_.add(std::move(event));
}

}  // namespace nixwhy
