// Lines beside evidence: the right ones in every form of a log, and masked by what stands above them.
#include <unistd.h>

#include <filesystem>

#include "support.hpp"

using namespace nixwhy;

namespace {

// A file that goes with the test.
class Scratch {
public:
    explicit Scratch(const std::string& text) : path_("/tmp/nixwhy-neighbours." + std::to_string(::getpid())) { std::ofstream(path_, std::ios::binary) << text; }
    ~Scratch() { std::filesystem::remove(path_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

Report with_neighbours(const std::string& input, std::size_t count) {
    ScanOptions options;
    options.threads = 1;
    options.neighbours = count;
    Redactor redactor;
    return analyze({input}, rules(), options, {}, redactor).report;
}

std::string shown(const ReportEvidence& proof) {
    std::string out;
    for (const ReportNeighbour& line : proof.before) out += std::to_string(line.line) + "- " + line.text.str() + "\n";
    out += std::to_string(proof.line) + ": " + proof.brief.str() + "\n";
    for (const ReportNeighbour& line : proof.after) out += std::to_string(line.line) + "- " + line.text.str() + "\n";
    return out;
}

// The first evidence of the first root.
std::string shown(const Report& report) {
    REQUIRE(!report.roots.empty());
    return shown(report.findings[report.roots[0]].evidence.at(0));
}

}  // namespace

TEST_CASE("neighbours are the lines beside it, fewer where the log begins or ends") {
    const Scratch log("one\ntwo\nerror: getting status of '/nix/store/x': No space left on device\nfour\nfive\nsix\n");
    CHECK(shown(with_neighbours(log.path(), 2)) == "1- one\n2- two\n3: error: getting status of '/nix/store/x': No space left on device\n4- four\n5- five\n");
    CHECK(shown(with_neighbours(log.path(), 9)) == "1- one\n2- two\n3: error: getting status of '/nix/store/x': No space left on device\n4- four\n5- five\n6- six\n");
    CHECK(shown(with_neighbours(log.path(), 0)) == "3: error: getting status of '/nix/store/x': No space left on device\n");
}

TEST_CASE("a block of several lines has its neighbours behind its last line") {
    const Scratch log("building...\nerror: undefined variable 'foo'\n\n       at /etc/nixos/a.nix:3:5:\n\n            2|\n            3|     foo\n             |     ^\ndeploy: giving up\n");
    const Report report = with_neighbours(log.path(), 1);
    CHECK(shown(report.unexplained.at(0)) == "1- building...\n2: error: undefined variable 'foo'\n9- deploy: giving up\n");
}

TEST_CASE("neighbours are masked by what stands above them") {
    std::string key = "-----BEGIN RSA PRIVATE KEY-----\n";
    for (int i = 0; i < 49; ++i) key += "MIIJKQIBAAKCAgEAu5kVw8Yb0T1l9mQ2sXo7cPzRj4hGd6FnLtBvEeWqUiAyKx" + std::to_string(10 + i) + "\n";
    const Scratch log("cat key.pem\n" + key + "error: getting status of '/nix/store/x': No space left on device\npassword:\n  hunter2-kept-home\n");
    const std::string text = shown(with_neighbours(log.path(), 3));
    CHECK(text.find("MIIJ") == std::string::npos);
    CHECK(text.find("52: error: getting status") != std::string::npos);
}

TEST_CASE("every form of a journal shows the same neighbours") {
    const auto messages = [](const std::string& file) {
        std::string out;
        const Report report = with_neighbours(root + "/fixtures/forms/" + file, 2);
        for (const ReportEvidence& proof : report.findings[report.roots.at(0)].evidence) {
            for (const auto* lines : {&proof.before, &proof.after}) {
                for (const ReportNeighbour& line : *lines) out += line.text.str() + "\n";
            }
            if (!out.empty()) break;
        }
        return out;
    };
    const std::string wanted = messages("worker.journal.zst");
    CHECK(std::count(wanted.begin(), wanted.end(), '\n') == 4);
    CHECK(wanted.find("2026-11-22T20:12:10") != std::string::npos);
    for (const char* file : {"worker.json.zst", "worker.verbose.zst", "bundle-export.tar.zst", "bundle-journal.tar.zst"}) {
        CAPTURE(file);
        CHECK(messages(file) == wanted);
    }
}

TEST_CASE("--context has its bounds, and a pipe has no neighbours") {
    CHECK(run("'" + program + "' explain --context 101 README.md 2>&1").out == "nixwhy: --context: 101 lines are too many, 100 are the most\n");
    const std::string file = "fixtures/incidents/scripted-rebuild/deploy.log";
    const std::string count = " --format json | grep -c '\"before\"'";
    CHECK(run("'" + program + "' explain -C 1 " + file + count).out != "0\n");
    CHECK(run("cat " + file + " | '" + program + "' explain -C 1 -" + count).out == "0\n");
    CHECK(run("'" + program + "' explain -C 1 - < " + file + count).out == "0\n");
}
