// The compiled-in form of a rule set: bytes that load without parsing, made at build time by tools/pack_rules.
#pragma once

#include <string>
#include <string_view>

#include "rule/rule.hpp"

namespace nixwhy {

std::string pack(const RuleSet& set);
// `bytes` come from pack() of this very version; anything else is our own mistake and ends the program.
RuleSet unpack(std::string_view bytes, bool examples = true);  // half of the bytes are examples

}  // namespace nixwhy
