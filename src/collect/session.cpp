// The shell that does the same on other machines is in shell.cpp; both give the same sections.
#include "collect/session.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "collect/probe.hpp"
#include "collect/process.hpp"

namespace nixwhy {

namespace {

std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::string link_of(const std::string& path) {
    std::string out(PATH_MAX, '\0');
    const ssize_t length = ::readlink(path.c_str(), out.data(), out.size());
    out.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return out;
}

std::string section(const char* name, std::string text) {
    if (!text.empty() && text.back() != '\n') text += '\n';
    return section_mark + std::string(name) + "\n" + text;
}

}  // namespace

std::map<std::string, std::string> proc_status(const std::string& pid) {
    std::map<std::string, std::string> out;
    const std::string text = content("/proc/" + pid + "/status");
    for (const std::string_view line : split(text, '\n')) {
        const std::size_t colon = line.find(":\t");
        if (colon != std::string_view::npos) out.emplace(line.substr(0, colon), trim(line.substr(colon + 2)));
    }
    return out;
}

std::string session_text(const std::vector<std::string>& names) {
    std::string environment, descriptors, resolved, parents;
    for (char** one = environ; *one != nullptr; ++one) {
        std::string entry(*one);
        std::replace(entry.begin(), entry.end(), '\n', '\x01');
        environment += entry + '\n';
    }
    for (int descriptor = 0; descriptor < 3; ++descriptor) {
        descriptors += fmt::format("{}\t{}\t{}\n", descriptor, link_of(fmt::format("/proc/self/fd/{}", descriptor)), ::isatty(descriptor) != 0 ? "tty" : "");
    }
    const char* path = std::getenv("PATH");
    for (const std::string& name : names) {
        const std::string found = look_up(name, path != nullptr ? path : "");
        char real[PATH_MAX];
        resolved += fmt::format("{}\t{}\t{}\n", name, found, !found.empty() && ::realpath(found.c_str(), real) != nullptr ? real : "");
    }
    std::string parent = std::to_string(::getppid());
    for (int depth = 0; depth < 32 && parent != "0"; ++depth) {
        const std::map<std::string, std::string> status = proc_status(parent);
        if (status.count("Name") == 0) break;
        parents += fmt::format("{}\t{}\n", parent, status.at("Name"));
        parent = status.count("PPid") > 0 ? status.at("PPid") : "0";
    }
    char folder[PATH_MAX];
    return section("environ", environment) + section("limits", content("/proc/self/limits")) + section("status", content("/proc/self/status")) +
           section("cgroup", content("/proc/self/cgroup")) + section("fds", descriptors) + section("cwd", ::getcwd(folder, sizeof folder) != nullptr ? folder : "") +
           section("tools", resolved) + section("parents", parents);
}

}  // namespace nixwhy
