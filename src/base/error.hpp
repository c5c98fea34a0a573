// What goes wrong and is somebody else's doing: a bad rule, an unreadable input, wrong usage. A message says
// what, where (with the line and a caret where there is one) and what to do. Our own mistakes are asserts.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

// The exit codes of the program.
enum class Exit : int {
    ok = 0,
    finding = 1,
    usage = 2,
    rules = 3,
    input = 4,
    secret = 5,
    ours = 70,
    wrapper = 125,  // trouble of a program that runs another, whose own codes it passes on
};

// One problem with a place in a text file. `line` and `column` count from 1; 0 where unknown.
struct Problem {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    std::string what;
    std::string source_line;
    std::string hint;

    // The problem as a person reads it, several lines, ends with a newline.
    std::string text() const;
};

// The one exception of this program. Caught at the edge of a source, of a rule file, and in main.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& what, Exit code = Exit::input);

    Exit code() const { return code_; }

private:
    Exit code_;
};

// All problems of a rule set at once, joined by newlines.
std::string join_problems(const std::vector<Problem>& problems);

// Holds in release builds too: a broken promise of our own code ends the program with exit code 70.
[[noreturn]] void broken_promise(const char* promise, const char* file, int line);

// The word of `known` nearest to `given`, empty where none is near: "did you mean".
std::string nearest(std::string_view given, const std::vector<std::string>& known);

}  // namespace nixwhy

// The one macro of this program: an assert that stays on.
#define NIXWHY_PROMISE(condition) \
    ((condition) ? void(0) : ::nixwhy::broken_promise(#condition, __FILE__, __LINE__))
