// Sources are scanned into a timeline, the timeline meets the rules, what matched becomes a diagnosis, and that
// becomes the report. Each arrow is one call.
#include "analyze.hpp"

#include <algorithm>

#include "rule/builtin.hpp"
#include "scan/neighbours.hpp"

namespace nixwhy {

namespace {

bool selected(const Event& event, const Selection& selection) {
    const bool timed = event.time.known == TimeKnown::full;
    if (selection.since_us != 0 && (!timed || event.time.us < selection.since_us)) return false;
    if (selection.until_us != 0 && (!timed || event.time.us > selection.until_us)) return false;
    if (!selection.boot.empty() && event.boot.rfind(selection.boot, 0) != 0) return false;
    if (selection.units.empty()) return true;
    return std::any_of(selection.units.begin(), selection.units.end(), [&](const std::string& unit) {
        return speaker_stem(event.unit) == speaker_stem(unit) || speaker_stem(event.identifier) == speaker_stem(unit);
    });
}

}  // namespace

Report judge(const Timeline& timeline, const RuleSet& rules, Redactor& redactor) {
    return summarize(timeline, diagnose(timeline, rules), rules, redactor);
}

Analysis analyze(const std::vector<std::string>& inputs, const RuleSet& rules, const ScanOptions& options,
                 const Selection& selection, Redactor& redactor) {
    return analyze(inputs, Plan(rules, builtin_image()), options, selection, redactor);
}

Analysis analyze(const std::vector<std::string>& inputs, const Plan& plan, const ScanOptions& options,
                 const Selection& selection, Redactor& redactor) {
    const RuleSet& rules = plan.rules();
    Analysis analysis;
    analysis.timeline = scan_inputs(inputs, plan, options);
    auto& events = analysis.timeline.events;
    events.erase(std::remove_if(events.begin(), events.end(), [&](const Event& event) { return !selected(event, selection); }), events.end());
    const Diagnosis diagnosis = diagnose(analysis.timeline, rules);
    if (options.neighbours > 0) read_neighbours(inputs, options, evidence_events(analysis.timeline, diagnosis), options.neighbours, analysis.timeline);
    analysis.report = summarize(analysis.timeline, diagnosis, rules, redactor);
    return analysis;
}

}  // namespace nixwhy
