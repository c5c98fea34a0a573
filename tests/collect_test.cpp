// Collecting: a tree becomes a bundle, the bundle's facts decide between causes that look alike in the log.
#include <algorithm>
#include <filesystem>

#include "base/hash.hpp"
#include "collect/certificate.hpp"
#include "collect/collect.hpp"
#include "collect/facts.hpp"
#include "collect/process.hpp"
#include "event/snapshot.hpp"
#include "support.hpp"

using namespace nixwhy;

namespace {

FactMap facts_from(const std::string& probe, const std::string& text) {
    Gathered outcome;
    outcome.probe = probe;
    outcome.text = text;
    Redactor redactor;
    return facts_of({outcome}, redactor);
}

std::string listed(const FactMap& facts) {
    std::string out;
    for (const auto& [name, value] : facts) out += name + " = " + json_line(value) + "\n";
    return out;
}

}  // namespace

TEST_CASE("digests") {
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(keyed_name("k", "secret") == keyed_name("k", "secret"));
    CHECK(keyed_name("k", "secret") != keyed_name("l", "secret"));
    CHECK(keyed_name("k", "secret") == sha256_hex("k" + sha256_hex("ksecret")).substr(0, 32));
    CHECK(random_hex(8) != random_hex(8));
}

TEST_CASE("a snapshot comes back as it was written") {
    Snapshot snapshot{"worker1", "0123", "c1", "now", 1'700'000'000'123'456, {{"a", 1}, {"b", true}, {"c", "text \"quoted\"\n"}, {"d", nullptr}, {"e", {"x", "y"}}}};
    const std::string text = snapshot_text(snapshot);
    auto again = read_snapshot(text);
    REQUIRE(again);
    CHECK(snapshot_text(*again) == text);
    CHECK(fact_text(again->facts["e"]) == "x y");
    CHECK(fact_text(again->facts["b"]) == "true");
    CHECK(fact_text(again->facts["d"]).empty());
    CHECK(!read_snapshot(text.substr(0, text.size() / 2)));
    CHECK(!read_snapshot("{}"));
}

TEST_CASE("what probes give becomes facts") {
    CHECK(listed(facts_from("secrets", "/s/a\tregular empty file\t0\t600\troot\troot\t1700000000.5\t1700000001.000000000\t7\t\t0\tnone\t\n/s/b\tmissing\n/s/c\tunreadable\n")) ==
          "file-changed:/s/a = \"2023-11-14T22:13:21Z\"\nfile-characters:/s/a = \"none\"\nfile-length:/s/a = 0\nfile-mode:/s/a = \"600\"\n"
          "file-modified:/s/a = \"2023-11-14T22:13:20.500000Z\"\nfile-owner:/s/a = \"root:root\"\nfile-size:/s/a = 0\nfile-type:/s/a = \"regular empty file\"\n"
          "file-type:/s/b = null\nfile-type:/s/c = \"unreadable\"\n");
    CHECK(listed(facts_from("units", "Id=certmgr.service\nLoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nNRestarts=0\nExecMainStatus=0\n"
                                     "ActiveEnterTimestamp=Thu 2026-11-26 12:05:01.123456 UTC\nExecMainStartTimestamp=\n\nId=gone.service\nLoadState=not-found\nActiveState=inactive\n")) ==
          "unit-started:certmgr.service = \"2026-11-26T12:05:01.123456Z\"\nunit-state:certmgr.service = \"active\"\nunit-substate:certmgr.service = \"running\"\n");
    CHECK(listed(facts_from("space", "/\t1000\t2000\t5\t10\n/btrfs\t1\t2\t0\t0\n")) ==
          "inodes-free:/ = 5\nspace-free:/ = 1000\nspace-free:/btrfs = 1\nspace-size:/ = 2000\nspace-size:/btrfs = 2\n");
    CHECK(listed(facts_from("session", "@environ\nPATH=/a:/b\nGITHUB_TOKEN=ghp_0123456789abcdefghijABCDEFGHIJ012345\n@cwd\n/root\n@fds\n0\t/dev/pts/1\ttty\n@tools\ngit\t\t\n@parents\n12\tbash\n1\tsystemd\n"))
          == "cwd = \"/root\"\nenv:GITHUB_TOKEN = \"[REDACTED:github-token]\"\nenv:PATH = [\"/a\",\"/b\"]\nfd:0 = \"/dev/pts/1\"\nstarted-by = [\"bash\",\"systemd\"]\ntool:git = null\ntty:0 = true\n");
    CHECK(!listed(facts_from("units", std::string("Id=\xff\nnonsense\n=\n\n\n"))).empty());
}

TEST_CASE("the window begins at the last switch that failed") {
    const std::string started = "2026-11-26T12:00:00.000000+00:00 w nixos[1]: switching to system configuration /nix/store/x\n";
    CHECK(failed_switch_since(started + "2026-11-26T12:01:00.000000+00:00 w nixos[1]: switching to system configuration /nix/store/x failed (status 4)\n") == "2026-11-26T11:50:00Z");
    CHECK(failed_switch_since(started) == "2026-11-26T11:50:00Z");
    CHECK(failed_switch_since(started + "2026-11-26T12:01:00.000000+00:00 w nixos[1]: finished switching to system configuration /nix/store/x\n").empty());
    CHECK(failed_switch_since("-- No entries --\n").empty());
}

TEST_CASE("journalctl is asked in the form that all its versions read") {
    Window window;
    window.since = "2026-11-22T20:00:00Z";
    window.until = "yesterday";
    const std::vector<std::string> argv = journal_probes(window)[0].words;
    CHECK(std::find(argv.begin(), argv.end(), "--since=2026-11-22 20:00:00 UTC") != argv.end());
    CHECK(std::find(argv.begin(), argv.end(), "--until=yesterday") != argv.end());
}

TEST_CASE("programs end at their limit, with their children") {
    Command command;
    command.argv = {"sh", "-c", "echo early; trap '' TERM; (trap '' TERM; sleep 60) & sleep 60"};
    command.seconds_max = 0.2;
    const Ran ran = run_program(command);
    CHECK(ran.timed_out);
    CHECK(ran.out == "early\n");
    command = {};
    command.argv = {"sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; echo trouble >&2; exit 3"};
    command.bytes_max = 100;
    const Ran flood = run_program(command);
    CHECK(flood.status == 3);
    CHECK(flood.out.size() == 100);
    CHECK(flood.out.substr(flood.out.size() - 11) == "line 19999\n");
    CHECK(flood.bytes > 200'000);
    CHECK(flood.error == "trouble\n");
    command.argv = {"no-such-program-anywhere"};
    CHECK(run_program(command).status == 127);
}

TEST_CASE("of a bundle of another program only the logs are read") {
    const std::string folder = std::filesystem::temp_directory_path().string() + "/nixwhy-foreign-" + random_hex(4) + "/sosreport-w";
    std::filesystem::create_directories(folder + "/sos_commands/logs");
    std::filesystem::create_directories(folder + "/sos_commands/systemd");
    std::filesystem::create_directories(folder + "/etc");
    const std::string line = "Mar 01 10:00:02 w systemd[1]: a.service: Failed with result 'exit-code'.\n";
    std::ofstream(folder + "/sos_commands/logs/journalctl_--no-pager_--boot") << line;
    std::ofstream(folder + "/sos_commands/systemd/systemctl_list-units") << line;
    std::ofstream(folder + "/etc/motd") << "error: failed to open /x: No such file or directory\n";
    const Timeline timeline = explain({folder}).timeline;
    std::filesystem::remove_all(std::filesystem::path(folder).parent_path());
    std::string read;
    for (const SourceSummary& source : timeline.sources) {
        if (source.format != "material") read += source.name.substr(folder.size()) + "\n";
    }
    CHECK(read == "/sos_commands/logs/journalctl_--no-pager_--boot\n");
    CHECK(timeline.events.size() == 1);
}
