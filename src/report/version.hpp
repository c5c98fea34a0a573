// The version of the program; a test holds it equal to the one in CMakeLists.txt.
#pragma once

namespace nixwhy {

inline constexpr const char* version_text = "0.1.0";

}  // namespace nixwhy
