// libyaml's events, stacked up to a tree.
#include "rule/yaml.hpp"

#include <yaml.h>

#include <fmt/core.h>

#include "base/text.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t depth_max = 40;

class Builder {
public:
    Builder(const std::string& file, std::string_view text, std::vector<Problem>& problems)
        : file_(file), text_(text), problems_(problems) {
        yaml_parser_initialize(&parser_);
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }
    ~Builder() { yaml_parser_delete(&parser_); }
    Builder(const Builder&) = delete;
    Builder& operator=(const Builder&) = delete;

    YamlNode build() {
        YamlNode root;
        bool done = false;
        while (!done) {
            yaml_event_t event;
            if (yaml_parser_parse(&parser_, &event) == 0) {
                add(parser_.problem_mark, parser_.problem != nullptr ? parser_.problem : "not valid YAML");
                return {};
            }
            done = event.type == YAML_STREAM_END_EVENT || !take(event, root);
            yaml_event_delete(&event);
        }
        return root;
    }

private:
    struct Open {
        YamlNode node;
        bool has_key = false;
        YamlNode key;
    };

    void add(const yaml_mark_t& mark, std::string what, std::string hint = {}) {
        problems_.push_back(problem_at(file_, text_, static_cast<std::uint32_t>(mark.line + 1),
                                       static_cast<std::uint32_t>(mark.column + 1), std::move(what), std::move(hint)));
    }

    void refuse_names(const yaml_event_t& event, const void* anchor, const void* tag) {
        if (anchor != nullptr) add(event.start_mark, "anchors are not used in rules", "write the value out");
        if (tag != nullptr) add(event.start_mark, "tags are not used in rules", "quote the text instead");
    }

    // False where reading should stop.
    bool take(const yaml_event_t& event, YamlNode& root) {
        switch (event.type) {
            case YAML_DOCUMENT_START_EVENT:
                if (++documents_ > 1) {
                    add(event.start_mark, "one rule a file, but a second document begins here");
                    return false;
                }
                return true;
            case YAML_ALIAS_EVENT: add(event.start_mark, "aliases are not used in rules", "write the value out"); return false;
            case YAML_SCALAR_EVENT: {
                refuse_names(event, event.data.scalar.anchor, event.data.scalar.tag);
                YamlNode node = at(event, YamlNode::Type::scalar);
                node.scalar.assign(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
                node.quoted = event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
                put(std::move(node), root);
                return true;
            }
            case YAML_SEQUENCE_START_EVENT:
                refuse_names(event, event.data.sequence_start.anchor, event.data.sequence_start.tag);
                return open(event, YamlNode::Type::list);
            case YAML_MAPPING_START_EVENT:
                refuse_names(event, event.data.mapping_start.anchor, event.data.mapping_start.tag);
                return open(event, YamlNode::Type::map);
            case YAML_SEQUENCE_END_EVENT:
            case YAML_MAPPING_END_EVENT: {
                YamlNode node = std::move(stack_.back().node);
                stack_.pop_back();
                put(std::move(node), root);
                return true;
            }
            default: return true;
        }
    }

    static YamlNode at(const yaml_event_t& event, YamlNode::Type type) {
        YamlNode node;
        node.type = type;
        node.line = static_cast<std::uint32_t>(event.start_mark.line + 1);
        node.column = static_cast<std::uint32_t>(event.start_mark.column + 1);
        return node;
    }

    bool open(const yaml_event_t& event, YamlNode::Type type) {
        if (stack_.size() >= depth_max) {
            add(event.start_mark, "nested too deeply");
            return false;
        }
        stack_.push_back({at(event, type), false, {}});
        return true;
    }

    void put(YamlNode node, YamlNode& root) {
        if (stack_.empty()) {
            root = std::move(node);
            return;
        }
        Open& top = stack_.back();
        if (top.node.type == YamlNode::Type::list) {
            top.node.items.push_back(std::move(node));
        } else if (!top.has_key) {
            if (top.node.member(node.scalar) != nullptr) {
                problems_.push_back(problem_at(file_, text_, node.line, node.column,
                                               fmt::format("the key '{}' stands here twice", node.scalar)));
            }
            top.key = std::move(node);
            top.has_key = true;
        } else {
            top.node.members.push_back({std::move(top.key), std::move(node)});
            top.has_key = false;
        }
    }

    yaml_parser_t parser_{};
    const std::string& file_;
    std::string_view text_;
    std::vector<Problem>& problems_;
    std::vector<Open> stack_;
    int documents_ = 0;
};

}  // namespace

const YamlNode* YamlNode::member(std::string_view key) const {
    for (const auto& [name, value] : members) {
        if (name.scalar == key) return &value;
    }
    return nullptr;
}

YamlNode parse_yaml(const std::string& file, std::string_view text, std::vector<Problem>& problems) {
    return Builder(file, text, problems).build();
}

Problem problem_at(const std::string& file, std::string_view text, std::uint32_t line, std::uint32_t column,
                   std::string what, std::string hint) {
    std::string_view rest = text;
    for (std::uint32_t i = 1; i < line && !rest.empty(); ++i) {
        const std::size_t end = rest.find('\n');
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    const std::string_view row = trim_right(rest.substr(0, rest.find('\n')));
    return {file, line, column, std::move(what), cut_columns(printable(row), 160), std::move(hint)};
}

}  // namespace nixwhy
