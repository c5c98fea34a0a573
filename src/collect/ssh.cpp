// A machine behind the system's own ssh: its configuration, agents, jump hosts and known hosts are the user's. Nothing
// is asked: where a password or an unknown key would need an answer, the host fails, and says so.
#include <fmt/core.h>

#include "base/text.hpp"
#include "collect/process.hpp"
#include "collect/reach.hpp"
#include "collect/shell.hpp"

namespace nixwhy {

namespace {

constexpr double session_seconds_max = 120;

// The last thing that ssh said; warnings before it matter less.
std::string last_words(const std::string& error) {
    std::string last;
    for (const std::string_view line : split(error, '\n')) {
        if (!trim(line).empty()) last = trim(line);
    }
    return last;
}

class SshReach : public Reach {
public:
    SshReach(std::string host, const ReachOptions& options) : host_(std::move(host)), options_(options) {}

    std::string name() const override { return host_; }

    std::vector<Gathered> gather(const std::vector<Probe>& probes) override {
        if (!unreachable_.empty()) return nothing(probes);
        const ShellScript script = shell_script(probes, options_.key, true);
        Command command;
        command.argv = {"ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=2",
                        "-o", "RequestTTY=no", "-o", "ClearAllForwardings=yes", "--", host_, "sh"};
        command.input = script.text;
        command.seconds_max = session_seconds_max;
        command.bytes_max = 256U << 20U;
        command.newest = false;
        command.own_environment = false;
        command.stop = options_.stop;
        const Ran ran = run_program(command);
        ShellResult result = read_shell_output(probes, script.nonce, ran.out);
        if (result.root.empty()) {
            unreachable_ = ran.timed_out ? "ssh did not get through in time" : ran.stopped ? "the collection was stopped" : "ssh: " + last_words(ran.error);
            return nothing(probes);
        }
        if (!result.complete) {
            const std::string why = ran.timed_out ? fmt::format("the host took more than {} s", session_seconds_max) : ran.stopped ? "the collection was stopped" : "the connection ended: " + last_words(ran.error);
            for (Gathered& one : result.gathered) {
                if (!one.missing.empty()) one.missing = why;
            }
            unreachable_ = why;
        }
        note_root(result);
        return std::move(result.gathered);
    }

private:
    std::vector<Gathered> nothing(const std::vector<Probe>& probes) const {
        std::vector<Gathered> out;
        for (const Probe& probe : probes) {
            Gathered one;
            one.probe = probe.name;
            one.missing = unreachable_;
            out.push_back(std::move(one));
        }
        return out;
    }

    // What needs root and could not have it says why.
    void note_root(ShellResult& result) const {
        std::string_view root = result.root;
        if (root.substr(0, 3) == "yes" || root.substr(0, 4) == "sudo") return;
        take_prefix(root, "no");
        for (Gathered& one : result.gathered) {
            if (one.probe == "root") one.missing = root.empty() ? "not root" : "not root, and " + std::string(trim(root));
        }
    }

    std::string host_;
    ReachOptions options_;
    std::string unreachable_;  // why nothing more can be had
};

}  // namespace

std::unique_ptr<Reach> reach_ssh(const std::string& host, const ReachOptions& options) { return std::make_unique<SshReach>(host, options); }

}  // namespace nixwhy
