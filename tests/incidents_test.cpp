// The stories whole: what the report says of them, and that neither the form of the log, nor the number of threads, nor
// the order of the inputs can change it.
#include <algorithm>
#include <filesystem>

#include "support.hpp"

using namespace nixwhy;

TEST_CASE("each incident gives its expected report") {
    for (const auto& entry : std::filesystem::directory_iterator(root + "/fixtures/incidents")) {
        std::vector<std::string> inputs;
        const std::string folder = "fixtures/incidents/" + entry.path().filename().string();
        for (const auto& file : std::filesystem::directory_iterator(entry.path())) {
            inputs.push_back(folder + "/" + file.path().filename().string());
        }
        std::filesystem::current_path(root);
        WriteOptions options;
        options.width = 100;
        check_golden(root + "/fixtures/expected/" + entry.path().filename().string() + ".txt", write_terminal(explain(inputs).report, options));
    }
}

TEST_CASE("the first join is told as the token's story") {
    const Report report = explain({root + "/fixtures/incidents/first-join-full"}).report;
    REQUIRE(report.outcome == Outcome::explained);
    REQUIRE(!report.findings.empty());
    CHECK(report.findings[0].id == "certmgr.token-rejected");
    CHECK(report.findings[0].role == Role::root);
    CHECK(report.findings[0].confidence != Confidence::certain);
    const auto roots = std::count_if(report.findings.begin(), report.findings.end(), [](const ReportFinding& f) { return f.role == Role::root; });
    CHECK(roots == 1);
    for (const char* id : {"kubelet.client-cert-missing", "proxy.client-cert-missing", "flannel.client-cert-missing", "switch.units-failed", "cfssl.request-with-invalid-token"}) {
        const auto found = std::find_if(report.findings.begin(), report.findings.end(), [&](const ReportFinding& f) { return f.id == id; });
        REQUIRE_MESSAGE(found != report.findings.end(), id);
        CHECK_MESSAGE(found->role == Role::symptom, id);
    }
}

TEST_CASE("every form of the same journal gives the same findings") {
    const std::string forms = root + "/fixtures/forms/";
    const std::string wanted = roles_of(explain({root + "/fixtures/incidents/first-join-full/worker.export.zst"}).report);
    for (const auto& entry : std::filesystem::directory_iterator(forms)) {
        const std::string name = entry.path().filename().string();
        CAPTURE(name);
        CHECK(roles_of(explain({entry.path().string()}).report) == wanted);
    }
}

TEST_CASE("threads and the order of inputs do not show") {
    std::filesystem::current_path(root + "/fixtures/incidents");
    std::vector<std::string> inputs{"first-join/worker.export.zst", "first-join/master-cfssl.log", "scripted-rebuild/deploy.log"};
    std::sort(inputs.begin(), inputs.end());
    const std::string wanted = write_json(explain(inputs).report, {});
    do {
        for (const unsigned threads : {1U, 2U, 8U}) CHECK(write_json(explain(inputs, threads).report, {}) == wanted);
    } while (std::next_permutation(inputs.begin(), inputs.end()));
}

TEST_CASE("all lines are accounted for") {
    for (const std::string& input : {root + "/fixtures/incidents", root + "/fixtures/forms"}) {
        const Analysis analysis = explain({input});
        for (const SourceSummary& source : analysis.timeline.sources) {
            CAPTURE(source.name);
            CHECK(source.lines == source.kept + source.let_go + source.unreadable);
            CHECK(source.lines > 0);
        }
    }
}

TEST_CASE("a location cuts its line out of the source") {
    const std::string path = root + "/fixtures/incidents/first-join/master-cfssl.log";
    const std::string bytes = read_file(path);
    const Analysis analysis = explain({path});
    REQUIRE(!analysis.timeline.events.empty());
    for (const Event& event : analysis.timeline.events) {
        CHECK(bytes.substr(event.at.offset, event.at.length) == event.message);
        const auto before = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(event.at.offset), '\n'));
        CHECK(before + 1 == event.at.line);
    }
}

TEST_CASE("no link runs in a circle") {
    const Report report = explain({root + "/fixtures/incidents"}).report;
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
        std::vector<std::uint32_t> todo = report.findings[i].caused_by_index;
        for (std::size_t steps = 0; !todo.empty(); ++steps) {
            REQUIRE(steps < 10'000);
            const std::uint32_t cause = todo.back();
            todo.pop_back();
            CHECK(cause != i);
            const auto& more = report.findings[cause].caused_by_index;
            todo.insert(todo.end(), more.begin(), more.end());
        }
    }
}

TEST_CASE("what fails while a machine shuts down is no fault, what failed just before is") {
    const auto outcome = [](const std::string& failed_at, const std::string& shut_down_at) {
        const std::string start = "2026-11-27T09:16:";
        const std::string failure = start + failed_at + "+00:00 vm sh[36]: cat: /srv/site/no-such-file: No such file or directory\n" +
                                    start + failed_at + "+00:00 vm systemd[1]: site.service: Main process exited, code=exited, status=1/FAILURE\n" +
                                    start + failed_at + "+00:00 vm systemd[1]: site.service: Failed with result exit-code.\n";
        const std::string shut_down = start + shut_down_at + "+00:00 vm systemd-logind[31]: The system will power off now!\n" +
                                      start + shut_down_at + "+00:00 vm systemd-logind[31]: System is powering down.\n";
        const std::string log = failed_at < shut_down_at ? failure + shut_down : shut_down + failure;
        return run("printf '%s' '" + log + "' | " + program + " explain --format json - | grep -o '\"outcome\": \"[a-z-]*\"'").out;
    };
    CHECK(outcome("02", "04") == "\"outcome\": \"explained\"\n");
    CHECK(outcome("06", "04") == "\"outcome\": \"no-failure\"\n");
}
