// The chart of a report as SVG with a list beside it for those who do not see pictures.
#pragma once

#include <string>
#include <vector>

#include "report/report.hpp"

namespace nixwhy {

// A mark leads to its finding where the page shows it; `shown` goes with Report::findings.
std::string html_chart(const Report& report, const std::vector<bool>& shown);

}  // namespace nixwhy
