// See progress.hpp.
#include "cli/progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

namespace nixwhy {

Progress::Progress(std::string work, bool quiet)
    : Progress([work = std::move(work)](unsigned seconds) { return fmt::format("{}, {} s", work, seconds); }, quiet) {}

Progress::Progress(std::function<std::string(unsigned)> work, bool quiet) : work_(std::move(work)) {
    if (!quiet && ::isatty(STDERR_FILENO) != 0) teller_ = std::thread([this] { tell(); });
}

Progress::~Progress() {
    if (!teller_.joinable()) return;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        over_ = true;
    }
    ended_.notify_one();
    teller_.join();
}

void Progress::tell() {
    std::unique_lock<std::mutex> lock(mutex_);
    unsigned seconds = 0;
    std::size_t widest = 0;
    while (!ended_.wait_for(lock, std::chrono::seconds(1), [this] { return over_; })) {
        const std::string words = "nixwhy: " + work_(++seconds);
        widest = std::max(widest, words.size());
        std::fputs(fmt::format("\r{:{}}", words, widest).c_str(), stderr);
        std::fflush(stderr);
    }
    // overwritten with blanks: not every terminal can erase a line
    if (seconds > 0) std::fputs(fmt::format("\r{:{}}\r", "", widest).c_str(), stderr);
    std::fflush(stderr);
}

}  // namespace nixwhy
