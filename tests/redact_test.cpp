// Secrets vanish and what the diagnosis needs stays: on lines of many programs, on a pair for each detector, and whatever
// way a stream is cut.
#include <algorithm>
#include <map>

#include "redact/find.hpp"
#include "redact/redact.hpp"
#include "redaction.hpp"

using namespace nixwhy;

namespace {

std::string redacted(const std::string& text) {
    Redactor redactor;
    Context context;
    return redactor.bytes(text, context);
}

}  // namespace

TEST_CASE("lines of many programs") {
    std::size_t secrets = 0, leaked = 0, kept = 0, changed = 0;
    for (const unsigned seed : {1U, 2U, 3U}) {
        for (const RedactionCase& one : redaction_cases(root + "/fixtures/redaction/lines.txt", seed)) {
            const std::string out = redacted(one.text);
            if (one.kept()) {
                ++kept;
                changed += out != one.text;
                CHECK_MESSAGE(out == one.text, one.group, ": ", one.text);
                continue;
            }
            ++secrets;
            const bool leak = std::any_of(one.secrets.begin(), one.secrets.end(), [&](const std::string& secret) { return leaks(secret, out); });
            leaked += leak;
            CHECK_MESSAGE(!leak, one.group, ": ", one.text, "\n  became: ", out);
        }
    }
    MESSAGE(secrets, " secrets, ", leaked, " leaked; ", kept, " look-alikes, ", changed, " changed");
}

TEST_CASE("each detector has a line that it masks and one that it leaves") {
    std::map<std::string, std::pair<int, int>> pairs;
    for (const RedactionCase& one : redaction_cases(root + "/fixtures/redaction/pairs.txt", 1)) {
        const std::string out = redacted(one.text);
        CAPTURE(one.group);
        CAPTURE(one.text);
        CAPTURE(out);
        const auto& table = detectors();
        const auto row = std::find_if(table.begin(), table.end(), [&](const Detector& detector) { return detector.name == one.group; });
        REQUIRE_MESSAGE(row != table.end(), "there is no such detector");
        const auto index = static_cast<std::size_t>(row - table.begin());
        ++(one.kept() ? pairs[one.group].second : pairs[one.group].first);
        if (one.kept()) {
            CHECK(find_by(index, one.text).empty());
            CHECK(out == one.text);
            continue;
        }
        for (const std::string& secret : one.secrets) CHECK(!leaks(secret, out));
        std::vector<Hit> hits;
        find_anchors(one.text, hits);
        CHECK_MESSAGE(std::any_of(hits.begin(), hits.end(), [&](const Hit& hit) { return hit.anchor == index; }), "its literals do not lead to it");
        // what it finds is what must go, and nothing else
        const std::vector<Secret> found = find_by(index, one.text);
        REQUIRE(found.size() == 1);
        CHECK(one.text.substr(found[0].begin, found[0].end - found[0].begin) == one.secrets[0]);
    }
    for (const Detector& detector : detectors()) CHECK_MESSAGE((pairs[detector.name].first > 0 && pairs[detector.name].second > 0), detector.name, " wants a pair in fixtures/redaction/pairs.txt");
}

TEST_CASE("redacted twice is redacted once, and a stream may be cut anywhere") {
    std::string all;
    for (const char* file : {"lines.txt", "pairs.txt"}) {
        for (const RedactionCase& one : redaction_cases(root + "/fixtures/redaction/" + file, 4)) {
            const std::string once = redacted(one.text);
            CHECK_MESSAGE(redacted(once) == once, one.text);
            CHECK_MESSAGE(!find_leak(once), one.text, " became ", once);
            all += one.text + "\n";
        }
    }
    std::mt19937 random(5);
    const std::string whole = redacted(all);
    for (int round = 0; round < 40; ++round) {
        Redactor redactor;
        RedactedStream stream(redactor);
        std::string out;
        for (std::size_t at = 0; at < all.size();) {
            const std::size_t piece = 1 + random() % (round < 4 ? 3 : 5000);
            out += stream.put(std::string_view(all).substr(at, piece));
            at += piece;
        }
        out += stream.end();
        CHECK(out == whole);
    }
}

TEST_CASE("what was masked once is masked everywhere, in other clothes too") {
    const std::string secret = "Zk7/q+91xW&v\"p0";
    const std::string text = "password = " + std::string("'") + secret + "'\n";
    for (const std::string& later : {secret, std::string("Zk7%2Fq%2B91xW%26v%22p0"), std::string("Zk7/q+91xW&v\\\"p0"), std::string("Zk7/q+91xW&amp;v&quot;p0"),
                                     std::string("Wms3L3ErOTF4VyZ2InAw"), std::string("eFprNy9xKzkxeFcmdiJwMA"), std::string("5a6b372f712b393178572676227030"),
                                     std::string("\\u005a\\u006b7/q+91xW&v\"p0")}) {
        Redactor redactor;
        Context context;
        redactor.bytes(text, context);
        const std::string out = redactor.bytes("it was seen in <" + later + "> as well\n", context);
        CHECK_MESSAGE(out == "it was seen in <[REDACTED:password]> as well\n", later, " gave ", out);
    }
}

TEST_CASE("the finished bytes are scanned once more") {
    CHECK(!find_leak("a report\nwithout any\n"));
    const auto leak = find_leak("a report\nwith the token \"ghp_" "0123456789abcdefghijABCDEFGHIJ012345\" in it\n");
    REQUIRE(leak);
    CHECK(std::string(leak->detector) == "github-token");
    CHECK(leak->line == 2);
    CHECK(leak->column == 17);
    CHECK(find_leak("-----BEGIN RSA PRIVATE " "KEY-----\nMIIEpAIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun\n"));
    // by a name or a place alone nothing is one here: it was masked where it came in
    CHECK(!find_leak("password: hunter2hunter2\nhttps://u:hunter2hunter2@example.org\nauth_key \"key\": \"0123456789abcdef\"\n"));
}

TEST_CASE("a sentence that ends in an option says nothing of the next line") {
    CHECK(!find_leak("  \"Take -t out of ssh_config; for a sudo password use --ask-sudo-password\",\n  \"Make the shell files silent\",\n"));
    CHECK(!find_leak("       use\n       --ask-sudo-password\n       2. Make the shell files silent\n"));
    Redactor redactor;
    CHECK(redactor.lines("[\n  \"--password\",\n  \"hunter2hunter\"\n]\n").str().find("hunter2") == std::string::npos);
}
