// A process that only reads logs needs no programs, no network and no files but the one it writes. It tells the kernel
// so before it reads the first foreign byte, and then cannot, whatever that byte makes of it.
#pragma once

#include <string>

namespace nixwhy {

struct Confinement {
    bool programs_and_network = false;  // seccomp is in force: no program, no child process, no socket, no tracing
    bool files = false;                 // Landlock is in force: nothing is written, made or removed outside the folder
};

// For this process and all its threads, for good. Call before a thread is started. Files that are open stay open.
// `writable_folder` may be written below; empty: no folder may. Where the kernel or the machine knows neither way, the
// work goes on without: the result tells.
Confinement confine(const std::string& writable_folder);

}  // namespace nixwhy
