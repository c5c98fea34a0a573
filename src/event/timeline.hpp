// Everything one run knows of its inputs before any rule draws a conclusion: the events that matter in a stable
// order, what was counted on the way, and facts.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "event/event.hpp"

namespace nixwhy {

// A line that tells a person something is odd with an input; never a failure of the machine looked at.
struct Notice {
    std::string source;
    std::string text;
};

// A state of the machine looked at, by name: `host-name-changed`, `file-size:/path`. `at` is the proof.
struct Fact {
    std::string name;
    std::string value;
    std::string host;
    Time time;
    Location at;
    std::string text;
};

// What was read from one source. lines == kept + let_go + unreadable holds for each.
struct SourceSummary {
    std::string name;
    std::string format;
    std::string host;
    std::string kind;  // journal, nix, ci, kernel or empty: what a rule's `source:` names
    std::uint64_t bytes = 0;
    std::uint64_t lines = 0;
    std::uint64_t kept = 0;
    std::uint64_t let_go = 0;
    std::uint64_t unreadable = 0;
    std::uint64_t events = 0;
    Time first;
    Time last;
    bool clipped = false;  // the source says itself that something is missing
};

// A line as it stands in a source, journal records as one line each.
struct NeighbourLine {
    std::uint64_t line = 0;
    std::string text;
};

// An event's own lines and those beside it. The margin is not shown: it stands before the lines before, and tells the
// redactor what these belong to.
struct Neighbours {
    std::vector<NeighbourLine> margin, before, own, after;
};

struct Timeline {
    std::vector<SourceSummary> sources;
    std::vector<Event> events;  // by time where known, else by source name and place
    std::vector<Fact> facts;
    std::vector<Notice> notices;
    std::map<std::uint32_t, Neighbours> neighbours;  // by index of the event; of evidence, where they were asked for
    std::map<std::string, std::string> machine_of_host;  // host name -> the name its machine ended with
    std::uint64_t inputs_failed = 0;
    bool nothing_read = false;  // no input could be read, or all that could are empty
};

// The machine a host name stands for; unknown stays unknown (empty).
inline std::string machine_of(const Timeline& timeline, const std::string& host) {
    const auto found = timeline.machine_of_host.find(host);
    return found == timeline.machine_of_host.end() ? host : found->second;
}

}  // namespace nixwhy
