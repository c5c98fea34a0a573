// See keep.hpp.
#include "scan/keep.hpp"

#include <algorithm>

#include "base/template.hpp"

namespace nixwhy {

namespace {

// Who says it and what matched.
std::string kind_of(const Event& event) {
    std::string key = event.host + '\1' + event.boot + '\1' + event.unit + '\1' + event.identifier + '\1';
    for (const PatternHit& hit : event.hits) key += std::to_string(hit.pattern) + ',';
    return key + (event.block ? "\1b" : "\1");
}

}  // namespace

void KeptEvents::add(Event event) {
    const std::string kind = kind_of(event);
    std::string key = kind + template_of(std::string_view(event.message).substr(0, 300));
    if (groups_.find(key) == groups_.end()) {
        std::size_t& seen = templates_[kind];
        if (seen >= templates_max) key = kind;  // the rest of this kind is kept as one
        ++seen;
        if (groups_.size() >= keys_max && groups_.find(key) == groups_.end()) {
            overflowed_ = true;
            return;
        }
    }
    Group& group = groups_[key];
    ++group.count;
    if (group.first.size() < first_max) {
        group.first.push_back(std::move(event));
    } else {
        group.last = std::move(event);
    }
}

std::vector<Event> KeptEvents::take() {
    std::vector<Event> events;
    for (auto& [key, group] : groups_) {
        // the last one kept stands for those that were let go in between
        if (group.count > first_max) {
            group.last.count = group.count - first_max;
            group.first.push_back(std::move(group.last));
        }
        std::move(group.first.begin(), group.first.end(), std::back_inserter(events));
    }
    groups_.clear();
    std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
        return a.at.offset != b.at.offset ? a.at.offset < b.at.offset : a.block > b.block;
    });
    return events;
}

}  // namespace nixwhy
