// Probes as a POSIX shell script, for machines where nothing but a shell can be counted on, and what it prints taken
// apart again. The script writes no file, reads its commands from standard input, and ends by itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collect/probe.hpp"

namespace nixwhy {

struct ShellScript {
    std::string text;
    std::string nonce;  // marks what is the script's own output, whatever a start-up file prints around it
};

// `key` makes keyed names, see base/hash.hpp; it stands in no command line. With `sudo`, what needs root is tried with
// `sudo -n`, which never asks.
ShellScript shell_script(const std::vector<Probe>& probes, const std::string& key, bool sudo);

struct ShellResult {
    std::vector<Gathered> gathered;  // of each probe; `missing` says so where the output ended before it
    bool complete = false;           // the script came to its end
    std::string root;                // "yes", "sudo", or why there is no root
};

ShellResult read_shell_output(const std::vector<Probe>& probes, std::string_view nonce, std::string_view output);

}  // namespace nixwhy
