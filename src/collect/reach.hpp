// The border to a machine: this one, one behind ssh, a mounted disk, or a table in a test.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "collect/probe.hpp"

namespace nixwhy {

class Reach {
public:
    virtual ~Reach() = default;
    // An outcome for each probe, in their order. Never throws for a probe that fails: its outcome says so.
    virtual std::vector<Gathered> gather(const std::vector<Probe>& probes) = 0;
    // For people: "this machine", "worker1", "/mnt".
    virtual std::string name() const = 0;
};

// `key` makes keyed names of secrets; two reaches with the same key can be compared. `stop`, where given, ends the
// gathering early once it is true; probes that did not come to their end say so.
struct ReachOptions {
    std::string key;
    const std::atomic<bool>* stop = nullptr;
    unsigned at_once = 4;  // probes that run at the same time
};

// How a session on a host is started: as `ssh HOST CMD` and scripts do, without a tty and without a login shell, or as a
// person does, with both; and each through sudo, where that does not ask.
enum class Session : std::uint8_t { scripted, interactive, scripted_sudo, interactive_sudo };
// What a person would type for it.
std::string session_words(Session session, const std::string& host);

std::unique_ptr<Reach> reach_local(const ReachOptions& options);
// A machine behind ssh, in non-interactive sessions that need nothing there but a POSIX shell and leave nothing behind.
std::unique_ptr<Reach> reach_ssh(const std::string& host, const ReachOptions& options, Session session = Session::scripted);
// A machine that is switched off, its disk mounted at `root`. Links are followed inside it alone; commands do not run.
std::unique_ptr<Reach> reach_disk(const std::string& root, const ReachOptions& options);

}  // namespace nixwhy
