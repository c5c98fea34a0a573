// What a confined process cannot do: asked of a real one.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/confine.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "support.hpp"

using namespace nixwhy;

namespace {

// What `attempt` returned in a confined child: 0 where it worked, else its errno. Nothing where this kernel knows no
// such thing.
std::string confined(const std::string& folder, bool files, const std::function<bool()>& attempt) {
    const pid_t child = ::fork();
    if (child == 0) {
        const Confinement in_force = confine(folder);
        if (!(files ? in_force.files : in_force.programs_and_network)) std::_Exit(200);
        errno = 0;
        std::_Exit(attempt() ? 0 : errno);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 300;
    if (code == 200) return "not known here";
    return code == 0 ? "worked" : code == EPERM || code == EACCES ? "refused" : "failed with " + std::to_string(code);
}

void check_refused(const std::string& result) { CHECK_MESSAGE((result == "refused" || result == "not known here"), result); }

bool may_create(const std::string& path) { return ::open(path.c_str(), O_WRONLY | O_CREAT, 0600) >= 0; }

}  // namespace

TEST_CASE("a confined process runs nothing and reaches nobody") {
    check_refused(confined("", false, [] { return ::execl("/bin/true", "true", nullptr) == 0; }));
    check_refused(confined("", false, [] { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }));
    check_refused(confined("", false, [] { return ::socket(AF_UNIX, SOCK_DGRAM, 0) >= 0; }));
    int pair[2];
    check_refused(confined("", false, [&] { return ::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0; }));
    check_refused(confined("", false, [] { return ::kill(::getppid(), 0) == 0; }));
    check_refused(confined("", false, [] { return ::symlink("/etc/passwd", "/tmp/nixwhy-confine-link") == 0; }));
#if !defined(__SANITIZE_ADDRESS__)
    check_refused(confined("", false, [] { return ::fork() >= 0; }));
#endif
}

TEST_CASE("a confined process reads files, writes in its folder only, and has threads") {
    const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("nixwhy-confine-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "in");
    check_refused(confined((folder / "in").string(), true, [&] { return may_create((folder / "out").string()); }));
    check_refused(confined("", true, [&] { return may_create((folder / "in/file").string()); }));
    CHECK(confined((folder / "in").string(), false, [&] { return may_create((folder / "in/file").string()); }) != "refused");
    CHECK(confined((folder / "in").string(), false, [&] { return ::rename((folder / "in/file").c_str(), (folder / "in/file2").c_str()) == 0; }) != "refused");
    CHECK(confined("", false, [] { return ::open("/etc/passwd", O_RDONLY) >= 0; }) != "refused");
    CHECK(confined("", false, [] {
              int seen = 0;
              std::thread([&] { seen = 1; }).join();
              return seen == 1;
          }) != "refused");
    std::filesystem::remove_all(folder);
}

TEST_CASE("every command that needs no programs is confined") {
    for (const Command& command : commands()) {
        const std::string name = command.name;
        const bool reaches_out = name == "collect" || name == "record" || name == "envdiff";
        CHECK_MESSAGE(command.confined != reaches_out, name, ": a row of commands.cpp ends with `true` unless the command runs programs");
    }
}
