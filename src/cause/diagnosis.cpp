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

namespace nixwhy {

namespace {

constexpr std::size_t unexplained_max = 12;

// The last moment the log of `finding` tells of.
std::int64_t end_of_log(const Timeline& timeline, const Finding& finding) {
    std::int64_t end = finding.last.us;
    for (const std::uint32_t event : finding.events) {
        const Time& last = timeline.sources[timeline.events[event].at.source].last;
        if (last.known == finding.last.known) end = std::max(end, last.us);
    }
    return end;
}

// Normal for some seconds after a start: it stopped within its grace, and the log goes on long enough to show that.
bool passed_in_grace(const Timeline& timeline, const Finding& finding) {
    if (finding.rule->grace_us == 0 || finding.first.known == TimeKnown::none) return false;
    if (finding.last.us - finding.first.us >= finding.rule->grace_us) return false;
    const std::int64_t pause = std::max<std::int64_t>((finding.last.us - finding.first.us) / 2, 15 * second_us);
    return end_of_log(timeline, finding) - finding.last.us > pause;
}

// What only some seconds long is normal, and what healed by itself, is told but blamed for nothing. What cannot heal
// by itself was repaired by somebody: it stays the root of what happened, told as over.
bool is_over(const Timeline& timeline, const Finding& finding) {
    if (passed_in_grace(timeline, finding) || (finding.resolved && finding.rule->grace_us > 0)) return true;
    return finding.resolved && finding.rule->retry != Retry::will_not_help;
}

// `systemd-backlight@backlight:acpi.service` logs as `systemd-backlight`.
std::string template_unit(const std::string& unit) { return unit.substr(0, unit.find('@')); }

// What a noise rule understands is no failure: lines it matches, and the end of a unit it speaks of. A rule that
// wins over the noise says so.
void fold_noise(const Timeline& timeline, std::vector<Finding>& findings) {
    std::map<std::uint32_t, const Rule*> harmless;
    std::set<std::string> harmless_units;
    for (const Finding& finding : findings) {
        if (finding.rule->kind != Kind::noise) continue;
        for (const std::uint32_t event : finding.events) {
            harmless.emplace(event, finding.rule);
            if (timeline.events[event].closes) harmless_units.insert(template_unit(finding.unit));
        }
    }
    for (Finding& finding : findings) {
        if (finding.rule->kind == Kind::noise || finding.rule->kind == Kind::context || finding.events.empty()) continue;
        const bool all = std::all_of(finding.events.begin(), finding.events.end(), [&](std::uint32_t event) {
            const auto noise = harmless.find(event);
            if (noise == harmless.end()) return false;
            const auto& wins = finding.rule->wins_over;
            return std::none_of(wins.begin(), wins.end(), [&](const std::string& glob) { return glob_match(glob, noise->second->id); });
        });
        const bool weak = finding.rule->is_general() || finding.rule->fallback || finding.rule->kind == Kind::symptom;
        if (all || (weak && !finding.unit.empty() && harmless_units.count(template_unit(finding.unit)) > 0)) finding.folded = true;
    }
}

// Whether the failure on this line mattered: the line says so itself, work ended in failure after it, or nothing
// much comes after it any more. A script that goes on after "command not found" did not fail by it.
bool mattered(const Timeline& timeline, std::uint32_t index) {
    const Event& event = timeline.events[index];
    if (event.level == Level::error || event.level == Level::fatal || event.closes) return true;
    // nothing runs on after these
    static const std::set<std::string> final_results{"wrong-architecture", "library-missing", "crashed", "device-io-error"};
    if (final_results.count(event.failure.result) > 0) return true;
    if (event.failure.result == "unhandled-exception" && event.unit.empty()) return true;
    const SourceSummary& source = timeline.sources[event.at.source];
    if (source.lines - std::min(source.lines, event.at.line) <= 4) return true;
    for (std::size_t i = index + 1; i < timeline.events.size(); ++i) {
        const Event& later = timeline.events[i];
        if (!later.closes || later.at.source != event.at.source) continue;
        const std::string who = speaker_stem(event.unit.empty() ? event.identifier : event.unit);
        const std::string whom = speaker_stem(later.unit.empty() ? later.identifier : later.unit);
        if (who.empty() || whom.empty() || who == whom) return true;
    }
    return false;
}

// A general rule speaks only where no specific one does: not on lines another rule understands, and not for a
// unit whose failure has a cause.
void fold_general(const Timeline& timeline, std::vector<Finding>& findings) {
    std::set<std::uint32_t> understood;
    std::set<std::uint32_t> reported;  // a specific rule saw the line, and does not know why either
    std::set<std::string> explained_units;
    for (const Finding& finding : findings) {
        if (finding.rule->is_general()) continue;
        const bool knows = finding.rule->kind != Kind::symptom || !finding.rule->fallback;
        (knows ? understood : reported).insert(finding.events.begin(), finding.events.end());
        if (finding.rule->kind == Kind::root && !finding.folded) explained_units.insert(finding.unit);
    }
    for (Finding& finding : findings) {
        if (!finding.rule->is_general()) continue;
        auto& events = finding.events;
        events.erase(std::remove_if(events.begin(), events.end(), [&](std::uint32_t event) {
            const bool no_better = finding.rule->kind != Kind::root && reported.count(event) > 0;
            return understood.count(event) > 0 || no_better || !mattered(timeline, event);
        }), events.end());
        if (events.empty() || explained_units.count(finding.unit) > 0) finding.folded = true;
    }
}

// A run that says itself that it succeeded did not fail, whatever it printed on the way.
bool ended_well(const Timeline& timeline, const Finding& finding) {
    if (finding.events.empty()) return false;
    const Location& last = timeline.events[finding.events.back()].at;
    for (const Fact& fact : timeline.facts) {
        if (fact.name != "rebuild-done" && fact.name != "switch-finished") continue;
        if (fact.at.source == last.source && fact.at.offset > last.offset) return true;
    }
    return false;
}

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

// Whether a failure that is not over stands somewhere above the finding.
bool has_living_cause(const std::vector<Finding>& findings, const std::vector<bool>& quiet, std::uint32_t index) {
    const auto& causes = findings[index].caused_by;
    return std::any_of(causes.begin(), causes.end(), [&](std::uint32_t cause) {
        return !quiet[cause] || has_living_cause(findings, quiet, cause);
    });
}

// A machine that is being shut down stops and unmounts everything at once; what fails in those seconds is no fault.
bool during_shutdown(const Timeline& timeline, const Finding& finding) {
    constexpr std::int64_t before_us = 10 * second_us, after_us = 120 * second_us;
    if (finding.first.known != TimeKnown::full) return false;
    return std::any_of(timeline.facts.begin(), timeline.facts.end(), [&](const Fact& fact) {
        if (fact.name != "shutting-down" || fact.time.known != TimeKnown::full) return false;
        if (!finding.machine.empty() && machine_of(timeline, fact.host) != finding.machine) return false;
        return finding.first.us >= fact.time.us - before_us && finding.last.us <= fact.time.us + after_us;
    });
}

// What followed from a failure that is over, and did not outlast it, is over too.
bool ended_with_cause(const std::vector<Finding>& findings, const Finding& finding) {
    return std::any_of(finding.caused_by.begin(), finding.caused_by.end(), [&](std::uint32_t index) {
        const Finding& cause = findings[index];
        if (!cause.resolved || cause.rule->kind == Kind::noise) return false;
        const bool timed = cause.resolved->known == finding.last.known && finding.last.known != TimeKnown::none;
        return !timed || finding.last.us <= cause.resolved->us + cause_tolerance_us;
    });
}

void give_roles(const Timeline& timeline, std::vector<Finding>& findings) {
    std::vector<bool> quiet;  // no failure by itself: harmless, over, or in a run that ended well
    for (const Finding& finding : findings) {
        const bool harmless = finding.rule->kind == Kind::context || finding.rule->kind == Kind::noise;
        quiet.push_back(harmless || is_over(timeline, finding) || ended_well(timeline, finding) || during_shutdown(timeline, finding));
    }
    for (std::uint32_t i = 0; i < findings.size(); ++i) {
        Finding& finding = findings[i];
        const bool harmless = finding.rule->kind == Kind::context || finding.rule->kind == Kind::noise;
        if (!harmless && has_living_cause(findings, quiet, i)) {
            finding.role = Role::symptom;
        } else if (quiet[i] || ended_with_cause(findings, finding)) {
            finding.role = Role::context;
        } else {
            finding.role = finding.rule->kind == Kind::root || finding.rule->fallback ? Role::root : Role::symptom;
        }
    }
}

// A fallback stands as root only where there is no real one on its machine.
void demote_fallbacks(std::vector<Finding>& findings) {
    std::vector<std::uint32_t> real;
    for (std::uint32_t i = 0; i < findings.size(); ++i) {
        if (findings[i].role == Role::root && findings[i].rule->kind == Kind::root) real.push_back(i);
    }
    for (Finding& finding : findings) {
        if (finding.role != Role::root || finding.rule->kind == Kind::root) continue;
        for (const std::uint32_t root : real) {
            if (!same_machine(findings[root], finding)) continue;
            finding.role = Role::symptom;
            const bool plausible = finding.unit.empty() || findings[root].unit.empty() || finding.unit == findings[root].unit;
            if (plausible && finding.caused_by.empty()) finding.caused_by.push_back(root);
        }
    }
    // of several fallbacks the one that others point to, or that stands first, is the root
    std::vector<std::uint32_t> left;
    for (std::uint32_t i = 0; i < findings.size(); ++i) {
        if (findings[i].role == Role::root && findings[i].rule->kind != Kind::root) left.push_back(i);
    }
    std::stable_sort(left.begin(), left.end(), [&](std::uint32_t a, std::uint32_t b) {
        const bool meta_a = glob_match("meta.*", findings[a].rule->id), meta_b = glob_match("meta.*", findings[b].rule->id);
        const bool general_a = findings[a].rule->is_general(), general_b = findings[b].rule->is_general();
        const std::uint32_t first_a = findings[a].events.empty() ? 0 : findings[a].events.front();
        const std::uint32_t first_b = findings[b].events.empty() ? 0 : findings[b].events.front();
        return std::tie(meta_a, general_a, first_a) < std::tie(meta_b, general_b, first_b);
    });
    for (std::size_t i = 1; i < left.size(); ++i) {
        Finding& later = findings[left[i]];
        const Finding& first = findings[left[0]];
        const bool other_unit = !later.unit.empty() && !first.unit.empty() && later.unit != first.unit;
        if (other_unit || !same_machine(later, first)) continue;
        later.role = Role::symptom;
        later.caused_by.push_back(left[0]);
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
        const bool weak = finding.rule->is_general() || finding.rule->kind != Kind::root;
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
        std::sort(finding.caused_by.begin(), finding.caused_by.end());
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
        if (covered.count(i) > 0 || telling(event) < 2) continue;
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

// Causes that would explain what was found, whose unit's log is not among the sources.
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
    std::map<std::string, std::string> needs;
    for (const Pattern& pattern : rules.patterns) {
        const Rule& rule = rules.rules[pattern.rule];
        if (rule.kind != Kind::root || pattern.units.empty() || present.count(rule.id) > 0 || unknown_speaker) continue;
        const bool heard = std::any_of(pattern.units.begin(), pattern.units.end(), [&](const std::string& unit) { return units.count(unit) > 0; });
        if (heard) continue;
        const bool wanted = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
            // where a cause is known already, another journal would tell nothing new
            if (finding.role == Role::context || !finding.caused_by.empty() || finding.confidence == Confidence::certain) return false;
            return std::find(rule.causes.begin(), rule.causes.end(), finding.rule->id) != rule.causes.end();
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
    fold_general(timeline, findings);
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
