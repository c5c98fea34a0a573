// A report far larger than any place for reports takes: the limits of each format hold. With NIXWHY_HUGE_REPORTS=DIR the
// formats are written there, for their validators, and the time each took is told.
#include <chrono>

#include "base/text.hpp"
#include "support.hpp"

using namespace nixwhy;

namespace {

constexpr std::size_t findings_wanted = 10'000;

// A real incident with its chain, again and again, each time under another name.
Report huge_report() {
    const Report one = explain({root + "/fixtures/incidents/first-join-full"}).report;
    REQUIRE(!one.findings.empty());
    Report report = one;
    report.findings.clear();
    report.roots.clear();
    Redactor redactor;
    for (std::uint32_t round = 0; report.findings.size() < findings_wanted; ++round) {
        const auto base = static_cast<std::uint32_t>(report.findings.size());
        for (ReportFinding finding : one.findings) {
            finding.title = redactor.line(finding.title.str() + ", round " + std::to_string(round));
            finding.fingerprint = stable_hash(finding.fingerprint + std::to_string(round));
            for (std::uint32_t& cause : finding.caused_by_index) cause += base;
            for (std::uint32_t& effect : finding.effects) effect += base;
            report.findings.push_back(std::move(finding));
        }
        for (const std::uint32_t index : one.roots) report.roots.push_back(base + index);
    }
    return report;
}

std::size_t lines_with(std::string_view text, std::string_view start) {
    std::size_t count = 0;
    for (const std::string_view line : split(text, '\n')) count += line.substr(0, start.size()) == start ? 1 : 0;
    return count;
}

void write_all_formats(const Report& report, const std::string& folder) {
    for (const Writer& writer : writers()) {
        const auto from = std::chrono::steady_clock::now();
        const std::string text = writer.write(report, {});
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - from).count();
        std::ofstream(folder + "/huge." + writer.name, std::ios::binary) << text;
        std::printf("%-8s %5lld ms %9zu bytes\n", writer.name, static_cast<long long>(ms), text.size());
    }
    WriteOptions summary;
    summary.bytes_max = 1'000'000;
    std::ofstream(folder + "/huge.summary", std::ios::binary) << write_markdown(report, summary);
}

}  // namespace

TEST_CASE("a report with 10,000 findings keeps the limits of each format") {
    const Report report = huge_report();
    CHECK(report.findings.size() >= findings_wanted);
    CHECK(write_markdown(report, {}).size() <= 65'536);
    WriteOptions summary;
    summary.bytes_max = 1'000'000;
    CHECK(write_markdown(report, summary).size() <= 1'000'000);
    const std::string github = write_github(report, {});
    CHECK(lines_with(github, "::error ") == 10);
    CHECK(lines_with(github, "::warning ") == 10);
    CHECK(lines_with(github, "::notice ") == 1);
    for (const std::string_view line : split(github, '\n')) CHECK(columns(line) <= 4096 + 400);
    CHECK(write_html(report, {}).size() < 1U << 20U);
    CHECK(lines_with(write_jsonl(report, {}), "{") == report.findings.size() + 1);
    if (const char* folder = std::getenv("NIXWHY_HUGE_REPORTS"); folder != nullptr) write_all_formats(report, folder);
}

TEST_CASE("what HTML and XML forbid becomes a replacement character in both") {
    const Report report = explain({root + "/fixtures/incidents/scripted-rebuild"}).report;
    REQUIRE(!report.findings.empty());
    Report odd = report;
    Redactor redactor;
    odd.findings[0].title = redactor.line("a\xEF\xBF\xBE" "b\xEF\xBF\xBF" "c\xEF\xB7\x90" "d\xF0\x9F\xBF\xBE" "e<&\"'>");
    for (const char* format : {"html", "junit"}) {
        const std::string text = find_writer(format)->write(odd, {});
        CAPTURE(format);
        CHECK(contains(text, "a\xEF\xBF\xBD" "b\xEF\xBF\xBD" "c\xEF\xBF\xBD" "d\xEF\xBF\xBD" "e&lt;&amp;&quot;&#39;&gt;"));
        CHECK(!contains(text, "\xEF\xBF\xBE"));
        CHECK(!contains(text, "\xEF\xBF\xBF"));
    }
}
