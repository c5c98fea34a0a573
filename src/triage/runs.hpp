// Which runs there are, and what each tells: the map of triage. Runs are read apart from each other, on as many threads as
// there are, and one that cannot be read is a record that says so.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "scan/plan.hpp"
#include "scan/scan.hpp"
#include "triage/record.hpp"

namespace nixwhy {

// One run: its files, or its text.
struct Run {
    std::string name;
    std::vector<std::string> inputs;  // one file, or the folder of a bundle that was unpacked
    std::string text;                 // where it came in a frame; inputs are empty
};

// The part I of N, by the names of the runs, so that every machine takes the same ones whatever it sees besides.
struct Shard {
    std::uint64_t index = 0;
    std::uint64_t count = 1;
    bool holds(std::string_view run) const;
};

// `2/8`; I counts from 0, as batch systems do. Throws Error with exit code 2.
Shard read_shard(std::string_view text);

// A file is a run; a folder is all files below it, but one that holds a bundle's manifest.json is one run. Sorted by
// name, each once. What cannot be looked at is a notice.
std::vector<Run> find_runs(const std::vector<std::string>& inputs, const Limits& limits, std::vector<Notice>& notices);

// One line of framed input: {"run": NAME, "path": FILE} or {"run": NAME, "log": TEXT}. Throws Error where it is neither.
Run read_frame(std::string_view line);

// The record of each of `runs`, in their order, as `done` is told of each once, from any thread but never two at a time.
struct RunOptions {
    ScanOptions scan;
    bool mask = true;
};
void judge_runs(const std::vector<Run>& runs, const Plan& plan, const RunOptions& options, const std::function<void(RunRecord)>& done);

}  // namespace nixwhy
