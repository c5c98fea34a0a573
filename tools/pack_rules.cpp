// Build step: pack_rules RULES_DIR RULES_OUT IMAGE_OUT reads all rule files and writes the form that is compiled in. A wrong rule
// fails the build with all problems at once.
#include <cstdio>
#include <fstream>
#include <vector>

#include "base/error.hpp"
#include "rule/load.hpp"
#include "rule/pack.hpp"
#include "scan/plan.hpp"

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: pack_rules RULES_DIR RULES_OUT IMAGE_OUT\n");
        return 2;
    }
    try {
        std::vector<nixwhy::Problem> problems;
        const auto files = nixwhy::find_rule_files(argv[1], problems);
        nixwhy::RuleSet set = nixwhy::load_rules(files, {}, problems);
        if (!problems.empty()) {
            std::fputs(nixwhy::join_problems(problems).c_str(), stderr);
            return 3;
        }
        for (nixwhy::Rule& rule : set.rules) rule.origin = "built-in";
        std::ofstream(argv[2], std::ios::binary) << nixwhy::pack(set);
        std::ofstream(argv[3], std::ios::binary) << nixwhy::Plan(set).image();
        return 0;
    } catch (const nixwhy::Error& error) {
        std::fprintf(stderr, "pack_rules: %s\n", error.what());
        return 3;
    }
}
