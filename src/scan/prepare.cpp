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

// Whether the line may say of itself that it is an error, without a word that is searched for: klog's letter, short names.
bool may_claim_error(std::string_view raw, std::string_view folded) {
    constexpr std::array<std::string_view, 7> names{"err", "eror", "crit", "alert", "emerg", " e | ", " c | "};
    if (std::any_of(names.begin(), names.end(), [&](std::string_view name) { return contains(folded, name); })) return true;
    for (std::size_t at = raw.find_first_of("EF"); at != std::string_view::npos; at = raw.find_first_of("EF", at + 1)) {
        if (all_digits(raw.substr(at + 1, 4))) return true;
    }
    return false;
}

}  // namespace

PreparedChunk prepare(std::string_view chunk, Matcher& matcher) {
    PreparedChunk out;
    std::vector<LiteralHit> hits;
    matcher.searcher().search(chunk, hits);
    const std::vector<std::uint64_t> marks = find_marks(chunk);
    const Plan& plan = matcher.plan();
    std::size_t hit = 0, mark = 0, pos = 0;
    std::string folded;
    for (;;) {
        const std::uint64_t next = std::min(hit < hits.size() ? hits[hit].end : ~0ULL, mark < marks.size() ? marks[mark] : ~0ULL);
        if (next == ~0ULL) return out;
        const std::size_t before = chunk.rfind('\n', static_cast<std::size_t>(next) - 1);
        const std::size_t start = before != std::string_view::npos && before + 1 > pos ? before + 1 : pos;
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
        bool marked = false;
        for (; mark < marks.size() && marks[mark] <= behind; ++mark) marked = true;
        const std::string_view raw = chunk.substr(start, end - start);
        PreparedLine line;
        line.start = start;
        bool light = false;
        const bool opaque = marked || (reasons & reason_wrapped) != 0;
        if (!opaque && reads_as_it_stands(raw)) {
            folded.assign(raw);
            std::transform(folded.begin(), folded.end(), folded.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
            patterns.drop_if([&](std::uint32_t number) {
                const Pattern& pattern = plan.rules().patterns[number];
                return !holds_each(pattern.needs, pattern.cased ? raw : std::string_view(folded));
            });
            light = patterns.empty() && reasons == 0 && !may_claim_error(raw, folded);
        }
        if (!light) {
            Line decoded = decode_line(raw);
            if (opaque) matcher.gather(decoded.message, patterns, reasons);
            line.judged = std::make_unique<Judged>(matcher.judge(std::move(decoded), patterns, reasons));
        }
        out.lines.push_back(std::move(line));
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
        chunk.prepared = prepare(chunk.text, matcher);
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
