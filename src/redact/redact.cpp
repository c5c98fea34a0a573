// Line by line: lines without an anchor are passed on as they are, the others are searched and masked, and what was
// masked is searched again, since a mark changes what stands around it.
#include "redact/redact.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "redact/find.hpp"
#include "redact/names.hpp"

namespace nixwhy {

namespace {

constexpr int rounds_max = 4;
constexpr std::size_t line_bytes_max = 32U << 20U;
constexpr std::size_t block_max = 256U << 10U;

// The lines of `text` that have to be looked at: `visit(line, hits)` with what stands before it copied by `pass`.
template <typename Pass, typename Visit>
void each_line(std::string_view text, const KnownSecrets& known, const Context& context, Pass pass, Visit visit) {
    std::vector<Hit> hits, own;
    for (std::size_t from = 0; from < text.size();) {
        // blocks of whole lines, so that the hits of a large text need no memory
        std::size_t stop = text.size();
        if (stop - from > block_max) {
            const std::size_t newline = text.rfind('\n', from + block_max);
            stop = newline == std::string_view::npos || newline < from ? std::min(text.find('\n', from + block_max), text.size() - 1) + 1 : newline + 1;
        }
        const std::string_view block = text.substr(from, stop - from);
        hits.clear();
        find_anchors(block, hits);
        std::size_t hit = 0, done = 0, familiar = known.next(block, 0);
        while (done < block.size()) {
            const std::size_t next = context.idle() ? std::min({hit < hits.size() ? hits[hit].at : block.size(), familiar, block.size()}) : done;
            if (next >= block.size()) break;
            const std::size_t newline = next == done ? done : block.rfind('\n', next == 0 ? 0 : next - 1);
            const std::size_t begin = next == done ? done : newline == std::string_view::npos || newline < done ? done : newline + 1;
            const std::size_t end = std::min(block.find('\n', next), block.size());
            pass(block.substr(done, begin - done));
            own.clear();
            for (; hit < hits.size() && hits[hit].at < end; ++hit) own.push_back({hits[hit].at - begin, hits[hit].anchor});
            visit(block.substr(begin, end - begin), own);
            done = end;
            if (end < block.size()) {
                pass("\n");
                done = end + 1;
            }
            if (familiar < done || known.empty() != (familiar == std::string_view::npos)) familiar = known.next(block, done);
        }
        pass(block.substr(std::min(done, block.size())));
        from = stop;
    }
}

}  // namespace

void Redactor::mask_line(std::string_view line, const std::vector<Hit>& hits, Context& context, std::string& out) {
    Findings findings = find_secrets(line, hits, context, &known_);
    if (findings.secrets.empty()) {
        out += line;
        return;
    }
    std::string text(line);
    for (int round = 0; !findings.secrets.empty() && round < rounds_max; ++round) {
        std::string masked;
        std::size_t done = 0;
        for (const Secret& secret : findings.secrets) {
            masked += text.substr(done, secret.begin - done);
            masked += "[REDACTED:";
            masked += kind_of(secret.detector);
            masked += ']';
            done = secret.end;
            ++counts_[std::string(kind_of(secret.detector))];
        }
        masked += text.substr(done);
        for (const auto& [value, detector] : findings.values) known_.add(value, detector);
        text = std::move(masked);
        std::vector<Hit> again;
        find_anchors(text, again);
        Context none;
        findings = find_secrets(text, again, none, &known_);
    }
    out += text;
}

std::string Redactor::bytes(std::string_view text, Context& context) {
    if (!mask_) return std::string(text);
    std::string out;
    out.reserve(text.size());
    each_line(text, known_, context, [&](std::string_view part) { out += part; },
              [&](std::string_view line, const std::vector<Hit>& hits) { mask_line(line, hits, context, out); });
    return out;
}

std::string Redactor::mask(std::string_view text) {
    Context context;
    return bytes(text, context);
}

void Redactor::learn(std::string_view text) {
    if (!mask_) return;
    const std::map<std::string, std::uint64_t> before = counts_;
    mask(text);
    counts_ = before;
}

Safe Redactor::line(std::string_view text) { return Safe(printable(mask(text))); }

Safe Redactor::lines(std::string_view text) {
    Context context;
    return lines(text, context);
}

Safe Redactor::lines(std::string_view text, Context& context) {
    const std::string masked = bytes(text, context);
    std::string out;
    for (const std::string_view part : split(masked, '\n')) out += printable(part) + '\n';
    out.pop_back();
    return Safe(std::move(out));
}

Safe Redactor::variable(std::string_view name, std::string_view value) {
    // with its name before it, since the name often tells that a value is secret
    const std::string entry = std::string(name) + '=' + std::string(value);
    const std::string safe = printable(mask(entry));
    const Named named = named_by(name);
    const bool by_name = named == Named::password || named == Named::secret || named == Named::token || named == Named::key || named == Named::auth;
    if (mask_ && by_name && safe == printable(entry) && !value.empty() && !is_no_secret({value, true, true, {}})) {
        known_.add(std::string(value), kind_of(named));
        ++counts_[kind_of(named)];
        return Safe(std::string("[REDACTED:") + kind_of(named) + ']');
    }
    return Safe(safe.substr(std::min(safe.size(), name.size() + 1)));
}

std::vector<Safe> Redactor::each(const std::vector<std::string_view>& lines) {
    std::string text;
    for (const std::string_view line : lines) {
        const std::size_t from = text.size();
        text.append(line) += '\n';
        std::replace(text.begin() + static_cast<std::ptrdiff_t>(from), text.end() - 1, '\n', ' ');
    }
    const std::string masked = mask(text);
    std::vector<Safe> out;
    for (const std::string_view part : split(masked, '\n')) out.push_back(Safe(printable(part)));
    NIXWHY_PROMISE(out.size() == lines.size() + 1);
    out.pop_back();
    return out;
}

std::string RedactedStream::put(std::string_view bytes) {
    std::string out;
    // a line that is longer than all that may wait is cut, at the same place however it came
    while (!bytes.empty()) {
        const std::size_t room = line_bytes_max - waiting_.size();
        const std::string_view part = bytes.substr(0, room);
        const std::size_t newline = part.rfind('\n');
        if (newline == std::string_view::npos) {
            waiting_ += part;
            bytes.remove_prefix(part.size());
            if (waiting_.size() < line_bytes_max) break;
            out += redactor_.bytes(waiting_, context_);
            waiting_.clear();
            continue;
        }
        if (waiting_.empty()) {
            std::string masked = redactor_.bytes(part.substr(0, newline + 1), context_);
            out.empty() ? out.swap(masked) : static_cast<void>(out += masked);
            bytes.remove_prefix(newline + 1);
            continue;
        }
        const std::size_t first = part.find('\n') + 1;
        waiting_ += part.substr(0, first);
        out += redactor_.bytes(waiting_, context_);
        waiting_.clear();
        bytes.remove_prefix(first);
    }
    return out;
}

std::string RedactedStream::end() {
    std::string out = redactor_.bytes(waiting_, context_);
    waiting_.clear();
    return out;
}

std::optional<Leak> find_leak(std::string_view text) {
    std::optional<Leak> leak;
    Context context;
    const KnownSecrets none;
    each_line(text, none, context, [](std::string_view) {}, [&](std::string_view line, const std::vector<Hit>& hits) {
        const Findings findings = find_secrets(line, hits, context, nullptr);
        context.await = Context::Await::nothing;  // a report breaks lines where it likes: the next is no value of this one
        if (leak) return;
        const auto shaped = std::find_if(findings.secrets.begin(), findings.secrets.end(), [](const Secret& secret) { return secret.by == By::shape; });
        if (shaped == findings.secrets.end()) return;
        const auto before = text.substr(0, static_cast<std::size_t>(line.data() - text.data()));
        leak = Leak{shaped->detector, static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')) + 1, shaped->begin + 1};
    });
    return leak;
}

}  // namespace nixwhy
