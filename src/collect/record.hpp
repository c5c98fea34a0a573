// Records a command: what it wrote, the machine before and after it, and after a failure what else tells why.
//
// While the command runs, all that is kept so far stands in a folder, BUNDLE.partial, as files that `nixwhy explain`
// reads; a recording that is killed leaves that. At the end it becomes the bundle.
#pragma once

#include <string>
#include <vector>

namespace nixwhy {

struct RecordOptions {
    std::vector<std::string> argv;
    std::string output;    // of the bundle; a folder gets a new name in it
    std::string made_by;
};

struct Recorded {
    int failed = 0;          // errno where the command could not be started; then nothing was kept
    int code = 0;            // what to exit with: the command's status, 128+N where signal N ended it
    std::string bundle;      // its path, or that of the folder that could not become one
    std::string trouble;     // why the recording is not complete; empty where it is
};

// Throws Error where no terminal or pipe is to be had.
Recorded record(const RecordOptions& options);

// Where bundles go that nobody named: $XDG_STATE_HOME/nixwhy or ~/.local/state/nixwhy, else below the folder for
// temporary files. Never the current folder: it may be the flake that is about to be built.
std::string default_folder();

// The derivations that a log says failed, in their order.
std::vector<std::string> failed_derivations(const std::string& log);


}  // namespace nixwhy
