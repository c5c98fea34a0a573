// The diagnosis of each run is that of `explain`; what is added here is what only two runs together can tell.
#include "compare/compare.hpp"

#include <algorithm>
#include <set>

#include "base/align.hpp"
#include "base/text.hpp"
#include "cause/diagnosis.hpp"
#include "format/failure.hpp"
#include "report/version.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t only_failed_max = 200;
constexpr std::size_t only_worked_max = 40;
constexpr unsigned suspect_weight = 80;
constexpr const char* differs_mark = "differs:";

bool tells_failure(const Saying& saying) {
    Line line = decode_line(saying.raw);
    if (line.unit.empty() && line.identifier.empty()) line.identifier = saying.speaker;
    return !read_failure(line).empty() || ends_in_failure(line) || tells_error(line);
}

class Comparer {
public:
    Comparer(ComparedRuns& runs, const RuleSet& rules, Redactor& redactor) : runs_(runs), rules_(rules), redactor_(redactor) {}

    Comparison compare() {
        out_.version = version_text;
        out_.rules_digest = rules_.digest;
        out_.failed_name = redactor_.line(runs_.failed_name);
        out_.worked_name = redactor_.line(runs_.worked_name);
        differences_ = differences_of(facts_of_run(runs_.failed), facts_of_run(runs_.worked));
        add_differences(differences_, runs_.failed);
        const Diagnosis failed = diagnose(runs_.failed, rules_), worked = diagnose(runs_.worked, rules_);
        out_.failed = summarize(runs_.failed, failed, rules_, redactor_);
        out_.worked = summarize(runs_.worked, worked, rules_, redactor_);
        for (const Difference& one : differences_) {
            out_.differences.push_back({redactor_.line(one.fact), redactor_.line(one.failed), redactor_.line(one.worked),
                                        one.known == nullptr ? "" : one.known->breaks, one.known == nullptr ? "" : one.known->remedy, one.weight()});
        }
        find_causes(failed);
        for (const std::string& caution : cautions_of(runs_)) out_.cautions.push_back(redactor_.line(caution));
        compare_logs();
        list_lines();
        out_.conclusion = conclude();
        return std::move(out_);
    }

private:
    void find_causes(const Diagnosis& failed) {
        std::set<std::string> there;
        for (const ReportFinding& finding : out_.worked.findings) {
            if (finding.role == Role::root && !finding.over) there.insert(finding.id + finding.fingerprint);
        }
        for (std::uint32_t i = 0; i < out_.failed.findings.size(); ++i) {
            const ReportFinding& finding = out_.failed.findings[i];
            if (finding.role != Role::root || finding.over) continue;
            if (there.count(finding.id + finding.fingerprint) > 0) {
                out_.in_both.push_back(i);
                continue;
            }
            Pointed cause{i, {}};
            for (const std::uint32_t fact : failed.findings[i].facts) {
                const std::string& name = runs_.failed.facts[fact].name;
                for (std::uint32_t d = 0; d < differences_.size(); ++d) {
                    if (name == differs_mark + differences_[d].fact) cause.differences.push_back(d);
                }
            }
            out_.causes.push_back(std::move(cause));
        }
        std::stable_sort(out_.causes.begin(), out_.causes.end(), [](const Pointed& a, const Pointed& b) { return a.differences.empty() < b.differences.empty(); });
    }

    Conclusion conclude() const {
        if (!out_.causes.empty()) return out_.causes.front().differences.empty() ? Conclusion::finding : Conclusion::difference;
        if (out_.failed.outcome == Outcome::no_failure && out_.only_failed.empty()) return Conclusion::no_failure;
        const bool suspect = !out_.differences.empty() && out_.differences.front().weight >= suspect_weight;
        if (suspect) return Conclusion::suspects;
        return out_.failed.outcome == Outcome::no_failure ? Conclusion::no_failure : Conclusion::unknown;
    }

    ComparedLine line_of(std::uint32_t number, Side side) {
        const Saying& saying = runs_.sayings[number];
        const Saying::At& at = saying.at[place_of(side)];
        const auto& logs = side == Side::failed ? runs_.failed_logs : runs_.worked_logs;
        ComparedLine out;
        if (at.source < logs.size()) out.source = redactor_.line(logs[at.source].source);
        out.line = at.line;
        out.time = at.time;
        out.speaker = redactor_.line(saying.speaker);
        out.text = redactor_.line(saying.raw);
        out.count = at.count;
        out.failure = tells_failure(saying);
        return out;
    }

    // Logs of the same name are of the same thing; a single log on each side is, whatever its name.
    void compare_logs() {
        const auto& failed = runs_.failed_logs;
        const auto& worked = runs_.worked_logs;
        const bool single = failed.size() == 1 && worked.size() == 1;
        std::set<std::size_t> taken;
        for (const LogLines& log : failed) {
            std::size_t other = worked.size();
            for (std::size_t i = 0; i < worked.size(); ++i) {
                if (taken.count(i) == 0 && (single || worked[i].name == log.name)) other = std::min(other, i);
            }
            if (other < worked.size()) taken.insert(other);
            compare_log(log, other < worked.size() ? &worked[other] : nullptr);
        }
        for (std::size_t i = 0; i < worked.size(); ++i) {
            if (taken.count(i) == 0) out_.logs.push_back({{}, redactor_.line(worked[i].source), 0, worked[i].sayings.size(), 0, {}});
        }
    }

    void compare_log(const LogLines& failed, const LogLines* worked) {
        ComparedLog log;
        log.failed = redactor_.line(failed.source);
        log.failed_lines = failed.sayings.size();
        if (worked != nullptr) {
            log.worked = redactor_.line(worked->source);
            log.worked_lines = worked->sayings.size();
            const auto pairs = align(failed.sayings, worked->sayings);
            log.same = pairs.size();
            log.parting = part(failed, *worked, pairs);
        }
        out_.logs.push_back(std::move(log));
    }

    // The first gap between common lines that holds a line which the other run nowhere says. Lines that merely stand in
    // another order are none.
    std::optional<Parting> part(const LogLines& failed, const LogLines& worked, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& pairs) {
        std::uint32_t a = 0, b = 0;
        for (std::size_t p = 0; p <= pairs.size(); ++p) {
            const std::uint32_t a_end = p < pairs.size() ? pairs[p].first : static_cast<std::uint32_t>(failed.sayings.size());
            const std::uint32_t b_end = p < pairs.size() ? pairs[p].second : static_cast<std::uint32_t>(worked.sayings.size());
            const std::uint32_t new_a = first_only(failed.sayings, a, a_end, Side::failed), new_b = first_only(worked.sayings, b, b_end, Side::worked);
            if (new_a < a_end || new_b < b_end) {
                Parting parting;
                if (p > 0) parting.common = placed(failed, pairs[p - 1].first, Side::failed);
                const std::uint32_t next_a = new_a < a_end ? new_a : a_end, next_b = new_b < b_end ? new_b : b_end;
                if (next_a < failed.sayings.size()) parting.failed = placed(failed, next_a, Side::failed);
                if (next_b < worked.sayings.size()) parting.worked = placed(worked, next_b, Side::worked);
                return parting;
            }
            a = a_end + 1, b = b_end + 1;
        }
        return std::nullopt;
    }

    ComparedLine placed(const LogLines& log, std::uint32_t place, Side side) {
        ComparedLine line = line_of(log.sayings[place], side);
        line.line = log.lines[place];
        line.count = 1;
        return line;
    }

    std::uint32_t first_only(const std::vector<std::uint32_t>& sayings, std::uint32_t from, std::uint32_t to, Side side) const {
        while (from < to && !runs_.sayings[sayings[from]].only(side)) ++from;
        return from;
    }

    // Sayings are numbered in the order they were first seen, so the lists come in the order of the logs.
    void list_lines() {
        std::vector<std::uint32_t> failing, rest, worked;
        for (std::uint32_t i = 1; i < runs_.sayings.size(); ++i) {
            const Saying& saying = runs_.sayings[i];
            if (saying.only(Side::worked)) {
                worked.push_back(i);
            } else if (saying.only(Side::failed)) {
                (tells_failure(saying) ? failing : rest).push_back(i);
            }
        }
        out_.only_failed_count = failing.size() + rest.size();
        out_.only_worked_count = worked.size();
        failing.insert(failing.end(), rest.begin(), rest.end());
        for (std::size_t i = 0; i < std::min(failing.size(), only_failed_max); ++i) out_.only_failed.push_back(line_of(failing[i], Side::failed));
        for (std::size_t i = 0; i < std::min(worked.size(), only_worked_max); ++i) out_.only_worked.push_back(line_of(worked[i], Side::worked));
    }

    ComparedRuns& runs_;
    const RuleSet& rules_;
    Redactor& redactor_;
    std::vector<Difference> differences_;
    Comparison out_;
};

}  // namespace

std::string_view name_of(Conclusion conclusion) {
    switch (conclusion) {
        case Conclusion::difference: return "difference";
        case Conclusion::finding: return "finding";
        case Conclusion::suspects: return "suspects";
        case Conclusion::unknown: return "unknown";
        case Conclusion::no_failure: return "no-failure";
    }
    return "unknown";
}

ComparedRuns read_runs(const std::string& failed, const std::string& worked, const RuleSet& rules, const ScanOptions& options) {
    const Plan plan(rules, builtin_image());
    ComparedRuns runs;
    runs.failed_name = failed;
    runs.worked_name = worked;
    runs.failed = scan_inputs({failed}, plan, options);
    runs.worked = scan_inputs({worked}, plan, options);
    runs.failed_logs = read_lines({failed}, Side::failed, options.limits, runs.sayings);
    runs.worked_logs = read_lines({worked}, Side::worked, options.limits, runs.sayings);
    return runs;
}

Comparison compare(ComparedRuns& runs, const RuleSet& rules, Redactor& redactor) { return Comparer(runs, rules, redactor).compare(); }

}  // namespace nixwhy
