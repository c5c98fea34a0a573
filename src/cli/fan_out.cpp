// See fan_out.hpp. Each job writes its part when it is done, so a worker that dies leaves nothing or a torn last line, which
// merge knows.
#include "cli/fan_out.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/output.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t jobs_of_worker = 8;  // small enough that one that is repeated costs little

std::string in_shell(std::string_view word) {
    if (!word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:,=-+@{}") == std::string_view::npos) return std::string(word);
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string in_shell(const std::vector<std::string>& words) {
    std::vector<std::string> quoted;
    for (const std::string& word : words) quoted.push_back(in_shell(word));
    return join(quoted, " ");
}

}  // namespace

std::string fan_out_command(const Options& options, const std::string& program) {
    if (options.output.empty()) throw Error("--fan-out: -o FILE is wanted with it; parts and the log of jobs stand beside FILE until it is there", Exit::usage);
    if (options.framing != "none" || options.files_from == "-" || !options.shard.empty() || options.resume) {
        throw Error("--fan-out gives each worker its shard of files that all of them see: without --shard, --resume and standard input", Exit::usage);
    }
    const bool here = !options.fan_out.empty() && all_digits(options.fan_out);
    const std::size_t workers = here ? std::stoull(options.fan_out.substr(0, 4)) : split(options.fan_out, ',').size();
    if (workers == 0) throw Error("--fan-out: a number of workers, or hosts, are wanted", Exit::usage);
    const std::size_t jobs = workers * jobs_of_worker;
    std::vector<std::string> job{program, "triage", "--quiet", "--format", "partial", "--shard", "{}/" + std::to_string(jobs)};
    if (here) job.insert(job.end(), {"--threads", "1"});
    for (const std::string& rules : options.rules) job.insert(job.end(), {"--rules", rules});
    for (const std::string& limit : options.limits) job.insert(job.end(), {"--limit", limit});
    if (!options.files_from.empty()) job.insert(job.end(), {"--files0-from", options.files_from});
    if (options.no_redact) job.emplace_back("--no-redact");
    job.emplace_back("--");
    job.insert(job.end(), options.words.begin(), options.words.end());

    // what another command line left is not taken for this one's
    const std::string name = options.output + "." + stable_hash(in_shell(job)).substr(0, 8), parts = name + ".parts", log = name + ".jobs";
    std::vector<std::string> parallel{"parallel", "--will-cite", "--quote", "--joblog", log, "--resume-failed", "--retries", "3"};
    if (here) {
        parallel.insert(parallel.end(), {"-j", std::to_string(workers)});
    } else {
        // the jobs of a host use all its cores; paths mean there what they mean here
        parallel.insert(parallel.end(), {"-S", options.fan_out, "-j", "1", "--workdir", "."});
    }
    std::vector<std::string> merge{program, "merge", "--format", options.format, "-o", options.output};
    if (options.fail_on != "never") merge.insert(merge.end(), {"--fail-on", options.fail_on});
    if (options.no_redact) merge.emplace_back("--no-redact");
    merge.insert(merge.end(), {"--", parts});
    std::string numbers;
    for (std::size_t i = 0; i < jobs; ++i) numbers += " " + std::to_string(i);
    return in_shell(parallel) + " " + in_shell(job) + " :::" + numbers + " >> " + in_shell(parts) + " && { " + in_shell(merge) + "; status=$?; rm -f " +
           in_shell(std::vector<std::string>{"--", parts, log}) + "; exit $status; }";
}

void fan_out(const Options& options) {
    std::error_code failed;
    const std::string self = std::filesystem::read_symlink("/proc/self/exe", failed).string();
    // on other hosts the program is looked up
    const std::string command = fan_out_command(options, failed || !all_digits(options.fan_out) ? "nixwhy" : self);
    say(command);
    std::fflush(stderr);
    ::execl("/bin/sh", "sh", "-c", ("command -v parallel >/dev/null || { echo 'nixwhy: --fan-out needs GNU parallel' >&2; exit 2; }; " + command).c_str(), static_cast<char*>(nullptr));
    throw Error(fmt::format("/bin/sh: {}", std::strerror(errno)));
}

}  // namespace nixwhy
