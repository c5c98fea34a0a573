// What a rule is once it is loaded; docs/rules.md is the language it is written in. Plain values: the loader and
// the pack fill them, matching and diagnosis read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

enum class Kind : std::uint8_t { root, symptom, context, noise };
enum class Confidence : std::uint8_t { possible, likely, certain };
enum class Retry : std::uint8_t { unknown, may_help, will_not_help };

std::string_view name_of(Kind kind);
std::string_view name_of(Confidence confidence);
std::string_view name_of(Retry retry);

// One regular expression of one rule, with the scope it holds in.
struct Pattern {
    std::string text;                   // RE2, `\q` already replaced
    std::vector<std::string> units;     // empty: any speaker
    std::vector<std::string> sources;   // empty: any; else journal, nix, ci, kernel
    bool block = false;                 // over a whole nix block
    std::vector<std::string> literals;  // one of them stands in every match, lower case; empty: none known
    std::vector<std::vector<std::string>> needs;  // besides, one of each of these; see Requirements
    bool cased = false;
    std::uint32_t rule = 0;             // index in RuleSet::rules
};

// Asks for the parts of an Event's Failure. Each text but `result` is a regular expression, empty for "any".
struct FailureQuery {
    std::string result;
    std::string action;
    std::string object;
    std::string endpoint;
    std::string component;
};

struct FactQuery {
    std::string name;
    std::string compare;  // present, equals, matches, less, greater
    std::string value;
};

struct Condition {
    enum class Type : std::uint8_t { log, failure, fact, any, all, sequence, none, absent, count };
    Type type = Type::any;
    std::uint32_t leaf = 0;  // index into RuleSet::patterns, failure_queries or fact_queries
    std::vector<Condition> parts;
    std::vector<std::string> same;  // host is always the same; unit, boot, or names of captures
    std::int64_t within_us = 0;     // 0: no limit
    std::int64_t after_us = 0;
    std::uint32_t at_least = 0;
    std::string distinct;
};

struct Rule {
    std::string id;
    std::string origin;  // file it came from; "built-in" for ours
    std::string title;
    Kind kind = Kind::root;
    bool fallback = false;
    bool despite_success = false;
    Condition when;
    Confidence confidence = Confidence::likely;
    std::string because;
    std::vector<std::string> causes;
    std::vector<std::string> caused_by;
    std::int64_t within_us = 600'000'000;
    bool across_hosts = false;
    std::vector<std::string> yields_to;
    std::vector<std::string> wins_over;
    std::optional<Condition> recovers;
    std::int64_t grace_us = 0;
    std::vector<std::string> group;
    Retry retry = Retry::unknown;
    std::string why;
    std::vector<std::string> check;
    std::vector<std::string> fix;
    std::vector<std::string> references;
    std::vector<std::string> examples_match;
    std::vector<std::string> examples_no_match;

    bool is_general() const { return id.rfind("general.", 0) == 0; }
};

// All rules, sorted by id, and the leaves of their conditions in flat tables.
struct RuleSet {
    std::vector<Rule> rules;
    std::vector<Pattern> patterns;
    std::vector<FailureQuery> failure_queries;
    std::vector<FactQuery> fact_queries;

    // Nothing where there is no such rule.
    const Rule* find(std::string_view id) const;
    // Stable name of the content, the same on any machine; name_content() makes it after any change.
    std::string digest;
    void name_content();
    // Adds the rules of `other`; one with the same id replaces ours.
    void replace_with(const RuleSet& other);
};

// The systemd unit, program or identifier name a rule's `unit:` is compared with: `certmgr.service` and
// `certmgr-pre-start` are `certmgr`.
std::string speaker_stem(std::string_view name);

}  // namespace nixwhy
