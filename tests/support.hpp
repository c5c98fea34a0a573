// What tests share: files, goldens, and running the program.
#pragma once

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "analyze.hpp"
#include "report/writers.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

inline const std::string root = NIXWHY_SOURCE_DIR;
inline const std::string program = NIXWHY_PROGRAM;

inline std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline void check_golden(const std::string& path, const std::string& text) {
    if (std::getenv("NIXWHY_ACCEPT") != nullptr) {
        std::ofstream(path, std::ios::binary) << text;
        return;
    }
    CHECK_MESSAGE(text == read_file(path), path, " differs; NIXWHY_ACCEPT=1 rewrites it");
}

struct ProgramRun {
    int code = 0;
    std::string out;  // both streams unless redirected in the command
};

// Runs a shell command line in the project's folder.
inline ProgramRun run(const std::string& command) {
    ProgramRun result;
    FILE* pipe = ::popen(("cd '" + root + "' && " + command).c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 4096> buffer{};
    for (std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe); got > 0; got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
        result.out.append(buffer.data(), got);
    }
    const int status = ::pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

inline const RuleSet& rules() {
    static const RuleSet set = builtin_rules();
    return set;
}

inline Analysis explain(const std::vector<std::string>& inputs, unsigned threads = 1) {
    ScanOptions options;
    options.threads = threads;
    Redactor redactor;
    return analyze(inputs, rules(), options, {}, redactor);
}

// Who caused what, one finding a line, without times: the same in every form of a log.
inline std::string roles_of(const Report& report) {
    std::string out;
    for (const ReportFinding& finding : report.findings) {
        out += std::string(name_of(finding.role)) + " " + finding.id + " " + finding.unit.str() + " x" + std::to_string(finding.count);
        if (finding.over) out += " over";
        for (const std::string& cause : finding.caused_by) out += " <- " + cause;
        out += "\n";
    }
    return out;
}

}  // namespace nixwhy
