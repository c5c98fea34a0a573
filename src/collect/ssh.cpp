// A machine behind the system's own ssh: its configuration, agents, jump hosts and known hosts are the user's. Nothing
// is asked: where a password or an unknown key would need an answer, the host fails, and says so.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "collect/process.hpp"
#include "collect/reach.hpp"
#include "collect/shell.hpp"

namespace nixwhy {

namespace {

constexpr double session_seconds_max = 120;

// The last thing that ssh, or what it ran, said; warnings before it matter less. With a tty all of it is output.
std::string last_words(const Ran& ran, bool tty) {
    std::string last;
    for (const std::string_view line : split(tty && trim(ran.error).empty() ? ran.out : ran.error, '\n')) {
        if (!trim(line).empty()) last = trim(line);
    }
    return last.substr(0, 5) == "sudo:" || last.substr(0, 4) == "ssh:" ? last : "ssh: " + last;
}

class SshReach : public Reach {
public:
    SshReach(std::string host, const ReachOptions& options, Session session) : host_(std::move(host)), options_(options), session_(session) {}

    std::string name() const override { return host_; }

    std::vector<Gathered> gather(const std::vector<Probe>& probes) override {
        if (!unreachable_.empty()) return nothing(probes);
        const bool plain = session_ == Session::scripted;
        const ShellScript script = shell_script(probes, options_.key, plain);
        Command command = call(script.text);
        command.seconds_max = session_seconds_max;
        command.bytes_max = 256U << 20U;
        command.newest = false;
        command.own_environment = false;
        command.stop = options_.stop;
        Ran ran = run_program(command);
        if (interactive()) ran.out.erase(std::remove(ran.out.begin(), ran.out.end(), '\r'), ran.out.end());  // a terminal ends lines so
        ShellResult result = read_shell_output(probes, script.nonce, ran.out);
        if (result.root.empty()) {
            unreachable_ = ran.timed_out ? "ssh did not get through in time" : ran.stopped ? "the collection was stopped" : last_words(ran, interactive());
            return nothing(probes);
        }
        if (!result.complete) {
            const std::string why = ran.timed_out ? fmt::format("the host took more than {} s", session_seconds_max) : ran.stopped ? "the collection was stopped" : "the connection ended: " + last_words(ran, interactive());
            for (Gathered& one : result.gathered) {
                if (!one.missing.empty()) one.missing = why;
            }
            unreachable_ = why;
        }
        note_root(result);
        return std::move(result.gathered);
    }

private:
    bool interactive() const { return session_ == Session::interactive || session_ == Session::interactive_sudo; }

    // Without a tty the script comes by standard input. With one that would be typed, echoed and cut, so it is an argument.
    Command call(const std::string& script) const {
        const bool sudo = session_ == Session::scripted_sudo || session_ == Session::interactive_sudo;
        Command command;
        command.argv = {"ssh", interactive() ? "-tt" : "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=2",
                        "-o", interactive() ? "RequestTTY=force" : "RequestTTY=no", "-o", "ClearAllForwardings=yes", "-o", "LogLevel=ERROR", "--", host_};
        if (interactive()) {
            const std::string inner = (sudo ? "exec sudo -n sh -c " : "exec sh -c ") + shell_words({script});
            command.argv.push_back("exec \"$SHELL\" -l -i -c " + shell_words({inner}));
        } else {
            command.argv.emplace_back(sudo ? "sudo -n sh" : "sh");
            command.input = script;
        }
        return command;
    }

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
    Session session_;
    std::string unreachable_;  // why nothing more can be had
};

}  // namespace

std::string session_words(Session session, const std::string& host) {
    switch (session) {
        case Session::scripted: return "ssh " + host + " COMMAND";
        case Session::interactive: return "ssh " + host;
        case Session::scripted_sudo: return "ssh " + host + " sudo COMMAND";
        case Session::interactive_sudo: return "ssh " + host + ", then sudo COMMAND";
    }
    return {};
}

std::unique_ptr<Reach> reach_ssh(const std::string& host, const ReachOptions& options, Session session) { return std::make_unique<SshReach>(host, options, session); }

}  // namespace nixwhy
