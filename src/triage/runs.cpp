// See runs.hpp.
#include "triage/runs.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <new>
#include <thread>

#include "analyze.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

// The files of an unpacked bundle belong together: the folder that holds its manifest, or the file itself.
std::string run_of(const std::string& path, std::map<std::string, bool>& is_bundle) {
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        const std::string folder = path.substr(0, slash);
        const auto [known, fresh] = is_bundle.try_emplace(folder, false);
        if (fresh) {
            std::error_code ignored;
            known->second = std::filesystem::is_regular_file(folder + "/manifest.json", ignored);
        }
        if (known->second) return folder;
    }
    return path;
}

RunRecord read_run(const Run& run, const Plan& plan, const RunOptions& options) {
    Redactor redactor(options.mask);
    try {
        Analysis analysis;
        if (run.inputs.empty()) {
            analysis.timeline = scan_text(run.name, run.text, plan);
            analysis.report = judge(analysis.timeline, plan.rules(), redactor);
        } else {
            analysis = analyze(run.inputs, plan, options.scan, {}, redactor);
        }
        const bool lost = analysis.timeline.inputs_failed > 0 || analysis.timeline.nothing_read;
        std::string why;
        if (!analysis.report.notices.empty()) why = analysis.report.notices.front().second.str();
        if (lost && analysis.report.total.lines == 0) return unread_record(run.name, plan.rules().digest, why, redactor);
        RunRecord record = record_of(run.name, analysis.report, redactor);
        if (lost) record.reading = Reading::cut;
        record.note = redactor.line(lost ? why : std::string());
        return record;
    } catch (const Error& error) {
        return unread_record(run.name, plan.rules().digest, error.what(), redactor);
    } catch (const std::bad_alloc&) {
        return unread_record(run.name, plan.rules().digest, "memory did not suffice", redactor);
    }
}

}  // namespace

bool Shard::holds(std::string_view run) const {
    return count <= 1 || std::stoull(stable_hash(run), nullptr, 16) % count == index;
}

Shard read_shard(std::string_view text) {
    Shard shard;
    if (text.empty()) return shard;
    std::string_view rest = text;
    long long index = 0, count = 0;
    const bool read = take_number(rest, index) && take_prefix(rest, "/") && take_number(rest, count) && rest.empty() && count > 0;
    if (!read) throw Error(fmt::format("--shard: '{}' is no part; write I/N, as in 0/8", text), Exit::usage);
    if (index >= count) throw Error(fmt::format("--shard: '{}': parts count from 0, the last is {}/{}", text, count - 1, count), Exit::usage);
    return {static_cast<std::uint64_t>(index), static_cast<std::uint64_t>(count)};
}

std::vector<Run> find_runs(const std::vector<std::string>& inputs, const Limits& limits, std::vector<Notice>& notices) {
    std::uint64_t failed = 0;
    std::map<std::string, Run> runs;
    std::map<std::string, bool> is_bundle;
    std::vector<Notice> lost;
    for (const InputFile& file : list_inputs(inputs, limits, lost, failed)) {
        const std::string name = run_of(file.name, is_bundle);
        Run& run = runs[name];
        run.name = name;
        if (run.inputs.empty()) run.inputs.push_back(name);
    }
    // what was named and cannot be opened is a run that was not read, not one that is forgotten
    for (Notice& notice : lost) {
        const bool named = std::find(inputs.begin(), inputs.end(), notice.source) != inputs.end();
        if (named && runs.count(notice.source) == 0 && !std::filesystem::is_directory(notice.source)) {
            runs[notice.source] = {notice.source, {notice.source}, {}};
        } else {
            notices.push_back(std::move(notice));
        }
    }
    std::vector<Run> out;
    for (auto& [name, run] : runs) out.push_back(std::move(run));
    return out;
}

Run read_frame(std::string_view line) {
    const auto json = parse_json(line);
    const std::string name = json ? json_text(*json, "run") : std::string();
    if (name.empty()) throw Error("is no JSON object with a \"run\" and a \"path\" or a \"log\"");
    const std::string path = json_text(*json, "path");
    if (!path.empty()) return {name, {path}, {}};
    if (json->find("log") == json->end()) throw Error("has neither a \"path\" nor a \"log\"");
    return {name, {}, json_text(*json, "log")};
}

void judge_runs(const std::vector<Run>& runs, const Plan& plan, const RunOptions& options, const std::function<void(RunRecord)>& done) {
    const unsigned threads = options.scan.threads > 0 ? options.scan.threads : std::max(1U, std::thread::hardware_concurrency());
    RunOptions one = options;
    one.scan.threads = runs.size() < threads ? threads : 1;
    std::mutex mutex;
    parallel_for(runs.size(), threads, [&](std::size_t i) {
        RunRecord record = read_run(runs[i], plan, one);
        const std::lock_guard<std::mutex> lock(mutex);
        done(std::move(record));
    });
}

}  // namespace nixwhy
