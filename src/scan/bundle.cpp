// A bundle is known by its manifest; what is told of it holds for all members below the same folder.
#include "scan/bundle.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.hpp"
#include "event/snapshot.hpp"

namespace nixwhy {

namespace {

// `b.tar.zst!top/journal/a.json` stands in `b.tar.zst!top/journal/`.
std::string folder_of(const std::string& name) {
    const std::size_t end = name.find_last_of("/!");
    return end == std::string::npos ? std::string() : name.substr(0, end + 1);
}

bool stands_in(const std::string& name, const std::string& folder) { return name.compare(0, folder.size(), folder) == 0; }

// Bundles of other programs: what lies below the folder with this mark in it is theirs, and of that these are logs. The
// rest is output of programs, as our material. Sources: sosreport's sos/report/plugins, troubleshoot.sh's collectors.
struct Foreign {
    const char* mark;
    std::array<const char*, 5> logs;
};
constexpr std::array<Foreign, 3> foreign_bundles{{
    {"sos_commands/", {"sos_commands/*journalctl*", "sos_commands/kernel/dmesg*", "var/log/*", "run/log/journal/*", "sos_strings/*"}},
    {"host-collectors/", {"*.log", "*journal*", "*dmesg*", "*/logs/*", "*/pod-logs/*"}},
    {"cluster-resources/", {"*.log", "*journal*", "*dmesg*", "*/logs/*", "*/pod-logs/*"}},
}};

void make_material(ScannedSource& source) {
    source.summary.format = "material";
    source.summary.let_go += source.summary.kept;
    source.summary.kept = source.summary.events = 0;
    source.summary.clipped = false;
    source.events.clear();
    source.facts.clear();
}

// The folders that other programs' bundles begin in.
std::map<std::string, const Foreign*> foreign_folders(const std::vector<ScannedSource>& sources) {
    std::map<std::string, const Foreign*> folders;
    for (const ScannedSource& source : sources) {
        for (const Foreign& foreign : foreign_bundles) {
            const std::string& name = source.summary.name;
            const std::size_t at = name.find(foreign.mark);
            if (at == std::string::npos || (at > 0 && name[at - 1] != '/' && name[at - 1] != '!')) continue;
            folders.emplace(name.substr(0, at), &foreign);
        }
    }
    return folders;
}

void settle_foreign(std::vector<ScannedSource>& sources) {
    for (const auto& folder : foreign_folders(sources)) {
        for (ScannedSource& source : sources) {
            if (!stands_in(source.summary.name, folder.first)) continue;
            const std::string below = source.summary.name.substr(folder.first.size());
            const bool is_log = std::any_of(folder.second->logs.begin(), folder.second->logs.end(), [&](const char* glob) { return glob_match(glob, below); });
            if (!is_log) make_material(source);
        }
    }
}

void count_lines(std::string_view text, ScannedSource& out) {
    out.summary.bytes = text.size();
    out.summary.lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    if (!text.empty() && text.back() != '\n') ++out.summary.lines;
}

// Where a member of the JSON text stands that has a line of its own; the first line where it has none.
Location line_of(std::string_view text, const std::string& name) {
    const std::string start = "\n" + json_line(name) + ": ";
    const std::size_t at = text.find(start);
    if (at == std::string_view::npos) return {0, 1, 0, 0};
    const std::size_t end = std::min(text.find('\n', at + 1), text.size());
    const auto before = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at) + 1, '\n');
    return {0, static_cast<std::uint64_t>(before) + 1, at + 1, static_cast<std::uint32_t>(end - at - 1)};
}

}  // namespace

void scan_snapshot(std::string_view text, ScannedSource& out) {
    count_lines(text, out);
    out.summary.format = snapshot_format;
    const std::optional<Snapshot> snapshot = read_snapshot(text);
    if (!snapshot) {
        out.notices.push_back({out.summary.name, "is a snapshot that is damaged or was cut off"});
        return;
    }
    const Time taken{snapshot->taken_us, snapshot->taken_us == 0 ? TimeKnown::none : TimeKnown::full};
    out.summary.host = snapshot->host;
    out.summary.first = out.summary.last = taken;
    if (!snapshot->host.empty()) out.hosts.push_back({snapshot->host, snapshot->machine, 1, std::max<std::uint64_t>(out.summary.lines, 1)});
    const std::string prefix = snapshot->phase == "before" ? "before:" : "";
    std::uint64_t proofs = 0;
    for (const auto& [name, value] : snapshot->facts) {
        const Location at = line_of(text, name);
        if (at.length > 0) ++proofs;
        const std::string shown = fact_text(value);
        out.facts.push_back({prefix + name, shown, snapshot->host, taken, at, fmt::format("{} = {}", name, value.is_null() ? "none" : shown)});
    }
    out.facts.push_back({prefix + "collection", snapshot->collection, snapshot->host, taken, {0, 1, 0, 0}, "collection = " + snapshot->collection});
    out.summary.kept = proofs;
}

void scan_manifest(std::string_view text, ScannedSource& out) {
    count_lines(text, out);
    out.summary.format = manifest_format;
    const std::optional<Json> json = parse_json(text, 8);
    if (!json || !json->is_object()) {
        out.notices.push_back({out.summary.name, "is a manifest that is damaged or was cut off"});
        return;
    }
    out.summary.host = json_text(*json, "host");
    const auto complete = json->find("complete");
    if (complete != json->end() && *complete == false) {
        out.notices.push_back({out.summary.name, "the bundle is not complete: " + json_text(*json, "why_incomplete")});
    }
}

void settle_bundles(std::vector<ScannedSource>& sources) {
    settle_foreign(sources);
    std::vector<std::pair<std::string, std::string>> bundles;  // folder, host
    for (const ScannedSource& source : sources) {
        if (source.summary.format == manifest_format) bundles.emplace_back(folder_of(source.summary.name), source.summary.host);
    }
    for (const auto& bundle : bundles) {
        const std::string& folder = bundle.first;
        const auto inside = [&](const ScannedSource& source) { return stands_in(source.summary.name, folder); };
        const bool has_after = std::any_of(sources.begin(), sources.end(), [&](const ScannedSource& source) {
            return inside(source) && source.summary.format == snapshot_format && !source.facts.empty() && source.facts[0].name.compare(0, 7, "before:") != 0;
        });
        for (ScannedSource& source : sources) {
            if (!inside(source)) continue;
            // a recording that was cut off has only the state before
            if (source.summary.format == snapshot_format && !has_after) {
                const std::vector<Fact> facts = source.facts;
                for (Fact fact : facts) fact.name.erase(0, 7), source.facts.push_back(std::move(fact));
            }
            if (stands_in(source.summary.name, folder + "material/")) {
                make_material(source);
            }
            if (source.summary.host.empty()) source.summary.host = bundle.second;
            for (Event& event : source.events) {
                if (event.host.empty()) event.host = bundle.second;
            }
            for (Fact& fact : source.facts) {
                if (fact.host.empty()) fact.host = bundle.second;
            }
        }
    }
}

}  // namespace nixwhy
