// Keeps the events of one source within bounds: of events that say the same thing the first few and the last stay,
// and how many there were. So memory depends on how many different things happened, not on how often.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/event.hpp"

namespace nixwhy {

class KeptEvents {
public:
    void add(Event event);
    // All that was kept, in the order it stood.
    std::vector<Event> take();
    bool overflowed() const { return overflowed_; }

private:
    static constexpr std::size_t first_max = 4;
    static constexpr std::size_t templates_max = 60;  // for one set of patterns and one speaker
    static constexpr std::size_t keys_max = 40'000;

    struct Group {
        std::uint64_t count = 0;
        std::vector<Event> first;
        Event last;
    };
    std::unordered_map<std::string, Group> groups_;
    std::unordered_map<std::string, std::size_t> templates_;
    bool overflowed_ = false;
};

}  // namespace nixwhy
