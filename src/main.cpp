// nixwhy says why a NixOS rebuild or a Kubernetes node on NixOS failed. All it does here is find the command, and turn
// errors into exit codes.
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace {

// A stream that came closed would lend its number to the next file that is opened: messages in the report, the report
// in a log. What is put in its place fails the wrong way round: standard input can't be read, output can't be written.
// A program that we run finds it closed.
void hold_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", stream == STDIN_FILENO ? (O_WRONLY | O_CLOEXEC) : (O_RDONLY | O_CLOEXEC));
    }
}

constexpr const char* out_of_memory = "nixwhy: out of memory; smaller inputs, one at a time, need less\n";

[[noreturn]] void end_with(const char* text) noexcept {
    // the exit code says it where standard error cannot
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) ::_exit(static_cast<int>(nixwhy::Exit::ours));
    ::_exit(static_cast<int>(nixwhy::Exit::ours));
}

// For what no catch can reach: libraries make objects before main, and those need memory too.
[[noreturn]] void end_at_once() noexcept {
    const char* text = "nixwhy: internal error: please report it with the input\n";
    try {
        if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
        text = out_of_memory;
    } catch (...) {
    }
    end_with(text);
}

// An exception on its way through a frame of libc, as pthread_once is one for RE2, makes libc look for the unwinder: for
// the first of them it allocates, and aborts where it cannot. So the first goes through while there is memory.
void find_unwinder() {
    std::signal(SIGABRT, [](int) { end_with(out_of_memory); });
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    try {
        ::pthread_once(&once, [] { throw 0; });
    } catch (int) {
    }
    std::signal(SIGABRT, SIG_DFL);
}

__attribute__((constructor(101))) void prepare_the_end() {
    std::set_terminate(end_at_once);
    find_unwinder();
}

// Chunks of text come and go; memory given back to the system each time would be fetched page by page again.
void keep_freed_memory() {
#ifdef __GLIBC__
    ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 16 << 20);
#endif
}

}  // namespace

int main(int argc, char** argv) {
    keep_freed_memory();
    hold_standard_streams();
    std::signal(SIGPIPE, SIG_DFL);  // `| head` ends us quietly, also where a parent ignores the signal
    try {
        return nixwhy::run_command(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const nixwhy::Error& error) {
        nixwhy::say(std::string("nixwhy: ") + error.what());
        return static_cast<int>(error.code());
    } catch (const std::bad_alloc&) {
        std::fputs(out_of_memory, stderr);
        return static_cast<int>(nixwhy::Exit::ours);
    } catch (const std::exception& error) {
        nixwhy::say(std::string("nixwhy: internal error: ") + error.what());
        std::fputs("nixwhy: please report it with the input\n", stderr);
        return static_cast<int>(nixwhy::Exit::ours);
    }
}
