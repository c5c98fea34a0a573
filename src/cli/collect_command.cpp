// `nixwhy collect`: gathers the evidence of this machine, of others, or of a mounted disk into bundles.
#include <fmt/core.h>

#include <cstdio>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "cli/commands.hpp"
#include "collect/collect.hpp"
#include "report/version.hpp"

namespace nixwhy {

int run_collect(const Options& options) {
    ReachOptions reach_options;
    reach_options.key = random_hex(32);
    CollectOptions collect;
    collect.collection = random_hex(8);
    collect.made_by = fmt::format("nixwhy {}", version_text);
    collect.window_chosen = !options.since.empty() || !options.until.empty() || !options.boot.empty() || !options.units.empty();
    if (collect.window_chosen) collect.window = {options.since, options.until, options.boot, options.units};
    const std::unique_ptr<Reach> reach = options.root.empty() ? reach_local(reach_options) : reach_disk(options.root, reach_options);
    Redactor redactor;
    const Bundle bundle = collect_machine(*reach, options.root.empty() ? "this machine" : "disk " + options.root, collect, redactor);
    const std::string path = write_bundle(bundle, options.output, redactor);
    std::printf("%s\n", path.c_str());
    if (bundle.why_incomplete.empty()) return static_cast<int>(Exit::ok);
    std::fprintf(stderr, "nixwhy: %s: incomplete: %s\n", path.c_str(), bundle.why_incomplete.c_str());
    return static_cast<int>(Exit::input);
}

}  // namespace nixwhy
