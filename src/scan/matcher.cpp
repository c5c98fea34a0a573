// Patterns against one line or block: whose patterns may speak about it, and which of them match.
#include "scan/matcher.hpp"

#include <array>
#include <cstdlib>

#include "base/text.hpp"
#include "format/failure.hpp"
#include "rule/rule.hpp"
#include "scan/sniff.hpp"

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

// The unit that PID 1 speaks of: "certmgr.service: Main process exited", "Failed to start certmgr.service - certmgr."
std::string unit_spoken_of(std::string_view message) {
    static const Regex expression(
        R"(^(?P<a>[\w@.:\\-]+\.(?:service|socket|mount|target|timer|scope|device|slice|swap|path|automount)): )"
        R"(|^(?:Starting|Started|Stopping|Stopped|Finished|Reloading|Reloaded|Failed to start|Failed to mount|Dependency failed for) (?P<b>[\w@.:\\-]+\.(?:service|socket|mount|target|timer|scope|device|swap|path))(?: - |\.|$))"
        R"(|^(?:Starting|Started|Stopping|Stopped|Failed to start|Dependency failed for) (?P<c>[\w@:-]+)\.{1,3}$)");
    // the expression is slow to say no: it has a name and a colon in front, or a word of these
    const std::string_view first = message.substr(0, message.find(' '));
    constexpr std::array<std::string_view, 9> words{"Starting", "Started", "Stopping", "Stopped", "Finished", "Reloading", "Reloaded", "Failed", "Dependency"};
    const bool names = !first.empty() && first.back() == ':' && contains(first, ".");
    if (!names && std::find(words.begin(), words.end(), first) == words.end()) return {};
    Captures captures;
    if (!expression.search(message, captures) || captures.empty()) return {};
    return captures[0].first == "c" ? captures[0].second + ".service" : captures[0].second;
}

constexpr std::size_t message_max = 8192;

}  // namespace

void settle_speaker(Line& line) {
    const bool nobody = line.identifier.empty();
    if (!line.unit.empty() || (!nobody && line.identifier != "systemd")) return;
    line.unit = unit_spoken_of(line.message);
    if (nobody && !line.unit.empty()) line.identifier = "systemd";
}

void Matcher::gather(std::string_view text, PatternSet& patterns, std::uint8_t& reasons) {
    std::vector<LiteralHit> hits;
    searcher_.search(text, hits);
    for (const LiteralHit& hit : hits) {
        const Target& target = plan_.target(hit.literal);
        patterns.insert(target.patterns);
        reasons |= target.reasons;
    }
}

bool Matcher::in_scope(const Pattern& pattern, const Line& line) const {
    const std::string& kind = line.kind.empty() ? traits_.kind : line.kind;
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
        if (!traits_.hint.empty()) return named(traits_.hint);
        // nobody is named, but the way it logs leaves few who can have said it
        return std::any_of(pattern.units.begin(), pattern.units.end(), [&](const std::string& one) { return may_log_as(one, line.payload); });
    }
    return (!identifier.empty() && named(identifier)) || (!unit.empty() && named(unit));
}

void Matcher::match_patterns(const Line& line, const PatternSet& patterns, bool block, std::vector<PatternHit>& hits) const {
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

Event Matcher::make_event(const Line& line) const {
    Event event;
    event.time = line.time;
    // klog tells microseconds where the journal's short form tells seconds
    const bool finer = line.time.known == TimeKnown::no_year && line.time.us % second_us == 0 && line.inner_time.known == TimeKnown::no_year;
    if (finer && std::llabs(line.time.us - line.inner_time.us) < 2 * second_us) event.time = line.inner_time;
    event.host = line.host;
    event.boot = line.boot;
    event.unit = line.unit;
    event.identifier = line.identifier.empty() && line.unit.empty() ? traits_.hint : line.identifier;
    event.level = line.level;
    event.message = line.message.substr(0, message_max);
    event.said = line.inner.substr(0, message_max);
    return event;
}

Judged Matcher::judge(Line line, const PatternSet& patterns, std::uint8_t reasons) const {
    Judged out;
    out.reasons = reasons;
    settle_speaker(line);
    if (!line.separator) {
        Event& event = out.event;
        // internal-json gives a whole error at once: its lines and the whole are looked at
        event.block = contains(line.message, "\n");
        match_patterns(line, patterns, false, event.hits);
        if (event.block) match_patterns(line, patterns, true, event.hits);
        if ((reasons & reason_failure) != 0) event.failure = read_failure(line);
        if ((reasons & (reason_ending | reason_error)) != 0) event.closes = ends_in_failure(line);
        out.telling = tells_error(line);
        out.matters = !event.hits.empty() || !event.failure.empty() || event.closes || out.telling;
        if (out.matters) {
            Event made = make_event(line);
            made.block = event.block, made.closes = event.closes, made.hits = std::move(event.hits), made.failure = std::move(event.failure);
            out.event = std::move(made);
        }
    }
    out.line = std::move(line);
    return out;
}

}  // namespace nixwhy
