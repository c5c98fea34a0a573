// One row a fact: its name, the literal that finds it, and the expression that reads its value.
#include "scan/facts.hpp"

#include <array>
#include <memory>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

struct Row {
    const char* name;
    const char* literal;
    const char* expression;
};

// Sources: systemd src/core/manager.c and src/hostname/hostnamed.c; nixpkgs switch-to-configuration; nixos-rebuild and
// nixos-rebuild-ng; journald's rate limit (src/journal/journald-rate-limit.c); nix src/libstore (log tails).
constexpr auto rows = std::to_array<Row>({
    {"host-name-set", "hostname set to <", R"(Hostname set to <(?P<value>[^>]+)>)"},
    {"switch-started", "switching to system configuration ", R"(^switching to system configuration (?P<value>/nix/store/\S+)$)"},
    {"switch-failed", "failed (status ", R"(switching to system configuration \S+ failed \(status (?P<value>\d+)\))"},
    {"switch-finished", "finished switching to system configuration", R"(finished switching to system configuration (?P<value>\S+))"},
    {"rebuild-building", "building the system configuration...", R"((?P<value>building) the system configuration\.\.\.)"},
    {"rebuild-activating", "activating the configuration...", R"((?P<value>activating) the configuration\.\.\.)"},
    {"rebuild-done", "done. the new configuration is ", R"(Done\. The new configuration is (?P<value>\S+))"},
    {"job-succeeded", "job succeeded", R"((?P<value>^Job succeeded))"},
    {"job-succeeded", "finished: success", R"((?P<value>^Finished: SUCCESS))"},
    // units whose files are compared with their start, see derived.cpp
    {"unit-start-seen", "started certmgr", R"(^Started (?P<value>certmgr)(?:\.service| - |\.$))"},
    {"unit-start-seen", "started cfssl", R"(^Started (?P<value>cfssl)(?:\.service| - |\.$))"},
    {"unit-start-seen", "started kube-certmgr-bootstrap", R"(^Started (?P<value>kube-certmgr-bootstrap)(?:\.service| - |\.$))"},
    {"job-ended", "cleaning up orphan processes", R"((?P<value>Cleaning up orphan processes))"},
    {"play-failed", "unreachable=", R"(^(?P<value>\S+)\s+: ok=\d+.*(?:unreachable=[1-9]|failed=[1-9]))"},
    {"play-succeeded", "unreachable=0", R"(^(?P<value>\S+)\s+: ok=\d+.*unreachable=0\s+failed=0)"},
    {"messages-suppressed", "suppressed ", R"(Suppressed (?P<value>\d+) messages)"},
    {"log-tail-only", " log lines:", R"([Ll]ast (?P<value>\d+) log lines:)"},
    {"boot", "-- boot ", R"(^-- Boot (?P<value>[0-9a-f]{32}) --)"},
    {"boot", "-- reboot --", R"(^-- (?P<value>Reboot) --)"},
    {"shutting-down", "the system will ", R"((?P<value>The system will (?:power off|reboot|halt) now))"},
    {"shutting-down", "reached target shutdown", R"((?P<value>Reached target [Ss]hutdown))"},
    {"shutting-down", "reached target umount", R"((?P<value>Reached target [Uu]mount))"},
    {"shutting-down", "system is powering down", R"((?P<value>System is powering down))"},
    {"lines-cut", "lines 1-", R"(^lines (?P<value>\d+-\d+)(?:/\d+)?(?: |\(|$))"},
});

}  // namespace

std::vector<FactHit> read_facts(std::string_view message) {
    static const std::vector<std::unique_ptr<Regex>> expressions = [] {
        std::vector<std::unique_ptr<Regex>> out;
        for (const Row& row : rows) out.push_back(std::make_unique<Regex>(row.expression));
        return out;
    }();
    const std::string folded = lower(message);
    std::vector<FactHit> facts;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Captures captures;
        if (contains(folded, rows[i].literal) && expressions[i]->search(message, captures)) {
            facts.push_back({rows[i].name, std::string(capture(captures, "value"))});
        }
    }
    return facts;
}

const std::vector<std::string>& fact_literals() {
    static const std::vector<std::string> literals = [] {
        std::vector<std::string> out;
        for (const Row& row : rows) out.emplace_back(row.literal);
        return out;
    }();
    return literals;
}

}  // namespace nixwhy
