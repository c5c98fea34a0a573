// A thread for each stream, since a reader may take one and let the other wait; this one for signals and the keyboard.
#include "collect/relay.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>

#include "base/error.hpp"

namespace nixwhy {

namespace {

constexpr int quiet_ms = 100;  // behind the end of the command, before what it left running is left alone
constexpr int pipe_bytes = 1 << 20;

struct Channel {
    std::string name;
    int from = -1;      // we read here what the command writes
    int to = -1;        // and write it there
    int theirs = -1;    // the command's end
    bool open = true;
};

std::int64_t clock_us() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

bool same_file(int a, int b) {
    struct stat one {}, other {};
    return ::fstat(a, &one) == 0 && ::fstat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// False where nobody reads any more.
bool pass_on(int to, const char* bytes, std::size_t count) {
    while (count > 0) {
        const ssize_t wrote = ::write(to, bytes, count);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0 && errno == EAGAIN) {
            pollfd wait{to, POLLOUT, 0};
            ::poll(&wait, 1, -1);
            continue;
        }
        // a terminal that is gone, a full disk: the command learns of a closed pipe alone
        if (wrote < 0) return errno != EPIPE;
        bytes += wrote;
        count -= static_cast<std::size_t>(wrote);
    }
    return true;
}

void relay_channel(Channel& channel, unsigned stream, Keeper& keeper, int ended) {
    bool over = false;
    for (;;) {
        std::array<pollfd, 2> waits{{{channel.from, POLLIN, 0}, {over ? -1 : ended, POLLIN, 0}}};
        const int ready = ::poll(waits.data(), waits.size(), over ? quiet_ms : -1);
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) return;  // still open, and silent
        if (waits[1].revents != 0) over = true;
        if (waits[0].revents == 0) continue;
        Block& block = keeper.block(stream);
        char* at = block.bytes + block.used;
        const ssize_t got = ::read(channel.from, at, block_bytes - block.used);
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) break;  // a terminal nobody holds open gives EIO
        const bool wanted = pass_on(channel.to, at, static_cast<std::size_t>(got));
        keeper.filled(block, static_cast<std::size_t>(got), clock_us());
        if (!wanted) break;
    }
    ::close(channel.from);
    channel.open = false;
}

// Signals come through this descriptor alone. Before any thread is started: a thread that does not block them would take
// them, and they would be lost.
int take_signals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGCHLD, SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE}) {
        struct sigaction now {};
        // what the caller ignores (nohup) stays ignored, here and for the command
        if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN && number != SIGCHLD) continue;
        sigaddset(&wanted, number);
    }
    ::sigprocmask(SIG_BLOCK, &wanted, nullptr);
    sigdelset(&wanted, SIGPIPE);
    return ::signalfd(-1, &wanted, SFD_CLOEXEC);
}

}  // namespace

struct Relay::State {
    Launch command;
    Launched launched;
    std::vector<Channel> channels;
    int master = -1, slave = -1;
    int keyboard = -1;      // our terminal, where its keys are passed on
    bool raw = false;
    termios before{};
    RelayEnd end;
    bool has_ended = false;
    int signals = -1;
    int ended = -1;         // an eventfd that tells the threads

    void open_terminal() {
        const int ours = ::isatty(1) != 0 ? 1 : 2;
        master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0) throw Error(fmt::format("record: no pseudo terminal is to be had: {}", std::strerror(errno)), Exit::wrapper);
        slave = ::open(::ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
        if (slave < 0) throw Error(fmt::format("record: {}: {}", ::ptsname(master), std::strerror(errno)), Exit::wrapper);
        termios settings{};
        if (::tcgetattr(ours, &settings) == 0) ::tcsetattr(slave, TCSANOW, &settings);
        take_size();
        keyboard = ::isatty(0) != 0 ? ::fcntl(0, F_DUPFD_CLOEXEC, 3) : ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
        command.terminal = slave;
        if (::isatty(0) != 0) command.in = slave;
        channels.push_back({"terminal", master, ours, -1});
    }
    void take_size() const {
        winsize size{};
        if (master >= 0 && ::ioctl(::isatty(1) != 0 ? 1 : 2, TIOCGWINSZ, &size) == 0) ::ioctl(master, TIOCSWINSZ, &size);
    }
    int open_pipe(const char* name, int to) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(fmt::format("record: no pipe is to be had: {}", std::strerror(errno)), Exit::wrapper);
        ::fcntl(ends[0], F_SETPIPE_SZ, pipe_bytes);
        channels.push_back({name, ends[0], to, ends[1]});
        return ends[1];
    }
    // In the background the terminal is not ours to change.
    void take_keyboard() {
        if (keyboard < 0 || raw || ::tcgetpgrp(keyboard) != ::getpgrp() || ::tcgetattr(keyboard, &before) != 0) return;
        termios settings = before;
        ::cfmakeraw(&settings);
        raw = ::tcsetattr(keyboard, TCSADRAIN, &settings) == 0;
    }
    void give_keyboard() {
        if (raw) ::tcsetattr(keyboard, TCSADRAIN, &before);
        raw = false;
    }
    void send(int number) const {
        const char byte = static_cast<char>(number);
        if (launched.control >= 0 && ::write(launched.control, &byte, 1) == 1) return;
        if (launched.control < 0) ::kill(launched.pid, number);
    }
    // As the terminal would have stopped us, had its keys not been passed on.
    void stop(int number) {
        give_keyboard();
        sigset_t one;
        sigemptyset(&one);
        sigaddset(&one, SIGTSTP);
        ::sigprocmask(SIG_UNBLOCK, &one, nullptr);
        ::kill(0, number == SIGSTOP ? SIGSTOP : SIGTSTP);
        ::sigprocmask(SIG_BLOCK, &one, nullptr);
        take_keyboard();
        take_size();
        send(SIGCONT);
    }
    void on_signal(const signalfd_siginfo& info) {
        const int number = static_cast<int>(info.ssi_signo);
        const bool from_terminal = info.ssi_code == SI_KERNEL;  // the command has it too, unless it has a session of its own
        switch (number) {
            case SIGCHLD:
                if (launched.monitor < 0) wait_for_command();
                return;
            case SIGWINCH: take_size(); return;
            case SIGCONT:
                take_keyboard();
                if (launched.monitor < 0 && !from_terminal) send(SIGCONT);
                return;
            case SIGTSTP:
                if (launched.monitor >= 0 || !from_terminal) send(SIGTSTP);
                if (launched.monitor < 0) ::raise(SIGSTOP);
                return;
            default:
                end.signal = number;
                if (launched.monitor >= 0 || !from_terminal) send(number);
                if (number == SIGHUP || number == SIGTERM) send(SIGCONT);  // what is stopped must go on to end
        }
    }
    void wait_for_command() {
        int status = 0;
        if (::waitpid(launched.pid, &status, WNOHANG) != launched.pid) return;
        end.status = status;
        has_ended = true;
    }
    void on_event() {
        int status = 0;
        if (::read(launched.events, &status, sizeof status) != static_cast<ssize_t>(sizeof status)) {
            end.status = SIGKILL;  // the monitor is gone, and the terminal with it
            has_ended = true;
        } else if (WIFSTOPPED(status)) {
            stop(WSTOPSIG(status));
        } else {
            end.status = status;
            has_ended = true;
        }
    }
    void on_keyboard() {
        std::array<char, 4096> keys{};
        const ssize_t got = ::read(keyboard, keys.data(), keys.size());
        if (got > 0) pass_on(master, keys.data(), static_cast<std::size_t>(got));
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
            ::close(keyboard);
            keyboard = -1;
        }
    }
    void watch() {
        while (!has_ended) {
            std::array<pollfd, 3> waits{{{signals, POLLIN, 0}, {launched.events, POLLIN, 0}, {raw ? keyboard : -1, POLLIN, 0}}};
            if (::poll(waits.data(), waits.size(), -1) < 0) continue;
            signalfd_siginfo info{};
            if (waits[0].revents != 0 && ::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) on_signal(info);
            if (waits[1].revents != 0) on_event();
            if (waits[2].revents != 0 && keyboard >= 0) on_keyboard();
        }
    }
};

Relay::Relay(Launch command) : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.command = std::move(command);
    state.signals = take_signals();
    const bool out = ::isatty(1) != 0, error = ::isatty(2) != 0;
    if (out || error) state.open_terminal();
    if (out) state.command.out = state.slave;
    if (error) state.command.error = state.slave;
    // main holds the place of a closed one with a descriptor that the command does not get
    const auto is_open = [](int descriptor) { return (::fcntl(descriptor, F_GETFD) & FD_CLOEXEC) == 0; };
    if (!out && !error && is_open(1) && same_file(1, 2)) {
        state.command.out = state.command.error = state.open_pipe("output", 1);
        return;
    }
    if (!out && is_open(1)) state.command.out = state.open_pipe("stdout", 1);
    if (!error && is_open(2)) state.command.error = state.open_pipe("stderr", 2);
}

Relay::~Relay() { state_->give_keyboard(); }

std::vector<std::string> Relay::streams() const {
    std::vector<std::string> names;
    for (const Channel& channel : state_->channels) names.push_back(channel.name);
    return names;
}

RelayEnd Relay::run(Keeper& keeper) {
    State& state = *state_;
    state.ended = ::eventfd(0, EFD_CLOEXEC);
    state.launched = launch(state.command);
    for (Channel& channel : state.channels) {
        if (channel.theirs >= 0) ::close(channel.theirs);
    }
    if (state.slave >= 0) ::close(state.slave);
    state.end.failed = state.launched.failed;
    if (state.end.failed != 0) return state.end;
    state.take_keyboard();
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < state.channels.size(); ++i) {
        threads.emplace_back([&state, &keeper, i] { relay_channel(state.channels[i], i, keeper, state.ended); });
    }
    state.watch();
    const std::uint64_t one = 1;
    if (::write(state.ended, &one, sizeof one) < 0) return state.end;
    for (std::thread& thread : threads) thread.join();
    state.give_keyboard();
    if (state.launched.monitor >= 0) ::waitpid(state.launched.monitor, nullptr, 0);
    std::vector<std::pair<int, int>> left;
    for (const Channel& channel : state.channels) {
        if (channel.open && channel.name != "terminal") left.emplace_back(channel.from, channel.to);
    }
    leave_relay(left);
    ::close(state.signals);
    return state.end;
}

}  // namespace nixwhy
