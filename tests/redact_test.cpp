// Secrets vanish and what the diagnosis needs stays: on lines of many programs, on a pair for each detector, and whatever
// way a stream is cut.
#include <algorithm>
#include <map>

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
