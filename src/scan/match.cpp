// Patterns against one line or block: whose patterns may speak about it, which of them match, and messages that were
// wrapped over several lines.
#include <algorithm>

#include "base/text.hpp"
#include "rule/rule.hpp"
#include "scan/sniff.hpp"
#include "scan/source_scan.hpp"

namespace nixwhy {

namespace {

// "warning: ignoring error initializing Lix fetcher cache: error: creating directory '/homeless-shelter'": an error
// that nix went on from is no failure.
bool is_survived_warning(std::string_view message) {
    const std::string_view text = trim(message);
    // an error behind another one, met while nix cleans up: "error (ignored): error: interrupted by the user"
    if (text.substr(0, 16) == "error (ignored):") return true;
    if (text.substr(0, 8) != "warning:") return false;
    return contains(text, ": error:") || contains(text, "ignoring error") || contains(text, "retrying in");
}

}  // namespace

bool SourceScan::in_scope(const Pattern& pattern, const Line& line) const {
    const std::string& kind = line.kind.empty() ? kind_ : line.kind;
    if (!pattern.sources.empty() && !kind.empty()) {
        if (std::find(pattern.sources.begin(), pattern.sources.end(), kind) == pattern.sources.end()) return false;
    }
    if (pattern.units.empty()) return true;
    const auto named = [&](const std::string& name) {
        return std::find(pattern.units.begin(), pattern.units.end(), name) != pattern.units.end();
    };
    const std::string identifier = speaker_stem(line.identifier);
    if (identifier == "systemd") return named(identifier);
    const std::string unit = speaker_stem(line.unit);
    if (identifier.empty() && unit.empty()) {
        if (!hint_.empty()) return named(hint_);
        // nobody is named, but the way it logs leaves few who can have said it
        return std::any_of(pattern.units.begin(), pattern.units.end(), [&](const std::string& one) { return may_log_as(one, line.payload); });
    }
    return (!identifier.empty() && named(identifier)) || (!unit.empty() && named(unit));
}

void SourceScan::match_patterns(const Line& line, const PatternSet& patterns, bool block, std::vector<PatternHit>& hits) {
    const std::size_t before = hits.size();
    const bool warns = !block && is_survived_warning(line.message);
    for (const std::uint32_t index : patterns) {
        const Pattern& pattern = plan_.rules().patterns[index];
        if (pattern.block != block || !in_scope(pattern, line)) continue;
        // unless the rule speaks of the warning itself
        const Kind kind = plan_.rules().rules[pattern.rule].kind;
        if (warns && (kind == Kind::root || kind == Kind::symptom) && !contains(pattern.text, "arning") && !contains(pattern.text, "retrying")) continue;
        PatternHit hit{index, {}};
        const Regex& regex = plan_.regex(index);
        if (regex.search(line.message, hit.captures) || (!line.inner.empty() && regex.search(line.inner, hit.captures))) {
            hits.push_back(std::move(hit));
        }
    }
    std::sort(hits.begin() + static_cast<std::ptrdiff_t>(before), hits.end(), [](const PatternHit& a, const PatternHit& b) { return a.pattern < b.pattern; });
}

// A message that was wrapped by hand, by a commit message or by a narrow terminal:
//   error: access to path '/nix/store/...-cabal-simple.nix' is forbidden
//   in restricted mode
// Where no rule knows the first line, it is tried once more with the next ones behind it.
void SourceScan::match_wrapped(const Line& line, Event& event) {
    const bool known = std::any_of(event.hits.begin(), event.hits.end(), [&](const PatternHit& hit) {
        const Rule& rule = plan_.rules().rules[plan_.rules().patterns[hit.pattern].rule];
        return !rule.fallback && rule.kind != Kind::symptom;
    });
    // a journal gives each message a line of its own
    const bool may_wrap = line.format.empty() || line.kind == "ci";
    if (known || behind_.empty() || !may_wrap || !line.payload.empty() || line.message.size() > 240) return;
    Line joined = line;
    joined.inner.clear();
    // nix 2.4pre: "error: --- EvalError --- nix-build", the message on the lines behind it
    if (contains(line.message, "error: --- ")) joined.message = "error:";
    std::string_view rest = behind_;
    for (int i = 0; i < 4 && !rest.empty(); ++i) {
        const Line next = decode_line(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(std::min(rest.size(), rest.find('\n') == std::string_view::npos ? rest.size() : rest.find('\n') + 1));
        const std::string_view words = trim(next.message);
        if (words.empty() || starts_nix_block(words) || next.format != line.format || !next.payload.empty()) return;
        joined.message += ' ' + std::string(words);
        PatternSet patterns;
        std::uint8_t reasons = 0;
        gather(joined.message, patterns, reasons);
        std::vector<PatternHit> hits;
        match_patterns(joined, patterns, false, hits);
        for (PatternHit& hit : hits) {
            const Rule& rule = plan_.rules().rules[plan_.rules().patterns[hit.pattern].rule];
            const bool fresh = std::none_of(event.hits.begin(), event.hits.end(), [&](const PatternHit& had) { return had.pattern == hit.pattern; });
            if (rule.kind == Kind::root && !rule.fallback && fresh) event.hits.push_back(std::move(hit));
        }
    }
}

}  // namespace nixwhy
