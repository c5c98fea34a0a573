// One reader a probe, in the table at the end. A reader takes what it understands and leaves the rest: programs change
// what they print. docs/bundle.md lists the names of facts.
#include "collect/facts.hpp"

#include <fmt/core.h>

#include <array>
#include <cstdlib>
#include <ctime>

#include "base/text.hpp"
#include "base/time.hpp"
#include "collect/certificate.hpp"
#include "collect/reach.hpp"
#include "collect/read.hpp"

namespace nixwhy {

namespace {

void read_stat(const Gathered& gathered, FactMap& facts, Redactor& redactor) {
    for (const std::string_view line : lines_of(gathered.text)) {
        const Fields fields = split(line, field_separator);
        if (fields.size() < 2) continue;
        const std::string path = redactor.line(fields[0]).str();
        if (fields.size() < 9) {
            facts["file-type:" + path] = fields[1] == "missing" ? FactValue() : FactValue(std::string(fields[1]));
            continue;
        }
        facts["file-type:" + path] = std::string(fields[1]);
        if (contains(fields[1], "regular")) facts["file-size:" + path] = number_or_text(fields[2]);
        facts["file-mode:" + path] = std::string(fields[3]);
        facts["file-owner:" + path] = fmt::format("{}:{}", fields[4], fields[5]);
        set_text(facts, "file-modified:" + path, stamp_of(fields[6]));
        set_text(facts, "file-changed:" + path, stamp_of(fields[7]));
        facts["file-inode:" + path] = number_or_text(fields[8]);
        if (fields.size() > 9 && !fields[9].empty()) facts["link:" + path] = redactor.line(fields[9]).str();
        if (fields.size() < 13) continue;
        // of a secret behind a link the size is that of what it leads to
        if (fields[1] == "symbolic link") facts["file-size:" + path] = number_or_text(fields[10]);
        facts["file-length:" + path] = number_or_text(fields[10]);
        facts["file-characters:" + path] = std::string(fields[11]);
        set_text(facts, "file-keyed-name:" + path, fields[12]);
    }
}

void read_certificates(const Gathered& gathered, FactMap& facts, Redactor& redactor) {
    std::string path, pem;
    const auto close = [&] {
        const auto certificate = read_certificate(pem);
        if (!path.empty() && !certificate) facts["certificate:" + path] = trim(pem).empty() ? "empty" : "unreadable";
        if (!path.empty() && certificate) {
            facts["certificate:" + path] = certificate->authority ? "authority" : "leaf";
            facts["certificate-subject:" + path] = redactor.line(certificate->subject).str();
            facts["certificate-issuer:" + path] = redactor.line(certificate->issuer).str();
            facts["certificate-not-before:" + path] = rfc3339(certificate->not_before_us);
            facts["certificate-not-after:" + path] = rfc3339(certificate->not_after_us);
            facts["certificate-fingerprint:" + path] = certificate->fingerprint;
            FactValue names = FactValue::array();
            for (const std::string& name : certificate->names) names.push_back(redactor.line(name).str());
            facts["certificate-names:" + path] = names;
        }
        pem.clear();
    };
    for (const std::string_view line : lines_of(gathered.text)) {
        if (line.substr(0, 2) == "@/") {
            close();
            path = redactor.line(line.substr(1)).str();
        } else {
            pem += std::string(line) + "\n";
        }
    }
    close();
}

void read_space(const Gathered& gathered, FactMap& facts, Redactor&) {
    for (const std::string_view line : lines_of(gathered.text)) {
        const Fields fields = split(line, field_separator);
        if (fields.size() < 5) continue;
        const std::string path(fields[0]);
        facts["space-free:" + path] = number_or_text(fields[1]);
        facts["space-size:" + path] = number_or_text(fields[2]);
        if (fields[4] == "0") continue;  // a file system without a table of inodes, btrfs for one
        facts["inodes-free:" + path] = number_or_text(fields[3]);
    }
}

// ---- the machine

void read_memory(const Gathered& gathered, FactMap& facts, Redactor&) {
    for (const std::string_view line : lines_of(gathered.text)) {
        for (const auto& [member, name] : {std::pair("MemTotal:", "memory-size"), {"MemAvailable:", "memory-available"}, {"SwapTotal:", "swap-size"}, {"SwapFree:", "swap-free"}}) {
            std::string_view rest = line;
            long long kib = 0;
            if (!take_prefix(rest, member)) continue;
            rest = trim(rest);
            if (take_number(rest, kib)) facts[name] = kib * 1024;
        }
    }
}

void read_release(const Gathered& gathered, FactMap& facts, Redactor&) {
    for (const std::string_view line : lines_of(gathered.text)) {
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        std::string_view value = line.substr(equals + 1);
        if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
        if (line.substr(0, equals) == "ID") facts["system"] = std::string(value);
        if (line.substr(0, equals) == "VERSION_ID") facts["system-version"] = std::string(value);
        if (line.substr(0, equals) == "BUILD_ID") facts["system-build"] = std::string(value);
    }
}

void read_uptime(const Gathered& gathered, FactMap& facts, Redactor&) {
    std::string_view rest = gathered.text;
    long long seconds = 0;
    if (take_number(rest, seconds)) facts["uptime-s"] = seconds;
}

void read_processes(const Gathered& gathered, FactMap& facts, Redactor& redactor) {
    FactValue running = FactValue::array();
    for (const std::string_view line : lines_of(gathered.text)) {
        const Fields fields = split(line, field_separator);
        if (fields.size() >= 4) running.push_back(fmt::format("{}[{}]", redactor.line(fields[3]).str(), fields[0]));
    }
    facts["running"] = running;
}

void read_units(const Gathered& gathered, FactMap& facts, Redactor& redactor) {
    std::map<std::string_view, std::string_view> unit;
    const auto close = [&] {
        const std::string id = redactor.line(unit["Id"]).str();
        if (!id.empty() && unit["LoadState"] != "not-found") {
            facts["unit-state:" + id] = std::string(unit["ActiveState"]);
            set_text(facts, "unit-substate:" + id, unit["SubState"]);
            if (unit["Result"] != "success") set_text(facts, "unit-result:" + id, unit["Result"]);
            if (unit["ExecMainStatus"] != "0" && !unit["ExecMainStatus"].empty()) facts["unit-exit-status:" + id] = number_or_text(unit["ExecMainStatus"]);
            if (unit["NRestarts"] != "0" && !unit["NRestarts"].empty()) facts["unit-restarts:" + id] = number_or_text(unit["NRestarts"]);
            set_text(facts, "unit-started:" + id, systemd_stamp(unit["ActiveEnterTimestamp"]));
            set_text(facts, "unit-process-started:" + id, systemd_stamp(unit["ExecMainStartTimestamp"]));
        }
        unit.clear();
    };
    for (const std::string_view line : lines_of(gathered.text)) {
        const std::size_t equals = line.find('=');
        if (line.empty()) {
            close();
        } else if (equals != std::string_view::npos) {
            unit[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }
    close();
}

void read_clock(const Gathered& gathered, FactMap& facts, Redactor&) {
    for (const std::string_view line : lines_of(gathered.text)) {
        std::string_view rest = line;
        if (take_prefix(rest, "NTPSynchronized=")) facts["clock-synchronized"] = rest == "yes";
        rest = line;
        if (take_prefix(rest, "Timezone=")) facts["time-zone"] = std::string(rest);
    }
}

// "nix (Nix) 2.18.1" and "25.05.20250601.abcdef0 (Warbler)": the number in it.
void read_version(const Gathered& gathered, FactMap& facts, Redactor&) {
    const std::string first(lines_of(gathered.text).empty() ? std::string_view() : lines_of(gathered.text)[0]);
    if (gathered.probe == "nix-version") set_text(facts, "nix-version", std::string_view(first).substr(std::min(first.size(), first.rfind(' ') + 1)));
    if (gathered.probe == "nixos-version") set_text(facts, "nixos-version", std::string_view(first).substr(0, first.find(' ')));
}

void read_nix_settings(const Gathered& gathered, FactMap& facts, Redactor& redactor) {
    for (const std::string_view line : lines_of(gathered.text)) {
        const std::size_t equals = line.find(" = ");
        if (equals == std::string_view::npos) continue;
        const std::string name(line.substr(0, equals));
        const std::string_view value = line.substr(equals + 3);
        if (name == "access-tokens" || name == "netrc-file") {
            facts["nix-setting-present:" + name] = !trim(value).empty();
            if (name == "access-tokens") continue;
        }
        const std::string safe = redactor.line(line).str();
        facts["nix-setting:" + name] = safe.substr(std::min(safe.size(), equals + 3));
    }
}

void read_changes(const Gathered& gathered, FactMap& facts, Redactor&) {
    if (gathered.status == 0) facts["flake-changed-files"] = static_cast<long long>(lines_of(gathered.text).size());
}

// "1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF": which process holds which inode; named in add_lock_holders.
void read_locks(const Gathered& gathered, FactMap& facts, Redactor&) {
    for (const std::string_view line : lines_of(gathered.text)) {
        std::vector<std::string_view> words;
        for (const std::string_view word : split(line, ' ')) {
            if (!word.empty()) words.push_back(word);
        }
        if (words.size() < 6 || words[1] == "->") continue;
        const std::size_t colon = words[5].rfind(':');
        if (colon != std::string_view::npos) facts["lock-of-inode:" + std::string(words[5].substr(colon + 1))] = number_or_text(words[4]);
    }
}

// A lock is held where the inode of a file we know stands in the list of locks.
void add_lock_holders(FactMap& facts) {
    FactMap held;
    for (const auto& [name, value] : facts) {
        if (name.compare(0, 11, "file-inode:") != 0) continue;
        const auto lock = facts.find("lock-of-inode:" + fact_text(value));
        if (lock != facts.end()) held["lock-held:" + name.substr(11)] = "pid " + fact_text(lock->second);
    }
    for (auto one = facts.begin(); one != facts.end();) {
        const bool raw = one->first.compare(0, 14, "lock-of-inode:") == 0 || one->first.compare(0, 11, "file-inode:") == 0;
        one = raw ? facts.erase(one) : std::next(one);
    }
    facts.insert(held.begin(), held.end());
}

struct Reader {
    const char* probe;
    void (*read)(const Gathered&, FactMap&, Redactor&);
};

// The whole text, one line, as the fact of that name.
struct Plain {
    const char* probe;
    const char* fact;
};

constexpr std::array<Plain, 8> plain_facts{{
    {"host-name-running", "host-name:running"},
    {"host-name-configured", "host-name:configured"},
    {"machine-id", "machine-id"},
    {"boot-id", "boot-id"},
    {"kernel", "kernel"},
    {"system-state", "system-state"},
    {"flake-revision", "flake-revision"},
    {"git-safe-directories", "git-safe-directories"},
}};

constexpr std::array<Reader, 18> readers{{
    {"session", read_session},
    {"generations", read_stat},
    {"files", read_stat},
    {"secrets", read_stat},
    {"certificates", read_certificates},
    {"space", read_space},
    {"processes", read_processes},
    {"memory", read_memory},
    {"system-release", read_release},
    {"uptime", read_uptime},
    {"locks", read_locks},
    {"units", read_units},
    {"clock", read_clock},
    {"nix-version", read_version},
    {"nixos-version", read_version},
    {"flake-files", read_stat},
    {"flake-changes", read_changes},
    {"nix-settings", read_nix_settings},
}};

}  // namespace

FactMap facts_of(const std::vector<Gathered>& gathereds, Redactor& redactor) {
    FactMap facts;
    for (const Gathered& gathered : gathereds) {
        for (const Plain& row : plain_facts) {
            if (gathered.probe != row.probe) continue;
            set_text(facts, row.fact, redactor.line(trim(gathered.text)).str());
            // git config --get-all ends so where nothing is set
            if (gathered.probe == "git-safe-directories" && gathered.status == 1 && trim(gathered.text).empty()) facts[row.fact] = nullptr;
        }
        for (const Reader& row : readers) {
            if (gathered.probe == row.probe) row.read(gathered, facts, redactor);
        }
    }
    add_lock_holders(facts);
    return facts;
}

Snapshot snapshot_of(const std::vector<Gathered>& gathereds, const std::string& phase, const std::string& collection, std::int64_t taken_us, Redactor& redactor) {
    Snapshot snapshot;
    snapshot.facts = facts_of(gathereds, redactor);
    const auto text = [&](const char* name) {
        const auto found = snapshot.facts.find(name);
        return found == snapshot.facts.end() ? std::string() : fact_text(found->second);
    };
    snapshot.host = text("host-name:running");
    if (snapshot.host.empty()) snapshot.host = text("host-name:configured");
    snapshot.machine = text("machine-id");
    snapshot.collection = collection;
    snapshot.phase = phase;
    snapshot.taken_us = taken_us;
    return snapshot;
}

Snapshot quick_snapshot(const std::string& phase, const std::string& collection, const std::string& key, Redactor& redactor) {
    std::vector<Probe> probes = session_probes();
    for (Probe& probe : quick_probes()) probes.push_back(std::move(probe));
    ReachOptions options;
    options.key = key;
    options.at_once = 1;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const std::int64_t taken_us = static_cast<std::int64_t>(now.tv_sec) * second_us + now.tv_nsec / 1000;
    return snapshot_of(reach_local(options)->gather(probes), phase, collection, taken_us, redactor);
}

}  // namespace nixwhy
