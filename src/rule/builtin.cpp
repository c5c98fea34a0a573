// The packed rules stand in the program's read-only data, see src/rule/builtin_rules.S.
#include "rule/builtin.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "rule/load.hpp"
#include "rule/pack.hpp"

extern "C" {
extern const char nixwhy_rules_begin[];
extern const char nixwhy_rules_end[];
extern const char nixwhy_image_begin[];
extern const char nixwhy_image_end[];
}

namespace nixwhy {

RuleSet builtin_rules(bool examples) {
    return unpack({nixwhy_rules_begin, static_cast<std::size_t>(nixwhy_rules_end - nixwhy_rules_begin)}, examples);
}

std::string_view builtin_image() {
    return {nixwhy_image_begin, static_cast<std::size_t>(nixwhy_image_end - nixwhy_image_begin)};
}

std::vector<std::string> own_rule_folders() {
    std::vector<std::string> folders;
    if (const char* told = std::getenv("NIXWHY_RULES")) {
        for (const std::string_view folder : split(told, ':')) {
            if (!folder.empty()) folders.emplace_back(folder);
        }
        return folders;
    }
    folders.emplace_back("/etc/nixwhy/rules");
    const char* config = std::getenv("XDG_CONFIG_HOME");
    const char* home = std::getenv("HOME");
    if (config != nullptr && config[0] == '/') {
        folders.push_back(std::string(config) + "/nixwhy/rules");
    } else if (home != nullptr && home[0] == '/') {
        folders.push_back(std::string(home) + "/.config/nixwhy/rules");
    }
    const auto is_missing = [](const std::string& folder) {
        std::error_code ignored;
        return !std::filesystem::exists(folder, ignored);
    };
    folders.erase(std::remove_if(folders.begin(), folders.end(), is_missing), folders.end());
    return folders;
}

RuleSet rules_with(const std::vector<std::string>& folders, bool examples) {
    std::vector<std::string> all = own_rule_folders();
    all.insert(all.end(), folders.begin(), folders.end());
    RuleSet rules = builtin_rules(examples || !all.empty());  // the digest of changed rules is that of all they hold
    for (const std::string& folder : all) {
        std::vector<std::string> known;
        for (const Rule& rule : rules.rules) known.push_back(rule.id);
        std::vector<Problem> problems;
        std::vector<RuleFile> files;
        std::error_code ignored;
        if (std::filesystem::is_regular_file(folder, ignored)) {
            files.push_back(read_rule_file(folder));
        } else {
            files = find_rule_files(folder, problems);
        }
        const RuleSet more = load_rules(files, known, problems);
        if (!problems.empty()) throw Error(join_problems(problems), Exit::rules);
        rules.replace_with(more);
    }
    return rules;
}

}  // namespace nixwhy
