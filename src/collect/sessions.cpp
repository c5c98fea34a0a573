// See sessions.hpp.
#include "collect/sessions.hpp"

#include "collect/collect.hpp"
#include "collect/facts.hpp"

namespace nixwhy {

namespace {

// The session itself, and what programs make of it: nix and git read settings of the user whose HOME it has.
std::vector<Probe> probes_of_sessions() {
    std::vector<Probe> probes = session_probes();
    for (const char* name : {"host-name-running", "machine-id"}) {
        for (const Probe& probe : quick_probes()) {
            if (probe.name == name) probes.push_back(probe);
        }
    }
    for (const Probe& probe : machine_probes()) {
        if (probe.name == "nix-settings" || probe.name == "nix-version") probes.push_back(probe);
    }
    probes.push_back({"git-safe-directories", ProbeKind::command, {"git", "config", "--get-all", "safe.directory"}, Keep::facts, "git", 5, 65536, false});
    return probes;
}

}  // namespace

std::vector<SessionSnapshot> snapshot_sessions(const std::string& host, const ReachOptions& options, Redactor& redactor) {
    const std::vector<Probe> probes = probes_of_sessions();
    std::vector<SessionSnapshot> out;
    for (const Session session : {Session::scripted, Session::interactive, Session::scripted_sudo, Session::interactive_sudo}) {
        SessionSnapshot one;
        one.session = session;
        const std::vector<Gathered> gathered = reach_ssh(host, options, session)->gather(probes);
        one.missing = gathered.front().missing;
        one.snapshot = snapshot_of(gathered, "now", {}, wall_clock_us(), redactor);
        out.push_back(std::move(one));
        if (!out.front().missing.empty()) break;  // the host cannot be reached at all
    }
    return out;
}

}  // namespace nixwhy
