// One line of text (or one record's MESSAGE) taken apart: the prefixes around it and the layer inside it. Formats
// mix within one file, so each line is looked at on its own; only candidates of the scan ever come here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/event.hpp"

namespace nixwhy {

struct Line {
    std::string message;     // without prefixes, colours, carriage returns
    std::string inner;       // the layer inside, unescaped; empty where there is none
    Time time;               // of the outermost prefix, else of the layer inside
    Time inner_time;         // where both tell one, the inner
    std::string host;
    std::string boot;
    std::string machine;
    std::string unit;
    std::string identifier;
    Level level = Level::unknown;
    std::string format;      // the outermost prefix: github, journal-short, ...; empty for plain text
    std::string kind;        // journal, ci, nix, kernel or empty: what a rule's `source:` names
    std::string payload;     // the layer inside: klog, logrus, json, dated or empty
    bool separator = false;  // "-- Boot ... --": no message at all
};

// Takes `raw`, one line without its newline, apart.
Line decode_line(std::string_view raw);

// From the fields of a journal record (binary, export, json, verbose).
Line decode_fields(const std::vector<std::pair<std::string, std::string>>& fields);
// True for the field names that decode_fields looks at.
bool is_journal_field(std::string_view name);

// What the layers inside a message say: klog, logrus, zap, capnslog, cfssl, kernel, or plain words like "error:".
// Fills inner, inner_time and, where it is not known yet, level.
void decode_payload(Line& line);

// `@nix {...}` of --log-format internal-json: the message or build log line inside; false where it holds none.
bool decode_internal_json(std::string_view raw, Line& line);
// A line that is one JSON object: journalctl -o json, or a program's structured log.
bool decode_json_line(std::string_view raw, Line& line);

// Lines that may continue a nix error block that began before.
bool starts_nix_block(std::string_view message);
bool continues_nix_block(std::string_view message);

std::string_view name_of(Level level);
Level level_of_word(std::string_view word);

}  // namespace nixwhy
