// The last words of what ended in failure. Where a unit, a step or the whole log ends in failure and no table knows the
// error text, the lines right before the end say why all the same: they are read in plain words. Only there, since the
// same words stand in many lines that mean no harm.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "format/failure.hpp"
#include "format/plain_words.hpp"
#include "scan/source_scan.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t reach_lines = 14;
constexpr std::size_t reach_bytes = 6000;
constexpr std::size_t ends_max = 200;   // looked at in one source
constexpr std::size_t ends_of_one = 3;  // of one speaker: a unit in a restart loop says the same each time

// `$ make`, `+ exit 1`: what a script is about to run, not what came of it.
bool is_echo(std::string_view message) {
    const std::string_view text = trim(message);
    return text.empty() || text.substr(0, 2) == "$ " || text.substr(0, 1) == "+" || text.substr(0, 2) == "> " || text.substr(0, 2) == "# ";
}

bool opens_step(std::string_view message) {
    return contains(message, "##[group]") || contains(message, "section_start:") || message.substr(0, 6) == "TASK [" || message.substr(0, 5) == "PLAY ";
}

// Whether `line` may be of what `end` tells the end of.
bool speaks_for(const Line& line, const Line& end) {
    static const std::string_view never[] = {"systemd", "kernel", "sudo", "cron", "nixos", "dbus-daemon", "systemd-logind", "audit"};
    if (end.identifier != "systemd") return line.identifier == end.identifier;
    if (line.identifier.empty() || std::find(std::begin(never), std::end(never), line.identifier) != std::end(never)) return false;
    const bool timed = line.time.known == end.time.known && line.time.known != TimeKnown::none;
    return !timed || std::llabs(line.time.us - end.time.us) <= 10 * second_us;
}

// The whole lines at the end of `text`, the last first.
std::vector<std::string_view> lines_from_end(std::string_view text) {
    std::vector<std::string_view> out;
    if (text.size() > reach_bytes) {
        text.remove_prefix(text.size() - reach_bytes);
        text.remove_prefix(std::min(text.size(), text.find('\n')));  // what is left of a line that was cut
    }
    while (!text.empty() && out.size() < reach_lines) {
        if (text.back() == '\n') text.remove_suffix(1);
        const std::size_t start = text.rfind('\n');
        out.push_back(start == std::string_view::npos ? text : text.substr(start + 1));
        text = start == std::string_view::npos ? std::string_view() : text.substr(0, start + 1);
    }
    return out;
}

}  // namespace

void SourceScan::note_end(const Piece& piece, const Line& line, Event& event) {
    if (piece.raw.empty()) return;  // a journal's record: what stood before it is gone
    ended_ = true;
    // "##[error]Input required and not supplied: token" says itself why
    const bool says_why = contains(line.message, "##[error]") || contains(line.message, "Job failed (");
    if (says_why && event.failure.empty()) event.failure = read_plain_failure(line);
    if (event.failure.empty()) look_back(line, before_.size() < tail_bytes_max ? tail_ + std::string(before_) : before_, piece.line, piece.offset);
}

void SourceScan::look_back(const Line& end, std::string_view before, std::uint64_t line_behind, std::uint64_t offset_behind) {
    std::size_t& seen = ends_[end.unit.empty() ? end.identifier : end.unit];
    if (ends_.size() > ends_max || ++seen > ends_of_one) return;
    constexpr std::size_t near_lines = 4;
    std::uint64_t offset = offset_behind + (!before.empty() && before.back() != '\n' ? 1 : 0);
    Event best;
    bool shaped = false;
    const std::vector<std::string_view> lines = lines_from_end(before);
    bool timed_out = false;
    const bool of_source = end.message.empty();
    const Line last = of_source && !lines.empty() ? decode_line(lines[0]) : end;
    const bool known_end = !of_source || gives_up(last.message) || !read_failure(last).empty();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        offset -= lines[i].size() + 1;
        const Line line = decode_line(lines[i]);
        if (opens_step(line.message)) break;
        if (is_echo(line.message) || !speaks_for(line, last) || ends_in_failure(line)) continue;
        const Failure known = read_failure(line);
        const bool waited = known.result == "connection-timed-out" || known.result == "time-limit";
        if (!known.empty() && !waited) return;  // told in words that are known
        timed_out = timed_out || waited;
        if (waited) continue;
        Failure failure = read_plain_failure(line);
        if (failure.empty()) continue;
        // what a program waited for in vain it said in the warnings before: they count where their text is a known one
        const bool looks = tells_error(line) || has_error_shape(line.message);
        if (timed_out && !looks && failure.telling != Telling::warned) continue;
        // of several lines that look like an error the first tells why, the others what came of it
        if (!looks && (shaped || i >= near_lines)) continue;
        shaped = shaped || looks;
        best = matcher_.make_event(line);
        best.at = {0, line_behind - i - 1, offset, static_cast<std::uint32_t>(lines[i].size())};
        best.failure = std::move(failure);
        if (end.identifier == "systemd" && best.unit.empty()) best.unit = end.unit;
    }
    if (best.failure.empty() || (!shaped && !known_end)) return;
    const bool kept = std::find(kept_lines_.begin(), kept_lines_.end(), best.at.line) != kept_lines_.end();
    last_words_.push_back({std::move(best), kept});
}

void SourceScan::add_last_words() {
    auto& events = out_.events;
    for (LastWords& words : last_words_) {
        const std::uint64_t offset = words.event.at.offset;
        const auto place = std::lower_bound(events.begin(), events.end(), offset, [](const Event& event, std::uint64_t other) { return event.at.offset < other; });
        if (place != events.end() && place->at.offset == offset) {
            if (place->failure.empty()) place->failure = std::move(words.event.failure);
            continue;
        }
        out_.summary.kept += words.kept ? 0 : 1;
        events.insert(place, std::move(words.event));
    }
    last_words_.clear();
}

}  // namespace nixwhy
