// What a person sees while a long input is read: one line on standard error that goes away again.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace nixwhy {

// From the second second on says that `work` is going on and for how long, where standard error is a terminal; nothing
// elsewhere. The line is gone when this is.
class Progress {
public:
    Progress(std::string work, bool quiet);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

private:
    void tell();

    std::string work_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false;
    std::thread teller_;
};

}  // namespace nixwhy
