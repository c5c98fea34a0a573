// What is kept of one run: a log, a bundle, whatever one input file tells. Everything triage says is made of these, so that
// parts made anywhere can be put together later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "redact/redact.hpp"
#include "report/report.hpp"

namespace nixwhy {

// How far a run was read.
enum class Reading : std::uint8_t { unread, cut, whole };

// One failure of a run that a rule explains.
struct RunCause {
    Safe rule;
    Safe fingerprint;  // the same failure has the same in any run
    Safe title;
    Safe source;  // where its first proof stands, from the run's own name on
    std::uint64_t line = 0;
    Safe text;  // of that line, in one line
};

struct RunRecord {
    Safe run;    // its name: as given, below a folder with the path
    Safe rules;  // digest of the rules that judged it
    Outcome outcome = Outcome::no_failure;  // explained: there are causes
    Reading reading = Reading::whole;
    Safe note;  // why it was not read, or not whole
    Safe host;
    Safe time;  // RFC 3339: of the first cause, else the end of the run; empty where the log tells none
    std::uint64_t bytes = 0;  // read, after unpacking
    std::uint64_t lines = 0;
    std::vector<RunCause> causes;  // the one that explains most first, at most causes_max; empty unless explained
    // Of a failure that no rule explains, the most telling line:
    Safe wording;  // what is left of it without names and numbers
    Safe source;
    std::uint64_t line = 0;
    Safe text;

    static constexpr std::size_t causes_max = 8;
};

RunRecord record_of(const std::string& run, const Report& report, Redactor& redactor);
// Of a run that could not be read.
RunRecord unread_record(const std::string& run, const std::string& rules, const std::string& why, Redactor& redactor);

// One line of JSON without its end, and back; nothing where it is none of ours.
std::string record_line(const RunRecord& record);
std::optional<RunRecord> read_record(std::string_view line);

// An order of all records, such that of two of one run the later tells more: it was read further, or says more.
bool tells_less(const RunRecord& a, const RunRecord& b);

}  // namespace nixwhy
