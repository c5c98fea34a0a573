// YAML as a tree that remembers where each part stood: the only file that knows libyaml. Scalars stay text. Anchors,
// aliases, tags, several documents and duplicate keys are problems, since a rule file needs none of them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace nixwhy {

struct YamlMember;

struct YamlNode {
    enum class Type : std::uint8_t { scalar, list, map };
    Type type = Type::scalar;
    std::string scalar;
    bool quoted = false;
    std::vector<YamlNode> items;                             // of a list
    std::vector<YamlMember> members;  // of a map, in order
    std::uint32_t line = 0;                                  // from 1
    std::uint32_t column = 0;                                // from 1

    const YamlNode* member(std::string_view key) const;
};

struct YamlMember {
    YamlNode key;
    YamlNode value;
};

// Parses `text`; problems are added with `file` as their place. The node is empty where there were any.
YamlNode parse_yaml(const std::string& file, std::string_view text, std::vector<Problem>& problems);

// A problem at a node, with the source line filled in from `text`.
Problem problem_at(const std::string& file, std::string_view text, std::uint32_t line, std::uint32_t column,
                   std::string what, std::string hint = {});

}  // namespace nixwhy
