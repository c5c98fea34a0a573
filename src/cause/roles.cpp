// See roles.hpp. A line that looks bad is blamed for nothing until it is known that it mattered and lasted.
#include "cause/roles.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "cause/links.hpp"

namespace nixwhy {

namespace {

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

// A machine that is being shut down stops and unmounts everything at once; what fails in those seconds is no fault. A
// unit that failed just before is one: who reboots to get rid of a failure still wants to know why it was there.
bool during_shutdown(const Timeline& timeline, const Finding& finding) {
    constexpr std::int64_t before_us = second_us, after_us = 120 * second_us;
    if (finding.first.known != TimeKnown::full) return false;
    return std::any_of(timeline.facts.begin(), timeline.facts.end(), [&](const Fact& fact) {
        if (fact.name != "shutting-down" || fact.time.known != TimeKnown::full) return false;
        if (!finding.machine.empty() && machine_of(timeline, fact.host) != finding.machine) return false;
        return finding.first.us >= fact.time.us - before_us && finding.last.us <= fact.time.us + after_us;
    });
}

// Whether a failure that is not over stands somewhere above the finding.
bool has_living_cause(const std::vector<Finding>& findings, const std::vector<bool>& quiet, std::uint32_t index) {
    const auto& causes = findings[index].caused_by;
    return std::any_of(causes.begin(), causes.end(), [&](std::uint32_t cause) {
        return !quiet[cause] || has_living_cause(findings, quiet, cause);
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

}  // namespace

// A run that says itself that it succeeded did not fail, whatever it printed on the way.
bool ended_well_after(const Timeline& timeline, const Location& at) {
    const auto told = [&](std::string_view name) {
        return std::any_of(timeline.facts.begin(), timeline.facts.end(), [&](const Fact& fact) {
            return fact.name == name && fact.at.source == at.source && fact.at.offset > at.offset;
        });
    };
    if (told("rebuild-done") || told("switch-finished") || told("job-succeeded")) return true;
    if (told("play-succeeded") && !told("play-failed")) return true;
    // a job of GitHub that is told to its end without an error of the runner did not fail
    return told("job-ended") && std::none_of(timeline.events.begin(), timeline.events.end(), [&](const Event& event) {
        return event.at.source == at.source && event.closes;
    });
}

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

// A rule of kind root that is a fallback steps back from lines, and from blocks with lines, that another rule
// understands: what a configuration throws is mostly a text of its own, and sometimes one that a rule knows.
void fold_fallback_roots(const Timeline& timeline, std::vector<Finding>& findings) {
    std::set<std::pair<std::uint32_t, std::uint64_t>> understood;  // source and offset
    for (const Finding& finding : findings) {
        const bool knows = finding.rule->kind == Kind::symptom ? !glob_match("meta.*", finding.rule->id) : finding.rule->kind == Kind::root && !finding.rule->fallback;
        if (finding.folded || finding.rule->is_general() || !knows) continue;
        for (const std::uint32_t event : finding.events) understood.emplace(timeline.events[event].at.source, timeline.events[event].at.offset);
    }
    for (Finding& finding : findings) {
        if (!finding.rule->fallback || finding.rule->kind != Kind::root || finding.events.empty()) continue;
        finding.folded = finding.folded || std::all_of(finding.events.begin(), finding.events.end(), [&](std::uint32_t event) {
            const Location& at = timeline.events[event].at;
            const auto inside = understood.lower_bound({at.source, at.offset});
            return inside != understood.end() && inside->first == at.source && inside->second < at.offset + at.length;
        });
    }
}

// What was read in plain words is a guess for where nothing else tells more: neither a rule, nor a known error text.
bool is_guess(const Timeline& timeline, const Finding& finding) {
    return finding.rule->is_general() && !finding.events.empty() && std::all_of(finding.events.begin(), finding.events.end(), [&](std::uint32_t event) {
        return timeline.events[event].failure.telling != Telling::clear;
    });
}

// A time-out is the end of waiting: what was waited for in vain is told by the warnings before it.
bool waits(const Finding& finding) {
    return finding.rule->id == "general.connection-timed-out" || finding.rule->id == "general.time-limit";
}

void fold_guesses(const Timeline& timeline, std::vector<Finding>& findings) {
    for (Finding& guess : findings) {
        if (guess.folded || !is_guess(timeline, guess)) continue;
        guess.confidence = Confidence::possible;
        guess.because = "read from the last words before the end, in no form that is known for sure";
        const bool warned = timeline.events[guess.events.front()].failure.telling == Telling::warned;
        guess.folded = std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
            if (other.folded || other.rule->kind != Kind::root || is_guess(timeline, other) || !same_machine(other, guess)) return false;
            if (warned && waits(other)) return false;
            return other.unit.empty() || guess.unit.empty() || other.unit == guess.unit;
        });
        if (guess.folded || !warned) continue;
        for (Finding& other : findings) other.folded = other.folded || (waits(other) && same_machine(other, guess));
    }
}

// A general rule speaks only where no specific one does: not on lines another rule understands, and not for a
// unit whose failure has a cause.
void fold_general(const Timeline& timeline, std::vector<Finding>& findings) {
    std::set<std::uint32_t> understood;
    std::set<std::uint32_t> reported;  // a specific rule saw the line, and does not know why either
    std::set<std::string> explained_units;
    for (const Finding& finding : findings) {
        const auto& yields = finding.rule->yields_to;
        const bool gave_way = finding.folded && std::any_of(yields.begin(), yields.end(), [](const std::string& id) { return id.compare(0, 8, "general.") == 0; });
        if (finding.rule->is_general() || gave_way) continue;
        const bool knows = finding.rule->kind != Kind::symptom || !finding.rule->fallback;
        (knows ? understood : reported).insert(finding.events.begin(), finding.events.end());
        if (finding.rule->kind == Kind::root && !finding.folded) explained_units.insert(finding.unit);
    }
    for (Finding& finding : findings) {
        if (!finding.rule->is_general()) continue;
        auto& events = finding.events;
        events.erase(std::remove_if(events.begin(), events.end(), [&](std::uint32_t event) {
            const bool no_better = finding.rule->kind != Kind::root && reported.count(event) > 0;
            const bool kept = timeline.events[event].failure.telling != Telling::clear || mattered(timeline, event);
            return understood.count(event) > 0 || no_better || !kept;
        }), events.end());
        if (events.empty() || explained_units.count(finding.unit) > 0) finding.folded = true;
    }
}

void give_roles(const Timeline& timeline, std::vector<Finding>& findings) {
    std::vector<bool> quiet;  // no failure by itself: harmless, over, or in a run that ended well
    for (const Finding& finding : findings) {
        const bool harmless = finding.rule->kind == Kind::context || finding.rule->kind == Kind::noise;
        quiet.push_back(harmless || is_over(timeline, finding) || (!finding.events.empty() && !finding.rule->despite_success && ended_well_after(timeline, timeline.events[finding.events.back()].at)) || during_shutdown(timeline, finding));
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
            constexpr std::int64_t hour_us = 3600 * second_us;
            if (!in_time(findings[root], finding, hour_us)) continue;
            finding.role = Role::symptom;
            const bool same_unit = finding.unit.empty() || findings[root].unit.empty() || finding.unit == findings[root].unit;
            if (same_unit && finding.caused_by.empty()) finding.caused_by.push_back(root);
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
        if (in_time(first, later, 3600 * second_us)) later.caused_by.push_back(left[0]);
    }
}

}  // namespace nixwhy
