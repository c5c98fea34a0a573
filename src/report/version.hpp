// The version of the program; the release script and CMake read it here.
#pragma once

namespace nixwhy {

inline constexpr const char* version_text = "0.1.0";

}  // namespace nixwhy
