// `nixwhy triage` and `nixwhy merge`: many logs at once, and parts of such work put together.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/whole_file.hpp"
#include "cli/commands.hpp"
#include "cli/fan_out.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "rule/builtin.hpp"
#include "source/stream.hpp"
#include "triage/runs.hpp"
#include "triage/writers.hpp"

namespace nixwhy {

namespace {

const TriageWriter& triage_writer(const Options& options) {
    if (const TriageWriter* writer = find_triage_writer(options.format)) return *writer;
    std::vector<std::string> names;
    for (const TriageWriter& one : triage_writers()) names.emplace_back(one.name);
    refuse_format(options.format, names);
}

// Standard input or a file of ours, as a whole.
std::string whole_of(const std::string& path) {
    const std::unique_ptr<Stream> stream = path == "-" ? standard_input() : open_file(path);
    bool complete = false;
    std::string text = read_all(*stream, 1ULL << 30U, complete);
    if (!stream->trouble().empty()) throw Error(fmt::format("{}: {}", path, stream->trouble()));
    if (!complete) throw Error(fmt::format("{}: more than 1 GiB of names or frames; give it in parts", path));
    return text;
}

std::vector<Run> framed_runs(std::vector<Notice>& notices) {
    std::map<std::string, Run> runs;
    std::uint64_t number = 0;
    const std::string text = whole_of("-");
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (trim(line).empty()) continue;
        try {
            Run run = read_frame(line);
            runs[run.name] = std::move(run);
        } catch (const Error& error) {
            notices.push_back({"standard input", fmt::format("line {} {}", number, error.what())});
        }
    }
    std::vector<Run> out;
    for (auto& [name, run] : runs) out.push_back(std::move(run));
    return out;
}

std::vector<Run> runs_of(const Options& options, const Limits& limits, std::vector<Notice>& notices) {
    if (options.framing != "none" && options.framing != "ndjson") throw Error(fmt::format("--stdin-framing: '{}' is neither none nor ndjson", options.framing), Exit::usage);
    if (options.framing == "ndjson") {
        if (!options.words.empty() || !options.files_from.empty()) throw Error("--stdin-framing ndjson takes the runs from standard input, and no other inputs", Exit::usage);
        return framed_runs(notices);
    }
    std::vector<std::string> inputs = options.words;
    if (!options.files_from.empty()) {
        const std::string names = whole_of(options.files_from);
        for (const std::string_view name : split(names, '\0')) {
            if (!name.empty()) inputs.emplace_back(name);
        }
    } else if (inputs.empty()) {
        if (::isatty(STDIN_FILENO) != 0) throw Error("triage: files or folders are wanted\ntry 'nixwhy triage --help'", Exit::usage);
        inputs = {"-"};
    }
    return find_runs(inputs, limits, notices);
}

// What is done is written at once to a file beside the output, a record a line in any order, so that a process that is killed
// leaves all but the last for --resume.
class Unfinished {
public:
    explicit Unfinished(const Options& options) {
        if (options.format != "partial" || options.output.empty()) {
            if (options.resume) throw Error("--resume goes on with a part: --format partial and -o FILE are wanted with it", Exit::usage);
            return;
        }
        path_ = options.output + ".unfinished";
        if (options.resume) {
            for (const std::string& path : {options.output, path_}) {
                if (::access(path.c_str(), F_OK) == 0) read_part(path, true, taken_);
            }
            settle(taken_);
        }
        descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (descriptor_ < 0) throw Error(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
        write_all(descriptor_, write_part(taken_), path_);
    }
    ~Unfinished() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    void add(const RunRecord& record) {
        if (descriptor_ >= 0) write_all(descriptor_, record_line(record) + "\n", path_);
    }
    // The whole part stands in its own file now.
    void done() {
        if (descriptor_ >= 0) ::unlink(path_.c_str());
    }
    std::vector<RunRecord>& taken() { return taken_; }

private:
    std::string path_;
    int descriptor_ = -1;
    std::vector<RunRecord> taken_;
};

Exit verdict(const Options& options, const Triage& triage) {
    // a part of many may well hold nothing but bad runs, and is no worse for it
    if (triage.runs > 0 && triage.unread == triage.runs && options.format != "partial") return Exit::input;
    if (options.fail_on == "any" && triage.explained + triage.unexplained > 0) return Exit::finding;
    if (options.fail_on == "unexplained" && triage.unexplained > 0) return Exit::finding;
    return Exit::ok;
}

int put_together(const Options& options, const TriageWriter& writer, std::vector<RunRecord>& records) {
    settle(records);
    const Triage made = triage(records);
    put_out(options, writer.write(made, records, write_options(options)));
    return static_cast<int>(verdict(options, made));
}

// Runs that are there already, judged by the same rules, need not be read again; what could not be read is tried again.
void leave_out(std::vector<Run>& runs, std::vector<RunRecord>& taken, const std::string& rules) {
    taken.erase(std::remove_if(taken.begin(), taken.end(), [&](const RunRecord& record) { return record.rules.str() != rules || record.reading == Reading::unread; }), taken.end());
    std::set<std::string> there;
    for (const RunRecord& record : taken) there.insert(record.run.str());
    Redactor redactor;
    runs.erase(std::remove_if(runs.begin(), runs.end(), [&](const Run& run) { return there.count(redactor.line(run.name).str()) > 0; }), runs.end());
}

std::string remaining(std::size_t done, std::size_t all, unsigned seconds) {
    const double rate = static_cast<double>(done) / std::max(1U, seconds);
    const std::string left = done == 0 ? std::string() : fmt::format(", {:.0f} a second, {} s left", rate, static_cast<std::uint64_t>(static_cast<double>(all - done) / rate));
    return fmt::format("{} of {} runs{}", done, all, left);
}

}  // namespace

void prepare_triage(Options& options) {
    if (options.fan_out.empty()) return;
    triage_writer(options);
    check_fail_on(options);
    fan_out(options);
}

int run_triage(const Options& options) {
    const TriageWriter& writer = triage_writer(options);
    check_fail_on(options);
    const Shard shard = read_shard(options.shard);
    RunOptions how;
    how.mask = !options.no_redact;
    how.scan.threads = options.threads;
    for (const std::string& setting : options.limits) set_limit(how.scan.limits, setting);
    const RuleSet rules = rules_with(options.rules, false);
    const Plan plan(rules, builtin_image());
    std::vector<Notice> notices;
    std::vector<Run> runs = runs_of(options, how.scan.limits, notices);
    if (runs.empty() && notices.empty()) notices.push_back({"triage", "no run was found in what was given"});
    for (const Notice& notice : notices) say(fmt::format("nixwhy: {}: {}", notice.source, notice.text));
    const bool nothing = runs.empty();
    runs.erase(std::remove_if(runs.begin(), runs.end(), [&](const Run& run) { return !shard.holds(run.name); }), runs.end());
    Unfinished unfinished(options);
    std::vector<RunRecord> records = std::move(unfinished.taken());
    leave_out(runs, records, rules.digest);
    {
        std::atomic<std::size_t> done{0};
        const Progress progress([&](unsigned seconds) { return remaining(done, runs.size(), seconds); }, options.quiet);
        judge_runs(runs, plan, how, [&](RunRecord record) {
            unfinished.add(record);
            records.push_back(std::move(record));
            ++done;
        });
    }
    const int exit = put_together(options, writer, records);
    unfinished.done();
    if (nothing) return static_cast<int>(Exit::input);
    return exit;
}

int run_merge(const Options& options) {
    const TriageWriter& writer = triage_writer(options);
    check_fail_on(options);
    if (options.words.empty()) throw Error("merge: parts are wanted\ntry 'nixwhy merge --help'", Exit::usage);
    std::vector<RunRecord> records;
    for (const std::string& path : options.words) read_part(path, false, records);
    return put_together(options, writer, records);
}

}  // namespace nixwhy
