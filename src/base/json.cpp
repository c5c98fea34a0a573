// See json.hpp. Depth and width are checked before parsing: a million brackets would overflow a recursive destructor,
// a million members of one object would take hours.
#include "base/json.hpp"

#include <vector>

namespace nixwhy {

namespace {

// More members than any record has; an ordered object looks through all it has for each one it adds.
constexpr std::size_t members_max = 4096;

bool is_outsized(std::string_view text, int depth_max) {
    std::vector<std::size_t> members(1, 0);  // of each value that is open
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_text) {
            if (c == '\\') ++i;
            if (c == '"') in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            if (members.size() > static_cast<std::size_t>(depth_max)) return true;
            members.push_back(0);
        } else if (c == '}' || c == ']') {
            if (members.size() > 1) members.pop_back();
        } else if (c == ':') {
            if (++members.back() > members_max) return true;
        }
    }
    return false;
}

}  // namespace

std::optional<Json> parse_json(std::string_view text, int depth_max) {
    if (is_outsized(text, depth_max)) return std::nullopt;
    Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded()) return std::nullopt;
    return value;
}

std::string json_text(const Json& object, const char* name) {
    if (!object.is_object()) return {};
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) return {};
    return found->get<std::string>();
}

std::string json_line(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string json_pretty(const Json& value) {
    return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace nixwhy
