// Finds the command by its first word or two and hands it the rest.
#include "cli/commands.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/doctor.hpp"
#include "cli/output.hpp"
#include "report/version.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

namespace {

std::string overview() {
    std::string out = "nixwhy says why a NixOS rebuild or a Kubernetes node on NixOS failed.\n\nExamples:\n"
                      "  nixwhy explain rebuild.log\n  journalctl -b -o export | nixwhy explain -\n  nixwhy explain --format markdown bundle.tar.zst\n\nCommands:\n";
    for (const Command& command : commands()) out += fmt::format("  {:<16} {}\n", command.name, command.about);
    return out + "\nEach command has --help. `nixwhy --version` prints the version and the digest of the rules.\n";
}

[[noreturn]] void unknown_command(const std::vector<std::string>& arguments) {
    std::vector<std::string> names, second_words;
    for (const Command& command : commands()) {
        names.emplace_back(command.name);
        const std::vector<std::string_view> words = split(command.name, ' ');
        if (words.size() == 2 && words[0] == arguments[0]) second_words.emplace_back(words[1]);
    }
    if (!second_words.empty() && arguments.size() == 1) {
        throw Error(fmt::format("{}: one of {} is wanted\ntry 'nixwhy --help'", arguments[0], join(second_words, ", ")), Exit::usage);
    }
    const std::string given = second_words.empty() ? arguments[0] : arguments[0] + " " + arguments[1];
    names.insert(names.end(), {"--help", "--version"});
    const std::string near = nearest(given, names);
    throw Error(fmt::format("unknown command '{}'{}\ntry 'nixwhy --help'", given, near.empty() ? "" : fmt::format(", did you mean '{}'?", near)), Exit::usage);
}

}  // namespace

const std::vector<Command>& commands() {
    static const std::vector<Command> table{
        {"explain", "[INPUT...]", "says why it failed: logs, journals, archives and folders in any mix; - is standard input",
         "nixwhy explain                   # this machine, now\nnixwhy explain rebuild.log\njournalctl -b -o export | nixwhy explain -\nnixwhy explain worker.journal master-cfssl.log\nnixwhy explain --format markdown bundle.tar.zst > issue.md",
         {"--format", "--output", "--rules", "--since", "--until", "--boot", "--unit", "--context", "--color", "--fail-on", "--no-redact", "--quiet", "--limit", "--threads", "--width"},
         run_explain, true, Exit::usage, prepare_explain},
        {"collect", "[HOST...]", "gathers the evidence of this machine (.), of hosts over ssh, or of mounted disks, a bundle each",
         "nixwhy collect\nnixwhy collect worker1 master -o evidence/\nnixwhy collect . master   # this machine and its master\nnixwhy collect --root /mnt -o dead-node.tar.zst\nnixwhy collect --since '2026-11-22 20:00' --unit certmgr",
         {"--output", "--root", "--since", "--until", "--boot", "--unit"}, run_collect},
        {"record", "-- CMD...", "runs a command, keeps all that explains a failure, and explains it where it fails",
         "nixwhy record -- nixos-rebuild switch --flake .#worker\nnixwhy record -o deploy.tar.zst -- ssh root@worker nixos-rebuild switch",
         {"--output", "--rules", "--color", "--quiet", "--width"}, run_record, false, Exit::wrapper},
        {"compare", "FAILED WORKED", "a failed run beside one that worked: where they part, what differs, and the cause that points to",
         "nixwhy compare scripted.log by-hand.log\nnixwhy compare failed.tar.zst worked.tar.zst\nnixwhy compare --format markdown failed.log worked.log > issue.md",
         {"--format", "--output", "--rules", "--color", "--fail-on", "--no-redact", "--threads", "--width"}, run_compare, true},
        {"envdiff", "HOST | A B", "what differs between a scripted and an interactive session on HOST, or between two snapshots, and what that breaks",
         "nixwhy envdiff worker1\nnixwhy envdiff failed.tar.zst worked.tar.zst\nnixwhy envdiff worker1 --format snapshot -o sessions.json && nixwhy explain deploy.log sessions.json",
         {"--format", "--output", "--color", "--no-redact", "--width"}, run_envdiff},
        {"triage", "[INPUT...]", "many logs at once: one record for each, those that failed alike together, and what no rule explains by wording",
         "nixwhy triage ci-logs/\nfind logs -name '*.log' -print0 | nixwhy triage --files0-from -\nnixwhy triage --format html -o week.html bundles/\nnixwhy triage --format partial --shard 0/4 -o 0.part logs/   # then: nixwhy merge *.part",
         {"--format", "--output", "--files0-from", "--stdin-framing", "--shard", "--resume", "--fan-out", "--rules", "--limit", "--threads", "--fail-on", "--color", "--no-redact", "--quiet", "--width"},
         run_triage, true, Exit::usage, prepare_triage},
        {"merge", "PART...", "parts of a triage as one: the same bytes as if one machine had done it all",
         "nixwhy merge *.part\nnixwhy merge --format partial -o all.part monday/*.part tuesday/*.part\nnixwhy merge --format html -o fleet.html all.part",
         {"--format", "--output", "--fail-on", "--color", "--no-redact", "--width"}, run_merge, true},
        {"redact", "", "standard input to standard output, secrets replaced", "nixwhy redact < kubelet.log > shareable.log", {}, run_redact, true},
        {"doctor", "", "what this machine lets nixwhy see, and how to let it see more", "nixwhy doctor\nsudo nixwhy doctor", {"--width"}, run_doctor, true},
        {"rules list", "[GLOB...]", "the rules, a line each", "nixwhy rules list\nnixwhy rules list 'certmgr.*'", {"--rules", "--format"}, run_rules_list, true},
        {"rules show", "ID...", "what a rule knows: the cause, how to check it, what to do", "nixwhy rules show certmgr.token-rejected", {"--rules", "--width", "--color"}, run_rules_show, true},
        {"rules check", "FILE...", "reads rule files and reports every problem", "nixwhy rules check rules/\nnixwhy rules check my-rule.yaml", {}, run_rules_check, true},
        {"rules draft", "LINE... | WORDING PART...", "a rule file to fill in, for log lines or for a wording of a triage",
         "nixwhy rules draft 'error: the quota plan of tenant a.b lacks a seat' > quota-plan.yaml\nnixwhy rules draft w-e15c13770a week.part", {"--output"}, run_rules_draft, true},
        {"rules test", "[DIR]", "runs the examples of all rules, ours or those of DIR", "nixwhy rules test\nnixwhy rules test rules/", {"--rules", "--quiet"}, run_rules_test, true},
        {"rules why-not", "ID INPUT...", "each condition of a rule, and the line that came nearest to it", "nixwhy rules why-not certmgr.token-rejected worker.log", {"--rules", "--width"}, run_rules_why_not, true},
    };
    return table;
}

int run_command(const std::vector<std::string>& arguments) {
    if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
        std::fputs(overview().c_str(), arguments.empty() ? stderr : stdout);
        if (!arguments.empty()) return static_cast<int>(Exit::ok);
        if (::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0) {
            std::size_t limited = 0;
            std::fprintf(stderr, "\nThis machine, as you may read it:\n%s\nTo have it explained: nixwhy explain\n", doctor_report(write_options({}).width, limited).c_str());
        }
        return static_cast<int>(Exit::usage);
    }
    if (arguments[0] == "--version") {
        std::printf("nixwhy %s, rules %s\n", version_text, builtin_rules().digest.c_str());
        return 0;
    }
    for (const Command& command : commands()) {
        const auto words = static_cast<std::ptrdiff_t>(split(command.name, ' ').size());
        if (static_cast<std::ptrdiff_t>(arguments.size()) < words) continue;
        if (join({arguments.begin(), arguments.begin() + words}, " ") != command.name) continue;
        Options options;
        try {
            if (!parse_options(command, {arguments.begin() + words, arguments.end()}, options)) return 0;
        } catch (const Error& error) {
            // 2 may be the status of a recorded command
            throw Error(error.what(), command.usage_exit);
        }
        if (command.before != nullptr) command.before(options);
        if (command.confined) confine_to_output(options);
        return command.run(options);
    }
    unknown_command(arguments);
}

}  // namespace nixwhy
