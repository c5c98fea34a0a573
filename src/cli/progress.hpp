// What a person sees while a long input is read: one line on standard error that goes away again.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace nixwhy {

// From the second second on says that `work` is going on and for how long, where standard error is a terminal; nothing
// elsewhere. The line is gone when this is.
class Progress {
public:
    Progress(std::string work, bool quiet);
    // The same where the words change: `work` is asked each second, from another thread, with the seconds that passed.
    Progress(std::function<std::string(unsigned)> work, bool quiet);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

private:
    void tell();

    std::function<std::string(unsigned)> work_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false;
    std::thread teller_;
};

}  // namespace nixwhy
