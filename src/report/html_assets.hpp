// Style and script of the HTML report. Both stand in the page itself, under a policy that allows nothing else: their
// hashes are in it.
#pragma once

#include <string_view>

namespace nixwhy {

extern const std::string_view html_style;
extern const std::string_view html_script;
extern const std::string_view html_style_hash;   // "sha256-..."
extern const std::string_view html_script_hash;

}  // namespace nixwhy
