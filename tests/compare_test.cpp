// Two runs beside each other: aligned, and what that points to.
#include "base/align.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "compare/compare.hpp"
#include "compare/environments.hpp"
#include "compare/writers.hpp"
#include "event/snapshot.hpp"
#include "support.hpp"

#include <filesystem>
#include <random>

using namespace nixwhy;
namespace fs = std::filesystem;

namespace {

struct Given {
    std::string log;
    std::map<std::string, FactValue> before;
    std::map<std::string, FactValue> after;
};

// A folder as a bundle of `record` holds it.
std::string folder_of(const std::string& name, const Given& given) {
    const std::string folder = root + "/build/compare-test/" + name;
    fs::remove_all(folder);
    fs::create_directories(folder + "/output");
    std::ofstream(folder + "/output/stderr.log") << given.log;
    std::ofstream(folder + "/manifest.json") << "{\n  \"format\": \"nixwhy bundle 1\",\n  \"host\": \"worker1\",\n  \"complete\": true\n}\n";
    if (!given.before.empty()) std::ofstream(folder + "/snapshot-before.json") << snapshot_text({"worker1", "", "c1", "before", 1'790'000'000'000'000, given.before});
    if (!given.after.empty()) std::ofstream(folder + "/snapshot-after.json") << snapshot_text({"worker1", "", "c1", "after", 1'790'000'060'000'000, given.after});
    return folder;
}

Comparison compared(const Given& failed, const Given& worked) {
    ComparedRuns runs = read_runs(folder_of("failed", failed), folder_of("worked", worked), rules(), {});
    Redactor redactor;
    return compare(runs, rules(), redactor);
}

std::string first_cause(const Comparison& comparison) { return comparison.causes.empty() ? "" : comparison.failed.findings[comparison.causes[0].finding].id; }

std::map<std::string, FactValue> session(std::map<std::string, FactValue> more) {
    more["env:USER"] = "alice";
    more["uptime-s"] = 5000;
    return more;
}

const std::string marker = "building the system configuration...\n";

}  // namespace

TEST_CASE("aligned pairs are equal and rise, and nothing is lost where two sequences are the same") {
    std::mt19937 random(7);
    for (int round = 0; round < 60; ++round) {
        std::vector<std::uint32_t> a, b;
        const auto different = std::uniform_int_distribution<std::uint32_t>(1, 1U << (random() % 12))(random);
        for (std::uint32_t i = 0; i < 1500; ++i) {
            const std::uint32_t number = static_cast<std::uint32_t>(random()) % (different + 1);
            if (random() % 10 != 0) a.push_back(number);
            if (random() % 10 != 0) b.push_back(number);
        }
        const auto pairs = align(a, b);
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            CHECK(a[pairs[i].first] == b[pairs[i].second]);
            if (i > 0) CHECK((pairs[i - 1].first < pairs[i].first && pairs[i - 1].second < pairs[i].second));
        }
        CHECK(pairs.size() > a.size() / 4);
        CHECK(align(a, a).size() == a.size());
    }
    CHECK(align({}, {1, 2}).empty());
}

TEST_CASE("times, hashes, process ids and numbers do not part two logs; how something ended does") {
    const Comparison same = compared({"Mar 01 10:00:01 w1 nix[12]: copying path '/nix/store/0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d-x'\nMar 01 10:00:02 w1 nix[12]: done, exit code 0\n", {}, {}},
                                     {"Mar 02 11:00:01 w1 nix[99]: copying path '/nix/store/9z8y7x6w9z8y7x6w9z8y7x6w9z8y7x6w-x'\nMar 02 11:10:02 w1 nix[99]: done, exit code 0\n", {}, {}});
    REQUIRE(same.logs.size() == 1);
    CHECK(same.logs[0].same == 2);
    CHECK(!same.logs[0].parting.has_value());
    CHECK(same.conclusion == Conclusion::no_failure);
    const Comparison ends = compared({marker + "job ended with exit code 1\n", {}, {}}, {marker + "job ended with exit code 0\n", {}, {}});
    REQUIRE(ends.logs[0].parting.has_value());
    CHECK(ends.logs[0].parting->failed->text.str() == "job ended with exit code 1");
    CHECK(ends.logs[0].parting->worked->line == 2);
}

TEST_CASE("a log that ends where the other goes on") {
    const Comparison comparison = compared({marker, {}, {}}, {marker + "activating the configuration...\nsetting up /etc...\n", {}, {}});
    REQUIRE(comparison.logs[0].parting.has_value());
    CHECK(!comparison.logs[0].parting->failed.has_value());
    CHECK(comparison.logs[0].parting->worked->text.str() == "activating the configuration...");
    CHECK(contains(write_comparison_terminal(comparison, {}), "ends here"));
}

TEST_CASE("a log line and a difference make one finding with both as evidence") {
    struct Case {
        const char* rule;
        const char* line;
        const char* fact;
        FactValue failed, worked;
    };
    const std::vector<Case> cases{
        {"session.git-missing-here", "error: executing 'git': No such file or directory", "tool:git", nullptr, "/run/current-system/sw/bin/git"},
        {"session.nix-path-missing-here", "error: file 'nixpkgs/nixos' was not found in the Nix search path (add it using $NIX_PATH or -I)", "env:NIX_PATH", nullptr, "nixpkgs=/etc/nixpkgs"},
        {"session.repository-owner-here", "fatal: detected dubious ownership in repository at '/srv/infra'", "env:SUDO_UID", nullptr, "1000"},
        {"session.no-terminal-here", "sudo: a terminal is required to read the password; either use the -S option", "tty:0", false, true},
        {"session.proxy-missing-here", "error: unable to download 'https://cache.nixos.org/nix-cache-info': Couldn't connect to server (7)", "env:https_proxy", nullptr, "http://proxy:3128"},
        {"session.lock-held-here", "Could not acquire lock", "lock-held:/run/nixos/switch-to-configuration.lock", "pid 77", nullptr},
        {"session.disk-full-here", "error: writing to file: No space left on device", "space-free:/nix/store", 4096, 900'000'000'000},
        {"session.program-missing-here", "sh: 1: nixos-rebuild: not found", "env:PATH", FactValue({"/usr/bin"}), FactValue({"/run/current-system/sw/bin", "/usr/bin"})},
        {"session.agent-missing-here", "git@git.example.org: Permission denied (publickey).", "env:SSH_AUTH_SOCK", nullptr, "/tmp/ssh-x/agent.1"},
        {"session.feature-off-here", "error: experimental Nix feature 'flakes' is disabled; use '--extra-experimental-features flakes' to override", "env:HOME", "/root", "/home/alice"},
        {"session.token-missing-here", "error: unable to download 'https://api.github.com/repos/a/b/commits/HEAD': HTTP error 404 ('')", "nix-setting-present:access-tokens", false, true},
        {"session.certificates-missing-here", "fatal: unable to access 'https://git.example.org/x/': SSL certificate problem: unable to get local issuer certificate", "env:NIX_SSL_CERT_FILE", nullptr, "/etc/ssl/company.pem"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.rule);
        std::map<std::string, FactValue> failed, worked;
        if (!one.failed.is_null() || std::string_view(one.fact).substr(0, 4) == "tool") failed[one.fact] = one.failed;
        if (!one.worked.is_null()) worked[one.fact] = one.worked;
        const Comparison comparison = compared({marker + one.line + "\n", session(failed), {}}, {marker + "activating the configuration...\n", session(worked), {}});
        CHECK(comparison.conclusion == Conclusion::difference);
        CHECK(first_cause(comparison) == one.rule);
        REQUIRE(!comparison.causes.empty());
        REQUIRE(!comparison.causes[0].differences.empty());
        CHECK(comparison.differences[comparison.causes[0].differences[0]].fact.str() == one.fact);
        CHECK(comparison.failed.findings[comparison.causes[0].finding].evidence.size() >= 2);
        // the line alone, and the line with the same environment on both sides, do not claim a difference
        const Comparison equal = compared({marker + one.line + "\n", session(worked), {}}, {marker, session(worked), {}});
        CHECK(equal.conclusion != Conclusion::difference);
    }
}

TEST_CASE("without a line that tells, a difference is a suspect and no cause") {
    const Comparison comparison = compared({marker + "error: something else went wrong entirely\n", session({{"tool:git", nullptr}}), {}}, {marker, session({{"tool:git", "/usr/bin/git"}}), {}});
    CHECK(first_cause(comparison) != "session.git-missing-here");
    CHECK(comparison.conclusion != Conclusion::difference);
}

TEST_CASE("what is in both runs is not what tells them apart") {
    const std::string broken = "error: executing 'git': No such file or directory\n";
    const Comparison comparison = compared({marker + broken, {}, {}}, {marker + broken, {}, {}});
    CHECK(comparison.causes.empty());
    REQUIRE(comparison.in_both.size() == 1);
    CHECK(comparison.failed.findings[comparison.in_both[0]].id == "flake.git-program-missing");
}

TEST_CASE("a rerun that compared the system with itself is no proof") {
    const std::string failed = marker + "activating the configuration...\nsetting up /etc...\nwarning: the following units failed: certmgr.service\nwarning: error(s) occurred while switching to the new configuration\n";
    const std::string rerun = marker + "activating the configuration...\nsetting up /etc...\n";
    const Comparison alone = compared({failed, {}, {}}, {rerun, {}, {}});
    REQUIRE(alone.cautions.size() == 1);
    CHECK(contains(alone.cautions[0].str(), "it may not have worked"));
    CHECK(contains(alone.cautions[0].str(), "systemctl status certmgr.service"));
    const FactValue system = "/nix/store/x-nixos-system-worker1";
    const Comparison sick = compared({failed, {}, {}}, {rerun, session({{"link:/run/current-system", system}}), session({{"link:/run/current-system", system}, {"unit-state:certmgr.service", "failed"}})});
    REQUIRE(sick.cautions.size() == 1);
    CHECK(contains(sick.cautions[0].str(), "it did not work: certmgr.service is still not healthy"));
    const Comparison well = compared({failed, {}, {}}, {rerun, session({{"link:/run/current-system", system}}), session({{"link:/run/current-system", system}, {"unit-state:certmgr.service", "active"}})});
    CHECK(well.cautions.empty());
    const Comparison repaired = compared({failed, {}, {}}, {rerun + "restarting the following units: certmgr.service\n", {}, {}});
    CHECK(repaired.cautions.empty());
}

TEST_CASE("what is volatile is no difference; lists are told by what one lacks") {
    const KnownFacts a{{"env:PATH", {"/usr/bin /bin", true, {}}}, {"env:SHLVL", {"1", true, {}}}, {"space-free:/", {"90000000000", true, {}}}, {"env:SSH_AUTH_SOCK", {"/tmp/a", true, {}}}};
    const KnownFacts b{{"env:PATH", {"/run/wrappers/bin /usr/bin /bin", true, {}}}, {"env:SHLVL", {"2", true, {}}}, {"space-free:/", {"80000000000", true, {}}}, {"env:SSH_AUTH_SOCK", {"/tmp/b", true, {}}}};
    const auto differences = differences_of(a, b);
    REQUIRE(differences.size() == 1);
    CHECK(differences[0].fact == "env:PATH");
    CHECK(differences[0].failed == "nothing beyond the 2 both have");
    CHECK(differences[0].worked == "also /run/wrappers/bin");
}

TEST_CASE("every writer of comparisons is inert and masks secrets") {
    const std::string secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    const Comparison comparison = compared({marker + "error: bad \x1b[2J``` @everyone token " + secret + "\n", session({{"env:A", "x"}}), {}}, {marker, session({{"env:A", "y"}}), {}});
    for (const ComparisonWriter& writer : comparison_writers()) {
        CAPTURE(writer.name);
        if (writer.comparison == nullptr) continue;
        const std::string text = writer.comparison(comparison, {});
        CHECK(!contains(text, secret));
        CHECK(!contains(text, "\x1b"));
    }
    CHECK(parse_json(write_comparison_json(comparison, {})).has_value());
    const Comparison hostile = compared({marker + "error: <script>alert(1)</script><img src=x>\n", session({{"env:A", "\"><b>x"}}), {}}, {marker, session({{"env:A", "y"}}), {}});
    const std::string page = write_comparison_html(hostile, {});
    CHECK(contains(page, "&lt;img src=x&gt;"));
    CHECK(!contains(page, "<img"));
    CHECK(!contains(page, "<b>x"));
}

TEST_CASE("compare: usage and exit codes") {
    const std::string nixwhy = "'" + program + "' compare ";
    const std::string failed = folder_of("cli-failed", {marker + "error: executing 'git': No such file or directory\n", {}, {}}), worked = folder_of("cli-worked", {marker, {}, {}});
    CHECK(run(nixwhy + "a 2>&1").out == "nixwhy: compare: two inputs are wanted, the failed run first\ntry 'nixwhy compare --help'\n");
    CHECK(run(nixwhy + "a 2>/dev/null").code == 2);
    CHECK(run(nixwhy + "--format sarif a b 2>&1").code == 2);
    CHECK(run(nixwhy + "--format snapshot a b 2>&1").code == 2);
    CHECK(run(nixwhy + "/no/such " + worked + " 2>/dev/null").code == 4);
    CHECK(run(nixwhy + failed + " " + worked + " >/dev/null").code == 0);
    CHECK(run(nixwhy + "--fail-on any " + failed + " " + worked + " >/dev/null").code == 1);
    CHECK(run(nixwhy + "--fail-on unexplained " + failed + " " + worked + " >/dev/null").code == 0);
}
