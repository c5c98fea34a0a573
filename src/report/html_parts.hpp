// What all our pages are made of: the frame with its policy, steps, lines of a log. All foreign text goes through
// `markup_text`; no style and no script but our own can run, since the policy names them by hash.
#pragma once

#include <string>
#include <vector>

#include "report/report.hpp"

namespace nixwhy {

// From the doctype to the heading, inside an open <header>. `outcome` is the class of the body, which colours the verdict.
std::string page_head(const Safe& heading, const std::string& outcome, const std::string& verdict);
// From behind </main> to the end.
std::string page_foot(const std::string& version, const std::string& rules_digest);

std::string step_html(const ReportStep& step);
std::string steps_html(const std::vector<ReportStep>& steps);
// A line of a log with its place, and those around it folded.
std::string evidence_html(const ReportEvidence& proof);

}  // namespace nixwhy
