// A guard, a small process of its own, knows the groups that run and ends them when the pipe from us closes: that is
// what becomes of them where we are ended by a signal that cannot be caught.
#include "collect/process.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <set>

#include "base/text.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t error_max = 4096;
constexpr std::int64_t patience_us = 2'000'000;  // between asking a group to end and ending it

std::int64_t now_us() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

// Ends what is left of all groups once nobody holds the other end of `from`.
[[noreturn]] void guard(int from) {
    ::setsid();
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) ::signal(signal, SIG_IGN);
    if (::chdir("/") != 0) ::_exit(1);
    for (int descriptor = 0; descriptor < 1024; ++descriptor) {
        if (descriptor != from) ::close(descriptor);
    }
    std::array<pid_t, 256> groups{};
    for (pid_t word = 0; ::read(from, &word, sizeof word) == static_cast<ssize_t>(sizeof word);) {
        for (pid_t& slot : groups) {  // a positive number is a group that began, a negative one a group that ended
            if (slot != (word > 0 ? 0 : -word)) continue;
            slot = word > 0 ? word : 0;
            break;
        }
    }
    for (const pid_t group : groups) {
        if (group > 0) ::kill(-group, SIGKILL);
    }
    ::_exit(0);
}

int guard_pipe() {
    static const int descriptor = [] {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) return -1;
        const pid_t middle = ::fork();
        if (middle == 0) {
            if (::fork() == 0) guard(ends[0]);  // a grandchild, so that it is never ours to wait for
            ::_exit(0);
        }
        ::close(ends[0]);
        if (middle > 0) ::waitpid(middle, nullptr, 0);
        return ends[1];
    }();
    return descriptor;
}

void tell_guard(pid_t word) {
    if (guard_pipe() >= 0 && ::write(guard_pipe(), &word, sizeof word) < 0) return;
}

// The newest or oldest bytes of a stream, never many more than `max` in memory.
class Bounded {
public:
    Bounded(std::uint64_t max, bool newest) : max_(max), newest_(newest) {}
    void add(std::string_view bytes) {
        total += bytes.size();
        if (!newest_) {
            text_ += bytes.substr(0, std::min<std::size_t>(bytes.size(), max_ - text_.size()));
            return;
        }
        text_ += bytes;
        if (text_.size() > 2 * max_ + 65536) text_.erase(0, text_.size() - max_);
    }
    std::string take() {
        if (newest_ && text_.size() > max_) text_.erase(0, text_.size() - max_);
        return std::move(text_);
    }
    std::uint64_t total = 0;

private:
    std::uint64_t max_;
    bool newest_;
    std::string text_;
};

std::vector<std::string> environment_of(const Command& command) {
    std::vector<std::string> out;
    for (char** one = environ; *one != nullptr; ++one) {
        const std::string_view entry(*one);
        if (command.own_environment) {
            const std::string_view name = entry.substr(0, entry.find('='));
            if (name == "TZ" || name.substr(0, 3) == "LC_" || name.substr(0, 3) == "LD_" || name == "LANG" || name == "LANGUAGE" || glob_match("*PAGER*", name) || name.substr(0, 8) == "SYSTEMD_") continue;
        }
        out.emplace_back(entry);
    }
    if (command.own_environment) {
        for (const char* entry : {"TZ=UTC", "LC_ALL=C.UTF-8", "SYSTEMD_PAGER=cat", "PAGER=cat", "SYSTEMD_COLORS=0", "GIT_OPTIONAL_LOCKS=0"}) out.emplace_back(entry);
    }
    return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

struct Pipes {
    std::array<int, 2> in{-1, -1}, out{-1, -1}, error{-1, -1};
    bool open() { return ::pipe2(in.data(), O_CLOEXEC) == 0 && ::pipe2(out.data(), O_CLOEXEC) == 0 && ::pipe2(error.data(), O_CLOEXEC) == 0; }
    ~Pipes() {
        for (const int end : {in[0], in[1], out[0], out[1], error[0], error[1]}) {
            if (end >= 0) ::close(end);
        }
    }
    static void shut(int& end) {
        if (end >= 0) ::close(end);
        end = -1;
    }
};

[[noreturn]] void become(const std::string& path, std::vector<char*>& argv, std::vector<char*>& environment, const Pipes& pipes) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(pipes.in[0], 0);
    ::dup2(pipes.out[1], 1);
    ::dup2(pipes.error[1], 2);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::signal(signal, SIG_DFL);
    ::execve(path.c_str(), argv.data(), environment.data());
    const int why = errno;
    const std::string text = std::string("cannot be run: ") + std::strerror(why) + "\n";
    if (::write(2, text.data(), text.size()) < 0) ::_exit(126);
    ::_exit(why == ENOENT ? 127 : 126);
}

// Moves bytes until both outputs are closed, the time is over or the group is to stop; true where it ended by itself.
class Exchange {
public:
    Exchange(const Command& command, Pipes& pipes, Ran& ran) : command_(command), pipes_(pipes), ran_(ran), out_(command.bytes_max, command.newest), error_(error_max, true) {
        for (const int end : {pipes.in[1], pipes.out[0], pipes.error[0]}) ::fcntl(end, F_SETFL, O_NONBLOCK);
        if (command.input.empty()) Pipes::shut(pipes.in[1]);
    }
    void move(std::int64_t until_us) {
        while (pipes_.out[0] >= 0 || pipes_.error[0] >= 0) {
            const std::int64_t left = until_us - now_us();
            ran_.stopped = command_.stop != nullptr && command_.stop->load();
            if (left <= 0 || ran_.stopped) return;
            std::array<pollfd, 3> waits{{{pipes_.in[1], POLLOUT, 0}, {pipes_.out[0], POLLIN, 0}, {pipes_.error[0], POLLIN, 0}}};
            const int ready = ::poll(waits.data(), waits.size(), static_cast<int>(std::min<std::int64_t>(left / 1000 + 1, command_.stop != nullptr ? 20 : 1000)));
            if (ready < 0 && errno != EINTR) return;
            if (ready <= 0) continue;
            if (waits[0].revents != 0) feed();
            if (waits[1].revents != 0) drain(pipes_.out[0], out_);
            if (waits[2].revents != 0) drain(pipes_.error[0], error_);
        }
    }
    void finish() {
        ran_.bytes = out_.total;
        ran_.out = out_.take();
        ran_.error = error_.take();
    }

private:
    void feed() {
        const ssize_t wrote = ::write(pipes_.in[1], command_.input.data() + fed_, command_.input.size() - fed_);
        if (wrote > 0) fed_ += static_cast<std::size_t>(wrote);
        if ((wrote < 0 && errno != EAGAIN && errno != EINTR) || fed_ == command_.input.size()) Pipes::shut(pipes_.in[1]);
    }
    void drain(int& end, Bounded& into) {
        const ssize_t got = ::read(end, buffer_.data(), buffer_.size());
        if (got > 0) into.add({buffer_.data(), static_cast<std::size_t>(got)});
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) Pipes::shut(end);
    }

    const Command& command_;
    Pipes& pipes_;
    Ran& ran_;
    Bounded out_, error_;
    std::size_t fed_ = 0;
    std::array<char, 65536> buffer_{};
};

// True once it is gone, within `until_us`.
bool wait_for(pid_t child, int& status, std::int64_t until_us) {
    for (;;) {
        const pid_t ended = ::waitpid(child, &status, WNOHANG);
        if (ended == child || (ended < 0 && errno != EINTR)) return true;
        if (now_us() >= until_us) return false;
        ::poll(nullptr, 0, 2);
    }
}

}  // namespace

Ran run_program(const Command& command) {
    Ran ran;
    const std::int64_t start = now_us();
    const char* search = std::getenv("PATH");
    const std::string path = look_up(command.argv[0], search != nullptr ? search : "/run/current-system/sw/bin:/usr/bin:/bin");
    if (path.empty()) {
        ran.status = 127;
        ran.error = command.argv[0] + " was not found";
        return ran;
    }
    Pipes pipes;
    std::vector<std::string> words = command.argv, environment = environment_of(command);
    std::vector<char*> argv = pointers(words), variables = pointers(environment);
    guard_pipe();
    const pid_t child = pipes.open() ? ::fork() : -1;
    if (child < 0) {
        ran.status = 125;
        ran.error = std::string("cannot be started: ") + std::strerror(errno);
        return ran;
    }
    if (child == 0) become(path, argv, variables, pipes);
    ::setpgid(child, child);
    tell_guard(child);
    for (int* end : {&pipes.in[0], &pipes.out[1], &pipes.error[1]}) Pipes::shut(*end);
    Exchange exchange(command, pipes, ran);
    const std::int64_t limit = start + static_cast<std::int64_t>(command.seconds_max * 1e6);
    exchange.move(limit);
    int status = 0;
    bool gone = !ran.stopped && wait_for(child, status, limit);
    if (!gone) {
        ran.timed_out = !ran.stopped;
        ::kill(-child, SIGTERM);
        gone = wait_for(child, status, now_us() + (ran.stopped ? patience_us / 4 : patience_us));
    }
    ::kill(-child, SIGKILL);  // its own children, if it left some
    // a process that hangs in the kernel is left to it
    if (!gone) gone = wait_for(child, status, now_us() + 1'000'000);
    tell_guard(-child);
    exchange.finish();
    if (gone) ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (!gone) ran.status = 128 + SIGKILL;
    ran.duration_us = now_us() - start;
    return ran;
}

std::string look_up(std::string_view name, std::string_view path) {
    if (contains(name, "/")) return std::string(name);
    for (const std::string_view folder : split(path, ':')) {
        const std::string candidate = (folder.empty() ? std::string(".") : std::string(folder)) + "/" + std::string(name);
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return {};
}

std::string shell_words(const std::vector<std::string>& argv) {
    std::string out;
    for (const std::string& word : argv) {
        const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || contains("._/:@+=,-%", std::string_view(&c, 1));
        });
        std::string quoted;
        for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
        out += (out.empty() ? "" : " ") + (plain ? word : "'" + quoted + "'");
    }
    return out;
}

}  // namespace nixwhy
