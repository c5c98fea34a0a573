// The nouns of a log: an event, where it stands, who speaks, and the failure it reports.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/regex.hpp"
#include "base/time.hpp"

namespace nixwhy {

// Where a record stands: cutting the source's bytes (archive members decompressed) there gives it exactly.
struct Location {
    std::uint32_t source = 0;  // index in Timeline::sources
    std::uint64_t line = 0;    // from 1; for records of several lines the first
    std::uint64_t offset = 0;
    std::uint32_t length = 0;  // bytes; without the line end
};

// How a failure is told: in a known error text; in one, by a line that only warns; or in plain words of the last lines
// before an end in failure, which is a guess.
enum class Telling : std::uint8_t { clear, warned, plain };

// What a line says went wrong, taken apart: who tried what on what, and what came back. Empty text: not told.
struct Failure {
    std::string component;  // program or unit that failed
    std::string action;     // open, listen, connect, resolve, verify, parse, exec, ...
    std::string object;     // path, name, option, setting
    std::string endpoint;   // host:port, URL
    std::string result;     // class of what came back: file-missing, address-in-use, ...; names of format/failure.cpp
    std::string detail;     // the words that say it
    Telling telling = Telling::clear;

    bool empty() const { return result.empty(); }
};

// How loudly the line itself says that something failed.
enum class Level : std::uint8_t { unknown, debug, info, notice, warning, error, fatal };

// One match of one pattern.
struct PatternHit {
    std::uint32_t pattern = 0;
    Captures captures;
};

struct Event {
    Location at;
    Time time;
    std::string host;
    std::string boot;
    std::string unit;        // systemd unit the line is from or about, container, CI step; may be empty
    std::string identifier;  // who wrote it: syslog identifier, program; may be empty
    Level level = Level::unknown;
    bool block = false;      // a whole nix error block
    bool closes = false;     // ends its unit of work: an exit code, "Failed with result", "error:" of a finished run
    std::string message;     // without the outer prefix, colours and carriage returns
    std::string said;        // the layer inside the message (logrus msg, klog text); empty where there is none
    Failure failure;
    std::vector<PatternHit> hits;
    std::uint64_t count = 1;     // how many records like this one stand behind it
};

}  // namespace nixwhy
