// The scan finds what the plain way finds: every line, every pattern, no literals.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/text.hpp"
#include "format/failure.hpp"
#include "format/line.hpp"
#include "scan/scan.hpp"
#include "source/journal_file.hpp"
#include "support.hpp"

using namespace nixwhy;
namespace fs = std::filesystem;

namespace {

std::set<std::string> ids_by_scan(const std::string& text, const Plan& plan) {
    std::set<std::string> ids;
    const Timeline timeline = scan_text("plain", text, plan);
    for (const Event& event : timeline.events) {
        for (const PatternHit& hit : event.hits) {
            if (!rules().patterns[hit.pattern].block) ids.insert(std::to_string(event.at.line) + ":" + std::to_string(hit.pattern));
        }
    }
    return ids;
}

// Patterns without unit, source and block, on each line by itself.
std::set<std::string> ids_plainly(const std::string& text, const Plan& plan) {
    std::set<std::string> ids;
    std::uint64_t number = 0;
    for (const std::string_view raw : split(text, '\n')) {
        ++number;
        const Line line = decode_line(raw);
        if (line.separator) continue;
        for (std::uint32_t i = 0; i < rules().patterns.size(); ++i) {
            const Pattern& pattern = rules().patterns[i];
            if (pattern.block || !pattern.units.empty() || !pattern.sources.empty()) continue;
            const Regex& regex = plan.regex(i);
            if (regex.search(line.message) || (!line.inner.empty() && regex.search(line.inner))) ids.insert(std::to_string(number) + ":" + std::to_string(i));
        }
    }
    return ids;
}

}  // namespace

TEST_CASE("the literals lose no line that a pattern matches") {
    const Plan plan(rules());
    // the examples of all rules are the widest collection of lines there is
    std::string missing;
    std::size_t matches = 0;
    for (const Rule& rule : rules().rules) {
        for (const auto* examples : {&rule.examples_match, &rule.examples_no_match}) {
            for (const std::string& example : *examples) {
                const bool survived = example.substr(0, 8) == "warning:" || example.substr(0, 16) == "error (ignored):";
                if (contains(example, "\n") || survived) continue;
                const std::set<std::string> found = ids_by_scan(example, plan);
                for (const std::string& id : ids_plainly(example, plan)) {
                    ++matches;
                    if (found.count(id) == 0) missing += rule.id + ": " + example + "\n";
                }
            }
        }
    }
    CHECK(missing == "");
    CHECK(matches > 1000);
}

TEST_CASE("a line that calls itself an error is kept, however it says so") {
    const Plan plan(rules());
    std::string lost;
    std::size_t told = 0;
    std::vector<std::string> lines;
    for (const std::string prefix : {"", "  ", "\t", "> ", "alerta> ", "web> > ", "node-1 | ", "[ERROR] stderr) ", "machine # [   58.532] app[812]: ", "2026-03-01T00:15:46+0000 node-1 app[12]: ",
                                     "Mar 01 00:15:46 node-1 app: ", "2026-03-01T00:15:46.1234567Z ", "build\tstep\t2026-03-01T00:15:46.1234567Z ", "2026-03-01T00:15:46.123456Z 00O ",
                                     "2026-03-01T00:15:46.123456Z stdout F ", "2026-03-01 00:15:46.123 ", "2026/03/01 00:15:46 "}) {
        for (const std::string said : {"error: x", "Error: x", "ERROR: x", "ERROR x", "[ERROR] x", "error x", "##[error]x", "fatal: error", "FATAL error", "[FATAL] error", "panic: error", "PANICerror", "CRITICALerror",
                                       "[CRIT] error", "[alert] error", "EMERG error", "err: error", "E | error", "C | error", "E0301 00:15:46.185496    1043 a.go:1] error", "F0301 00:15:46.185496    1043 a.go:1] error",
                                       "time=\"2026-03-01T00:15:46Z\" level=error msg=\"x\"", "level=dpanic msg=x", "{\"level\":\"error\",\"msg\":\"x\"}", "{ \"severity\": \"crit\", \"msg\": \"an error\" }",
                                       "an error x", "-Werror=format", "errors=4", "0 errors", "no error: x"}) {
            lines.push_back(prefix + said);
        }
    }
    for (const Rule& rule : rules().rules) {
        for (const std::string& example : rule.examples_match) {
            if (!contains(example, "\n")) lines.push_back(example);
        }
    }
    for (const std::string& line : lines) {
        const Line decoded = decode_line(line);
        const std::string folded = lower(line);
        const bool searched = std::any_of(error_literals().begin(), error_literals().end(), [&](const std::string& literal) { return contains(folded, literal); });
        if (!searched || !tells_error(decoded)) continue;
        ++told;
        if (scan_text("plain", line, plan).sources[0].kept != 1) lost += line + "\n";
    }
    CHECK(lost.empty());
    if (!lost.empty()) std::fprintf(stderr, "%s", lost.c_str());
    CHECK(told > 500);
}

TEST_CASE("what a source is like does not depend on what is searched for") {
    const RuleSet none;
    const Plan all(rules()), few(none);
    std::string text;
    for (int i = 0; i < 40000; ++i) text += "Mar 01 00:15:46 node-" + std::to_string(i / 30000) + (i % 50 == 0 ? " app: no such file or directory\n" : " app: all is well\n");
    const SourceSummary with = scan_text("a", text, all).sources[0], without = scan_text("a", text, few).sources[0];
    CHECK(with.format == "journal-short");
    CHECK(with.host == "node-1");
    CHECK(without.format == with.format);
    CHECK(without.host == with.host);
    CHECK(without.kind == with.kind);
    CHECK(without.lines == with.lines);
}

TEST_CASE("of a journal only entries with a message that is wanted are read, the same as when all are") {
    const std::string journal = run("zstd -dcq fixtures/forms/worker.journal.zst").out;
    const auto is_wanted = [](std::string_view message) { return contains(message, "ailed"); };
    JournalSelection selection;
    selection.search = [&](std::string_view text, const std::vector<std::size_t>& ends, std::vector<bool>& wanted) {
        std::size_t start = 0;
        for (std::size_t i = 0; i < ends.size(); start = ends[i++] + 1) wanted[i] = is_wanted(text.substr(start, ends[i] - start));
    };
    selection.wants = [](std::uint64_t) { return false; };
    const auto read = [&](const std::string& bytes, const JournalSelection* which, JournalOutcome& outcome) {
        std::vector<std::string> seen;
        outcome = read_journal(*random_memory(bytes), is_journal_field, [&](const JournalEntry& entry) {
            const std::string message = decode_fields(entry.fields).message;
            if (is_wanted(message)) seen.push_back(std::to_string(entry.ordinal) + " " + std::to_string(entry.offset) + " " + message);
        }, which);
        return seen;
    };
    // as it is, cut in the middle, and with a hole
    std::string holed = journal;
    holed.replace(journal.size() / 3, 20000, 20000, '\0');
    for (const std::string& bytes : {journal, journal.substr(0, journal.size() / 2), holed}) {
        JournalOutcome all, selected;
        const auto expected = read(bytes, nullptr, all);
        CHECK(read(bytes, &selection, selected) == expected);
        CHECK(expected.size() > 10);
        CHECK(selected.entries == all.entries);
        CHECK(selected.numbered == all.numbered);
        CHECK(selected.unreadable == all.unreadable);
        CHECK(selected.trouble == all.trouble);
    }
}

TEST_CASE("chunks prepared on several threads give the same timeline") {
    std::vector<std::string> lines;
    for (const Rule& rule : rules().rules) {
        for (const auto* examples : {&rule.examples_match, &rule.examples_no_match}) lines.insert(lines.end(), examples->begin(), examples->end());
    }
    std::uint32_t state = 11;
    std::string text;
    for (std::size_t i = 0; text.size() < (3U << 20U); ++i) {
        state = state * 1664525U + 1013904223U;
        text += (state >> 20U) % 4 == 0 ? lines[(state >> 8U) % lines.size()] : "2026-03-01T00:00:00+0000 node-1 kubelet[812]: I0301 nothing of interest " + std::to_string(i);
        text += '\n';
    }
    const std::string path = (fs::temp_directory_path() / ("nixwhy-threads-" + std::to_string(::getpid()) + ".log")).string();
    std::ofstream(path, std::ios::binary) << text;
    const Plan plan(rules(), builtin_image());
    const auto told = [&](unsigned threads) {
        ScanOptions options;
        options.threads = threads;
        const Timeline timeline = scan_inputs({path}, plan, options);
        std::string out = std::to_string(timeline.sources[0].kept) + ' ' + timeline.sources[0].format + '\n';
        for (const Event& event : timeline.events) {
            out += std::to_string(event.at.line) + ' ' + std::to_string(event.count) + ' ' + event.failure.result + ' ' + event.message;
            for (const PatternHit& hit : event.hits) out += ' ' + std::to_string(hit.pattern);
            out += '\n';
        }
        return out;
    };
    const std::string one = told(1);
    CHECK(one.size() > 100000);
    CHECK(told(2) == one);
    CHECK(told(5) == one);
    fs::remove(path);
}

TEST_CASE("every built-in pattern has a literal") {
    for (const Pattern& pattern : rules().patterns) CHECK_MESSAGE(!pattern.literals.empty(), pattern.text);
}

TEST_CASE("an image gives the same hits as compiling") {
    const Plan compiled(rules());
    const Plan loaded(rules(), builtin_image());
    const std::string text = "x\nerror: undefined variable 'foo'\nNo space left on device\n";
    CHECK(ids_by_scan(text, compiled) == ids_by_scan(text, loaded));
}

TEST_CASE("lines are counted as wc and people count them") {
    const Plan plan(rules());
    const auto lines = [&](const std::string& text) { return scan_text("t", text, plan).sources[0].lines; };
    CHECK(lines("") == 0);
    CHECK(lines("a") == 1);
    CHECK(lines("a\n") == 1);
    CHECK(lines("a\nb") == 2);
    CHECK(lines("error: x\n\n\nerror: y") == 4);
    CHECK(lines("\xEF\xBB\xBF" "error: x\r\n") == 1);
}

TEST_CASE("colours, carriage returns and prefixes do not hide a line") {
    const Plan plan(rules());
    const std::string plain = "error: builder for '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv' failed with exit code 1;\n";
    const std::string coloured = "\x1b[31;1merror:\x1b[0m builder for '\x1b[35;1m/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv\x1b[0m' failed with exit code 1;\r\n";
    const std::string github = "2025-04-07T12:57:33.2904078Z " + plain;
    const std::string gitlab = "2025-04-07T12:57:33.290407Z 00O " + plain;
    const std::string json = "@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"\\u001b[31;1merror:\\u001b[0m builder for '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv' failed with exit code 1;\"}\n";
    const std::set<std::string> wanted = ids_by_scan(plain, plan);
    CHECK(!wanted.empty());
    for (const std::string& text : {coloured, github, gitlab, json}) {
        CAPTURE(text);
        const std::set<std::string> found = ids_by_scan(text, plan);
        for (const std::string& id : wanted) CHECK(found.count(id) == 1);
    }
}

TEST_CASE("last words before an end in failure are read in plain words") {
    const Plan plan(rules());
    struct Row {
        const char* text;
        const char* result;  // of the guess; empty: none
    };
    const Row rows[] = {
        {"Jan 02 04:00:01 nas imp[812]: cannot import 'tank': no such pool available\nJan 02 04:00:01 nas systemd[1]: imp.service: Main process exited, code=exited, status=1/FAILURE\n", "device-missing"},
        {"Jan 02 04:00:01 nas imp[812]: pool 'tank': no such pool available\nJan 02 04:09:01 nas systemd[1]: imp.service: Main process exited, code=exited, status=1/FAILURE\n", ""},
        {"Jan 02 04:00:01 nas imp[812]: cannot import 'tank': no such pool available\nJan 02 04:00:01 nas systemd[1]: Started imp.service.\n", ""},
        {"##[group]Run helm\nError: UPGRADE FAILED: another operation is in progress\n##[error]Process completed with exit code 1.\n", "busy-or-locked"},
        {"Error: the pool is in use\n##[group]Run helm\n##[error]Process completed with exit code 1.\n", ""},
        {"##[group]Run helm\n$ test -d missing || echo invalid configuration\n##[error]Process completed with exit code 1.\n", ""},
        {"reading\n/etc/app/Appfile:12 - Error during parsing: Unknown directive 'proxy'", "configuration-invalid"},
        {"the pool is in use\nready\n", ""},
    };
    for (const Row& row : rows) {
        const Timeline timeline = scan_text("t", row.text, plan);
        std::string found;
        for (const Event& event : timeline.events) {
            if (event.failure.telling == Telling::plain) found = event.failure.result;
            CHECK(std::string(row.text).substr(event.at.offset, event.at.length).find(event.message.substr(0, 8)) != std::string::npos);
        }
        CHECK_MESSAGE(found == std::string(row.result), std::string(row.text));
    }
}

TEST_CASE("a line over the limit is cut and said") {
    const Plan plan(rules());
    const Timeline timeline = scan_text("t", std::string(3U << 20U, 'x') + " error: undefined variable 'a'\nerror: undefined variable 'b'\n", plan);
    CHECK(timeline.sources[0].lines == 2);
    REQUIRE(timeline.notices.size() == 1);
    CHECK(timeline.notices[0].text == "1 lines are longer than 1048576 bytes; what stands behind that was not read; --limit line=N reads further");
}
