// All secrets of one line, by all detectors, through every encoding that is read here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "redact/anchors.hpp"
#include "redact/context.hpp"
#include "redact/known.hpp"

namespace nixwhy {

struct Findings {
    std::vector<Secret> secrets;                             // in order, not touching
    std::vector<std::pair<std::string, const char*>> values; // what they were, decoded: to be known from now on
};

// `hits` are those of find_anchors in this line, places counted from its start. `known` may be null.
Findings find_secrets(std::string_view line, const std::vector<Hit>& hits, Context& context, const KnownSecrets* known);

// Those of one detector alone, in the line as it stands.
std::vector<Secret> find_by(std::size_t detector, std::string_view line);

}  // namespace nixwhy
