// See chart.hpp. Marks are gathered for lanes first, then the lanes are cut to what a picture can hold, then places and
// arrows are given.
#include "report/chart.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/text.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t lanes_max = 16;
constexpr std::size_t marks_max = 48;          // for one lane
constexpr std::size_t marks_of_finding_max = 12;
constexpr std::size_t arrows_max = 60;
constexpr std::size_t label_max = 300;

using LaneKey = std::pair<std::string, std::string>;  // machine, unit

struct Builder {
    const Timeline& timeline;
    Redactor& redactor;
    std::map<LaneKey, Lane> lanes;
    std::uint64_t left_out = 0;

    Mark* add(const LaneKey& key, MarkKind kind, const Time& time, std::string_view text, const Location* at) {
        if (time.known != TimeKnown::full) return nullptr;
        Lane& lane = lanes[key];
        if (lane.marks.size() >= marks_max) {
            ++left_out;
            return nullptr;
        }
        Mark mark;
        mark.kind = kind;
        mark.us = time.us;
        mark.time = rfc3339(time.us);
        mark.text = redactor.line(text.substr(0, label_max));
        if (at != nullptr && at->line > 0) {
            mark.source = redactor.line(timeline.sources[at->source].name);
            mark.line = at->line;
        }
        lane.marks.push_back(std::move(mark));
        return &lane.marks.back();
    }
};

std::string base_name(const std::string& path) { return path.substr(path.find_last_of("/!") == std::string::npos ? 0 : path.find_last_of("/!") + 1); }

LaneKey lane_of(const Timeline& timeline, const Finding& finding) {
    if (!finding.unit.empty() || finding.events.empty()) return {finding.machine, finding.unit};
    const Event& event = timeline.events[finding.events.front()];
    return {finding.machine, base_name(timeline.sources[event.at.source].name)};
}

void add_finding(Builder& builder, const std::vector<Finding>& findings, std::size_t index) {
    const Finding& finding = findings[index];
    const MarkKind kind = finding.role == Role::root ? MarkKind::root : finding.role == Role::symptom ? MarkKind::symptom : MarkKind::context;
    const LaneKey key = lane_of(builder.timeline, finding);
    const std::size_t count = finding.events.size();
    for (std::size_t i = 0; i < count; ++i) {
        // the first ones and the last ones
        if (count > marks_of_finding_max && i >= marks_of_finding_max - 4 && i + 4 < count) continue;
        const Event& event = builder.timeline.events[finding.events[i]];
        Mark* mark = builder.add(key, kind, event.time, event.said.empty() ? event.message.substr(0, event.message.find('\n')) : event.said, &event.at);
        if (mark == nullptr) continue;
        mark->finding = static_cast<std::int32_t>(index);
        mark->count = event.count;
    }
    if (finding.resolved) {
        Mark* mark = builder.add(key, MarkKind::recovered, *finding.resolved, "over: " + finding.rule->id, nullptr);
        if (mark != nullptr) mark->finding = static_cast<std::int32_t>(index);
    }
}

void add_states(Builder& builder) {
    const Timeline& timeline = builder.timeline;
    std::set<std::string> named;  // machine and second of a host name change
    for (const Fact& fact : timeline.facts) {
        const bool is_name = fact.name == "host-name-set" || fact.name == "host-name-changed";
        const bool is_change = fact.name.rfind("switch-", 0) == 0 || fact.name.rfind("rebuild-", 0) == 0;
        if (!is_name && !is_change) continue;
        const LaneKey key{machine_of(timeline, fact.host), ""};
        if (is_name && !named.insert(key.first + '\1' + std::to_string(fact.time.us / second_us)).second) continue;
        builder.add(key, is_name ? MarkKind::host_name : MarkKind::change, fact.time, fact.text.empty() ? fact.value : fact.text, &fact.at);
    }
    std::map<std::string, std::string> boots;
    for (const Event& event : timeline.events) {
        const std::string machine = machine_of(timeline, event.host);
        if (contains(event.message, "Scheduled restart job")) {
            const LaneKey key{machine, speaker_stem(event.unit)};
            if (builder.lanes.count(key) > 0) builder.add(key, MarkKind::restart, event.time, event.message, &event.at);
        }
        if (event.boot.empty()) continue;
        std::string& boot = boots[machine];
        if (!boot.empty() && boot != event.boot) builder.add({machine, ""}, MarkKind::boot, event.time, "another boot from here on", &event.at);
        boot = event.boot;
    }
}

// Lanes that hold failures first, then by time; a machine's own lane stands above its units.
std::vector<Lane> chosen_lanes(Builder& builder) {
    std::vector<std::pair<LaneKey, Lane>> all(builder.lanes.begin(), builder.lanes.end());
    std::map<std::string, std::int64_t> machine_first;
    const auto weight = [](const Lane& lane) {
        int best = 3;
        for (const Mark& mark : lane.marks) best = std::min(best, mark.kind == MarkKind::root ? 0 : mark.kind == MarkKind::symptom ? 1 : 2);
        return best;
    };
    all.erase(std::remove_if(all.begin(), all.end(), [](const auto& one) { return one.second.marks.empty(); }), all.end());
    for (auto& [key, lane] : all) {
        std::stable_sort(lane.marks.begin(), lane.marks.end(), [](const Mark& a, const Mark& b) { return a.us < b.us; });
    }
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        return std::pair(weight(a.second), a.second.marks.front().us) < std::pair(weight(b.second), b.second.marks.front().us);
    });
    for (; all.size() > lanes_max; all.pop_back()) builder.left_out += all.back().second.marks.size();
    for (const auto& [key, lane] : all) {
        const auto found = machine_first.try_emplace(key.first, lane.marks.front().us).first;
        found->second = std::min(found->second, lane.marks.front().us);
    }
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        const auto rank = [&](const auto& one) { return std::tuple(machine_first.at(one.first.first), one.first.first, !one.first.second.empty(), one.second.marks.front().us); };
        return rank(a) < rank(b);
    });
    std::vector<Lane> lanes;
    for (auto& [key, lane] : all) {
        lane.host = builder.redactor.line(key.first);
        lane.unit = builder.redactor.line(key.second);
        lanes.push_back(std::move(lane));
    }
    return lanes;
}

// The longest gap that is drawn in full: no gap may take more than a share of the width.
double longest_gap(std::vector<double> gaps) {
    if (gaps.empty()) return 0;
    const double share = std::max(0.15, 2.0 / static_cast<double>(gaps.size()));
    std::sort(gaps.rbegin(), gaps.rend());
    double rest = 0;
    for (const double gap : gaps) rest += gap;
    double cap = gaps.front();
    // with the `cut` longest gaps shortened to `cap`, cap == share * (cut * cap + rest)
    for (std::size_t cut = 0; cut < gaps.size() && share * static_cast<double>(cut + 1) < 1; ++cut) {
        if (gaps[cut] <= share * (static_cast<double>(cut) * cap + rest)) break;
        rest -= gaps[cut];
        cap = share * rest / (1 - share * static_cast<double>(cut + 1));
    }
    return cap;
}

void give_places(Chart& chart) {
    std::set<std::int64_t> times;
    for (const Lane& lane : chart.lanes) {
        for (const Mark& mark : lane.marks) times.insert(mark.us);
    }
    if (times.empty()) return;
    chart.first = rfc3339(*times.begin());
    chart.last = rfc3339(*times.rbegin());
    std::vector<double> gaps;
    for (auto at = times.begin(); std::next(at) != times.end(); ++at) gaps.push_back(static_cast<double>(*std::next(at) - *at));
    const double cap = longest_gap(gaps);
    double width = 0;
    for (const double gap : gaps) width += std::min(gap, cap);
    std::map<std::int64_t, double> places;
    double at = 0, last_tick = -1000;
    std::int64_t before = *times.begin();
    std::string day;
    for (const std::int64_t time : times) {
        const double gap = static_cast<double>(time - before);
        const double from = at;
        at += width > 0 ? std::min(gap, cap) / width * 1000 : 0;
        if (gap > cap * 1.5 && gap > static_cast<double>(second_us)) chart.silences.push_back({from, at, human_duration(time - before)});
        places[time] = at;
        const std::string stamp = rfc3339(time);
        if (at - last_tick >= 120) {
            const std::string clock = stamp.substr(11, 8);
            chart.ticks.push_back({at, stamp.substr(0, 10) == day || day.empty() ? clock : stamp.substr(5, 5) + " " + clock});
            day = stamp.substr(0, 10);
            last_tick = at;
        }
        before = time;
    }
    for (Lane& lane : chart.lanes) {
        for (Mark& mark : lane.marks) mark.x = places.at(mark.us);
    }
}

void draw_arrows(Chart& chart, const std::vector<Finding>& findings) {
    std::map<std::int32_t, std::pair<std::uint32_t, std::uint32_t>> first;
    for (std::uint32_t lane = 0; lane < chart.lanes.size(); ++lane) {
        const auto& marks = chart.lanes[lane].marks;
        for (std::uint32_t mark = 0; mark < marks.size(); ++mark) {
            if (marks[mark].finding >= 0 && marks[mark].kind != MarkKind::recovered) first.try_emplace(marks[mark].finding, lane, mark);
        }
    }
    for (const auto& [finding, place] : first) {
        const auto& causes = findings[static_cast<std::size_t>(finding)].caused_by;
        if (causes.empty()) continue;
        const auto cause = first.find(static_cast<std::int32_t>(causes.front()));
        if (cause == first.end() || chart.arrows.size() >= arrows_max) continue;
        chart.arrows.push_back({cause->second.first, cause->second.second, place.first, place.second});
    }
}

}  // namespace

std::string_view name_of(MarkKind kind) {
    switch (kind) {
        case MarkKind::root: return "cause";
        case MarkKind::symptom: return "consequence";
        case MarkKind::context: return "context";
        case MarkKind::recovered: return "recovered";
        case MarkKind::restart: return "restart";
        case MarkKind::host_name: return "host name";
        case MarkKind::change: return "switch";
        case MarkKind::boot: return "boot";
    }
    return "";
}

Chart make_chart(const Timeline& timeline, const std::vector<Finding>& findings, Redactor& redactor) {
    Builder builder{timeline, redactor, {}, 0};
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (findings[i].role != Role::context) add_finding(builder, findings, i);
    }
    if (builder.lanes.empty()) return {};
    add_states(builder);
    Chart chart;
    chart.lanes = chosen_lanes(builder);
    chart.left_out = builder.left_out;
    give_places(chart);
    draw_arrows(chart, findings);
    return chart;
}

}  // namespace nixwhy
