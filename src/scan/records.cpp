// Journal records in text: `journalctl -o export` and `-o verbose`. Both are read record by record, since a field's
// place in the record, not the line, says what it means.
#include "base/text.hpp"
#include "format/line.hpp"
#include "scan/line_reader.hpp"
#include "scan/records.hpp"

namespace nixwhy {

namespace {

std::uint64_t little_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
    return value;
}

}  // namespace

RecordsEnd read_export(Stream& stream, const OnRecord& on_record) {
    LineReader reader(stream);
    RecordFields fields;
    std::uint64_t start_offset = 0, start_line = 0;
    const auto finish = [&] {
        if (!fields.empty()) {
            on_record(fields, {start_line + 1, reader.lines - start_line, start_offset, static_cast<std::uint32_t>(reader.offset - start_offset)});
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
    return {reader.offset, reader.lines, reader.ends_inside};
}

RecordsEnd read_verbose(Stream& stream, const OnRecord& on_record) {
    LineReader reader(stream);
    RecordFields fields;
    std::uint64_t start_offset = 0, start_line = 0, end_offset = 0, end_line = 0;
    const auto finish = [&] {
        if (!fields.empty()) {
            on_record(fields, {start_line + 1, end_line - start_line, start_offset, static_cast<std::uint32_t>(end_offset - start_offset)});
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
    return {reader.offset, reader.lines, false};
}

}  // namespace nixwhy
