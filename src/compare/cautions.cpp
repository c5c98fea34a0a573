// switch-to-configuration compares the system it is to switch to with the one that runs. Where an earlier attempt has
// already made the new one current, there is nothing to stop or start, and failed units are looked for only for a moment:
// such a run ends with 0 whether the units are healthy or not. Source: nixpkgs switch-to-configuration-ng main.rs.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "compare/compare.hpp"

namespace nixwhy {

namespace {

bool is_unhealthy(const KnownFacts& facts, const std::string& unit) {
    const auto value = [&](const char* name) {
        const auto found = facts.find(name + unit);
        return found == facts.end() ? std::string() : found->second.value;
    };
    return value("unit-state:") == "failed" || value("unit-substate:") == "auto-restart" || (value("unit-state:") == "inactive" && !value("unit-result:").empty());
}

// "warning: the following units failed: certmgr.service, kubelet.service", in the failed run alone.
std::set<std::string> units_that_failed(const ComparedRuns& runs) {
    static const Regex expression(R"(the following units failed: (?P<units>\S.*)$)");
    std::set<std::string> units;
    for (std::uint32_t i = 1; i < runs.sayings.size(); ++i) {
        Captures captures;
        if (!runs.sayings[i].only(Side::failed) || !expression.search(runs.sayings[i].raw, captures)) continue;
        for (const std::string_view unit : split(capture(captures, "units"), ',')) units.insert(std::string(trim(unit)));
    }
    return units;
}

bool said(const ComparedRuns& runs, Side side, std::string_view words) {
    for (std::uint32_t i = 1; i < runs.sayings.size(); ++i) {
        const Saying& saying = runs.sayings[i];
        if (saying.at[place_of(side)].count > 0 && contains(saying.raw, words)) return true;
    }
    return false;
}

std::string value_of(const Timeline& timeline, const std::string& name) {
    std::string value;
    for (const Fact& fact : timeline.facts) {
        if (fact.name == name) value = fact.value;
    }
    return value;
}

// The run that worked found its own system current when it began.
bool switched_to_itself(const Timeline& worked) {
    const std::string before = value_of(worked, "before:link:/run/current-system"), after = value_of(worked, "link:/run/current-system");
    return !before.empty() && before == after;
}

}  // namespace

std::vector<std::string> cautions_of(const ComparedRuns& runs) {
    std::vector<std::string> out;
    std::set<std::string> units = units_that_failed(runs);
    const KnownFacts left = facts_of_run(runs.worked);
    const bool activated = said(runs, Side::failed, "activating the configuration") || said(runs, Side::failed, "the following units failed") ||
                           !value_of(runs.failed, "switch-failed").empty();
    const bool same_system = switched_to_itself(runs.worked);
    // a rerun that had work to do names the units it restarts or starts
    const bool had_work = said(runs, Side::worked, "starting the following units") || said(runs, Side::worked, "restarting the following units") || said(runs, Side::worked, "new units were started");
    std::vector<std::string> unhealthy;
    for (const auto& [name, fact] : left) {
        if (name.compare(0, 11, "unit-state:") != 0) continue;
        const std::string unit = name.substr(11);
        if (is_unhealthy(left, unit)) unhealthy.push_back(unit);
    }
    if (!activated && !(same_system && !unhealthy.empty())) return out;
    if (units.empty() && unhealthy.empty()) return out;
    if (had_work && !same_system) return out;
    const std::string why = "the failed run had already switched to the new system, so the second compared that system with itself and had nothing to start; its status 0 says nothing about the units";
    if (!unhealthy.empty()) {
        out.push_back(fmt::format("it did not work: {} {} still not healthy after the run that ended well; {}", join(unhealthy, ", "), unhealthy.size() == 1 ? "is" : "are", why));
        return out;
    }
    std::vector<std::string> unknown;
    for (const std::string& unit : units) {
        if (left.count("unit-state:" + unit) == 0) unknown.push_back(unit);
    }
    if (!unknown.empty()) out.push_back(fmt::format("it may not have worked: {}; look at them: systemctl status {}", why, join(unknown, " ")));
    return out;
}

}  // namespace nixwhy
