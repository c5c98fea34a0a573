// The picture of an incident as a value: a lane for each machine and unit, marks on it, arrows from causes to effects.
// Places are thousandths of the width. Long silences are shortened, and said to be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cause/diagnosis.hpp"
#include "event/timeline.hpp"
#include "redact/redact.hpp"

namespace nixwhy {

enum class MarkKind : std::uint8_t { root, symptom, context, recovered, restart, host_name, change, boot };

std::string_view name_of(MarkKind kind);

struct Mark {
    MarkKind kind = MarkKind::context;
    std::int64_t us = 0;
    double x = 0;           // 0 to 1000
    std::string time;       // RFC 3339
    std::int32_t finding = -1;  // in Report::findings; -1: none
    std::uint64_t count = 1;
    Safe text;
    Safe source;
    std::uint64_t line = 0;  // 0: no line
};

struct Lane {
    Safe host;
    Safe unit;  // empty: the machine itself
    std::vector<Mark> marks;  // by time
};

// From the first mark of a cause to the first mark of its effect.
struct Arrow {
    std::uint32_t from_lane = 0, from_mark = 0, to_lane = 0, to_mark = 0;
};

struct Tick {
    double x = 0;
    std::string label;  // clock; with the day where it is another
};

struct Silence {
    double from = 0, to = 0;  // the stretch drawn
    std::string lasted;       // "3 h"
};

struct Chart {
    std::string first, last;  // RFC 3339
    std::vector<Lane> lanes;
    std::vector<Arrow> arrows;
    std::vector<Tick> ticks;
    std::vector<Silence> silences;
    std::uint64_t left_out = 0;  // marks that did not fit

    // A picture of one moment on one lane says nothing.
    bool worth_showing() const { return lanes.size() > 1 && first != last; }
};

// Draws what is known by full times; `findings` in the order of the report.
Chart make_chart(const Timeline& timeline, const std::vector<Finding>& findings, Redactor& redactor);

}  // namespace nixwhy
