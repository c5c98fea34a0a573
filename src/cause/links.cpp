// Declared links first, then structure: what PID 1 says about a unit follows from what the unit said; the wrapper's
// last words follow from the failure they wrap.
#include "cause/links.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"

namespace nixwhy {

namespace {

bool listed(const std::vector<std::string>& globs, const std::string& id) {
    return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return glob_match(glob, id); });
}

bool is_wide(const std::vector<std::string>& globs, const std::string& id) {
    return std::find(globs.begin(), globs.end(), id) == globs.end();
}

bool is_failure(const Finding& finding) {
    return finding.rule->kind == Kind::root || finding.rule->kind == Kind::symptom;
}

std::uint32_t first_event(const Finding& finding) { return finding.events.empty() ? 0 : finding.events.front(); }

// Whether PID 1 says it, about the unit.
bool said_by_manager(const Timeline& timeline, const Finding& finding) {
    return !finding.events.empty() && std::all_of(finding.events.begin(), finding.events.end(), [&](std::uint32_t event) {
        return timeline.events[event].identifier == "systemd";
    });
}

// Whether `loser` is told better by `winner`.
bool loses_to(const Finding& loser, const Finding& winner) {
    if (loser.rule == winner.rule || !same_machine(loser, winner)) return false;
    const bool wins = listed(winner.rule->wins_over, loser.rule->id);
    const bool yields = listed(loser.rule->yields_to, winner.rule->id);
    if (!wins && !yields) return false;
    // "yields to anything" means to a cause, not to another symptom or to a class
    if (!wins && is_wide(loser.rule->yields_to, winner.rule->id)) {
        if (winner.rule->kind != Kind::root) return false;
        if (winner.rule->is_general() && !loser.rule->is_general()) return false;
    }
    if (wins) return is_failure(winner) || share_event(loser, winner);
    // where both yield to each other the one that comes first in the log stays
    if (listed(winner.rule->yields_to, loser.rule->id)) return first_event(winner) < first_event(loser);
    return true;
}

bool reaches(const std::vector<Finding>& findings, std::uint32_t from, std::uint32_t to, std::vector<bool>& seen) {
    if (from == to) return true;
    if (seen[from]) return false;
    seen[from] = true;
    return std::any_of(findings[from].caused_by.begin(), findings[from].caused_by.end(),
                       [&](std::uint32_t next) { return reaches(findings, next, to, seen); });
}

void add_link(std::vector<Finding>& findings, std::uint32_t effect, std::uint32_t cause) {
    auto& list = findings[effect].caused_by;
    if (std::find(list.begin(), list.end(), cause) != list.end()) return;
    std::vector<bool> seen(findings.size());
    if (reaches(findings, cause, effect, seen)) return;
    list.push_back(cause);
}

// The unit's own words explain what PID 1 reports about it, if they come before it or not long after.
void link_units(const Timeline& timeline, std::vector<Finding>& findings) {
    for (std::uint32_t effect = 0; effect < findings.size(); ++effect) {
        const Finding& about = findings[effect];
        if (about.folded || about.unit.empty() || !said_by_manager(timeline, about)) continue;
        if (about.rule->kind == Kind::root) continue;
        for (std::uint32_t cause = 0; cause < findings.size(); ++cause) {
            const Finding& said = findings[cause];
            if (cause == effect || said.folded || !is_failure(said) || said.unit != about.unit) continue;
            if (said_by_manager(timeline, said) && said.rule->kind != Kind::root) continue;
            if (!same_machine(said, about) || !in_time(said, about, about.rule->within_us)) continue;
            add_link(findings, effect, cause);
        }
    }
}

// Symptoms that wrap a whole run (units failed, step failed, command returned 1) and are linked to nothing yet
// follow from the roots before them on that machine.
void link_wrappers(const std::vector<std::uint32_t>& roots, std::vector<Finding>& findings) {
    for (std::uint32_t effect = 0; effect < findings.size(); ++effect) {
        const Finding& wrapper = findings[effect];
        if (wrapper.folded || wrapper.rule->kind != Kind::symptom || !wrapper.caused_by.empty()) continue;
        for (const std::uint32_t cause : roots) {
            const Finding& root = findings[cause];
            if (cause == effect || !same_machine(root, wrapper) || !in_time(root, wrapper, 3600 * 1'000'000LL)) continue;
            const bool wide = listed(wrapper.rule->yields_to, root.rule->id) || listed(wrapper.rule->caused_by, root.rule->id);
            const bool same_unit = !wrapper.unit.empty() && wrapper.unit == root.unit;
            const bool no_unit = wrapper.unit.empty() && root.unit.empty();
            if (wide || same_unit || no_unit) add_link(findings, effect, cause);
        }
    }
}

}  // namespace

bool same_machine(const Finding& finding, const Finding& other) {
    return finding.machine.empty() || other.machine.empty() || finding.machine == other.machine;
}

bool in_time(const Finding& cause, const Finding& effect, std::int64_t within_us) {
    if (cause.first.known != TimeKnown::full || effect.first.known != TimeKnown::full) return true;
    if (cause.first.us > effect.first.us + cause_tolerance_us) return false;
    return effect.first.us <= cause.last.us + within_us;
}

bool share_event(const Finding& a, const Finding& b) {
    std::size_t i = 0, j = 0;
    while (i < a.events.size() && j < b.events.size()) {
        if (a.events[i] == b.events[j]) return true;
        a.events[i] < b.events[j] ? ++i : ++j;
    }
    return false;
}

// A pattern made for the speaker tells its line better than one for any speaker, unless the rules say otherwise.
void fold_less_specific(const Timeline& timeline, const RuleSet& rules, std::vector<Finding>& findings) {
    const auto scoped = [&](const PatternHit& hit) { return !rules.patterns[hit.pattern].units.empty(); };
    const auto rule_of = [&](const PatternHit& hit) { return &rules.rules[rules.patterns[hit.pattern].rule]; };
    std::set<const Rule*> present;
    for (const Finding& finding : findings) present.insert(finding.rule);
    for (Finding& finding : findings) {
        if (finding.events.empty() || finding.rule->is_general()) continue;
        const bool told_better = std::all_of(finding.events.begin(), finding.events.end(), [&](std::uint32_t index) {
            const auto& hits = timeline.events[index].hits;
            const bool own_scope = std::any_of(hits.begin(), hits.end(), [&](const PatternHit& hit) { return rule_of(hit) == finding.rule && scoped(hit); });
            return !own_scope && std::any_of(hits.begin(), hits.end(), [&](const PatternHit& hit) {
                const Rule* other = rule_of(hit);
                if (other == finding.rule || !scoped(hit) || present.count(other) == 0 || other->is_general()) return false;
                if (other->kind == Kind::symptom && finding.rule->kind == Kind::root) return false;
                return !listed(finding.rule->wins_over, other->id) && !listed(other->yields_to, finding.rule->id);
            });
        });
        if (told_better) finding.folded = true;
    }
}

void link_findings(const Timeline& timeline, const RuleSet& rules, std::vector<Finding>& findings) {
    const auto count = static_cast<std::uint32_t>(findings.size());
    fold_less_specific(timeline, rules, findings);
    // a finding that is itself folded folds no other, unless nothing else would: so ask in the order of strength
    std::vector<std::vector<std::uint32_t>> winners(count);
    for (std::uint32_t loser = 0; loser < count; ++loser) {
        for (std::uint32_t winner = 0; winner < count; ++winner) {
            if (loser == winner || !loses_to(findings[loser], findings[winner])) continue;
            // what is over explains no other lines than its own
            if (findings[winner].resolved && !share_event(findings[loser], findings[winner])) continue;
            winners[loser].push_back(winner);
        }
    }
    for (std::uint32_t loser = 0; loser < count; ++loser) {
        for (const std::uint32_t winner : winners[loser]) {
            const bool circle = std::find(winners[winner].begin(), winners[winner].end(), loser) != winners[winner].end();
            if (circle && first_event(findings[winner]) >= first_event(findings[loser])) continue;
            const bool same_words = said_by_manager(timeline, findings[loser]) && said_by_manager(timeline, findings[winner]) &&
                                    !findings[loser].unit.empty() && findings[loser].unit == findings[winner].unit;
            if (same_words || share_event(findings[loser], findings[winner])) {
                findings[loser].folded = true;
            } else {
                add_link(findings, loser, winner);
            }
        }
    }
    for (std::uint32_t effect = 0; effect < count; ++effect) {
        for (std::uint32_t cause = 0; cause < count; ++cause) {
            const Finding& from = findings[cause];
            const Finding& to = findings[effect];
            if (cause == effect || from.folded || to.folded || !is_failure(from) || from.rule == to.rule) continue;
            const bool told = listed(from.rule->causes, to.rule->id) || listed(to.rule->caused_by, from.rule->id);
            const bool across = from.rule->across_hosts || to.rule->across_hosts;
            if (!told || (!across && !same_machine(from, to))) continue;
            // what PID 1 says about one unit does not follow from another unit's failure, unless it says so
            const bool other_unit = !from.unit.empty() && !to.unit.empty() && from.unit != to.unit;
            if (other_unit && said_by_manager(timeline, to) && to.rule->id != "systemd.dependency-failed") continue;
            const std::int64_t within = std::max(from.rule->within_us, to.rule->within_us);
            if (in_time(from, to, within)) add_link(findings, effect, cause);
        }
    }
    link_units(timeline, findings);
    std::vector<std::uint32_t> roots;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!findings[i].folded && findings[i].rule->kind == Kind::root && findings[i].caused_by.empty()) roots.push_back(i);
    }
    link_wrappers(roots, findings);
}

}  // namespace nixwhy
