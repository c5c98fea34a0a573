// The report as a value: everything a writer may show, already safe. The same Report gives the same bytes in every format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cause/diagnosis.hpp"
#include "event/timeline.hpp"
#include "redact/redact.hpp"
#include "report/chart.hpp"
#include "report/steps.hpp"
#include "rule/rule.hpp"

namespace nixwhy {

// A line beside one that proves something, as it stands in the log; a journal record as one line.
struct ReportNeighbour {
    std::uint64_t line = 0;
    Safe text;
};

struct ReportEvidence {
    Safe source;
    std::uint64_t line = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::string time;  // RFC 3339, empty where unknown
    Safe host;
    Safe unit;
    Safe text;   // the message as it stands in the log
    Safe brief;  // what it says, in one line, for reading
    std::vector<ReportNeighbour> before, after;  // where they were asked for, and could be read
};

// A file of the user's own that a finding points at (`at /nix/store/x-source/hosts/a.nix:3:5`).
struct ReportPlace {
    Safe path;
    std::uint64_t line = 0;      // 0: the file alone is known
    bool in_repository = false;  // path is relative to the repository's top folder, else absolute

    std::string text() const { return line == 0 ? path.str() : path.str() + ':' + std::to_string(line); }
};

// A step a person takes: plain words, of which some stretches are to be typed as they stand.
struct ReportStep {
    Safe text;
    std::vector<TextSpan> commands;  // in order, not touching; bytes of `text`
};

struct ReportFinding {
    std::string id;
    Role role = Role::root;
    Kind kind = Kind::root;  // of the rule
    Safe title;
    Safe why;
    Safe why_short;  // the first sentences of `why`, about 300 characters
    std::vector<ReportStep> check;
    std::vector<ReportStep> fix;
    Retry retry = Retry::unknown;
    Confidence confidence = Confidence::likely;
    Safe because;
    std::vector<std::string> caused_by;
    std::vector<std::uint32_t> caused_by_index;  // into Report::findings
    std::vector<std::uint32_t> effects;          // in the tree: each finding hangs on its first cause that is not over
    std::string fingerprint;
    std::uint64_t count = 0;
    std::string first;
    std::string last;
    std::string resolved;  // when it was over, empty where it is not
    bool over = false;
    Safe host;
    Safe unit;
    std::vector<std::pair<std::string, Safe>> captures;
    std::vector<ReportEvidence> evidence;
    std::vector<Safe> references;
    std::optional<ReportPlace> place;  // where to look
};

struct ReportSource {
    Safe name;
    std::string format;
    Safe host;
    std::uint64_t bytes = 0, lines = 0, kept = 0, let_go = 0, unreadable = 0, events = 0;
    std::string first;
    std::string last;
};

// What would have to be given for rules that could not be judged.
struct ReportMissing {
    std::string needs;       // "journal of kubelet.service"
    ReportStep collect;      // how to get it
    std::vector<std::string> rules;
};

struct Report {
    std::string version;
    std::string rules_digest;
    Outcome outcome = Outcome::no_failure;
    Safe answer;                   // one sentence: what failed
    std::vector<ReportStep> next;  // what to do first
    std::vector<ReportFinding> findings;
    std::vector<std::uint32_t> roots;  // in findings: what is still broken first, then what is over
    std::vector<ReportEvidence> unexplained;
    std::vector<NotEvaluated> not_evaluated;
    std::vector<ReportMissing> missing;  // not_evaluated, by what is needed
    std::vector<ReportSource> sources;
    ReportSource total;                  // sums over all sources, listed or not
    std::uint64_t source_count = 0;      // of all
    Chart chart;
    std::vector<std::pair<Safe, Safe>> notices;  // source, text
    std::vector<std::pair<std::string, std::uint64_t>> redactions;
};

// Fills a rule's words with what was captured: `{name}` or `{name|words where it is not known}`.
std::string fill_in(const std::string& words, const Captures& captures, bool for_shell);

// The events that the report shows as evidence, those of the first findings first.
std::vector<std::uint32_t> evidence_events(const Timeline& timeline, const Diagnosis& diagnosis);

Report summarize(const Timeline& timeline, const Diagnosis& diagnosis, const RuleSet& rules, Redactor& redactor);

}  // namespace nixwhy
