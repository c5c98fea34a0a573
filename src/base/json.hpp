// JSON in and out: the only place that knows nlohmann/json. Objects keep their order, since reports are read by people.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace nixwhy {

using Json = nlohmann::ordered_json;

// Nothing where `text` is no JSON, nested deeper than `depth_max`, or an object in it has more than 4096 members.
std::optional<Json> parse_json(std::string_view text, int depth_max = 64);
// The text of a member, empty where it is missing or no text.
std::string json_text(const Json& object, const char* name);
// As one line; text that is not UTF-8 gets replacement characters.
std::string json_line(const Json& value);
// Indented by two, ends with a newline.
std::string json_pretty(const Json& value);

}  // namespace nixwhy
