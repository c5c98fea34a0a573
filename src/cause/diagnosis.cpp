// The verdict: which finding is the root, what is only context, and what nobody explains. Claims less where the log
// tells less.
#include "cause/diagnosis.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "cause/evaluate.hpp"
#include "cause/findings.hpp"
#include "cause/links.hpp"
#include "cause/roles.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t unexplained_max = 12;

void lower_confidence(const Timeline& timeline, Finding& finding) {
    const auto lower_by_one = [&](const std::string& why) {
        if (finding.confidence == Confidence::certain) finding.confidence = Confidence::likely;
        else if (finding.confidence == Confidence::likely) finding.confidence = Confidence::possible;
        finding.because += (finding.because.empty() ? "" : "; ") + why;
    };
    if (finding.role == Role::root && finding.rule->kind != Kind::root) {
        finding.confidence = std::min(finding.confidence, Confidence::likely);
        lower_by_one("it is a consequence itself; what caused it is not in what was given");
    }
    for (const std::uint32_t event : finding.events) {
        const SourceSummary& source = timeline.sources[timeline.events[event].at.source];
        if (source.clipped) {
            lower_by_one("the log says itself that lines are missing");
            return;
        }
    }
}

void count_effects(std::vector<Finding>& findings) {
    for (std::uint32_t i = 0; i < findings.size(); ++i) {
        std::set<std::uint32_t> above;
        std::vector<std::uint32_t> todo = findings[i].caused_by;
        while (!todo.empty()) {
            const std::uint32_t cause = todo.back();
            todo.pop_back();
            if (!above.insert(cause).second) continue;
            ++findings[cause].explains;
            todo.insert(todo.end(), findings[cause].caused_by.begin(), findings[cause].caused_by.end());
        }
    }
}

// A failure that was over before the same unit failed anew for another reason is history.
bool is_past_episode(const std::vector<Finding>& findings, const Finding& finding) {
    if (!finding.resolved || finding.last.known != TimeKnown::full) return false;
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& later) {
        return later.role == Role::root && later.unit == finding.unit && same_machine(later, finding) && later.first.known == TimeKnown::full && later.first.us > finding.last.us;
    });
}

// Roots first, the one that explains most first, each followed by what follows from it; then the rest.
std::vector<Finding> in_reading_order(const Timeline& timeline, std::vector<Finding> findings) {
    std::vector<std::uint32_t> order(findings.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto rank = [&](std::uint32_t i) {
        const Finding& finding = findings[i];
        const bool weak = finding.rule->is_general() || finding.rule->fallback || finding.rule->kind != Kind::root;
        const std::uint32_t first = finding.events.empty() ? 0 : finding.events.front();
        const bool only_warns = !finding.events.empty() && std::all_of(finding.events.begin(), finding.events.end(), [&](std::uint32_t event) {
            return timeline.events[event].level == Level::warning;
        });
        const bool past = is_past_episode(findings, finding);
        return std::make_tuple(finding.role, weak, past, only_warns, ~finding.explains, first, std::string_view(finding.rule->id));
    };
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
    std::vector<std::uint32_t> place(findings.size(), ~0U);
    std::vector<Finding> out;
    const auto put = [&](const auto& self, std::uint32_t i) -> void {
        if (place[i] != ~0U) return;
        place[i] = static_cast<std::uint32_t>(out.size());
        out.push_back(findings[i]);
        for (const std::uint32_t other : order) {
            const auto& causes = findings[other].caused_by;
            if (std::find(causes.begin(), causes.end(), i) != causes.end() && findings[other].role == Role::symptom) self(self, other);
        }
    };
    for (const std::uint32_t i : order) put(put, i);
    for (Finding& finding : out) {
        for (std::uint32_t& cause : finding.caused_by) cause = place[cause];
        // the unit's own words come first: they are the nearest cause
        std::sort(finding.caused_by.begin(), finding.caused_by.end(), [&](std::uint32_t a, std::uint32_t b) {
            const auto nearness = [&](std::uint32_t cause) { return std::make_pair(finding.unit.empty() || out[cause].unit != finding.unit, cause); };
            return nearness(a) < nearness(b);
        });
        if (finding.role != Role::symptom) finding.caused_by.clear();
    }
    return out;
}

void drop_folded(std::vector<Finding>& findings) {
    std::vector<std::uint32_t> place(findings.size(), ~0U);
    std::vector<Finding> kept;
    for (std::uint32_t i = 0; i < findings.size(); ++i) {
        if (findings[i].folded) continue;
        place[i] = static_cast<std::uint32_t>(kept.size());
        kept.push_back(findings[i]);
    }
    for (Finding& finding : kept) {
        std::vector<std::uint32_t> causes;
        for (const std::uint32_t cause : finding.caused_by) {
            if (place[cause] != ~0U) causes.push_back(place[cause]);
        }
        finding.caused_by = std::move(causes);
    }
    findings = std::move(kept);
}

int telling(const Event& event) {
    int points = 0;
    if (event.level == Level::fatal) points += 4;
    if (event.level == Level::error) points += 2;
    if (!event.failure.empty()) points += 3;
    if (event.block) points += 2;
    if (event.closes) points += 1;
    return points;
}

std::vector<std::uint32_t> find_unexplained(const Timeline& timeline, const std::vector<Finding>& findings) {
    std::set<std::uint32_t> covered;
    for (const Finding& finding : findings) covered.insert(finding.events.begin(), finding.events.end());
    std::vector<std::uint32_t> open;
    std::set<std::string> seen;
    for (std::uint32_t i = 0; i < timeline.events.size(); ++i) {
        const Event& event = timeline.events[i];
        if (covered.count(i) > 0 || telling(event) < 2 || ended_well_after(timeline, event.at)) continue;
        if (seen.insert(event.unit + event.message.substr(0, 80)).second) open.push_back(i);
    }
    std::stable_sort(open.begin(), open.end(), [&](std::uint32_t a, std::uint32_t b) {
        return telling(timeline.events[a]) > telling(timeline.events[b]);
    });
    if (open.size() > unexplained_max) open.resize(unexplained_max);
    return open;
}

// Whether the input shows a failure at all. A line that says "error" is not enough: work must have ended in one.
bool shows_failure(const Timeline& timeline, const Diagnosis& diagnosis) {
    for (const Finding& finding : diagnosis.findings) {
        if (finding.role != Role::context) return true;
    }
    return std::any_of(diagnosis.unexplained.begin(), diagnosis.unexplained.end(), [&](std::uint32_t i) {
        const Event& event = timeline.events[i];
        const SourceSummary& source = timeline.sources[event.at.source];
        const bool last_words = source.lines - std::min(source.lines, event.at.line) < 6 && source.kind != "journal";
        return event.closes || event.level == Level::fatal || (event.level == Level::error && (!event.failure.empty() || last_words));
    });
}

// Whether a rule's words can be about any unit: all of its patterns hear PID 1 or anybody.
std::vector<bool> about_any_unit(const RuleSet& rules) {
    std::vector<bool> out(rules.rules.size(), true);
    for (const Pattern& pattern : rules.patterns) {
        const bool anybody = std::all_of(pattern.units.begin(), pattern.units.end(), [](const std::string& unit) { return unit == "systemd" || unit == "init"; });
        if (!anybody) out[pattern.rule] = false;
    }
    return out;
}

// Whether what is known of the failure names one of `units`.
bool names_unit(const Timeline& timeline, const Finding& finding, const std::vector<std::string>& units) {
    return std::any_of(units.begin(), units.end(), [&](const std::string& unit) {
        if (finding.unit == unit) return true;
        return std::any_of(finding.events.begin(), finding.events.end(), [&](std::uint32_t event) { return contains(timeline.events[event].message, unit); });
    });
}

// Causes that would explain what was found, whose unit's log is not among the sources. What can befall any unit asks only
// for the log of the unit at hand: any daemon may end a start job, but not each is to be suspected of it.
std::vector<NotEvaluated> find_not_evaluated(const Timeline& timeline, const RuleSet& rules, const std::vector<Finding>& findings) {
    std::set<std::string> units;
    bool unknown_speaker = false;
    for (const Event& event : timeline.events) {
        units.insert(speaker_stem(event.identifier));
        units.insert(speaker_stem(event.unit));
        unknown_speaker = unknown_speaker || (event.identifier.empty() && event.unit.empty());
    }
    std::set<std::string> present;
    for (const Finding& finding : findings) present.insert(finding.rule->id);
    const std::vector<bool> any_unit = about_any_unit(rules);
    std::map<std::string, std::string> needs;
    for (const Pattern& pattern : rules.patterns) {
        const Rule& rule = rules.rules[pattern.rule];
        if (rule.kind != Kind::root || pattern.units.empty() || present.count(rule.id) > 0 || unknown_speaker) continue;
        const bool heard = std::any_of(pattern.units.begin(), pattern.units.end(), [&](const std::string& unit) { return units.count(unit) > 0; });
        if (heard) continue;
        const bool wanted = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
            // where a cause is known already, another journal would tell nothing new
            if (finding.role == Role::context || !finding.caused_by.empty() || finding.confidence == Confidence::certain) return false;
            if (std::find(rule.causes.begin(), rule.causes.end(), finding.rule->id) == rule.causes.end()) return false;
            return !any_unit[static_cast<std::size_t>(finding.rule - rules.rules.data())] || names_unit(timeline, finding, pattern.units);
        });
        if (wanted) needs.emplace(rule.id, fmt::format("journal of {}.service", pattern.units.front()));
    }
    std::vector<NotEvaluated> out;
    for (const auto& [id, need] : needs) out.push_back({id, need});
    return out;
}

}  // namespace

std::string_view name_of(Role role) {
    switch (role) {
        case Role::root: return "root";
        case Role::symptom: return "symptom";
        case Role::context: return "context";
    }
    return "";
}

std::string_view name_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::explained: return "explained";
        case Outcome::unexplained: return "unexplained";
        case Outcome::no_failure: return "no-failure";
    }
    return "";
}

Diagnosis diagnose(const Timeline& timeline, const RuleSet& rules) {
    const Evaluator evaluator(timeline, rules);
    std::vector<Finding> findings = make_findings(timeline, rules, evaluator);
    link_findings(timeline, rules, findings);
    fold_noise(timeline, findings);
    fold_fallback_roots(timeline, findings);
    fold_general(timeline, findings);
    fold_guesses(timeline, findings);
    drop_folded(findings);
    give_roles(timeline, findings);
    demote_fallbacks(findings);
    for (Finding& finding : findings) lower_confidence(timeline, finding);
    count_effects(findings);

    Diagnosis diagnosis;
    diagnosis.findings = in_reading_order(timeline, std::move(findings));
    diagnosis.unexplained = find_unexplained(timeline, diagnosis.findings);
    diagnosis.not_evaluated = find_not_evaluated(timeline, rules, diagnosis.findings);
    // that a log was cut, or a wrapper's last words, is the first thing to know and explains nothing
    const bool has_cause = std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(), [](const Finding& finding) {
        return finding.role == Role::root && !glob_match("meta.*", finding.rule->id);
    });
    if (has_cause) {
        diagnosis.outcome = Outcome::explained;
    } else if (shows_failure(timeline, diagnosis)) {
        diagnosis.outcome = Outcome::unexplained;
    } else {
        diagnosis.outcome = Outcome::no_failure;
    }
    return diagnosis;
}

}  // namespace nixwhy
