// The command line as users and scripts meet it: exit codes, streams, whole messages.
#include "base/error.hpp"
#include "base/text.hpp"
#include "source/limits.hpp"
#include "support.hpp"

using namespace nixwhy;

namespace {
ProgramRun nixwhy_run(const std::string& arguments) { return run("'" + program + "' " + arguments); }
}  // namespace

TEST_CASE("exit codes") {
    CHECK(nixwhy_run("explain fixtures/incidents/scripted-rebuild >/dev/null").code == 0);
    CHECK(nixwhy_run("explain --fail-on any fixtures/incidents/first-join-full >/dev/null").code == 1);
    CHECK(nixwhy_run("explain --fail-on unexplained fixtures/incidents/first-join-full >/dev/null").code == 0);
    CHECK(nixwhy_run("explain --fail-on unexplained fixtures/incidents/scripted-rebuild >/dev/null").code == 1);
    CHECK(nixwhy_run("explain --fail-on any fixtures/formats/lines.txt --no-such 2>/dev/null").code == 2);
    CHECK(nixwhy_run("explain --rules tests/rules-wrong fixtures/formats/lines.txt 2>/dev/null").code == 3);
    CHECK(nixwhy_run("explain /no/such/file 2>/dev/null").code == 4);
    CHECK(nixwhy_run("2>/dev/null").code == 2);
    CHECK(nixwhy_run("--version >/dev/null").code == 0);
}

TEST_CASE("one missing input is said, the rest is reported") {
    const ProgramRun result = nixwhy_run("explain -q /no/such/file fixtures/incidents/scripted-rebuild/deploy.log --format json 2>&1 >/dev/null");
    CHECK(result.code == 4);
    CHECK(result.out == "nixwhy: /no/such/file: cannot be opened: No such file or directory\n");
}

TEST_CASE("where all inputs are empty, nothing is said to be well") {
    const ProgramRun result = nixwhy_run("explain - < /dev/null 2>&1");
    CHECK(result.code == 4);
    CHECK(result.out == "nixwhy: -: is empty, there is nothing to explain\n");
}

TEST_CASE("misspelt words get a suggestion") {
    CHECK(nixwhy_run("explian x 2>&1").out == "nixwhy: unknown command 'explian', did you mean 'explain'?\ntry 'nixwhy --help'\n");
    CHECK(nixwhy_run("rules lst 2>&1").out == "nixwhy: unknown command 'rules lst', did you mean 'rules list'?\ntry 'nixwhy --help'\n");
    CHECK(nixwhy_run("rules 2>&1").out.starts_with("nixwhy: rules: one of list, show, check, draft, test, why-not"));
    CHECK(nixwhy_run("explain --formt json x 2>&1").out == "nixwhy: explain: unknown option '--formt', did you mean '--format'?\ntry 'nixwhy explain --help'\n");
    CHECK(nixwhy_run("explain --format jsn x 2>&1").out == "nixwhy: --format: there is no format 'jsn', did you mean 'json'?\n");
    CHECK(nixwhy_run("rules show certmgr.token-rejcted 2>&1").out == "nixwhy: there is no rule 'certmgr.token-rejcted', did you mean 'certmgr.token-rejected'?\n");
}

TEST_CASE("help opens with examples") {
    const ProgramRun result = nixwhy_run("explain --help");
    CHECK(result.code == 0);
    CHECK(result.out.find("Examples:") < result.out.find("Usage:"));
}

TEST_CASE("all problems of a wrong rule come at once, with line and caret") {
    check_golden(root + "/tests/rules-wrong.expected", run("'" + program + "' rules check tests/rules-wrong 2>&1").out);
}

TEST_CASE("standard input, empty input, and a pipe that closes") {
    CHECK(nixwhy_run("explain -q - < fixtures/incidents/scripted-rebuild/deploy.log | head -n 1").out == "CAUSE? the log ends at \"building the system configuration...\": the rest was not recorded\n");
    CHECK(nixwhy_run("explain fixtures/incidents 2>&1 >/dev/null | head -c 1").out.empty());
    CHECK(run("sh -c \"'" + program + "' explain --format json fixtures/incidents | head -c 1 >/dev/null\" 2>&1").out.empty());
}

TEST_CASE("a damaged or cut input gives what can be read, and a notice") {
    const ProgramRun cut = run("zstd -dc fixtures/incidents/first-join-full/worker.export.zst | gzip | head -c 20000 > build/cut.gz; '" + program + "' explain --format json build/cut.gz 2>&1");
    CHECK(cut.code == 4);
    CHECK(cut.out.find("the gzip data ends early") != std::string::npos);
    CHECK(cut.out.find("certmgr.token-rejected") != std::string::npos);
    const ProgramRun journal = run("zstd -dc fixtures/forms/worker.journal.zst | head -c 500000 > build/cut.journal; '" + program + "' explain --format json build/cut.journal 2>&1");
    CHECK(journal.code == 4);  // no entry of it is left
    CHECK(journal.out.find("the journal file ends early") != std::string::npos);
    CHECK(journal.out.find("is empty") == std::string::npos);
}

TEST_CASE("colour only where it is wanted") {
    const std::string file = "fixtures/incidents/scripted-rebuild/deploy.log";
    CHECK(nixwhy_run("explain " + file).out.find('\x1b') == std::string::npos);
    CHECK(nixwhy_run("explain --color always " + file).out.find('\x1b') != std::string::npos);
    CHECK(run("CLICOLOR_FORCE=1 '" + program + "' explain " + file).out.find('\x1b') != std::string::npos);
}

TEST_CASE("why-not names the nearest line and what it lacks") {
    const ProgramRun result = nixwhy_run("rules why-not certmgr.token-file-missing fixtures/incidents/first-join/master-cfssl.log");
    CHECK(result.code == 0);
    CHECK(result.out.substr(0, result.out.find('\n')) == "certmgr.token-file-missing: does not hold");
    CHECK(result.out.find("no line matches") != std::string::npos);
}

TEST_CASE("docs/limits.md holds every limit and its default") {
    const std::string page = read_file(root + "/docs/limits.md");
    const Limits defaults;
    for (const LimitRow& row : limit_table()) {
        const std::string text = "| `" + std::string(row.name) + "` | " + limit_text(defaults.*row.value) + " | " + row.about + " |\n";
        CHECK_MESSAGE(contains(page, text), text);
    }
}

TEST_CASE("a limit is set by its name, and a wrong one says what there is") {
    Limits limits;
    set_limit(limits, "line=2k");
    CHECK(limits.line_bytes_max == 2048);
    set_limit(limits, "files=7");
    CHECK(limits.files_max == 7);
    const auto refused = [&](const char* setting) {
        try {
            set_limit(limits, setting);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("taken");
    };
    CHECK(refused("lines=3") == "--limit: there is no limit 'lines'; there are line, unpacked, ratio, depth, members, name, journal, files");
    CHECK(refused("line=") == "--limit: 'line=' sets nothing; write line=N, with K, M, G or T behind N where it is large");
    CHECK(refused("line=0") == "--limit: 'line=0' sets nothing; write line=N, with K, M, G or T behind N where it is large");
    CHECK(refused("line=9999999999999T") == "--limit: 'line=9999999999999T' sets nothing; write line=N, with K, M, G or T behind N where it is large");
    CHECK(refused("line=3X") == "--limit: 'line=3X' sets nothing; write line=N, with K, M, G or T behind N where it is large");
}
