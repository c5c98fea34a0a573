// What must be fast is: a command of ten milliseconds must not notice. What runs programs starts late and is dropped
// where the command ends before it.
#include "collect/record.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "collect/collect.hpp"
#include "collect/facts.hpp"
#include "collect/relay.hpp"

namespace nixwhy {

namespace fs = std::filesystem;

namespace {

constexpr auto late = std::chrono::milliseconds(150);      // before programs are run for the state before
constexpr std::int64_t long_us = second_us;                // a command this long is worth a second look at units
constexpr std::size_t derivations_max = 5;

bool write_file(const std::string& path, const std::string& bytes) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return false;
    const bool whole = ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    return ::close(descriptor) == 0 && whole;
}

// The flake a command line names, where it is a folder.
std::string flake_folder(const std::vector<std::string>& argv) {
    for (std::size_t i = 0; i < argv.size(); ++i) {
        std::string_view word = argv[i];
        std::string reference;
        if (word == "--flake") reference = i + 1 < argv.size() ? argv[i + 1] : "";
        if (take_prefix(word, "--flake=")) reference = word;
        reference = reference.substr(0, reference.find('#'));
        if (reference.compare(0, 5, "path:") == 0) reference.erase(0, 5);
        std::error_code ignored;
        if (!reference.empty() && fs::is_directory(reference, ignored)) return fs::canonical(reference, ignored).string();
    }
    return {};
}

std::vector<Probe> flake_probes(const std::string& folder) {
    if (folder.empty()) return {};
    const auto command = [&](const char* name, std::vector<std::string> words) {
        words.insert(words.begin(), {"git", "-C", folder});
        return Probe{name, ProbeKind::command, std::move(words), Keep::material, "git", 5, 65536, false};
    };
    return {{"flake-files", ProbeKind::stat, {folder, folder + "/.git", folder + "/flake.nix", folder + "/flake.lock"}, Keep::facts, "", 5, 65536, false},
            command("flake-revision", {"rev-parse", "HEAD"}),
            command("flake-changes", {"status", "--porcelain"}),
            command("git-safe-directories", {"config", "--get-all", "safe.directory"})};
}

// Runs probes beside the command, beginning late; what is not done when it is stopped is left.
class Beside {
public:
    explicit Beside(std::vector<Probe> probes) : probes_(std::move(probes)), thread_([this] { gather(); }) {}
    ~Beside() { finish(0); }
    Beside(const Beside&) = delete;
    Beside& operator=(const Beside&) = delete;

    // Waits for what has begun, at most so long.
    void finish(std::int64_t patience_us) {
        if (!thread_.joinable()) return;
        {
            std::unique_lock lock(mutex_);
            ending_ = true;
            wake_.notify_all();
            if (begun_) wake_.wait_for(lock, std::chrono::microseconds(patience_us), [&] { return done_; });
        }
        stop_ = true;
        thread_.join();
    }
    std::vector<Gathered> gathered;

private:
    void gather() {
        {
            std::unique_lock lock(mutex_);
            if (wake_.wait_for(lock, late, [&] { return ending_; })) return;
            begun_ = true;
        }
        ReachOptions options;
        options.stop = &stop_;
        options.at_once = 2;
        std::vector<Gathered> all = reach_local(options)->gather(probes_);
        const std::lock_guard lock(mutex_);
        for (Gathered& one : all) {
            if (!contains(one.missing, "stopped")) gathered.push_back(std::move(one));
        }
        done_ = true;
        wake_.notify_all();
    }

    std::vector<Probe> probes_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool ending_ = false, begun_ = false, done_ = false;
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

// The folder that holds a recording until it is a bundle.
class Partial {
public:
    explicit Partial(const std::string& bundle) : folder_(bundle + ".partial") {
        if (::mkdir(folder_.c_str(), 0700) != 0) {
            trouble_ = fmt::format("{}: {}", folder_, std::strerror(errno));
            folder_.clear();
        }
    }
    const std::string& folder() const { return folder_; }
    const std::string& trouble() const { return trouble_; }
    void put(const std::string& name, const std::string& bytes) {
        if (!folder_.empty() && !write_file(folder_ + "/" + name, bytes) && trouble_.empty()) trouble_ = fmt::format("{}/{}: {}", folder_, name, std::strerror(errno));
    }
    void remove() {
        std::error_code ignored;
        if (!folder_.empty()) fs::remove_all(folder_, ignored);
    }

private:
    std::string folder_;
    std::string trouble_;
};

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

class Recording {
public:
    explicit Recording(const RecordOptions& options) : options_(options), start_us_(wall_clock_us()) {
        bundle_.made_by = options.made_by;
        bundle_.origin = "record";
        bundle_.collection = random_hex(8);
        bundle_.started_us = start_us_;
        key_ = random_hex(32);
    }

    Recorded run() {
        before_ = quick_snapshot("before", bundle_.collection, key_, redactor_);
        bundle_.host = before_.host;
        bundle_.machine = before_.machine;
        Recorded out;
        out.bundle = path_of_bundle();
        Partial partial(out.bundle);
        describe({}, {});
        put_partial(partial, "the recording did not come to its end");
        RelayEnd end;
        {
            Launch launch;
            launch.argv = options_.argv;
            Relay relay(std::move(launch));
            Keeper keeper(partial.folder(), relay.streams(), redactor_);
            std::vector<Probe> probes = machine_probes();
            for (Probe& probe : flake_probes(flake_folder(options_.argv))) probes.push_back(std::move(probe));
            Beside beside(std::move(probes));
            end = relay.run(keeper);
            out.code = end.failed != 0 ? (end.failed == ENOENT ? 127 : 126) : exit_code(end.status);
            beside.finish(out.code == 0 ? 0 : 2 * second_us);
            keeper.finish();
            out.trouble = !partial.trouble().empty() ? partial.trouble() : keeper.trouble();
            add_before(beside.gathered);
            describe(keeper.summaries(), end);
            for (unsigned i = 0; i < keeper.summaries().size(); ++i) {
                std::string text = partial.folder().empty() ? std::string() : keeper.text(i);
                if (!text.empty()) bundle_.extra.push_back({"output/" + keeper.summaries()[i].name + ".log", std::move(text), "log"});
            }
        }
        if (end.failed != 0) {
            partial.remove();
            out.failed = end.failed;
            return out;
        }
        look_after(out.code, end.signal);
        save(out, partial);
        return out;
    }

private:
    std::string path_of_bundle() const {
        std::string path = options_.output.empty() ? default_folder() : options_.output;
        struct stat status {};
        if (path.back() == '/' || (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))) {
            if (path.back() != '/') path += '/';
            const std::string stem = path + bundle_name(bundle_.host, start_us_);
            for (int copy = 1; copy < 1000; ++copy) {
                const std::string name = stem + (copy == 1 ? "" : fmt::format("-{}", copy)) + ".tar.zst";
                if (::access(name.c_str(), F_OK) != 0 && ::access((name + ".partial").c_str(), F_OK) != 0) return name;
            }
        }
        return path;
    }

    void describe(const std::vector<StreamSummary>& streams, const RelayEnd& end) {
        Json argv = Json::array(), list = Json::array();
        for (const std::string& word : options_.argv) argv.push_back(word);
        // masked as a whole, since "--password X" is told by two words
        const std::string safe = redactor_.line(shell_words(options_.argv)).str();
        for (const StreamSummary& stream : streams) list.push_back({{"name", stream.name}, {"bytes", stream.bytes}, {"bytes_dropped", stream.dropped}});
        Json recording{{"command", safe}, {"words", argv.size()}};
        if (!streams.empty()) {
            recording["exit"] = exit_code(end.status);
            if (WIFSIGNALED(end.status)) recording["ended_by_signal"] = WTERMSIG(end.status);
            if (end.signal != 0) recording["signal_from_outside"] = end.signal;
            recording["duration_ms"] = (wall_clock_us() - start_us_) / 1000;
        }
        recording["streams"] = list;
        bundle_.about = Json{{"recording", recording}};
    }

    void put_partial(Partial& partial, const std::string& why) {
        bundle_.snapshots = {before_};
        bundle_.why_incomplete = why;
        bundle_.ended_us = wall_clock_us();
        for (const PackedMember& member : bundle_members(bundle_, redactor_)) partial.put(member.name.substr(member.name.find('/') + 1), member.bytes);
    }

    void add_before(const std::vector<Gathered>& gathered) {
        const FactMap facts = facts_of(gathered, redactor_);
        before_.facts.insert(facts.begin(), facts.end());
    }

    void gather(std::vector<Probe> probes) {
        ReachOptions options;
        options.key = key_;
        for (Gathered& one : reach_local(options)->gather(probes)) bundle_.gathered.push_back(std::move(one));
        for (Probe& probe : probes) bundle_.probes.push_back(std::move(probe));
    }

    // After a signal from outside somebody waits for us to be gone: only what is quick.
    void look_after(int code, int signal) {
        Snapshot after = quick_snapshot("after", bundle_.collection, key_, redactor_);
        const bool was_long = wall_clock_us() - start_us_ > long_us;
        if (signal == 0 && (code != 0 || was_long)) {
            std::vector<Probe> probes = machine_probes();
            if (code == 0) probes.resize(3);  // root, units and the state of the system
            for (Probe& probe : flake_probes(code == 0 ? "" : flake_folder(options_.argv))) probes.push_back(std::move(probe));
            gather(std::move(probes));
        }
        if (code != 0) {
            Window window;
            window.since = rfc3339(start_us_ / second_us * second_us);
            window.boot.clear();
            std::vector<Probe> probes = journal_probes(window);
            if (signal != 0) probes[0].seconds_max = 1;
            if (signal == 0) add_logs(probes);
            gather(std::move(probes));
        }
        const FactMap facts = facts_of(bundle_.gathered, redactor_);
        after.facts.insert(facts.begin(), facts.end());
        bundle_.snapshots = {before_, after};
    }

    void add_logs(std::vector<Probe>& probes) const {
        std::string all;
        for (const ExtraMember& member : bundle_.extra) all += member.bytes;
        for (const std::string& derivation : failed_derivations(all)) {
            if (probes.size() > derivations_max) break;
            const std::size_t dash = derivation.find('-', sizeof "/nix/store/");
            probes.push_back({"nix-log-" + derivation.substr(dash + 1, derivation.size() - dash - 5), ProbeKind::command,
                              {"nix", "--extra-experimental-features", "nix-command", "log", derivation}, Keep::log, "nix", 10, 4U << 20U, true});
        }
    }

    void save(Recorded& out, Partial& partial) {
        bundle_.why_incomplete = out.trouble;
        bundle_.ended_us = wall_clock_us();
        try {
            out.bundle = write_bundle(bundle_, out.bundle, redactor_);
            partial.remove();
        } catch (const Error& error) {
            out.trouble = error.what();
            out.bundle = partial.folder();
        }
    }

    const RecordOptions& options_;
    std::int64_t start_us_;
    std::string key_;
    Redactor redactor_;
    Snapshot before_;
    Bundle bundle_;
};

}  // namespace

Recorded record(const RecordOptions& options) { return Recording(options).run(); }

std::string default_folder() {
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    const char* temporary = std::getenv("TMPDIR");
    std::vector<std::string> candidates;
    if (state != nullptr && state[0] == '/') candidates.push_back(std::string(state) + "/nixwhy");
    if (home != nullptr && home[0] == '/') candidates.push_back(std::string(home) + "/.local/state/nixwhy");
    for (const std::string& folder : candidates) {
        std::error_code failed;
        fs::create_directories(folder, failed);
        if (::access(folder.c_str(), W_OK) == 0) return folder + "/";
    }
    return std::string(temporary != nullptr && temporary[0] == '/' ? temporary : "/tmp") + "/";
}

std::vector<std::string> failed_derivations(const std::string& log) {
    static const Regex expression(R"((?:builder for|build of|Cannot build|nix(?:-store)? (?:log|-l)) .{0,3}(?P<drv>/nix/store/[0-9a-z]{32}-[0-9A-Za-z+._?=-]+\.drv))");
    std::vector<std::string> out;
    std::set<std::string> seen;
    std::vector<std::pair<std::string_view, std::string_view>> groups;
    for (std::size_t from = 0; from < log.size() && expression.find(log, from, groups); groups.clear()) {
        if (groups.empty()) break;
        const std::string drv(groups[0].second);
        from = static_cast<std::size_t>(groups[0].second.data() - log.data()) + drv.size();
        if (seen.insert(drv).second) out.push_back(drv);
    }
    return out;
}

}  // namespace nixwhy
