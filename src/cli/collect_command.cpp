// `nixwhy collect`: gathers the evidence of this machine, of others, or of mounted disks into bundles. All of one run
// are one collection: their keyed names compare.
#include <fmt/core.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <new>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "collect/collect.hpp"
#include "report/version.hpp"

namespace nixwhy {

namespace {

constexpr unsigned machines_at_once = 16;

std::atomic<bool> stop_wanted{false};
std::atomic<int> stop_signal{0};

extern "C" void on_signal(int number) {
    stop_signal = number;
    stop_wanted = true;
}

struct Target {
    std::string origin;  // for the manifest
    std::string shown;   // for messages
    std::unique_ptr<Reach> reach;
    std::string path;    // of its bundle; empty where none could be written
    std::string trouble;
    Exit code = Exit::ok;
};

std::vector<Target> targets_of(const Options& options, const ReachOptions& reach) {
    std::vector<Target> targets;
    for (const std::string& host : options.words) {
        if (host.empty()) throw Error("collect: a host has an empty name", Exit::usage);
        const bool here = host == ".";
        targets.push_back({here ? "this machine" : "ssh " + host, host, here ? reach_local(reach) : reach_ssh(host, reach), {}, {}, Exit::ok});
    }
    for (const std::string& root : options.roots) {
        struct stat status {};
        if (::stat(root.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) throw Error(fmt::format("--root: {}: is no folder that can be read", root), Exit::usage);
        targets.push_back({"disk " + root, root, reach_disk(root, reach), {}, {}, Exit::ok});
    }
    if (targets.empty()) targets.push_back({"this machine", ".", reach_local(reach), {}, {}, Exit::ok});
    return targets;
}

void collect_one(Target& target, const CollectOptions& options, const std::string& output) {
    Redactor redactor;
    try {
        Bundle bundle = collect_machine(*target.reach, target.origin, options, redactor);
        if (bundle.host.empty()) bundle.host = target.shown;
        target.path = write_bundle(bundle, output, redactor);
        target.trouble = bundle.why_incomplete;
        if (!target.trouble.empty()) target.code = Exit::input;
    } catch (const Error& error) {
        target.trouble = error.what();
        target.code = error.code();
    } catch (const std::bad_alloc&) {
        target.trouble = "out of memory";
        target.code = Exit::ours;
    }
}

}  // namespace

int run_collect(const Options& options) {
    ReachOptions reach;
    reach.key = random_hex(32);
    reach.stop = &stop_wanted;
    CollectOptions collect;
    collect.collection = random_hex(8);
    collect.made_by = fmt::format("nixwhy {}", version_text);
    collect.window_chosen = !options.since.empty() || !options.until.empty() || !options.boot.empty() || !options.units.empty();
    if (collect.window_chosen) collect.window = {options.since, options.until, options.boot, options.units};
    std::vector<Target> targets = targets_of(options, reach);
    std::string output = options.output;
    if (targets.size() > 1 && !output.empty()) {
        if (output.back() != '/') output += '/';
        if (::mkdir(output.c_str(), 0700) != 0 && errno != EEXIST) throw Error(fmt::format("{}: a folder for the bundles of {} machines cannot be made", output, targets.size()), Exit::usage);
    }
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::signal(number, on_signal);
    parallel_for(targets.size(), machines_at_once, [&](std::size_t i) { collect_one(targets[i], collect, output); });
    Exit code = Exit::ok;
    for (const Target& target : targets) {
        if (!target.path.empty()) std::printf("%s\n", target.path.c_str());
        if (!target.trouble.empty()) say(fmt::format("nixwhy: {}: {}{}", target.shown, target.path.empty() ? "" : "incomplete: ", target.trouble));
        if (target.code != Exit::ok && code != Exit::ours) code = target.code;
    }
    return stop_signal != 0 ? 128 + stop_signal : static_cast<int>(code);
}

}  // namespace nixwhy
