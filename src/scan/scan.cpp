// Each input file is scanned on its own; the parts meet in the order of their names, so that neither the number of
// threads nor the order of the inputs can show.
#include "scan/scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "scan/bundle.hpp"
#include "scan/source_scan.hpp"

namespace nixwhy {

namespace {

struct FileOutcome {
    std::vector<ScannedSource> sources;
    std::vector<Notice> notices;
    bool failed = false;
};

// A stream over text in memory.
class TextStream : public Stream {
public:
    explicit TextStream(const std::string& text) : text_(text) {}
    std::size_t read(char* buffer, std::size_t size) override {
        const std::size_t part = std::min(size, text_.size() - at_);
        text_.copy(buffer, part, at_);
        at_ += part;
        return part;
    }

private:
    const std::string& text_;
    std::size_t at_ = 0;
};

FileOutcome scan_file(const InputFile& file, const Plan& plan, const Limits& limits, unsigned threads) {
    FileOutcome outcome;
    try {
        open_input(file, limits, outcome.notices, [&](Source& source) {
            outcome.sources.push_back(SourceScan(plan, limits, source.name, threads).scan(source));
        });
    } catch (const Error& error) {
        outcome.notices.push_back({file.name, error.what()});
        outcome.failed = true;
    }
    return outcome;
}

// Names that one source shows one after the other, never mixed, are one machine that was renamed; so are names with
// the same machine id anywhere. The name a machine ended with stands for it.
void join_host_names(const std::vector<ScannedSource>& sources, Timeline& timeline) {
    std::map<std::string, std::string> last_name_of_id;
    for (const ScannedSource& source : sources) {
        for (const HostStretch& host : source.hosts) {
            if (!host.machine_id.empty()) last_name_of_id[host.machine_id] = host.name;
        }
    }
    for (const ScannedSource& source : sources) {
        for (const HostStretch& host : source.hosts) {
            if (!host.machine_id.empty()) timeline.machine_of_host[host.name] = last_name_of_id[host.machine_id];
        }
        std::vector<HostStretch> stretches = source.hosts;
        std::sort(stretches.begin(), stretches.end(), [](const HostStretch& a, const HostStretch& b) { return a.first_line < b.first_line; });
        for (std::size_t i = 0; i + 1 < stretches.size(); ++i) {
            const bool apart = stretches[i].last_line < stretches[i + 1].first_line;
            if (apart && stretches[i].machine_id.empty()) timeline.machine_of_host.emplace(stretches[i].name, stretches[i + 1].name);
        }
    }
    for (auto& [name, machine] : timeline.machine_of_host) {
        std::set<std::string> seen{name};
        while (seen.insert(machine).second) {
            const auto further = timeline.machine_of_host.find(machine);
            if (further == timeline.machine_of_host.end()) break;
            machine = further->second;
        }
    }
}

void add_host_name_changes(const std::vector<ScannedSource>& sources, Timeline& timeline) {
    for (const ScannedSource& source : sources) {
        std::vector<HostStretch> stretches = source.hosts;
        std::sort(stretches.begin(), stretches.end(), [](const HostStretch& a, const HostStretch& b) { return a.first_line < b.first_line; });
        for (std::size_t i = 0; i + 1 < stretches.size(); ++i) {
            if (machine_of(timeline, stretches[i].name) != machine_of(timeline, stretches[i + 1].name)) continue;
            const auto at = std::find_if(timeline.events.begin(), timeline.events.end(), [&](const Event& event) {
                return event.host == stretches[i + 1].name && timeline.sources[event.at.source].name == source.summary.name;
            });
            Fact fact{"host-name-changed", stretches[i].name + " to " + stretches[i + 1].name, stretches[i + 1].name, {}, {}, {}};
            if (at != timeline.events.end()) fact.time = at->time, fact.at = at->at, fact.text = at->message;
            timeline.facts.push_back(std::move(fact));
        }
    }
}

void shift_years(ScannedSource& source) {
    const auto shift = [&](Time& time) {
        if (time.known == TimeKnown::no_year && source.has_year_shift) time = {time.us + source.year_shift_us, TimeKnown::full};
    };
    for (Event& event : source.events) shift(event.time);
    for (Fact& fact : source.facts) shift(fact.time);
    shift(source.summary.first);
    shift(source.summary.last);
}

// `journalctl --reverse` and some viewers print the newest line first.
bool is_reversed(const std::vector<Event>& events) {
    std::size_t rising = 0, falling = 0;
    const Event* before = nullptr;
    for (const Event& event : events) {
        if (event.time.known == TimeKnown::none) continue;
        if (before != nullptr && before->time.known == event.time.known) {
            if (event.time.us > before->time.us) ++rising;
            if (event.time.us < before->time.us) ++falling;
        }
        before = &event;
    }
    return falling > 2 * rising + 1;
}

// Within a source the order of its lines is the order of time, whatever a clock that was set says; lines without a
// time stand at the time of the line before them.
std::vector<std::int64_t> order_keys(const std::vector<Event>& events) {
    std::vector<std::int64_t> keys;
    std::int64_t last = 0;
    for (const Event& event : events) {
        if (event.time.known == TimeKnown::full) last = std::max(last, event.time.us);
        keys.push_back(last);
    }
    return keys;
}

// `ip[113874]: Cannot create namespace file ...: File exists`, and in the same moment `netns@foo.service: Main process
// exited`: a helper that reports a failure right before a unit ends which never speaks itself was that unit's process.
void adopt_speakers(const std::set<std::string>& own_voice, std::vector<Event>& events) {
    constexpr std::size_t reach = 6;
    constexpr std::int64_t moment = 3 * second_us;
    static const std::set<std::string> never{"kernel", "sudo", "cron", "dbus-daemon", "systemd-logind", "nixos"};
    for (std::size_t i = 0; i < events.size(); ++i) {
        Event& event = events[i];
        if (!event.unit.empty() || event.identifier.empty() || event.identifier == "systemd" || never.count(speaker_stem(event.identifier)) > 0) continue;
        for (std::size_t k = i + 1; k < std::min(events.size(), i + reach); ++k) {
            const Event& later = events[k];
            if (later.identifier != "systemd" || !later.closes || later.unit.empty()) continue;
            const bool near = event.time.known == later.time.known && std::llabs(event.time.us - later.time.us) <= moment;
            if (near && own_voice.count(speaker_stem(later.unit)) == 0) event.unit = later.unit;
            break;
        }
    }
}

// In text journals only PID 1's lines name units. `flanneld` is flannel.service, `dbus-daemon` is dbus.service, where
// the same log speaks of such a unit.
void learn_units(std::vector<Event>& events) {
    std::set<std::string> units;
    for (const Event& event : events) {
        if (event.identifier == "systemd" && !event.unit.empty()) units.insert(speaker_stem(event.unit));
    }
    std::set<std::string> own_voice;  // units that speak under their own name
    for (Event& event : events) {
        if (!event.unit.empty() || event.identifier.empty() || event.identifier == "systemd") continue;
        const std::string name = speaker_stem(event.identifier);
        if (units.count(name) > 0) own_voice.insert(name);
        for (const std::string_view suffix : {"", "d", "-daemon", "-server"}) {
            if (name.size() <= suffix.size() || name.substr(name.size() - suffix.size()) != suffix) continue;
            const std::string unit = name.substr(0, name.size() - suffix.size());
            if (units.count(unit) == 0) continue;
            event.unit = unit + ".service";
            own_voice.insert(unit);
            break;
        }
    }
    adopt_speakers(own_voice, events);
}

// A packed file may hold a hundred thousand members that all have the same trouble.
void fold_notices(std::vector<Notice>& notices) {
    constexpr std::size_t alike_max = 10, notices_max = 1000;
    struct Alike {
        std::size_t last = 0;  // in `kept`
        std::uint64_t count = 0;
    };
    std::map<std::string, Alike> by_text;
    std::vector<Notice> kept;
    std::uint64_t left = 0;
    for (Notice& notice : notices) {
        Alike& alike = by_text[notice.text];
        if (++alike.count > alike_max) continue;
        if (kept.size() >= notices_max) {
            --alike.count, ++left;
            continue;
        }
        alike.last = kept.size();
        kept.push_back(std::move(notice));
    }
    for (const auto& [text, alike] : by_text) {
        if (alike.count > alike_max) kept[alike.last].text += fmt::format(" (the same of {} more)", alike.count - alike_max);
    }
    if (left > 0) kept.back().text += fmt::format(" ({} more notices are left out)", left);
    notices = std::move(kept);
}

Timeline put_together(std::vector<ScannedSource> sources, std::vector<Notice> notices) {
    std::sort(sources.begin(), sources.end(), [](const ScannedSource& a, const ScannedSource& b) { return a.summary.name < b.summary.name; });
    settle_bundles(sources);
    Timeline timeline;
    timeline.notices = std::move(notices);
    struct Placed {
        std::int64_t key;
        std::size_t place;  // in its source
        Event event;
    };
    std::vector<Placed> placed;
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
        ScannedSource& source = sources[i];
        shift_years(source);
        learn_units(source.events);
        if (is_reversed(source.events)) std::reverse(source.events.begin(), source.events.end());
        const std::vector<std::int64_t> keys = order_keys(source.events);
        for (std::size_t k = 0; k < source.events.size(); ++k) {
            source.events[k].at.source = i;
            placed.push_back({keys[k], k, std::move(source.events[k])});
        }
        for (Fact& fact : source.facts) {
            fact.at.source = i;
            timeline.facts.push_back(std::move(fact));
        }
        timeline.sources.push_back(source.summary);
        timeline.notices.insert(timeline.notices.end(), source.notices.begin(), source.notices.end());
    }
    std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
        return std::tie(a.key, a.event.at.source, a.place) < std::tie(b.key, b.event.at.source, b.place);
    });
    for (Placed& one : placed) timeline.events.push_back(std::move(one.event));
    join_host_names(sources, timeline);
    add_host_name_changes(sources, timeline);
    derive_facts(timeline);
    std::stable_sort(timeline.notices.begin(), timeline.notices.end(), [](const Notice& a, const Notice& b) { return a.source < b.source; });
    fold_notices(timeline.notices);
    for (const SourceSummary& summary : timeline.sources) {
        NIXWHY_PROMISE(summary.lines == summary.kept + summary.let_go + summary.unreadable);
    }
    return timeline;
}

// Among others an empty file says nothing; where all are empty, that is what is to be said.
void say_empty(const std::vector<ScannedSource>& sources, std::vector<Notice>& notices) {
    if (std::any_of(sources.begin(), sources.end(), [](const ScannedSource& source) { return source.summary.lines > 0; })) return;
    for (const ScannedSource& source : sources) {
        if (source.notices.empty()) notices.push_back({source.summary.name, "is empty, there is nothing to explain"});
    }
}

}  // namespace

Timeline scan_inputs(const std::vector<std::string>& inputs, const Plan& plan, const ScanOptions& options) {
    std::vector<Notice> notices;
    std::uint64_t failed = 0;
    const std::vector<InputFile> files = list_inputs(inputs, options.limits, notices, failed);
    std::vector<FileOutcome> outcomes(files.size());
    const unsigned threads = options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
    parallel_for(files.size(), threads, [&](std::size_t i) { outcomes[i] = scan_file(files[i], plan, options.limits, threads / std::max(1U, static_cast<unsigned>(std::min<std::size_t>(files.size(), threads)))); });
    std::vector<ScannedSource> sources;
    for (FileOutcome& outcome : outcomes) {
        if (outcome.failed) ++failed;
        std::move(outcome.sources.begin(), outcome.sources.end(), std::back_inserter(sources));
        notices.insert(notices.end(), outcome.notices.begin(), outcome.notices.end());
    }
    say_empty(sources, notices);
    Timeline timeline = put_together(std::move(sources), std::move(notices));
    timeline.inputs_failed = failed;
    timeline.nothing_read = std::all_of(timeline.sources.begin(), timeline.sources.end(), [](const SourceSummary& source) { return source.lines == 0; });
    return timeline;
}

Timeline scan_text(const std::string& name, const std::string& text, const Plan& plan) {
    const Limits limits;
    TextStream stream(text);
    PeekStream peeked(stream);
    Source source{name, {}, peeked};
    std::vector<ScannedSource> sources;
    sources.push_back(SourceScan(plan, limits, name).scan(source));
    return put_together(std::move(sources), {});
}

}  // namespace nixwhy
