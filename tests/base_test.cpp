// Text, time and literals by table.
#include <algorithm>

#include "base/error.hpp"
#include "base/literals.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "format/line.hpp"
#include "base/template.hpp"
#include "support.hpp"

using namespace nixwhy;

TEST_CASE("terminal sequences and overwritten text go") {
    CHECK(strip_terminal("\x1b[31;1merror:\x1b[0m x") == "error: x");
    CHECK(strip_terminal("10%\r20%\rdone") == "done");
    CHECK(strip_terminal("line\r") == "line");
    CHECK(strip_terminal("\x1b]0;title\x07text") == "text");
    CHECK(strip_terminal("ab\bc") == "ac");
    CHECK(strip_terminal("\x1b") == "");
    CHECK(strip_terminal("\x1b[") == "");
}

TEST_CASE("printable text can neither move the cursor nor reorder") {
    CHECK(printable("a\x1b[2Jb") == "a[2Jb");
    CHECK(printable("a\xE2\x80\xAE" "b") == "ab");  // right-to-left override
    CHECK(printable("\xFFx") == "\xEF\xBF\xBDx");
    CHECK(printable("t\tn\n") == "t n ");
}

TEST_CASE("columns are cut with an ellipsis") {
    CHECK(cut_columns("abcdef", 6) == "abcdef");
    CHECK(cut_columns("abcdefg", 6) == "abcde\xE2\x80\xA6");
    CHECK(cut_columns("", 3) == "");
}

TEST_CASE("contains finds what find finds, at any place and length") {
    std::uint32_t state = 7;
    const auto random = [&](std::uint32_t below) { return (state = state * 1664525U + 1013904223U) / 65536U % below; };
    std::size_t found = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string text, part;
        for (std::uint32_t i = random(80); i > 0; --i) text += static_cast<char>("ab\xff"[random(3)]);
        for (std::uint32_t i = random(6); i > 0; --i) part += static_cast<char>("ab\xff"[random(3)]);
        REQUIRE(contains(text, part) == (text.find(part) != std::string::npos));
        found += contains(text, part) ? 1 : 0;
    }
    CHECK(found > 5000);
    CHECK(found < 19000);
}

TEST_CASE("globs") {
    CHECK(glob_match("certmgr.*", "certmgr.token-empty"));
    CHECK(!glob_match("certmgr.*", "cfssl.no-signer"));
    CHECK(glob_match("*", "x"));
    CHECK(glob_match("a*b*c", "aXXbYYc"));
    CHECK(!glob_match("a*b*c", "aXXbYY"));
}

TEST_CASE("times of every form") {
    const auto iso = [](std::string_view text) {
        const auto time = take_iso_time(text);
        return time ? rfc3339(time->us) + std::string(text) : std::string("none");
    };
    CHECK(iso("2026-11-22T20:12:10Z x") == "2026-11-22T20:12:10Z x");
    CHECK(iso("2026-11-22T21:12:10+0100 x") == "2026-11-22T20:12:10Z x");
    CHECK(iso("2026-11-22T21:12:10.5+01:00") == "2026-11-22T20:12:10.500000Z");
    CHECK(iso("2025-04-07T12:57:33.2904078Z") == "2025-04-07T12:57:33.290407Z");
    CHECK(iso("2026/11/22 20:12:10 [INFO]") == "2026-11-22T20:12:10Z [INFO]");
    CHECK(iso("2026-13-22T20:12:10Z") == "none");
    CHECK(iso("20261122") == "none");
    CHECK(rfc3339(-1) == "1969-12-31T23:59:59.999999Z");
    CHECK(parse_duration("90s") == 90 * second_us);
    CHECK(!parse_duration("90"));
    CHECK(month_of("Okt") == 10);
    CHECK(month_of("d\xC3\xA9" "c.") == 12);
    CHECK(month_of("foo") == 0);
}

TEST_CASE("a suggestion is near or not there") {
    CHECK(nearest("termnal", {"terminal", "markdown"}) == "terminal");
    CHECK(nearest("xyz", {"terminal", "markdown"}).empty());
}

TEST_CASE("required literals") {
    const auto of = [](const std::string& pattern) { return join(requirements_of(pattern, 4).literals, "|"); };
    CHECK(of("authentication error\\. Giving up") == "authentication error. giving up");
    CHECK(of("\\d+") == "");
    CHECK(of("abc") == "");
    CHECK(of("(?:first thing|second thing)") == "first thing|second thing");
    CHECK(of("unable to open '(?P<x>[^']+)'") == "unable to open ");
}

TEST_CASE("what a match needs besides") {
    const Requirements failed = requirements_of(R"((?P<test>\S+::\S+) FAILED\b)", 4);
    CHECK(failed.cased);
    CHECK(holds_each(failed.needs, "a::b FAILED"));
    CHECK_FALSE(holds_each(failed.needs, "a::b failed"));
    const Requirements either = requirements_of("(?i)unable to .* the widget", 4);
    CHECK_FALSE(either.cased);
    CHECK(holds_each(either.needs, "unable to find the widget"));
    CHECK_FALSE(holds_each(either.needs, "find the widget"));
}

TEST_CASE("all places of all literals, as a plain search finds them") {
    const std::vector<std::string> literals{"fail", "error: ", "no such file or directory", "such file or directory", "aaaa", "aaaaaaaaaaaaaaaaaaaa", "x: y", "the quick brown fox"};
    const std::vector<std::string> pieces{"fail", "Error: ", "NO such file or directory", "aaaaaa", "aaaaaaaaaaaaaaaa", "x: Y", "the quick brown fox", "\n", " ", "\xff", "no such"};
    std::uint32_t state = 7;
    std::string text;
    for (int i = 0; i < 4000; ++i) state = state * 1664525U + 1013904223U, text += pieces[(state >> 16U) % pieces.size()];
    const std::string folded = lower(text);
    std::vector<std::pair<std::size_t, std::uint32_t>> wanted, found;
    for (std::uint32_t i = 0; i < literals.size(); ++i) {
        for (std::size_t at = folded.find(literals[i]); at != std::string::npos; at = folded.find(literals[i], at + 1)) wanted.emplace_back(at + literals[i].size(), i);
    }
    std::sort(wanted.begin(), wanted.end());
    const Literals compiled(literals);
    const std::string image = compiled.image();
    const Literals loaded(literals, image);
    for (const Literals* one : {&compiled, &loaded}) {
        std::vector<LiteralHit> hits;
        Literals::Searcher(*one).search(text, hits);
        found.clear();
        for (const LiteralHit& hit : hits) found.emplace_back(hit.end, hit.literal);
        CHECK(found == wanted);
    }
}

TEST_CASE("templates leave out what differs from time to time") {
    CHECK(template_of("pod web-7f9c4d8b6f-x2x9z failed 3 times") == template_of("pod web-5d4f7b9c88-x2x9z failed 7 times"));
    CHECK(template_of("open /etc/a") != template_of("open /etc/b"));
}

namespace {
std::string decoded(const std::string& raw) {
    const Line line = decode_line(raw);
    std::string out = line.format + "|" + line.host + "|" + (line.unit.empty() ? "" : line.unit + "/") + line.identifier + "|" + std::string(name_of(line.level)) + "|";
    if (line.time.known == TimeKnown::full) out += rfc3339(line.time.us);
    if (line.time.known == TimeKnown::no_year) out += rfc3339(line.time.us).substr(4);
    return out + "|" + line.message + (line.inner.empty() ? "" : "|" + line.inner);
}
}  // namespace

TEST_CASE("lines of every format come apart") {
    std::string out;
    const std::string lines = read_file(root + "/fixtures/formats/lines.txt");
    for (const std::string_view raw : split(lines, '\n')) {
        if (!raw.empty()) out += std::string(raw) + "\n    " + decoded(std::string(raw)) + "\n";
    }
    check_golden(root + "/fixtures/formats/lines.expected", out);
}
