// A variable that is nowhere in a snapshot is not set: that is told by any other variable being there. Other facts say
// themselves (null) that they were looked for.
#include "compare/differences.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"
#include "event/snapshot.hpp"

namespace nixwhy {

namespace {

constexpr const char* nothing = "none";

// Under this a resource is nearly used up; above four times that it is not.
double scarce_below(std::string_view fact) {
    constexpr double mebibyte = 1024.0 * 1024.0;
    if (fact.substr(0, 11) == "space-free:") return 64 * mebibyte;
    if (fact.substr(0, 12) == "inodes-free:") return 1000;
    if (fact == "memory-available") return 256 * mebibyte;
    return 300;  // seconds since boot
}

bool has_environment(const KnownFacts& facts) {
    const auto first = facts.lower_bound("env:");
    return first != facts.end() && first->first.compare(0, 4, "env:") == 0;
}

bool has_locks(const KnownFacts& facts) { return facts.count("uptime-s") > 0; }

// The fact, as far as this side looked for it.
const KnownFact* look(const KnownFacts& facts, const std::string& name) {
    static const KnownFact absent{{}, false, {}};
    const auto found = facts.find(name);
    if (found != facts.end()) return &found->second;
    if (name.compare(0, 4, "env:") == 0 && has_environment(facts)) return &absent;
    if (name.compare(0, 10, "lock-held:") == 0 && has_locks(facts)) return &absent;
    if (name.compare(0, 12, "unit-result:") == 0 && facts.count("unit-state:" + name.substr(12)) > 0) return &absent;
    return nullptr;
}

std::vector<std::string_view> entries(const KnownFact& fact) {
    std::vector<std::string_view> out;
    for (const std::string_view one : split(fact.value, ' ')) {
        if (!one.empty() && std::find(out.begin(), out.end(), one) == out.end()) out.push_back(one);
    }
    return out;
}

// What `own` has and `other` lacks; where both hold the same, that their order differs.
std::string beyond(const KnownFact& own, const KnownFact& other) {
    if (!own.there) return nothing;
    const auto mine = entries(own), theirs = entries(other);
    std::vector<std::string> out;
    for (const std::string_view one : mine) {
        if (std::find(theirs.begin(), theirs.end(), one) == theirs.end()) out.emplace_back(one);
    }
    if (!out.empty()) return other.there ? "also " + join(out, " ") : join(out, " ");
    const bool contained = mine.size() < theirs.size();
    return contained ? fmt::format("nothing beyond the {} both have", mine.size()) : "the same in another order: " + own.value;
}

std::string words(const KnownFact& fact) { return fact.there ? (fact.value.empty() ? "empty" : fact.value) : nothing; }

bool differ(const std::string& name, const KnownDifference* known, const KnownFact& a, const KnownFact& b) {
    const Contrast contrast = known == nullptr ? Contrast::value : known->contrast;
    if (contrast == Contrast::presence) return a.there != b.there;
    if (contrast != Contrast::scarce) return a.there != b.there || a.value != b.value;
    const double below = scarce_below(name), x = std::strtod(a.value.c_str(), nullptr), y = std::strtod(b.value.c_str(), nullptr);
    return a.there && b.there && ((x < below && y > 4 * below) || (y < below && x > 4 * below));
}

}  // namespace

KnownFacts facts_of_run(const Timeline& timeline) {
    const bool recorded = std::any_of(timeline.facts.begin(), timeline.facts.end(), [](const Fact& fact) { return fact.name.compare(0, 7, "before:") == 0; });
    KnownFacts out;
    for (const Fact& fact : timeline.facts) {
        const bool before = fact.name.compare(0, 7, "before:") == 0;
        const std::string name = before ? fact.name.substr(7) : fact.name;
        if (fact.at.length == 0 || (recorded && before == tells_outcome(name))) continue;
        if (timeline.sources[fact.at.source].format != snapshot_format) continue;
        const bool there = fact.text.size() < 7 || fact.text.compare(fact.text.size() - 7, 7, " = none") != 0 || !fact.value.empty();
        out[name] = {fact.value, there, fact.at};
    }
    return out;
}

std::vector<Difference> differences_of(const KnownFacts& failed, const KnownFacts& worked) {
    std::vector<Difference> out;
    std::map<std::string, int> names;
    for (const auto* side : {&failed, &worked}) {
        for (const auto& [name, fact] : *side) names[name] = 0;
    }
    const Location anywhere = failed.empty() ? Location() : failed.begin()->second.at;
    for (const auto& [name, unused] : names) {
        if (is_volatile(name)) continue;
        const KnownFact* a = look(failed, name);
        const KnownFact* b = look(worked, name);
        const KnownDifference* known = known_difference(name);
        if (a == nullptr || b == nullptr || !differ(name, known, *a, *b)) continue;
        const bool folders = known != nullptr && known->contrast == Contrast::folders;
        out.push_back({name, folders ? beyond(*a, *b) : words(*a), folders ? beyond(*b, *a) : words(*b), known, a->at.length > 0 ? a->at : anywhere});
    }
    std::stable_sort(out.begin(), out.end(), [](const Difference& a, const Difference& b) { return a.weight() > b.weight(); });
    return out;
}

void add_differences(const std::vector<Difference>& differences, Timeline& failed) {
    std::string host;
    for (const Fact& fact : failed.facts) {
        if (host.empty()) host = fact.host;
    }
    for (const Difference& one : differences) {
        const std::string value = fmt::format("{}, where it worked: {}", one.failed, one.worked);
        failed.facts.push_back({"differs:" + one.fact, value, host, {}, one.at, fmt::format("{} differs: {}", one.fact, value)});
    }
}

}  // namespace nixwhy
