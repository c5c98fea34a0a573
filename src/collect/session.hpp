// What can be seen of the process that collects and of how it was started.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace nixwhy {

// The text of a session outcome, of this process.
std::string session_text(const std::vector<std::string>& tools);

// The members of /proc/PID/status; empty where the process is gone.
std::map<std::string, std::string> proc_status(const std::string& pid);

}  // namespace nixwhy
