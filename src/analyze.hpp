// The whole story on one screen.
#pragma once

#include <string>
#include <vector>

#include "cause/diagnosis.hpp"
#include "report/report.hpp"
#include "scan/scan.hpp"

namespace nixwhy {

// What of a timeline is looked at; empty or zero: all of it.
struct Selection {
    std::int64_t since_us = 0;
    std::int64_t until_us = 0;
    std::string boot;
    std::vector<std::string> units;
};

struct Analysis {
    Timeline timeline;
    Report report;
};

Analysis analyze(const std::vector<std::string>& inputs, const RuleSet& rules, const ScanOptions& options,
                 const Selection& selection, Redactor& redactor);
// The same with a plan that is made once for many.
Analysis analyze(const std::vector<std::string>& inputs, const Plan& plan, const ScanOptions& options,
                 const Selection& selection, Redactor& redactor);
// From the diagnosis on.
Report judge(const Timeline& timeline, const RuleSet& rules, Redactor& redactor);

}  // namespace nixwhy
