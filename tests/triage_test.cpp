// Wordings take out what names a thing, and parts put together give what one run gives.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "rule/builtin.hpp"
#include "support.hpp"
#include "triage/runs.hpp"
#include "triage/triage.hpp"
#include "triage/wording.hpp"
#include "triage/writers.hpp"

using namespace nixwhy;
namespace fs = std::filesystem;

namespace {

// A folder of logs that fail in a few ways, gone at the end.
struct Logs {
    fs::path folder = fs::temp_directory_path() / ("nixwhy-triage-" + std::to_string(::getpid()));
    std::vector<Run> runs;

    Logs() {
        fs::create_directories(folder);
        for (int i = 0; i < 60; ++i) {
            const fs::path path = folder / ("run-" + std::to_string(i) + ".log");
            std::ofstream file(path);
            file << "2026-11-" << 10 + i % 9 << "T10:00:00Z building\n";
            if (i % 4 == 0) file << "error: undefined variable '" << (i % 8 == 0 ? "alpha" : "beta") << "'\n\n       at /etc/nixos/a.nix:3:5:\n";
            if (i % 4 == 1) file << "error: the quota plan of tenant-" << i << " lacks " << i << " seats\n##[error]Process completed with exit code 1.\n";
            runs.push_back({path.string(), {path.string()}, {}});
        }
        runs.push_back({(folder / "gone.log").string(), {(folder / "gone.log").string()}, {}});
    }
    ~Logs() { fs::remove_all(folder); }
};

std::vector<RunRecord> records_of(const std::vector<Run>& runs, unsigned threads) {
    static const RuleSet rules = builtin_rules(false);
    static const Plan plan(rules, builtin_image());
    RunOptions options;
    options.scan.threads = threads;
    std::vector<RunRecord> records;
    judge_runs(runs, plan, options, [&](RunRecord record) { records.push_back(std::move(record)); });
    return records;
}

// Every format, one behind the other.
std::string written(std::vector<RunRecord> records) {
    settle(records);
    const Triage made = triage(records);
    std::string out;
    for (const TriageWriter& writer : triage_writers()) out += writer.write(made, records, {});
    return out;
}

std::vector<RunRecord> read_back(const std::vector<RunRecord>& records, const fs::path& folder) {
    const std::string path = (folder / "one.part").string();
    std::ofstream(path) << write_part(records);
    std::vector<RunRecord> out;
    read_part(path, false, out);
    fs::remove(path);
    return out;
}

}  // namespace

TEST_CASE("a wording keeps what a line says and lets go what it says it of") {
    const std::vector<std::vector<const char*>> alike{
        {"error: quota plan 'basalt-7' of tenant ember.dune does not allow another seat", "error: quota plan 'x' of tenant a.b does not allow another seat", "ERROR quota plan \"y z\" of tenant c.d does not allow another seat"},
        {"error: builder for '/nix/store/0c3fiz00v29gi4rk13ja6llv9bmgm6v1-a-1.0.drv' failed with exit code 1", "error: builder for '/nix/store/lv9bmgm6v1wc3fiz00v29gi4rk13ja6l-bb-2.drv' failed with exit code 1"},
        {"dial tcp 10.0.0.1:6443: connect: connection refused", "dial tcp [fd00::1]:443: connect: connection refused"},
        {"pod \"web-7d4b9c-x2x4z\" in namespace prod: back-off restarting", "pod \"db-0\" in namespace prod: back-off restarting"},
        {"can't open /etc/nixos/a.nix: it isn't there", "can't open ./b/c.nix: it isn't there"},
    };
    for (const auto& lines : alike) {
        for (const char* line : lines) CHECK(wording_of(line) == wording_of(lines.front()));
    }
    CHECK(wording_of("exit code 1 of the script") != wording_of("exit code 137 of the script"));
    CHECK(wording_of("the builder ended with signal 9") != wording_of("the builder ended with signal 11"));
    CHECK(wording_of("npm ERR! code ERR_PNPM_OUTDATED_LOCKFILE") != wording_of("npm ERR! code ERR_PNPM_NO_MATCHING_VERSION"));
    CHECK(wording_of("ModuleNotFoundError: No module named 'a'") == "modulenotfounderror no module named *");
    CHECK(wording_of("==== 12:34 ====").empty());
    CHECK(wording_of("").empty());
    CHECK(wording_name(wording_of("error: sonar echo 3 precedes ping \"x\"")) == wording_name(wording_of("error: sonar echo 44 precedes ping \"yy\"")));
}

TEST_CASE("a pattern matches the lines it was made of") {
    const std::vector<std::vector<std::string>> sets{
        {"error: quota plan 'basalt-7' of tenant ember.dune does not allow another seat", "error: quota plan 'x' of tenant a.b does not allow another seat"},
        {"FATAL (at 3+4) [stage]: the choir of gale7 lost its conductor", "FATAL (at 9) [stage]: the choir of dune lost its conductor"},
        {"one line alone: a|b* (c)?"},
        {"Fehler: größe 12 überschritten bei öffnen", "Fehler: größe 9 überschritten bei öffnen"},
    };
    for (const auto& lines : sets) {
        const std::string pattern = pattern_of(lines);
        const Regex regex(pattern);
        CHECK(regex.error().empty());
        for (const std::string& line : lines) CHECK_MESSAGE(regex.search(line), pattern, " on ", line);
        CHECK_FALSE(regex.search("building the system configuration..."));
    }
    CHECK(pattern_of({"abcd efgh", "ijkl mnop"}).empty());
    CHECK(pattern_of({}).empty());
}

TEST_CASE("parts put together are what one run gives") {
    const Logs logs;
    const std::vector<RunRecord> whole = records_of(logs.runs, 2);
    const std::string expected = written(whole);
    CHECK(contains(expected, "61 runs: 15 explained by 2 causes, 15 unexplained in 1 wording, 30 without failure, 1 not read"));
    CHECK(written(records_of(logs.runs, 1)) == expected);
    std::mt19937 random(7);
    for (const std::uint64_t count : {1U, 2U, 7U, 64U}) {
        std::vector<std::vector<RunRecord>> parts;
        std::size_t all = 0;
        for (std::uint64_t i = 0; i < count; ++i) {
            const Shard shard = read_shard(std::to_string(i) + "/" + std::to_string(count));
            std::vector<RunRecord> part;
            std::copy_if(whole.begin(), whole.end(), std::back_inserter(part), [&](const RunRecord& record) { return shard.holds(record.run.str()); });
            all += part.size();
            parts.push_back(read_back(part, logs.folder));
        }
        CHECK(all == whole.size());
        std::shuffle(parts.begin(), parts.end(), random);
        std::vector<RunRecord> left;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            left.insert(left.end(), parts[i].begin(), parts[i].end());
            settle(left);                           // whatever is put together first
            if (i % 3 == 0) left = read_back(left, logs.folder);
        }
        left.insert(left.end(), parts.front().begin(), parts.front().end());  // twice is once
        CHECK(written(left) == expected);
    }
}

TEST_CASE("of two records of one run the one that tells more stays, in any order") {
    const Logs logs;
    std::vector<RunRecord> read = records_of({logs.runs[0]}, 1), unread = records_of({{logs.runs[0].name, {"/nonexistent"}, {}}}, 1);
    REQUIRE(read.size() == 1);
    REQUIRE(unread.size() == 1);
    CHECK(unread[0].reading == Reading::unread);
    std::vector<RunRecord> one{read[0], unread[0]}, other{unread[0], read[0]};
    settle(one);
    settle(other);
    CHECK(write_part(one) == write_part(read));
    CHECK(write_part(other) == write_part(read));
}

TEST_CASE("what is no part is refused with the line") {
    const fs::path path = fs::temp_directory_path() / ("nixwhy-part-" + std::to_string(::getpid()));
    const auto refused = [&](const std::string& text, bool unfinished) {
        std::ofstream(path, std::ios::trunc) << text;
        std::vector<RunRecord> records;
        try {
            read_part(path.string(), unfinished, records);
        } catch (const Error& error) {
            return std::string(error.what()).substr(path.string().size() + 2);
        }
        return std::string("read ") + std::to_string(records.size());
    };
    const std::string head = part_head(), record = "{\"type\":\"run\",\"run\":\"a\",\"rules\":\"1\",\"outcome\":\"no-failure\"}\n", how = "; `nixwhy triage --format partial` writes parts";
    CHECK(refused(head + record, false) == "read 1");
    CHECK(refused(head + record + "{\"type\":\"ru", true) == "read 1");
    CHECK(refused(head + record + "{\"type\":\"ru", false) == "line 3 is cut off" + how);
    CHECK(refused("", false) == "line 1 is missing: the file is empty" + how);
    CHECK(refused("error: x\n", false) == "line 1 is no head of a part" + how);
    CHECK(refused("{\"type\":\"part\",\"version\":2}\n", false) == "line 1 names a version of parts that is not known here" + how);
    CHECK(refused(head + record + head + record + record, false) == "read 3");
    CHECK(refused(head + record + record.substr(0, 20) + head + record, false) == "read 2");
    CHECK(refused(head + record.substr(0, 20) + "\n", false) == "line 2 is no record of a run" + how);
    CHECK(refused(head + "{}\n", false) == "line 2 is no record of a run" + how);
    fs::remove(path);
    CHECK_THROWS_WITH_AS(read_shard("4/4"), "--shard: '4/4': parts count from 0, the last is 3/4", Error);
    CHECK_THROWS_WITH_AS(read_shard("x"), "--shard: 'x' is no part; write I/N, as in 0/8", Error);
}

TEST_CASE("a drafted rule is a valid file that passes its own examples") {
    const fs::path folder = fs::temp_directory_path() / ("nixwhy-draft-" + std::to_string(::getpid())) / "site";
    fs::create_directories(folder);
    const std::vector<std::string> commands{
        "'error: the quota plan of tenant a.b lacks a seat'",
        "'error: quota plan '\\''x'\\'' of tenant a.b does not allow' 'error: quota plan '\\''yy'\\'' of tenant c does not allow'",
        "'FATAL: {braces} [brackets] (parentheses) 50% of \"quotes\": # and backslash \\ met'",
    };
    for (const std::string& words : commands) {
        const ProgramRun drafted = run("'" NIXWHY_PROGRAM "' rules draft " + words + " -o '" + (folder / "draft.yaml").string() + "' 2>&1");
        CHECK_MESSAGE(drafted.code == 0, drafted.out);
        const ProgramRun checked = run("'" NIXWHY_PROGRAM "' rules check '" + folder.parent_path().string() + "' 2>&1");
        CHECK_MESSAGE(checked.out == "1 rules, 0 problems\n", checked.out);
        const ProgramRun tested = run("'" NIXWHY_PROGRAM "' rules test '" + folder.parent_path().string() + "' 2>&1 | tail -1");
        CHECK_MESSAGE(contains(tested.out, ", 0 failed"), tested.out);
    }
    CHECK(run("'" NIXWHY_PROGRAM "' rules draft 'abcd efgh' 'ijkl mnop' 2>/dev/null").code == 4);
    CHECK(run("'" NIXWHY_PROGRAM "' rules draft w-e15c13770a 2>/dev/null").code == 2);
    fs::remove_all(folder.parent_path());
}
