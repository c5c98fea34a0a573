// From rule files to a RuleSet. All problems of all files are found before anything is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "rule/rule.hpp"

namespace nixwhy {

// A rule file before it is read: `id` comes from its path, `<area>/<name>.yaml`.
struct RuleFile {
    std::string id;
    std::string path;
    std::string text;
};

// The rule files under `folder` (.yaml, .yml, .json), by id: the area is the name of the folder a file stands in.
std::vector<RuleFile> find_rule_files(const std::string& folder, std::vector<Problem>& problems);
// One file, at most rule_bytes_max of it; where its folder tells no area, the area is `local`.
RuleFile read_rule_file(const std::string& path);

// Loads the files into one set. `known_ids` are ids that links may point to besides those of the files.
RuleSet load_rules(const std::vector<RuleFile>& files, const std::vector<std::string>& known_ids,
                   std::vector<Problem>& problems);

// The keys of a rule and of a condition, for the schema and its test.
const std::vector<std::string>& rule_keys();
const std::vector<std::string>& condition_keys();

// What `\q` in a pattern stands for.
std::string expand_pattern(std::string_view pattern);

constexpr std::size_t rule_bytes_max = 1U << 20U;

// The shortest literal worth searching for.
constexpr std::size_t literal_length_min = 4;

}  // namespace nixwhy
