// Facts that follow from facts. They are worked out when a bundle is read, not when it is made, so that an old bundle
// gains from a new version. Tables of plain rows; a fact that cannot be told is not there.
#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "scan/bundle.hpp"

namespace nixwhy {

namespace {

// A unit that reads a file once, when it starts. Sources: cloudflare/certmgr mgr/file.go (token and CA are read with the
// specs), cloudflare/cfssl config/config.go (the key is read with the configuration), nixpkgs pki.nix.
struct Reads {
    const char* file;
    const char* unit;
};
constexpr std::array<Reads, 6> reads_at_start{{
    {"/var/lib/kubernetes/secrets/apitoken.secret", "certmgr.service"},
    {"/var/lib/kubernetes/secrets/ca.pem", "certmgr.service"},
    {"/var/lib/cfssl/apitoken.secret", "cfssl.service"},
    {"/var/lib/cfssl/ca.pem", "cfssl.service"},
    {"/var/lib/cfssl/cfssl.pem", "cfssl.service"},
    {"/etc/nix/nix.conf", "nix-daemon.service"},
}};

// A unit that may have written a file when it last ran.
constexpr std::array<Reads, 2> written_at_start{{
    {"/var/lib/kubernetes/secrets/apitoken.secret", "kube-certmgr-bootstrap.service"},
    {"/var/lib/kubernetes/secrets/ca.pem", "kube-certmgr-bootstrap.service"},
}};

// What a worker must hold the same as the master of its cluster, and what tells it: a name under the key of the
// collection for a secret, the fingerprint of a certificate.
struct Twin {
    const char* worker;
    const char* master;
    const char* by;
};
constexpr std::array<Twin, 2> twins{{
    {"/var/lib/kubernetes/secrets/apitoken.secret", "/var/lib/cfssl/apitoken.secret", "file-keyed-name:"},
    {"/var/lib/kubernetes/secrets/ca.pem", "/var/lib/cfssl/ca.pem", "certificate-fingerprint:"},
}};

using Facts = std::map<std::string, const Fact*>;  // of one machine, by name; the newest of each

const Fact* fact_of(const Facts& facts, const std::string& name) {
    const auto found = facts.find(name);
    return found == facts.end() ? nullptr : found->second;
}

std::optional<std::int64_t> time_of(const Fact* fact) {
    if (fact == nullptr) return std::nullopt;
    std::string_view rest = fact->value;
    const auto time = take_iso_time(rest);
    return time ? std::optional(time->us) : std::nullopt;
}

Fact follows(const Fact& from, std::string name, const std::string& value, const std::string& because) {
    Fact fact = from;
    fact.text = name + " = " + value + " (" + because + ")";
    fact.name = std::move(name);
    fact.value = value;
    return fact;
}

const char* truth(bool holds) { return holds ? "true" : "false"; }

void compare_with_units(const Facts& facts, std::vector<Fact>& out) {
    for (const Reads& row : reads_at_start) {
        const Fact* file = fact_of(facts, std::string("file-modified:") + row.file);
        const Fact* unit = fact_of(facts, std::string("unit-started:") + row.unit);
        const auto modified = time_of(file), started = time_of(unit);
        if (!modified || !started) continue;
        out.push_back(follows(*file, std::string("file-newer-than-unit:") + row.file + ":" + row.unit, truth(*modified > *started),
                              "modified " + file->value + ", the unit runs since " + unit->value));
    }
    for (const Reads& row : written_at_start) {
        const Fact* file = fact_of(facts, std::string("file-modified:") + row.file);
        const Fact* unit = fact_of(facts, std::string("unit-process-started:") + row.unit);
        const auto modified = time_of(file), started = time_of(unit);
        if (!modified || !started) continue;
        // its script writes the file within moments of its start
        const bool holds = *modified >= *started - second_us && *modified <= *started + 5 * second_us;
        out.push_back(follows(*file, std::string("file-written-at-unit-start:") + row.file + ":" + row.unit, truth(holds),
                              "modified " + file->value + ", the unit last started " + unit->value));
    }
}

void compare_host_names(const Facts& facts, std::vector<Fact>& out) {
    const Fact* running = fact_of(facts, "host-name:running");
    const Fact* configured = fact_of(facts, "host-name:configured");
    if (running == nullptr || configured == nullptr || running->value.empty() || configured->value.empty()) return;
    out.push_back(follows(*running, "hostname:running-equals-configured", truth(running->value == configured->value),
                          "runs as " + running->value + ", configured is " + configured->value));
}

void find_exhausted(const Facts& facts, std::vector<Fact>& out) {
    for (const auto& [name, fact] : facts) {
        const std::string_view mount = std::string_view(name).substr(std::min<std::size_t>(name.size(), 12));
        if (name.compare(0, 12, "inodes-free:") != 0) continue;
        out.push_back(follows(*fact, "inodes-free", fact->value, "of " + std::string(mount)));
    }
}

// A worker is compared with each master of its collection; with several masters one that agrees is enough.
void compare_with_masters(const std::map<std::string, Facts>& machines, std::vector<Fact>& out) {
    for (const Twin& twin : twins) {
        for (const auto& worker : machines) {
            const Facts& facts = worker.second;
            const Fact* own = fact_of(facts, std::string(twin.by) + twin.worker);
            if (own == nullptr || own->value.empty() || fact_of(facts, std::string(twin.by) + twin.master) != nullptr) continue;
            const Fact* collection = fact_of(facts, "collection");
            const bool keyed = std::string_view(twin.by) == "file-keyed-name:";
            const Fact* other = nullptr;
            bool same = false;
            for (const auto& master : machines) {
                const Fact* theirs = fact_of(master.second, std::string(twin.by) + twin.master);
                const Fact* their_collection = fact_of(master.second, "collection");
                if (theirs == nullptr || theirs->value.empty()) continue;
                const bool comparable = collection != nullptr && their_collection != nullptr && collection->value == their_collection->value;
                if (keyed && !comparable) continue;
                if (other == nullptr || theirs->value == own->value) other = theirs;
                same = same || theirs->value == own->value;
            }
            if (other == nullptr) continue;
            out.push_back(follows(*own, std::string("file-same-as-master:") + twin.worker, truth(same),
                                  std::string("compared with ") + twin.master + " of " + other->host));
        }
    }
}

// The journal tells when a unit started as well, on a disk it alone does. A snapshot says it for sure.
std::vector<Fact> starts_from_log(const Timeline& timeline) {
    std::map<std::string, const Fact*> last;
    std::set<std::string> known;
    for (const Fact& fact : timeline.facts) {
        const std::string machine = machine_of(timeline, fact.host) + " ";
        if (fact.name.compare(0, 13, "unit-started:") == 0) known.insert(machine + fact.name.substr(13));
        if (fact.name != "unit-start-seen" || fact.time.known != TimeKnown::full) continue;
        const Fact*& latest = last[machine + fact.value + ".service"];
        if (latest == nullptr || latest->time.us <= fact.time.us) latest = &fact;
    }
    std::vector<Fact> starts;
    for (const auto& [key, fact] : last) {
        if (known.count(key) > 0) continue;
        for (const char* name : {"unit-started:", "unit-process-started:"}) {
            Fact start = *fact;
            start.name = name + fact->value + ".service";
            start.value = rfc3339(fact->time.us);
            starts.push_back(std::move(start));
        }
    }
    return starts;
}

}  // namespace

void derive_facts(Timeline& timeline) {
    const std::vector<Fact> starts = starts_from_log(timeline);
    timeline.facts.insert(timeline.facts.end(), starts.begin(), starts.end());
    std::map<std::string, Facts> machines;
    for (const Fact& fact : timeline.facts) {
        const Fact*& newest = machines[machine_of(timeline, fact.host)][fact.name];
        if (newest == nullptr || newest->time.us <= fact.time.us) newest = &fact;
    }
    std::vector<Fact> derived;
    for (const auto& machine : machines) {
        compare_with_units(machine.second, derived);
        compare_host_names(machine.second, derived);
        find_exhausted(machine.second, derived);
    }
    compare_with_masters(machines, derived);
    timeline.facts.insert(timeline.facts.end(), derived.begin(), derived.end());
}

}  // namespace nixwhy
