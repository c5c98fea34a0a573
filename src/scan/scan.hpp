// From inputs to a Timeline: opens, scans on as many threads as allowed, and puts the parts into one order.
#pragma once

#include <string>
#include <vector>

#include "event/timeline.hpp"
#include "scan/plan.hpp"
#include "source/open.hpp"

namespace nixwhy {

struct ScanOptions {
    unsigned threads = 0;  // 0: as many as the machine has
    Limits limits;
    std::size_t neighbours = 0;  // lines to read on each side of evidence
};

Timeline scan_inputs(const std::vector<std::string>& inputs, const Plan& plan, const ScanOptions& options);

// The same over a text in memory, for rule examples and tests.
Timeline scan_text(const std::string& name, const std::string& text, const Plan& plan);

}  // namespace nixwhy
