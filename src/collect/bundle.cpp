// Everything is in memory and masked before the first byte is written.
#include "collect/bundle.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace nixwhy {

namespace {

std::string plain_name(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '.' || c == '_';
        out += plain ? c : '-';
    }
    return out.empty() || out[0] == '.' ? "host" + out : out.substr(0, 64);
}

std::string masked(std::string_view text, Redactor& redactor) {
    return text.empty() ? std::string() : redactor.lines(text).str();
}

Json probe_row(const Gathered& one, std::size_t kept, Redactor& redactor) {
    Json row{{"name", one.probe}, {"command", redactor.line(one.command).str()}, {"status", one.status}};
    if (one.timed_out) row["timed_out"] = true;
    if (!one.missing.empty()) row["missing"] = redactor.line(one.missing).str();
    if (!one.error.empty()) row["error"] = masked(trim(one.error), redactor);
    row["duration_ms"] = one.duration_us / 1000;
    row["bytes"] = one.bytes;
    row["bytes_kept"] = kept;
    row["truncated"] = one.cut;
    return row;
}

}  // namespace

std::string bundle_name(const std::string& host, std::int64_t started_us) {
    std::string stamp = rfc3339(started_us / second_us * second_us);
    stamp.erase(std::remove_if(stamp.begin(), stamp.end(), [](char c) { return c == '-' || c == ':'; }), stamp.end());
    return "nixwhy-" + plain_name(host) + "-" + stamp;
}

std::vector<PackedMember> bundle_members(const Bundle& bundle, Redactor& redactor) {
    const std::string top = bundle_name(bundle.host, bundle.started_us) + "/";
    std::vector<PackedMember> members(1);
    Json rows = Json::array(), list = Json::array();
    const auto add = [&](const std::string& name, std::string bytes, const std::string& read_as) {
        list.push_back({{"name", name}, {"bytes", bytes.size()}, {"sha256", sha256_hex(bytes)}, {"read_as", read_as}});
        members.push_back({top + name, std::move(bytes)});
    };
    for (const Snapshot& snapshot : bundle.snapshots) {
        add(snapshot.phase == "now" ? "snapshot.json" : "snapshot-" + snapshot.phase + ".json", snapshot_text(snapshot), "snapshot");
    }
    for (const ExtraMember& member : bundle.extra) add(member.name, member.bytes, member.read_as);
    for (std::size_t i = 0; i < bundle.gathered.size(); ++i) {
        const Gathered& one = bundle.gathered[i];
        const Keep keep = bundle.probes[i].keep;
        std::string text = keep == Keep::facts ? std::string() : masked(one.text, redactor);
        rows.push_back(probe_row(one, text.size(), redactor));
        if (text.empty()) continue;
        if (keep == Keep::log) {
            const bool journal = bundle.probes[i].words[0] == "journalctl";
            add((journal ? "journal/" + one.probe + ".json" : "logs/" + one.probe + ".log"), std::move(text), "log");
        } else {
            add("material/" + one.probe + ".txt", std::move(text), "material");
        }
    }
    Json manifest{{"format", "nixwhy bundle 1"},
                  {"made_by", bundle.made_by},
                  {"origin", redactor.line(bundle.origin).str()},
                  {"host", bundle.host},
                  {"machine", bundle.machine},
                  {"collection", bundle.collection},
                  {"started", rfc3339(bundle.started_us)},
                  {"ended", rfc3339(bundle.ended_us)},
                  {"complete", bundle.why_incomplete.empty()}};
    if (!bundle.why_incomplete.empty()) manifest["why_incomplete"] = redactor.line(bundle.why_incomplete).str();
    for (const auto& [name, value] : bundle.about.items()) manifest[name] = value;
    manifest["members"] = list;
    manifest["probes"] = rows;
    Json redactions = Json::object();
    for (const auto& [kind, count] : redactor.counts()) redactions[kind] = count;
    manifest["redactions"] = redactions;
    members[0] = {top + "manifest.json", json_pretty(manifest)};
    return members;
}

std::string write_bundle(const Bundle& bundle, const std::string& path, Redactor& redactor) {
    const std::vector<PackedMember> members = bundle_members(bundle, redactor);
    for (const PackedMember& member : members) {
        for (const std::string* text : {&member.name, &member.bytes}) {
            const auto leak = find_leak(*text);
            if (leak) throw Error(fmt::format("the finished bundle holds a secret that was not masked: {} in line {} of {}; nothing was written", leak->detector, leak->line, text == &member.name ? "a name" : member.name), Exit::secret);
        }
    }
    PackOptions options;
    options.time_s = bundle.started_us / second_us;
    options.durable = bundle.origin != "record";  // a recorded command is not made to wait for a disk
    struct stat status {};
    const bool folder = path.empty() || path.back() == '/' || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode));
    if (!folder) {
        options.replace = true;
        write_pack(path, members, options);
        return path;
    }
    const std::string stem = (path.empty() || path.back() == '/' ? path : path + "/") + bundle_name(bundle.host, bundle.started_us);
    for (int copy = 1; copy < 1000; ++copy) {
        const std::string name = stem + (copy == 1 ? "" : fmt::format("-{}", copy)) + ".tar.zst";
        if (write_pack(name, members, options)) return name;
    }
    throw Error(fmt::format("{}: there are a thousand bundles of this name already", stem), Exit::usage);
}

}  // namespace nixwhy
