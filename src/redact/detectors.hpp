// The table of detectors: what is a secret by its own shape, or by where it stands. What is one by the name beside it
// is told by names.hpp. By entropy alone nothing is: store hashes and commits are what people need to read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

// The surest first.
enum class By : std::uint8_t {
    shape,     // the value can be nothing else
    position,  // what stands around it says so; a path, a variable or a word of prose is left alone
    made,      // as position, and the value must look made by a machine
};

// One detector. `literals` are lower case, three bytes or more, separated by blanks (`,` stands for a blank; `@` is
// looked for by itself, `.` as the dot of a bootstrap token, `*` stands for a long run of
// letters and digits with `==` behind it); a line that holds none of them is not looked at. Of `pattern` the group `secret` is the secret, unless the group `keep` took
// part; `all` patterns without a name mean the whole match.
struct Detector {
    const char* name;      // one of a kind; what stands before '/' is the kind that the mark shows
    By by;
    const char* literals;
    const char* pattern;
};

const std::vector<Detector>& detectors();

// A place in a text that must not leave. `detector` is the row's name, or the name of what else found it; `by` is how
// the surest of those that touch here knew.
struct Secret {
    std::size_t begin = 0;
    std::size_t end = 0;
    const char* detector = "";
    By by = By::position;
};

// "vendor-token" of "vendor-token/stripe".
std::string_view kind_of(const char* detector);

}  // namespace nixwhy
