// `nixwhy rules draft`: from lines that no rule knows to a rule file that is filled in by hand.
#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "triage/draft.hpp"
#include "triage/triage.hpp"
#include "triage/wording.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t lines_max = 1000;

bool is_wording_name(std::string_view word) {
    return word.size() == 12 && word.substr(0, 2) == "w-" && word.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

std::vector<std::string> lines_of_wording(const std::string& name, const std::vector<std::string>& parts) {
    std::vector<RunRecord> records;
    for (const std::string& path : parts) read_part(path, false, records);
    settle(records);
    std::vector<std::string> lines, names;
    for (const RunRecord& record : records) {
        if (record.wording.empty()) continue;
        names.push_back(wording_name(record.wording.str()));
        if (names.back() == name && lines.size() < lines_max) lines.push_back(record.text.str());
    }
    if (!lines.empty()) return lines;
    const std::string near = nearest(name, names);
    throw Error(fmt::format("{}: no run of these parts has this wording{}", name, near.empty() ? "" : fmt::format(", did you mean '{}'?", near)), Exit::input);
}

}  // namespace

int run_rules_draft(const Options& options) {
    if (options.words.empty()) throw Error("rules draft: a log line, or the name of a wording and a part are wanted\ntry 'nixwhy rules draft --help'", Exit::usage);
    const std::string& first = options.words.front();
    if (is_wording_name(first)) {
        const std::vector<std::string> parts(options.words.begin() + 1, options.words.end());
        if (parts.empty()) throw Error(fmt::format("rules draft: {} is the name of a wording; name the part that has it, too", first), Exit::usage);
        const std::vector<std::string> lines = lines_of_wording(first, parts);
        put_out_rules(options, draft_rule(lines, fmt::format("{} run{} with the wording {}", lines.size(), lines.size() == 1 ? "" : "s", first)));
        return 0;
    }
    Redactor redactor;
    std::vector<std::string> lines;
    for (const std::string& word : options.words) lines.push_back(redactor.line(trim(word)).str());
    put_out_rules(options, draft_rule(lines, lines.size() == 1 ? "one line" : fmt::format("{} lines", lines.size())));
    return 0;
}

}  // namespace nixwhy
