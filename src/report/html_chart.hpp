// The chart of a report as SVG with a list beside it for those who do not see pictures.
#pragma once

#include <string>
#include <string_view>

#include "report/report.hpp"

namespace nixwhy {

// The only way for text into HTML: inert in an element and in a quoted attribute.
std::string html_text(std::string_view text);

std::string html_chart(const Report& report);

}  // namespace nixwhy
