// See prepare.hpp. Most lines that hold a literal are let go here, by what else their patterns need.
#include "scan/prepare.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

// Places of colours and overwritten parts: their lines are searched once more without them.
std::vector<std::uint64_t> find_marks(std::string_view chunk) {
    std::vector<std::uint64_t> marks;
    for (const char mark : {'\x1b', '\r', '\b'}) {
        const char* const end = chunk.data() + chunk.size();
        for (const char* at = chunk.data(); (at = static_cast<const char*>(std::memchr(at, mark, static_cast<std::size_t>(end - at)))) != nullptr; ++at) {
            if (mark == '\r' && at + 1 < end && at[1] == '\n') continue;
            marks.push_back(static_cast<std::uint64_t>(at - chunk.data()) + 1);
        }
    }
    std::sort(marks.begin(), marks.end());
    return marks;
}

// Whether decoding can only take pieces out of the line: no JSON, whose fields are put together anew, and no escapes but
// those that stand for quotes and for signs no literal has.
bool reads_as_it_stands(std::string_view raw) {
    if (contains(raw, "{\"") || contains(raw, "@nix") || contains(raw, std::string_view("\0", 1))) return false;
    // what another nix said is put behind an "error: " of its own
    for (const std::string_view wrapper : {"error: build of '", "error: cannot ", "error: while setting up"}) {
        if (contains(raw, wrapper)) return false;
    }
    for (std::size_t at = raw.find('\\'); at != std::string_view::npos && at + 1 < raw.size(); at = raw.find('\\', at + 2)) {
        if (std::strchr("\"\\ntr'", raw[at + 1]) == nullptr) return false;
    }
    return true;
}

// "-Werror=format" is one word.
bool is_word_part(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-'; }

// Whether a level may stand where a word begins at `at`: the line, a layer inside or a field begins there. Before "an
// error occurred" the sentence has begun already.
bool may_begin_at(std::string_view raw, std::size_t at) {
    while (at > 0 && (raw[at - 1] == ' ' || raw[at - 1] == '\t')) --at;
    return at == 0 || raw[at - 1] < 'a' || raw[at - 1] > 'z';
}

// Whether the line may say of itself that it is an error, in the ways that decode_line() knows: a word where a level
// stands, or the letters of klog and capnslog.
bool may_claim_error(std::string_view raw, std::string_view folded) {
    constexpr std::array<std::string_view, 10> names{"error", "err", "eror", "fatal", "panic", "critical", "crit", "alert", "emerg", "dpanic"};
    bool inside = false;  // the byte before is part of a word
    for (std::size_t at = 0; at < raw.size(); ++at) {
        const bool begins = !inside;
        inside = is_word_part(raw[at]);
        if (!begins || !inside || !may_begin_at(raw, at)) continue;
        // klog's letter, and capnslog's before " | "
        if ((raw[at] == 'E' || raw[at] == 'F') && all_digits(raw.substr(at + 1, 4))) return true;
        if (raw.substr(at + 1, 3) == " | ") return true;
        for (const std::string_view name : names) {
            if (folded[at] != name[0] || folded.substr(at, name.size()) != name) continue;
            // "PANIC" and "CRITICAL" open a line whatever is behind them
            const bool opens = raw[at] == 'P' || raw[at] == 'C';
            if (opens || at + name.size() == raw.size() || std::strchr(" \t:]\r\"", raw[at + name.size()]) != nullptr) return true;
        }
    }
    return contains(folded, "\"level\"") || contains(folded, "\"severity\"");
}

// Walks over the places of samples: each line of the first part of a source, then one line every some kilobytes.
class Samples {
public:
    explicit Samples(std::uint64_t offset) : dense_(offset < dense_bytes ? static_cast<std::size_t>(dense_bytes - offset) : 0) {}
    std::uint64_t next() const { return next_; }
    // To the first sample at or behind `pos`, where a line begins.
    void move_behind(std::size_t pos) { next_ = pos < dense_ ? pos : (pos + step - 1) / step * step; }

private:
    static constexpr std::uint64_t dense_bytes = 64 * 1024;
    static constexpr std::size_t step = 16 * 1024;
    std::size_t dense_;
    std::uint64_t next_ = 0;
};

// Eight bytes at a time: the high bit of each byte that is a newline, counted.
std::uint64_t count_lines(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101ULL, low = 0x7F7F7F7F7F7F7F7FULL;
    std::uint64_t count = 0;
    for (; text.size() >= 8; text.remove_prefix(8)) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data(), 8);
        bytes ^= ones * '\n';
        count += static_cast<std::uint64_t>(__builtin_popcountll(~(((bytes & low) + low) | bytes | low)));
    }
    return count + static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

PreparedChunk prepare(std::string_view chunk, std::uint64_t offset, Matcher& matcher) {
    PreparedChunk out;
    std::vector<LiteralHit> hits;
    matcher.searcher().search(chunk, hits);
    const std::vector<std::uint64_t> marks = find_marks(chunk);
    const Plan& plan = matcher.plan();
    Samples samples(offset);
    std::size_t hit = 0, mark = 0, pos = 0, counted = 0;
    std::string folded;
    for (;;) {
        // the place behind a byte of the next line to look at
        std::uint64_t next = samples.next() + 1;
        if (hit < hits.size()) next = std::min(next, hits[hit].end);
        if (mark < marks.size()) next = std::min(next, marks[mark]);
        if (next > chunk.size()) break;
        const std::size_t before = next > pos + 1 ? chunk.rfind('\n', static_cast<std::size_t>(next) - 1) : std::string_view::npos;
        const std::size_t start = before != std::string_view::npos && before + 1 > pos ? before + 1 : pos;
        if (start == chunk.size()) break;
        std::size_t end = chunk.find('\n', start);
        const std::size_t behind = end == std::string_view::npos ? chunk.size() : end + 1;
        if (end == std::string_view::npos) end = chunk.size();
        pos = behind;
        PatternSet patterns;
        std::uint8_t reasons = 0;
        for (; hit < hits.size() && hits[hit].end <= behind; ++hit) {
            const Target& target = plan.target(hits[hit].literal);
            patterns.insert(target.patterns);
            reasons |= target.reasons;
        }
        PreparedLine line;
        line.start = start;
        line.sample = samples.next() < behind;
        if (line.sample) samples.move_behind(behind);
        bool marked = false;
        for (; mark < marks.size() && marks[mark] <= behind; ++mark) marked = true;
        const std::string_view raw = chunk.substr(start, end - start);
        const bool opaque = marked || (reasons & reason_wrapped) != 0;
        line.candidate = opaque || !patterns.empty() || reasons != 0;
        if (line.candidate && !opaque && reads_as_it_stands(raw)) {
            folded.assign(raw);
            std::transform(folded.begin(), folded.end(), folded.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
            patterns.drop_if([&](std::uint32_t number) {
                const Pattern& pattern = plan.rules().patterns[number];
                return !holds_each(pattern.needs, pattern.cased ? raw : std::string_view(folded));
            });
            line.candidate = !patterns.empty() || (reasons & ~reason_error) != 0 || may_claim_error(raw, folded);
        }
        if (!line.candidate && !line.sample) continue;
        out.lines_all += count_lines(chunk.substr(counted, start - counted));
        line.before = out.lines_all;
        counted = start;
        Line decoded = decode_line(raw);
        if (opaque) matcher.gather(decoded.message, patterns, reasons);
        if (line.candidate) {
            line.judged = matcher.judge(std::move(decoded), patterns, reasons);
        } else {
            line.judged.line = std::move(decoded);
        }
        out.lines.push_back(std::move(line));
    }
    out.lines_all += count_lines(chunk.substr(counted)) + (!chunk.empty() && chunk.back() != '\n' ? 1 : 0);
    return out;
}

void select_messages(std::string_view text, const std::vector<std::size_t>& ends, Matcher& matcher, std::vector<bool>& wanted) {
    std::vector<LiteralHit> hits;
    matcher.searcher().search(text, hits);
    std::vector<std::uint64_t> places = find_marks(text);
    for (const LiteralHit& hit : hits) places.push_back(hit.end);
    for (std::size_t zero = text.find('\0'); zero != std::string_view::npos; zero = text.find('\0', zero + 1)) places.push_back(zero + 1);
    for (const std::uint64_t place : places) {
        const auto end = std::lower_bound(ends.begin(), ends.end(), place);
        if (end != ends.end()) wanted[static_cast<std::size_t>(end - ends.begin())] = true;
    }
}

Preparation::Preparation(const Plan& plan, const SourceTraits& traits, Matcher& own, unsigned threads)
    : plan_(plan), traits_(traits), own_(own), threads_max_(std::max(threads, 1U)) {}

Preparation::~Preparation() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Preparation::add(std::string text, std::uint64_t offset) {
    auto chunk = std::make_unique<Chunk>();
    chunk->text = std::move(text);
    chunk->offset = offset;
    bool second = false;
    {
        const std::lock_guard lock(mutex_);
        second = !chunks_.empty();
        chunks_.push_back(std::move(chunk));
    }
    // one chunk is prepared by who waits for it
    if (second && threads_.size() + 1 < threads_max_) {
        try {
            threads_.emplace_back([this] { serve(); });
        } catch (const std::exception&) {
            threads_max_ = threads_.size() + 1;  // no memory or no thread to be had: those that run do the work
        }
    }
    changed_.notify_all();
}

Preparation::Chunk* Preparation::next_untaken() {
    for (const auto& chunk : chunks_) {
        if (!chunk->taken) return chunk.get();
    }
    return nullptr;
}

void Preparation::work_on(Chunk& chunk, Matcher& matcher, std::unique_lock<std::mutex>& lock) {
    chunk.taken = true;
    lock.unlock();
    try {
        chunk.prepared = prepare(chunk.text, chunk.offset, matcher);
    } catch (...) {
        chunk.failure = std::current_exception();
    }
    lock.lock();
    chunk.ready = true;
    changed_.notify_all();
}

void Preparation::serve() {
    std::unique_ptr<Matcher> matcher;
    try {
        matcher = std::make_unique<Matcher>(plan_, traits_);
    } catch (const std::exception&) {
        return;  // the other threads do the work
    }
    std::unique_lock lock(mutex_);
    while (!ending_) {
        if (Chunk* chunk = next_untaken()) {
            work_on(*chunk, *matcher, lock);
        } else {
            changed_.wait(lock);
        }
    }
}

std::unique_ptr<Preparation::Chunk> Preparation::take() {
    std::unique_lock lock(mutex_);
    while (!chunks_.front()->ready) {
        if (Chunk* chunk = next_untaken()) {
            work_on(*chunk, own_, lock);
        } else {
            changed_.wait(lock);
        }
    }
    std::unique_ptr<Chunk> first = std::move(chunks_.front());
    chunks_.pop_front();
    lock.unlock();
    if (first->failure) std::rethrow_exception(first->failure);
    return first;
}

}  // namespace nixwhy
