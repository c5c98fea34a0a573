// See evaluate.hpp. Joins look at few instances, since the scan keeps only the first and last of what repeats.
#include "cause/evaluate.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/text.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t join_max = 400;

Instance merged(const Instance& a, const Instance& b) {
    Instance out = a;
    out.events.insert(out.events.end(), b.events.begin(), b.events.end());
    std::sort(out.events.begin(), out.events.end());
    out.events.erase(std::unique(out.events.begin(), out.events.end()), out.events.end());
    out.facts.insert(out.facts.end(), b.facts.begin(), b.facts.end());
    for (const auto& [name, value] : b.captures) {
        if (capture(out.captures, name).empty()) out.captures.emplace_back(name, value);
    }
    if (out.machine.empty()) out.machine = b.machine;
    if (out.unit.empty()) out.unit = b.unit;
    if (out.boot.empty()) out.boot = b.boot;
    out.count = std::max(a.count, b.count);
    return out;
}

// Whether a part of a failure is what a query asks for; an empty pattern asks for nothing.
bool fits(const std::string& pattern, const std::string& part) { return pattern.empty() || kept_regex(pattern).search(part); }

bool fact_holds(const FactQuery& query, const std::string& value) {
    if (query.compare == "equals") return value == query.value;
    if (query.compare == "matches") return kept_regex(query.value).search(value);
    if (query.compare == "less" || query.compare == "greater") {
        const double have = std::strtod(value.c_str(), nullptr);
        const double want = std::strtod(query.value.c_str(), nullptr);
        return query.compare == "less" ? have < want : have > want;
    }
    return true;
}

}  // namespace

std::optional<std::int64_t> full_time(const Timeline& timeline, std::uint32_t event) {
    const Time& time = timeline.events[event].time;
    if (time.known != TimeKnown::full) return std::nullopt;
    return time.us;
}

Evaluator::Evaluator(const Timeline& timeline, const RuleSet& rules) : timeline_(timeline), rules_(rules) {
    for (std::uint32_t i = 0; i < timeline.events.size(); ++i) {
        for (const PatternHit& hit : timeline.events[i].hits) {
            hits_[hit.pattern].emplace_back(i, &hit.captures);
        }
    }
}

Instance Evaluator::from_event(std::uint32_t index) const {
    const Event& event = timeline_.events[index];
    Instance out;
    out.events = {index};
    out.machine = machine_of(timeline_, event.host);
    // what PID 1 says is about the unit, what a program says is from it
    out.unit = speaker_stem(event.unit.empty() ? event.identifier : event.unit);
    out.boot = event.boot;
    out.count = event.count;
    return out;
}

std::vector<Instance> Evaluator::leaf_log(std::uint32_t pattern) const {
    std::vector<Instance> out;
    const auto found = hits_.find(pattern);
    if (found == hits_.end()) return out;
    for (const auto& [event, captures] : found->second) {
        Instance one = from_event(event);
        one.captures = *captures;
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<Instance> Evaluator::leaf_failure(std::uint32_t index) const {
    const FailureQuery& query = rules_.failure_queries[index];
    std::vector<Instance> out;
    for (std::uint32_t i = 0; i < timeline_.events.size(); ++i) {
        const Failure& failure = timeline_.events[i].failure;
        if (failure.empty() || (!query.result.empty() && failure.result != query.result)) continue;
        if (!fits(query.action, failure.action) || !fits(query.object, failure.object) || !fits(query.endpoint, failure.endpoint) || !fits(query.component, failure.component)) continue;
        Instance one = from_event(i);
        const auto set = [&](const char* name, const std::string& value) {
            if (!value.empty()) one.captures.emplace_back(name, value);
        };
        set("component", failure.component);
        set("action", failure.action);
        set("object", failure.object);
        set("endpoint", failure.endpoint);
        set("result", failure.result);
        set("detail", failure.detail);
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<Instance> Evaluator::leaf_fact(std::uint32_t index) const {
    const FactQuery& query = rules_.fact_queries[index];
    std::vector<Instance> out;
    for (std::uint32_t i = 0; i < timeline_.facts.size(); ++i) {
        const Fact& fact = timeline_.facts[i];
        if (fact.name != query.name || !fact_holds(query, fact.value)) continue;
        Instance one;
        one.facts = {i};
        one.machine = machine_of(timeline_, fact.host);
        one.captures.emplace_back("value", fact.value);
        one.count = 1;
        out.push_back(std::move(one));
    }
    return out;
}

bool Evaluator::agree(const Instance& a, const Instance& b, const std::vector<std::string>& same) const {
    const auto fits = [](std::string_view x, std::string_view y) { return x.empty() || y.empty() || x == y; };
    if (!fits(a.machine, b.machine)) return false;
    return std::all_of(same.begin(), same.end(), [&](const std::string& name) {
        if (name == "host") return true;
        if (name == "unit") return fits(a.unit, b.unit);
        if (name == "boot") return fits(a.boot, b.boot);
        return fits(capture(a.captures, name), capture(b.captures, name));
    });
}

bool Evaluator::near(const Instance& a, const Instance& b, std::int64_t within_us) const {
    if (within_us == 0 || a.events.empty() || b.events.empty()) return true;
    const auto x = full_time(timeline_, a.events.back());
    const auto y = full_time(timeline_, b.events.back());
    return !x || !y || std::llabs(*x - *y) <= within_us;
}

bool Evaluator::excluded(const Condition& part, const Instance& instance, const Condition& whole) const {
    for (const Condition& inner : part.parts) {
        for (const Instance& other : evaluate(inner)) {
            if (agree(instance, other, whole.same) && near(instance, other, whole.within_us)) return true;
        }
    }
    return false;
}

std::vector<Instance> Evaluator::join(const Condition& condition, bool ordered) const {
    std::vector<Instance> out;
    bool begun = false;
    for (const Condition& part : condition.parts) {
        if (part.type == Condition::Type::none || part.type == Condition::Type::absent) continue;
        std::vector<Instance> next = evaluate(part);
        if (next.size() > join_max) next.resize(join_max);
        if (!begun) {
            out = std::move(next);
            begun = true;
            continue;
        }
        std::vector<Instance> joined;
        for (const Instance& left : out) {
            for (const Instance& right : next) {
                if (!agree(left, right, condition.same) || !near(left, right, condition.within_us)) continue;
                const bool after = left.events.empty() || right.events.empty() || left.events.back() < right.events.front();
                if (ordered && !after) continue;
                joined.push_back(merged(left, right));
                break;  // the first that fits; more would tell the same again
            }
        }
        out = std::move(joined);
    }
    const auto refused = [&](const Instance& instance) {
        for (const Condition& part : condition.parts) {
            if (part.type == Condition::Type::none && excluded(part, instance, condition)) return true;
            if (part.type != Condition::Type::absent) continue;
            for (const Instance& other : evaluate(part.parts.front())) {
                const bool later = !other.events.empty() && !instance.events.empty() && other.events.back() > instance.events.back();
                if (later && agree(instance, other, condition.same)) return true;
            }
            if (instance.events.empty() || timeline_.events.empty() || part.after_us == 0) continue;
            // a log that ends too early cannot show that something is absent
            const auto seen = full_time(timeline_, instance.events.front());
            std::optional<std::int64_t> end;
            const SourceSummary& source = timeline_.sources[timeline_.events[instance.events.front()].at.source];
            if (source.last.known == TimeKnown::full) end = source.last.us;
            if (!seen || !end || *end - *seen < part.after_us) return true;
        }
        return false;
    };
    out.erase(std::remove_if(out.begin(), out.end(), refused), out.end());
    return out;
}

std::vector<Instance> Evaluator::count(const Condition& condition) const {
    std::map<std::string, std::vector<Instance>> groups;
    for (Instance& one : evaluate(condition.parts.front())) {
        std::string key = one.machine;
        for (const std::string& name : condition.same) {
            key += '\1';
            key += name == "unit" ? one.unit : name == "boot" ? one.boot : std::string(capture(one.captures, name));
        }
        groups[key].push_back(std::move(one));
    }
    std::vector<Instance> out;
    for (auto& [key, group] : groups) {
        std::uint64_t total = 0;
        std::set<std::string> values;
        Instance all = group.front();
        for (const Instance& one : group) {
            if (!near(group.back(), one, condition.within_us)) continue;
            total += one.count;
            values.insert(std::string(capture(one.captures, condition.distinct)));
            all = merged(all, one);
        }
        const std::uint64_t have = condition.distinct.empty() ? total : values.size();
        if (have < condition.at_least) continue;
        all.count = total;
        out.push_back(std::move(all));
    }
    return out;
}

std::vector<Instance> Evaluator::evaluate(const Condition& condition) const {
    switch (condition.type) {
        case Condition::Type::log: return leaf_log(condition.leaf);
        case Condition::Type::failure: return leaf_failure(condition.leaf);
        case Condition::Type::fact: return leaf_fact(condition.leaf);
        case Condition::Type::all: return join(condition, false);
        case Condition::Type::sequence: return join(condition, true);
        case Condition::Type::count: return count(condition);
        case Condition::Type::any: {
            std::vector<Instance> out;
            for (const Condition& part : condition.parts) {
                std::vector<Instance> more = evaluate(part);
                std::move(more.begin(), more.end(), std::back_inserter(out));
            }
            return out;
        }
        case Condition::Type::none:
        case Condition::Type::absent: return {};  // only inside all
    }
    return {};
}

}  // namespace nixwhy
