// See triage.hpp.
#include "triage/triage.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.hpp"
#include "base/time.hpp"
#include "report/version.hpp"
#include "triage/wording.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t spans_max = 24;
constexpr std::size_t troubled_max = 1000;

std::int64_t us_of(const std::string& time) {
    std::string_view rest = time;
    const auto read = take_iso_time(rest);
    return read ? read->us : 0;
}

struct Gathered {
    RunGroup group;
    std::set<std::string> hosts;
    const RunRecord* example = nullptr;
    std::vector<std::int64_t> times;
};

// What a person wants to open: nothing missing, and little to read.
bool shows_better(const RunRecord& a, const RunRecord& b) {
    return std::make_tuple(a.reading != Reading::whole, a.lines, std::string_view(a.run.str())) < std::make_tuple(b.reading != Reading::whole, b.lines, std::string_view(b.run.str()));
}

void add_to(Gathered& into, const RunRecord& record, const Safe& title, const Safe& source, std::uint64_t line, const Safe& text) {
    RunGroup& group = into.group;
    ++group.runs;
    if (!record.host.empty()) into.hosts.insert(record.host.str());
    const std::string& time = record.time.str();
    if (!time.empty()) {
        if (group.first.empty() || time < group.first) group.first = time;
        group.last = std::max(group.last, time);
        into.times.push_back(us_of(time));
    }
    if (into.example != nullptr && !shows_better(record, *into.example)) return;
    into.example = &record;
    group.run = record.run, group.title = title, group.source = source, group.line = line, group.text = text;
}

struct Spans {
    std::int64_t from = 0, length = 1;
    std::size_t count = 0;
    std::size_t of(std::int64_t us) const { return std::min(count - 1, static_cast<std::size_t>((us - from) / length)); }
};

// Spans that people count in: minutes, hours, days, weeks; no more than there is room for.
Spans spans_of(const std::vector<RunRecord>& records) {
    std::int64_t first = 0, last = 0;
    bool any = false;
    for (const RunRecord& record : records) {
        if (record.time.empty()) continue;
        const std::int64_t us = us_of(record.time.str());
        first = any ? std::min(first, us) : us;
        last = any ? std::max(last, us) : us;
        any = true;
    }
    if (!any) return {};
    constexpr std::int64_t minute = 60 * second_us, hour = 60 * minute, day = 24 * hour;
    std::int64_t length = 52 * 7 * day;
    for (const std::int64_t one : {minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day}) {
        if ((last - first) / one + 2 > static_cast<std::int64_t>(spans_max)) continue;
        length = one;
        break;
    }
    Spans spans;
    spans.length = length;
    spans.from = first - (first % length + length) % length;
    spans.count = std::min<std::size_t>(spans_max, static_cast<std::size_t>((last - spans.from) / length + 1));
    return spans;
}

std::vector<RunGroup> finished(std::map<std::string, Gathered>& gathered, const Spans& spans) {
    std::vector<RunGroup> out;
    for (auto& [name, one] : gathered) {
        one.group.hosts = one.hosts.size();
        one.group.over_time.assign(spans.count, 0);
        for (const std::int64_t us : one.times) ++one.group.over_time[spans.of(us)];
        out.push_back(std::move(one.group));
    }
    std::stable_sort(out.begin(), out.end(), [](const RunGroup& a, const RunGroup& b) { return a.runs > b.runs; });
    return out;
}

void count(const RunRecord& record, Triage& out) {
    ++out.runs;
    out.bytes += record.bytes, out.lines += record.lines;
    if (record.reading == Reading::unread) {
        ++out.unread;
    } else {
        if (record.reading == Reading::cut) ++out.cut;
        ++(record.outcome == Outcome::explained ? out.explained : record.outcome == Outcome::unexplained ? out.unexplained : out.no_failure);
    }
    if (!record.time.empty()) {
        if (out.first.empty() || record.time.str() < out.first) out.first = record.time.str();
        out.last = std::max(out.last, record.time.str());
    }
    if (record.reading == Reading::whole) return;
    out.troubled.size() < troubled_max ? out.troubled.push_back(record) : static_cast<void>(++out.troubled_left);
}

}  // namespace

void settle(std::vector<RunRecord>& records) {
    std::stable_sort(records.begin(), records.end(), [](const RunRecord& a, const RunRecord& b) { return a.run.str() < b.run.str(); });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (kept > 0 && records[kept - 1].run.str() == records[i].run.str()) {
            if (tells_less(records[kept - 1], records[i])) records[kept - 1] = std::move(records[i]);
            continue;
        }
        if (kept != i) records[kept] = std::move(records[i]);
        ++kept;
    }
    records.resize(kept);
}

Triage triage(const std::vector<RunRecord>& records) {
    Triage out;
    out.version = version_text;
    std::set<std::string> rules;
    std::map<std::string, Gathered> causes, wordings;
    Redactor redactor;
    for (const RunRecord& record : records) {
        rules.insert(record.rules.str());
        count(record, out);
        for (const RunCause& cause : record.causes) {
            Gathered& into = causes[cause.fingerprint.str()];
            into.group.rule = cause.rule, into.group.fingerprint = cause.fingerprint;
            add_to(into, record, cause.title, cause.source, cause.line, cause.text);
        }
        if (record.wording.empty()) continue;
        const std::string name = wording_name(record.wording.str());
        Gathered& into = wordings[name];
        into.group.fingerprint = redactor.line(name);
        add_to(into, record, record.wording, record.source, record.line, record.text);
    }
    out.rules.assign(rules.begin(), rules.end());
    const Spans spans = spans_of(records);
    for (std::size_t i = 0; i < spans.count; ++i) out.spans.push_back(rfc3339(spans.from + static_cast<std::int64_t>(i) * spans.length));
    out.causes = finished(causes, spans);
    out.wordings = finished(wordings, spans);
    return out;
}

}  // namespace nixwhy
