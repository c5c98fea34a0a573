// What can be said of one line without knowing the others: which patterns match, what failure it reports, whether it
// ends something. So lines can be looked at on any thread; what depends on their order is left to SourceScan.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.hpp"
#include "format/line.hpp"
#include "scan/plan.hpp"

namespace nixwhy {

// Numbers of patterns, each once, in the order they came.
class PatternSet {
public:
    void insert(const std::vector<std::uint32_t>& patterns) {
        for (const std::uint32_t pattern : patterns) {
            if (std::find(numbers_.begin(), numbers_.end(), pattern) == numbers_.end()) numbers_.push_back(pattern);
        }
    }
    template <class Drop>
    void drop_if(const Drop& drop) {
        numbers_.erase(std::remove_if(numbers_.begin(), numbers_.end(), drop), numbers_.end());
    }
    bool empty() const { return numbers_.empty(); }
    auto begin() const { return numbers_.begin(); }
    auto end() const { return numbers_.end(); }

private:
    std::vector<std::uint32_t> numbers_;
};

// What a source as a whole says of its lines.
struct SourceTraits {
    std::string hint;  // the unit this file is named after
    std::string kind;  // of lines that do not tell it themselves
};

// One line, decoded and judged. Its event lacks what only the order of lines tells: number, boot.
struct Judged {
    Line line;
    Event event;
    std::uint8_t reasons = 0;
    bool telling = false;  // claims an error itself
    bool matters = false;  // something matched, or an error is told
};

class Matcher {
public:
    Matcher(const Plan& plan, const SourceTraits& traits) : plan_(plan), traits_(traits), searcher_(plan.literals()) {}

    // The patterns and reasons whose literals stand in `text`.
    void gather(std::string_view text, PatternSet& patterns, std::uint8_t& reasons);
    Judged judge(Line line, const PatternSet& patterns, std::uint8_t reasons) const;
    void match_patterns(const Line& line, const PatternSet& patterns, bool block, std::vector<PatternHit>& hits) const;
    Event make_event(const Line& line) const;
    Literals::Searcher& searcher() { return searcher_; }
    const Plan& plan() const { return plan_; }

private:
    bool in_scope(const Pattern& pattern, const Line& line) const;

    const Plan& plan_;
    const SourceTraits& traits_;
    Literals::Searcher searcher_;
};

// Fills in the unit that PID 1 speaks of: "certmgr.service: Main process exited".
void settle_speaker(Line& line);

}  // namespace nixwhy
