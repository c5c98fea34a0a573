// nixwhy says why a NixOS rebuild or a Kubernetes node on NixOS failed. All it does here is find the command.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/commands.hpp"

int main(int argc, char** argv) {
    try {
        return nixwhy::run_command(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const nixwhy::Error& error) {
        std::fprintf(stderr, "nixwhy: %s\n", error.what());
        return static_cast<int>(error.code());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "nixwhy: internal error: %s\nnixwhy: please report it with the input\n", error.what());
        return static_cast<int>(nixwhy::Exit::ours);
    }
}
