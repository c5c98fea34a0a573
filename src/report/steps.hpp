// Which words of a step are a command or a Nix setting. Rules write steps as plain text, `On the worker: hostname   # is
// it final?`; a report shows what is to be typed as what it is, whole.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace nixwhy {

struct TextSpan {
    std::size_t from = 0;
    std::size_t length = 0;  // bytes
};

std::vector<TextSpan> commands_of(std::string_view step);

}  // namespace nixwhy
