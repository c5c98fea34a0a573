// Journal records in text: `journalctl -o export` and `-o verbose`. Both are read record by record, since a field's
// place in the record, not the line, says what it means.
#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "scan/source_scan.hpp"

namespace nixwhy {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t value_max = 1U << 20U;

// Reads lines and counted bytes from a stream, and counts what passed.
class LineReader {
public:
    explicit LineReader(Stream& stream) : stream_(stream) {}

    // False at the end. The view is good until the next call.
    bool line(std::string_view& out) {
        for (;;) {
            const std::size_t end = buffer_.find('\n', at_);
            if (end != std::string::npos) {
                out = std::string_view(buffer_).substr(at_, std::min(end - at_, value_max));
                advance(end + 1 - at_);
                ++lines;
                return true;
            }
            if (!fill()) break;
        }
        if (at_ == buffer_.size()) return false;
        out = std::string_view(buffer_).substr(at_);
        ends_inside = true;
        advance(out.size());
        ++lines;
        return true;
    }
    // Exactly `size` bytes, fewer at the end; what is over value_max is dropped.
    std::string bytes(std::uint64_t size) {
        std::string out;
        while (size > 0 && (at_ < buffer_.size() || fill())) {
            const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer_.size() - at_));
            const std::string_view piece = std::string_view(buffer_).substr(at_, part);
            lines += static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
            if (out.size() < value_max) out.append(piece.substr(0, value_max - out.size()));
            advance(part);
            size -= part;
        }
        if (size > 0) ends_inside = true;
        return out;
    }

    std::uint64_t offset = 0;
    std::uint64_t lines = 0;
    bool ends_inside = false;

private:
    bool fill() {
        if (at_ > 0) buffer_.erase(0, at_), at_ = 0;
        if (buffer_.size() > 64 * value_max) return false;
        const std::size_t old = buffer_.size();
        buffer_.resize(old + 262144);
        const std::size_t got = stream_.read(buffer_.data() + old, 262144);
        buffer_.resize(old + got);
        return got > 0;
    }
    void advance(std::size_t count) {
        at_ += count;
        offset += count;
    }

    Stream& stream_;
    std::string buffer_;
    std::size_t at_ = 0;
};

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
    return value;
}

}  // namespace

void SourceScan::scan_export(Stream& stream) {
    out_.summary.format = "journal-export";
    LineReader reader(stream);
    Fields fields;
    std::uint64_t start_offset = 0, start_line = 0;
    const auto finish = [&] {
        if (!fields.empty()) {
            scan_record(fields, {{}, start_line + 1, reader.lines - start_line, start_offset, static_cast<std::uint32_t>(reader.offset - start_offset)});
        }
        fields.clear();
        start_offset = reader.offset;
        start_line = reader.lines;
    };
    std::string_view line;
    while (reader.line(line)) {
        if (line.empty()) {
            finish();
            continue;
        }
        const std::size_t equals = line.find('=');
        if (equals != std::string_view::npos) {
            if (is_journal_field(line.substr(0, equals))) fields.emplace_back(line.substr(0, equals), line.substr(equals + 1));
            continue;
        }
        // a field that holds newlines or bytes: NAME, newline, 64-bit length, value, newline
        const std::string name(line);
        const std::string size = reader.bytes(8);
        if (size.size() < 8) break;
        std::string value = reader.bytes(little_endian(size));
        reader.bytes(1);
        if (is_journal_field(name)) fields.emplace_back(name, std::move(value));
    }
    finish();
    out_.summary.bytes = reader.offset;
    out_.summary.lines = reader.lines;
    if (reader.ends_inside) out_.notices.push_back({out_.summary.name, "the journal export ends inside a record"});
}

void SourceScan::scan_verbose(Stream& stream) {
    out_.summary.format = "journal-verbose";
    LineReader reader(stream);
    Fields fields;
    std::uint64_t start_offset = 0, start_line = 0, end_offset = 0, end_line = 0;
    const auto finish = [&] {
        if (!fields.empty()) {
            scan_record(fields, {{}, start_line + 1, end_line - start_line, start_offset, static_cast<std::uint32_t>(end_offset - start_offset)});
        }
        fields.clear();
        start_offset = end_offset;
        start_line = end_line;
    };
    std::string_view line;
    while (reader.line(line)) {
        const bool indented = line.substr(0, 4) == "    ";
        if (!indented) {
            finish();
            const std::size_t bracket = line.find(" [s=");
            if (bracket != std::string_view::npos) {
                const Line head = decode_line(std::string(line.substr(0, bracket)) + " host x: y");
                if (head.time.known != TimeKnown::none) fields.emplace_back("__REALTIME_TIMESTAMP", std::to_string(head.time.us));
            }
        } else {
            const std::string_view field = line.substr(4);
            const std::size_t equals = field.find('=');
            const bool names = equals != std::string_view::npos && !field.empty() && field[0] != ' ';
            if (names && is_journal_field(field.substr(0, equals))) {
                fields.emplace_back(field.substr(0, equals), field.substr(equals + 1));
            } else if (!names && !fields.empty() && fields.back().first == "MESSAGE") {
                fields.back().second += '\n' + std::string(trim(field));
            }
        }
        end_offset = reader.offset;
        end_line = reader.lines;
    }
    finish();
    out_.summary.bytes = reader.offset;
    out_.summary.lines = reader.lines;
}

}  // namespace nixwhy
