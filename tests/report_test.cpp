// What leaves the program: nothing secret, nothing that acts, nothing too long.
#include "base/json.hpp"
#include "base/text.hpp"
#include "support.hpp"

using namespace nixwhy;

namespace {

Report report_of(const std::string& log) {
    const Plan plan(rules(), builtin_image());
    const Timeline timeline = scan_text("log", log, plan);
    Redactor redactor;
    return summarize(timeline, diagnose(timeline, rules()), rules(), redactor);
}

const std::string hostile =
    "error: undefined variable '@everyone <script>alert(1)</script> [x](http://evil) #1 ``` \x1b[2J \xE2\x80\xAE'\n"
    "error: builder for '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x`@user.drv' failed with exit code 1;\n";

}  // namespace

TEST_CASE("a log line cannot act in markdown") {
    const std::string text = write_markdown(report_of(hostile), {});
    bool in_fence = false;
    std::string outside;
    for (const std::string_view line : split(text, '\n')) {
        if (line.substr(0, 3) == "```") {
            in_fence = !in_fence;
        } else if (!in_fence) {
            // what stands between backticks is inert
            bool in_code = false;
            for (const char c : line) {
                if (c == '`') in_code = !in_code;
                else if (!in_code) outside += c;
            }
            outside += '\n';
        }
    }
    CHECK(!in_fence);
    CHECK(!contains(outside, "@"));
    CHECK(!contains(outside, "<script"));
    CHECK(!contains(outside, "]("));
    CHECK(!contains(outside, "http:"));
}

TEST_CASE("no writer lets control characters through") {
    for (const Writer& writer : writers()) {
        const std::string text = writer.write(report_of(hostile), {});
        CAPTURE(writer.name);
        CHECK(!contains(text, "\x1b"));
        CHECK(!contains(text, "\xE2\x80\xAE"));
    }
}

TEST_CASE("planted secrets appear in no format") {
    const std::vector<std::string> secrets{"ghp_0123456789abcdefghijABCDEFGHIJ012345", "hunter2hunter2", "AKIAABCDEFGHIJKLMNOP", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"};
    std::string log = "error: unable to download 'https://user:hunter2hunter2@cache.example.org/x': HTTP error 401\n";
    log += "error: undefined variable 'password=hunter2hunter2 token " + secrets[0] + " " + secrets[2] + "'\n";
    log += "fatal: Authorization: Bearer " + secrets[3] + " refused\n";
    for (const Writer& writer : writers()) {
        const std::string text = writer.write(report_of(log), {});
        for (const std::string& secret : secrets) CHECK_MESSAGE(!contains(text, secret), std::string(writer.name), " shows ", secret);
    }
}

TEST_CASE("what the diagnosis needs is not masked") {
    Redactor redactor;
    for (const std::string& text : {std::string("/nix/store/3ljx0w4m1p6a9h2kqv8d7c5b3n0r1fzs-nixos-system-worker1-24.05"), std::string("got:    sha256-1kJjhtlsAkpNB7f6tZEs+dbKd8z7KoNHyDHEJ0tmhnc="),
                                    std::string("received authenticated request with invalid token"), std::string("/var/lib/kubernetes/secrets/apitoken.secret: no such file or directory"),
                                    std::string("boot d90dd7a201f34747ac38916cb627e017, pod 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0")}) {
        CHECK(redactor.line(text).str() == text);
    }
}

TEST_CASE("markdown fits an issue") {
    std::string log;
    for (int i = 0; i < 400; ++i) {
        log += "error: builder for '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-package" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i) + ".drv' failed with exit code 1;\n" + std::string(3000, 'x') + "\n";
    }
    const std::string text = write_markdown(report_of(log), {});
    CHECK(text.size() <= 65536);
    CHECK(contains(text, "fingerprint"));
}

TEST_CASE("the fingerprint is the same on any host and day") {
    const std::string one = "Mar 01 10:00:00 alpha nixos-upgrade[9]: error: builder for '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-hello-2.12.drv' failed with exit code 1;\n";
    const std::string other = "Nov 22 20:00:00 beta nixos-upgrade[7]: error: builder for '/nix/store/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-hello-2.12.drv' failed with exit code 1;\n";
    const Report a = report_of(one), b = report_of(other);
    REQUIRE(!a.findings.empty());
    REQUIRE(!b.findings.empty());
    CHECK(a.findings[0].fingerprint == b.findings[0].fingerprint);
}

TEST_CASE("jsonl is one run line, then the findings of json") {
    const Report report = report_of(hostile);
    const std::string text = write_jsonl(report, {});
    const auto lines = split(trim_right(text), '\n');
    CHECK(lines.size() == report.findings.size() + 1);
    for (const std::string_view line : lines) CHECK(parse_json(line).has_value());
}

TEST_CASE("placeholders are filled, with words where nothing is known, and never act in a shell") {
    const Captures captures{{"path", "/x"}, {"evil", "$(rm -rf /)"}};
    CHECK(fill_in("open {path} {gone|a file} {missing}", captures, false) == "open /x a file missing");
    CHECK(fill_in("cat {path} {evil} {gone|FILE}", captures, true) == "cat /x EVIL FILE");
    CHECK(fill_in("json {\"a\": 1}", captures, false) == "json {\"a\": 1}");
}

TEST_CASE("the commands of a step are found whole, and prose is none") {
    const auto marked = [](const std::string& step) {
        std::string out;
        std::size_t at = 0;
        for (const TextSpan& span : commands_of(step)) {
            out += step.substr(at, span.from - at) + "[" + step.substr(span.from, span.length) + "]";
            at = span.from + span.length;
        }
        return out + step.substr(at);
    };
    for (const char* wanted : {
             "[stat -c \"%s %y\" /etc/hosts]   # is it there?",
             "On the worker: [hostname] # is it the final name?",
             "[ssh root@MASTER cat /a | ssh root@WORKER nixos-kubernetes-node-join]   # then the token",
             "[nc -vz HOST 6443] from this node, and on the master itself",
             "[nix-collect-garbage --delete-older-than 14d] (removes old generations)",
             "NixOS: [services.timesyncd.enable = true;] and [systemd.services.a = { wants = [ \"b\" ]; after = [ \"b\" ]; };]",
             "Other CPU: [boot.binfmt.emulatedSystems = [ \"aarch64-linux\" ]], or a machine",
             "Run again",
             "nix says which file it is",
             "Go to the position line; add the name to the list",
             "If it asks for a reboot: [sudo nixos-rebuild boot] and reboot",
         }) {
        std::string plain(wanted), expected(wanted);
        // the lists of Nix keep their brackets: they have a blank inside
        std::string step;
        for (std::size_t i = 0; i < plain.size(); ++i) {
            const bool open = plain[i] == '[' && plain.substr(i, 2) != "[ ", close = plain[i] == ']' && (i == 0 || plain[i - 1] != ' ');
            if (!open && !close) step += plain[i];
        }
        CHECK(marked(step) == expected);
    }
}

TEST_CASE("long silences of a chart are shortened and the order of time is kept") {
    const Report report = explain({root + "/fixtures/incidents/first-join"}).report;
    REQUIRE(report.chart.worth_showing());
    for (const Lane& lane : report.chart.lanes) {
        for (std::size_t i = 1; i < lane.marks.size(); ++i) {
            CHECK(lane.marks[i - 1].us <= lane.marks[i].us);
            CHECK(lane.marks[i - 1].x <= lane.marks[i].x);
        }
        for (const Mark& mark : lane.marks) CHECK((mark.x >= 0 && mark.x <= 1000.001));
    }
    CHECK(!report.chart.arrows.empty());
    CHECK(!report.chart.silences.empty());
}

TEST_CASE("an ordinary incident fits 24 lines with the prompt, at any usual width") {
    for (const char* incident : {"first-join-full", "scripted-rebuild", "scripted-rebuild-with-journal"}) {
        const Report report = explain({root + "/fixtures/incidents/" + incident}).report;
        for (const std::size_t width : {80U, 100U, 200U}) {
            WriteOptions options;
            options.width = width;
            const std::string text = write_terminal(report, options);
            CAPTURE(text);
            CHECK(std::count(text.begin(), text.end(), '\n') < 24);
            options.height = 60;
            CHECK(write_terminal(report, options).size() >= text.size());
        }
    }
}

TEST_CASE("what befalls any unit asks for no other unit's journal") {
    std::string log;
    for (const char* words : {"Main process exited, code=exited, status=1/FAILURE", "Failed with result 'exit-code'.", "Start request repeated too quickly."}) {
        log += std::string("2026-11-22T20:00:00+0000 box systemd[1]: paperless-web.service: ") + words + "\n";
    }
    const Report report = report_of(log);
    CHECK(!report.findings.empty());
    CHECK(report.missing.empty());
}
