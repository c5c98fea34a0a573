// Starting a command that is recorded. In a terminal it gets a session of its own with a monitor in front; else it stays
// in our session and process group, so that whoever ends our group ends it too.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "collect/process.hpp"

namespace nixwhy {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

// The command itself; tells errno through `failed` where it cannot become it.
[[noreturn]] void become_recorded(const Launch& command, const std::string& path, std::vector<char*>& argv, std::vector<char*>& environment, int failed) {
    int target = 0;
    for (const int descriptor : {command.in, command.out, command.error}) {
        if (descriptor >= 0 && descriptor != target) ::dup2(descriptor, target);
        ++target;
    }
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(path.c_str(), argv.data(), environment.data());
    const int why = errno;
    if (::write(failed, &why, sizeof why) < 0) ::_exit(126);
    ::_exit(why == ENOENT ? 127 : 126);
}

// Leads the session of the command's terminal, so that the command's group is no orphan there: orphans cannot be
// stopped. Where the terminal hangs up it is ended by that, and the kernel hangs up on the command.
[[noreturn]] void monitor(pid_t child, int events, int control) {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &children, nullptr);
    const int signals = ::signalfd(-1, &children, SFD_CLOEXEC);
    for (;;) {
        int status = 0;
        for (pid_t changed = 0; (changed = ::waitpid(child, &status, WUNTRACED | WNOHANG)) == child;) {
            if (::write(events, &status, sizeof status) < 0) ::_exit(1);
            if (!WIFSTOPPED(status)) ::_exit(0);
        }
        std::array<pollfd, 2> waits{{{signals, POLLIN, 0}, {control, POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), 1000);
        signalfd_siginfo info{};
        if ((waits[0].revents & POLLIN) != 0 && ::read(signals, &info, sizeof info) < 0) continue;
        char number = 0;
        if (waits[1].revents != 0 && ::read(control, &number, 1) == 1) ::kill(-child, number);
        if (waits[1].revents != 0 && number == 0) ::_exit(1);  // we were killed: the terminal goes, and all with it
    }
}

}  // namespace

Launched launch(const Launch& command) {
    Launched out;
    const char* search = std::getenv("PATH");
    const std::string path = look_up(command.argv[0], search != nullptr ? search : "/run/current-system/sw/bin:/usr/bin:/bin");
    if (path.empty()) {
        out.failed = ENOENT;
        return out;
    }
    std::vector<std::string> words = command.argv, entries = command.environment;
    for (char** one = environ; *one != nullptr; ++one) {
        const std::string_view name = std::string_view(*one).substr(0, std::string_view(*one).find('=') + 1);
        const bool replaced = std::any_of(command.environment.begin(), command.environment.end(), [&](const std::string& entry) { return entry.compare(0, name.size(), name) == 0; });
        if (!replaced) entries.emplace_back(*one);
    }
    std::vector<char*> argv = pointers(words), environment = pointers(entries);
    std::array<int, 2> failed{}, events{}, control{}, pid{};
    for (std::array<int, 2>* ends : {&failed, &events, &control, &pid}) {
        if (::pipe2(ends->data(), O_CLOEXEC) != 0) {
            out.failed = errno;
            return out;
        }
    }
    const pid_t first = ::fork();
    if (first == 0 && command.terminal < 0) become_recorded(command, path, argv, environment, failed[1]);
    if (first == 0) {
        ::setsid();
        ::ioctl(command.terminal, TIOCSCTTY, 0);
        for (const int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE}) ::signal(signal, SIG_IGN);
        const pid_t second = ::fork();
        if (second == 0) {
            ::setpgid(0, 0);
            ::tcsetpgrp(command.terminal, ::getpid());
            for (const int signal : {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE}) ::signal(signal, SIG_DFL);
            become_recorded(command, path, argv, environment, failed[1]);
        }
        ::setpgid(second, second);
        if (::write(pid[1], &second, sizeof second) < 0) ::_exit(1);
        for (int descriptor = 0; descriptor < 256; ++descriptor) {
            if (descriptor != events[1] && descriptor != control[0] && descriptor != command.terminal) ::close(descriptor);
        }
        monitor(second, events[1], control[0]);
    }
    const int why_not = first < 0 ? errno : 0;
    for (const int end : {failed[1], events[1], control[0], pid[1]}) ::close(end);
    if (why_not == 0 && ::read(failed[0], &out.failed, sizeof out.failed) != static_cast<ssize_t>(sizeof out.failed)) out.failed = 0;
    if (why_not != 0) out.failed = why_not;
    out.pid = first;
    if (command.terminal >= 0 && why_not == 0 && ::read(pid[0], &out.pid, sizeof out.pid) != static_cast<ssize_t>(sizeof out.pid)) out.failed = EIO;
    ::close(failed[0]);
    ::close(pid[0]);
    if (command.terminal >= 0) {
        out.monitor = first;
        out.events = events[0];
        out.control = control[1];
    } else {
        ::close(events[0]);
        ::close(control[1]);
    }
    if (out.failed != 0 && first > 0) ::waitpid(first, nullptr, 0);
    return out;
}

void leave_relay(const std::vector<std::pair<int, int>>& pairs) {
    for (const auto& pair : pairs) {
        if (::fork() != 0) continue;
        ::setsid();
        ::signal(SIGPIPE, SIG_DFL);
        for (int descriptor = 0; descriptor < 1024; ++descriptor) {
            if (descriptor != pair.first && descriptor != pair.second) ::close(descriptor);
        }
        std::array<char, 65536> buffer{};
        for (ssize_t got = 0; (got = ::read(pair.first, buffer.data(), buffer.size())) > 0;) {
            for (ssize_t done = 0; done < got;) {
                const ssize_t wrote = ::write(pair.second, buffer.data() + done, static_cast<std::size_t>(got - done));
                if (wrote <= 0) ::_exit(0);
                done += wrote;
            }
        }
        ::_exit(0);
    }
}

}  // namespace nixwhy
