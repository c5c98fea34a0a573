// Most lines of a log say what a line before them said, so a line is decoded only where its raw template is new.
#include "compare/lines.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/template.hpp"
#include "base/text.hpp"
#include "rule/rule.hpp"
#include "scan/sniff.hpp"
#include "source/journal_file.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t raw_max = 2000;
constexpr std::size_t template_max = 400;  // what stands behind that rarely tells two lines apart
constexpr std::size_t chunk_size = 256 * 1024;

using Fields = std::vector<std::pair<std::string, std::string>>;

// A journal in export form: NAME=VALUE lines, or NAME, eight bytes of length, and bytes; an empty line ends a record.
class ExportReader {
public:
    explicit ExportReader(Stream& stream) : stream_(stream) {}

    bool next(Fields& fields) {
        fields.clear();
        std::string line;
        while (take_line(line)) {
            if (line.empty()) {
                if (!fields.empty()) return true;
                continue;
            }
            const std::size_t equals = line.find('=');
            if (equals != std::string::npos) {
                fields.emplace_back(line.substr(0, equals), line.substr(equals + 1));
                continue;
            }
            std::string length, value;
            if (!take(8, length)) break;
            std::uint64_t size = 0;
            for (std::size_t i = 8; i-- > 0;) size = size << 8U | static_cast<unsigned char>(length[i]);
            if (size > (64U << 20U) || !take(static_cast<std::size_t>(size) + 1, value)) break;
            value.pop_back();
            fields.emplace_back(line, std::move(value));
        }
        return !fields.empty();
    }

private:
    bool fill() {
        buffer_.erase(0, at_);
        at_ = 0;
        const std::size_t old = buffer_.size();
        buffer_.resize(old + chunk_size);
        const std::size_t got = stream_.read(buffer_.data() + old, chunk_size);
        buffer_.resize(old + got);
        return got > 0;
    }
    bool take_line(std::string& line) {
        std::size_t end = 0;
        while ((end = buffer_.find('\n', at_)) == std::string::npos) {
            if (!fill()) return false;
        }
        line = buffer_.substr(at_, end - at_);
        at_ = end + 1;
        return true;
    }
    bool take(std::size_t size, std::string& bytes) {
        while (buffer_.size() - at_ < size) {
            if (!fill()) return false;
        }
        bytes = buffer_.substr(at_, size);
        at_ += size;
        return true;
    }

    Stream& stream_;
    std::string buffer_;
    std::size_t at_ = 0;
};

// The name within a bundle or folder: what is the same in two of them. `b.tar.zst!nixwhy-w1-2026/output/stderr.log`
// is `output/stderr.log`.
std::string name_within(const std::string& source) {
    const std::size_t mark = source.rfind('!');
    if (mark == std::string::npos) return source.substr(source.rfind('/') + 1);
    const std::size_t slash = source.find('/', mark);
    return source.substr((slash == std::string::npos ? mark : slash) + 1);
}

class LineReader {
public:
    LineReader(Side side, Sayings& sayings) : side_(side), sayings_(sayings) {}

    std::vector<LogLines> logs;

    void read(Source& source) {
        const SourceShape shape = sniff(source.stream.peek(65536));
        LogLines log{name_within(source.name), source.name, {}, {}};
        if (shape == SourceShape::snapshot || shape == SourceShape::manifest || log.name.compare(0, 9, "material/") == 0) return;
        log_ = &log;
        if (shape == SourceShape::journal_binary) {
            read_binary(source);
        } else if (shape == SourceShape::journal_export) {
            ExportReader reader(source.stream);
            Fields fields;
            for (std::uint64_t record = 1; reader.next(fields); ++record) add(sayings_.number(side_, decode_fields(fields), record, source_number()), record);
        } else {
            read_text(source.stream);
        }
        logs.push_back(std::move(log));
    }

private:
    std::uint32_t source_number() const { return static_cast<std::uint32_t>(logs.size()); }
    void add(std::uint32_t number, std::uint64_t line) {
        if (number == 0) return;
        log_->sayings.push_back(number);
        log_->lines.push_back(static_cast<std::uint32_t>(line));
    }

    void read_binary(Source& source) {
        bool complete = true;
        const auto bytes = source.path.empty() ? random_memory(read_all(source.stream, 1ULL << 30U, complete)) : random_file(source.path);
        std::uint64_t record = 0;
        read_journal(*bytes, is_journal_field, [&](const JournalEntry& entry) {
            Fields fields = entry.fields;
            fields.emplace_back("__REALTIME_TIMESTAMP", std::to_string(entry.realtime_us));
            ++record;
            add(sayings_.number(side_, decode_fields(fields), record, source_number()), record);
        });
    }

    void read_text(Stream& stream) {
        std::string buffer;
        std::uint64_t line = 0;
        for (bool more = true; more;) {
            const std::size_t old = buffer.size();
            buffer.resize(old + chunk_size);
            const std::size_t got = stream.read(buffer.data() + old, chunk_size);
            buffer.resize(old + got);
            more = got > 0;
            std::size_t at = 0;
            for (std::size_t end = 0; (end = buffer.find('\n', at)) != std::string::npos; at = end + 1) {
                ++line;
                add(sayings_.number(side_, std::string_view(buffer).substr(at, end - at), line, source_number()), line);
            }
            buffer.erase(0, at);
            if (buffer.size() > (1U << 20U) || (!more && !buffer.empty())) {
                ++line;
                add(sayings_.number(side_, buffer, line, source_number()), line);
                buffer.clear();
            }
        }
    }

    Side side_;
    Sayings& sayings_;
    LogLines* log_ = nullptr;
};

}  // namespace

std::uint32_t Sayings::number(Side side, std::string_view raw, std::uint64_t line, std::uint32_t source) {
    if (raw.find_first_not_of(" \t\r") == std::string_view::npos) return 0;
    const std::string key = comparable(raw.substr(0, template_max));
    const auto known = by_raw_.find(key);
    if (known != by_raw_.end()) return known->second == 0 ? 0 : count(known->second, side, raw, line, source);
    const std::uint32_t found = number(side, decode_line(raw.substr(0, raw_max)), line, source);
    if (by_raw_.size() < sayings_max) by_raw_.emplace(key, found);
    return found;
}

std::uint32_t Sayings::number(Side side, const Line& decoded, std::uint64_t line, std::uint32_t source) {
    const std::string_view message = trim(decoded.message);
    if (message.empty() || decoded.separator) return 0;
    const std::string speaker = decoded.unit.empty() ? decoded.identifier : decoded.unit;
    const std::string key = speaker_stem(speaker) + '\1' + comparable(message.substr(0, template_max));
    const auto known = by_message_.find(key);
    std::uint32_t number = known != by_message_.end() ? known->second : static_cast<std::uint32_t>(sayings_.size());
    if (known == by_message_.end()) {
        if (sayings_.size() >= sayings_max) {
            overflowed_ = true;
            return 0;
        }
        by_message_.emplace(key, number);
        sayings_.push_back({std::string(message.substr(0, raw_max)), speaker, {}});
    }
    Saying::At& at = sayings_[number].at[place_of(side)];
    if (at.count == 0 && decoded.time.known == TimeKnown::full) at.time = rfc3339(decoded.time.us);
    return count(number, side, message, line, source);
}

std::uint32_t Sayings::count(std::uint32_t number, Side side, std::string_view raw, std::uint64_t line, std::uint32_t source) {
    Saying::At& at = sayings_[number].at[place_of(side)];
    if (at.count++ > 0) return number;
    at.line = line;
    at.source = source;
    const Line decoded = decode_line(raw.substr(0, raw_max));
    if (at.time.empty() && decoded.time.known == TimeKnown::full) at.time = rfc3339(decoded.time.us);
    // for reading, the failed run's own words
    if (side == Side::failed) sayings_[number].raw = std::string(trim(decoded.message));
    return number;
}

std::vector<LogLines> read_lines(const std::vector<std::string>& inputs, Side side, const Limits& limits, Sayings& sayings) {
    std::vector<Notice> ignored;
    std::uint64_t failed = 0;
    LineReader reader(side, sayings);
    for (const InputFile& file : list_inputs(inputs, limits, ignored, failed)) {
        try {
            open_input(file, limits, ignored, [&](Source& source) { reader.read(source); });
        } catch (const Error&) {
            continue;  // told by the scan
        }
    }
    return std::move(reader.logs);
}

}  // namespace nixwhy
