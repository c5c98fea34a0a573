// Messages that were wrapped over several lines.
#include <algorithm>

#include "base/text.hpp"
#include "rule/rule.hpp"
#include "scan/source_scan.hpp"

namespace nixwhy {

// A message that was wrapped by hand, by a commit message or by a narrow terminal:
//   error: access to path '/nix/store/...-cabal-simple.nix' is forbidden
//   in restricted mode
// Where no rule knows the first line, it is tried once more with the next ones behind it.
void SourceScan::match_wrapped(const Line& line, Event& event) {
    const bool known = std::any_of(event.hits.begin(), event.hits.end(), [&](const PatternHit& hit) {
        const Rule& rule = plan_.rules().rules[plan_.rules().patterns[hit.pattern].rule];
        return !rule.fallback && rule.kind != Kind::symptom;
    });
    // a journal gives each message a line of its own
    const bool may_wrap = line.format.empty() || line.kind == "ci";
    if (known || behind_.empty() || !may_wrap || !line.payload.empty() || line.message.size() > 240) return;
    Line joined = line;
    joined.inner.clear();
    // nix 2.4pre: "error: --- EvalError --- nix-build", the message on the lines behind it
    if (contains(line.message, "error: --- ")) joined.message = "error:";
    std::string_view rest = behind_;
    for (int i = 0; i < 4 && !rest.empty(); ++i) {
        const Line next = decode_line(rest.substr(0, rest.find('\n')));
        rest.remove_prefix(std::min(rest.size(), rest.find('\n') == std::string_view::npos ? rest.size() : rest.find('\n') + 1));
        const std::string_view words = trim(next.message);
        if (words.empty() || starts_nix_block(words) || next.format != line.format || !next.payload.empty()) return;
        joined.message += ' ' + std::string(words);
        PatternSet patterns;
        std::uint8_t reasons = 0;
        matcher_.gather(joined.message, patterns, reasons);
        std::vector<PatternHit> hits;
        matcher_.match_patterns(joined, patterns, false, hits);
        for (PatternHit& hit : hits) {
            const Rule& rule = plan_.rules().rules[plan_.rules().patterns[hit.pattern].rule];
            const bool fresh = std::none_of(event.hits.begin(), event.hits.end(), [&](const PatternHit& had) { return had.pattern == hit.pattern; });
            if (rule.kind == Kind::root && !rule.fallback && fresh) event.hits.push_back(std::move(hit));
        }
    }
}

}  // namespace nixwhy
