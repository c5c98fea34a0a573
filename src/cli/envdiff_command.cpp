// `nixwhy envdiff HOST` and `nixwhy envdiff A B`: what differs between a scripted and an interactive session, or between
// two snapshots, and what that is known to break.
#include <fmt/core.h>

#include <cstdio>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "collect/sessions.hpp"
#include "compare/environments.hpp"
#include "compare/writers.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

namespace {

const char* name_of_session(Session session) {
    switch (session) {
        case Session::scripted: return "scripted";
        case Session::interactive: return "interactive";
        case Session::scripted_sudo: return "scripted-sudo";
        case Session::interactive_sudo: return "interactive-sudo";
    }
    return "";
}

std::vector<Environment> of_host(const std::string& host, Redactor& redactor) {
    if (host.empty() || host[0] == '-') throw Error(fmt::format("envdiff: '{}' is no name of a host", host), Exit::usage);
    ReachOptions reach;
    reach.key = random_hex(32);
    std::vector<Environment> out;
    for (SessionSnapshot& one : snapshot_sessions(host, reach, redactor)) {
        out.push_back({name_of_session(one.session), session_words(one.session, host), std::move(one.missing), std::move(one.snapshot)});
    }
    return out;
}

}  // namespace

int run_envdiff(const Options& options) {
    if (options.words.empty() || options.words.size() > 2) throw Error("envdiff: a host, or two snapshots or bundles are wanted\ntry 'nixwhy envdiff --help'", Exit::usage);
    const ComparisonWriter* writer = find_comparison_writer(options.format);
    if (writer == nullptr) {
        std::vector<std::string> names;
        for (const ComparisonWriter& one : comparison_writers()) names.emplace_back(one.name);
        refuse_format(options.format, names);
    }
    const bool files = options.words.size() == 2;
    if (files) confine_to_output(options);
    Redactor redactor(!options.no_redact);
    std::vector<Environment> environments;
    if (files) {
        for (const std::string& path : options.words) environments.push_back(environment_of_file(path));
    } else {
        environments = of_host(options.words[0], redactor);
    }
    std::size_t had = 0;
    for (const Environment& one : environments) {
        if (one.missing.empty()) ++had;
        if (!one.missing.empty() && options.format != "terminal") say(fmt::format("nixwhy: {}: {}", one.name, one.missing));
    }
    if (had < 2) {
        for (const Environment& one : environments) {
            if (!one.missing.empty() && options.format == "terminal") say(fmt::format("nixwhy: {}: {}", files ? one.name : options.words[0] + ", " + one.name, one.missing));
        }
        return static_cast<int>(Exit::input);
    }
    put_out(options, writer->environments(compare_environments(files ? "" : options.words[0], builtin_rules().digest, environments, redactor), write_options(options)));
    return static_cast<int>(Exit::ok);
}

}  // namespace nixwhy
