// Two rounds: first the state of the machine, which tells which part of the journal matters, then that part.
#include "collect/collect.hpp"

#include <fmt/core.h>

#include <ctime>
#include <map>

#include "base/text.hpp"
#include "base/time.hpp"
#include "collect/facts.hpp"

namespace nixwhy {

namespace {

constexpr std::int64_t before_switch_us = 600 * second_us;

void gather(Reach& reach, std::vector<Probe> probes, Bundle& bundle) {
    for (Gathered& outcome : reach.gather(probes)) bundle.gathered.push_back(std::move(outcome));
    for (Probe& probe : probes) bundle.probes.push_back(std::move(probe));
}

std::string text_of(const Bundle& bundle, std::string_view probe) {
    for (const Gathered& outcome : bundle.gathered) {
        if (outcome.probe == probe) return outcome.text;
    }
    return {};
}

// Where this boot is healthy, what failed may have been the boot before.
std::vector<Probe> journals(const Bundle& bundle, const CollectOptions& options) {
    Window window = options.window;
    if (options.window_chosen) return journal_probes(window);
    window.since = failed_switch_since(text_of(bundle, "switches"));
    if (!window.since.empty()) window.boot.clear();
    std::vector<Probe> probes = journal_probes(window);
    if (window.since.empty() && trim(text_of(bundle, "system-state")) == "running") {
        Window earlier;
        earlier.boot = "-1";
        Probe before = journal_probes(earlier)[0];
        before.name = "journal-of-the-boot-before";
        before.bytes_max /= 3;
        probes.push_back(std::move(before));
    }
    return probes;
}

// What should be there on any machine and is not. A tool that is not installed is no gap, nor is the rest of a disk.
std::string gaps(const Bundle& bundle) {
    std::vector<std::string> gaps;
    std::map<std::string, std::size_t> reasons;  // of what never came
    for (const Gathered& one : bundle.gathered) {
        const bool cut_off = contains(one.missing, "stopped") || contains(one.missing, "ssh") || contains(one.missing, "connection") || contains(one.missing, "the host took");
        if (cut_off) {
            ++reasons[one.missing];
        } else if (one.timed_out || (one.probe == "root" && contains(one.missing, "not root"))) {
            gaps.push_back(one.probe + ": " + one.missing);
        } else if (one.probe == "journal" && one.text.empty()) {
            const std::string why = !one.missing.empty() ? one.missing : std::string(trim(one.error));
            gaps.push_back("journal: " + (why.empty() ? "it holds nothing of that time" : why));
        }
    }
    for (const auto& [reason, count] : reasons) gaps.push_back(fmt::format("{} ({} of {} things not looked at)", reason, count, bundle.gathered.size()));
    return join(gaps, "; ");
}

}  // namespace

std::int64_t wall_clock_us() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::int64_t>(now.tv_sec) * second_us + now.tv_nsec / 1000;
}

std::string failed_switch_since(const std::string& switches) {
    std::int64_t began_us = 0;
    bool failed = false;
    for (const std::string_view line : split(switches, '\n')) {
        std::string_view rest = line;
        const auto time = take_iso_time(rest);
        if (!time) continue;
        if (contains(rest, "failed (status ")) {
            failed = true;
        } else if (contains(rest, "finished switching to system configuration")) {
            failed = false;
        } else if (contains(rest, "switching to system configuration ")) {
            began_us = time->us;
            failed = true;  // until it says that it is done: a switch that was killed says nothing
        }
    }
    if (!failed || began_us == 0) return {};
    return rfc3339((began_us - before_switch_us) / second_us * second_us);
}

Bundle collect_machine(Reach& reach, const std::string& origin, const CollectOptions& options, Redactor& redactor) {
    Bundle bundle;
    bundle.made_by = options.made_by;
    bundle.origin = origin;
    bundle.collection = options.collection;
    bundle.started_us = wall_clock_us();
    std::vector<Probe> first = session_probes();
    for (Probe& probe : quick_probes()) first.push_back(std::move(probe));
    for (Probe& probe : machine_probes()) first.push_back(std::move(probe));
    gather(reach, std::move(first), bundle);
    gather(reach, journals(bundle, options), bundle);
    bundle.snapshots.push_back(snapshot_of(bundle.gathered, "now", options.collection, bundle.started_us, redactor));
    bundle.host = bundle.snapshots[0].host;
    bundle.machine = bundle.snapshots[0].machine;
    bundle.ended_us = wall_clock_us();
    bundle.why_incomplete = gaps(bundle);
    return bundle;
}

}  // namespace nixwhy
