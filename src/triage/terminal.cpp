// A triage for a person at a terminal: what fails most first, then what no rule explains, then what could not be read.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/terminal_page.hpp"
#include "triage/writers.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t causes_max = 40;
constexpr std::size_t wordings_max = 20;
constexpr std::size_t troubled_shown = 5;

// One column a span: how many of the group's runs fall into it, in eight steps.
std::string bar(const RunGroup& group) {
    constexpr const char* steps[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    std::uint64_t most = 1;
    for (const std::uint64_t one : group.over_time) most = std::max(most, one);
    std::string out;
    for (const std::uint64_t one : group.over_time) out += steps[one == 0 ? 0 : 1 + (one * 7 + most - 1) / most];
    return out;
}

std::string day_and_time(const std::string& time) { return time.size() < 16 ? std::string(16, ' ') : time.substr(0, 10) + " " + time.substr(11, 5); }

void write_group(Page& page, const Triage& triage, const RunGroup& group, bool timed) {
    const std::string numbers = fmt::format("{:>7} {:>6}  ", group.runs, share_of(group, triage));
    const bool charted = timed && page.width() >= 100 && group.first != group.last;
    const std::string right = charted ? bar(group) : std::string();
    const std::size_t room = page.width() - std::min(page.width(), columns(numbers) + (charted ? group.over_time.size() + 2 : 0));
    std::string title = cut_columns(group.title.str(), room);
    if (charted) title += std::string(room - std::min(room, columns(title)) + 2, ' ');
    page.line(page.paint("1", numbers) + page.paint(group.rule.empty() ? "1;33" : "1", title) + page.paint("36", trim_right(right)));
    std::string what = group.rule.empty() ? group.fingerprint.str() : group.rule.str();
    if (group.news == "new") what += ", new";
    if (group.news == "back") what += ", back again, first seen " + day_and_time(group.since);
    if (group.news == "known") what += ", known since " + day_and_time(group.since);
    if (!group.first.empty()) what += fmt::format(", {}{}", day_and_time(group.first), group.last == group.first ? "" : " to " + day_and_time(group.last));
    if (group.hosts > 1) what += fmt::format(", {} hosts", group.hosts);
    page.line(page.paint("2", cut_columns(std::string(16, ' ') + what, page.width())));
    // the name of the run stands before what was in it
    const std::string place = fmt::format("{}{}", group.source.empty() ? group.run.str() : group.source.str(), group.line > 0 ? fmt::format(":{}", group.line) : "");
    page.line(std::string(16, ' ') + page.paint("36", cut_columns(place, page.width() - 16)));
    if (group.rule.empty()) page.line(std::string(16, ' ') + cut_columns(group.text.str(), page.width() - 16));
}

void write_groups(Page& page, const Triage& triage, const char* heading, const std::vector<RunGroup>& groups, std::size_t most) {
    if (groups.empty()) return;
    page.line("");
    page.line(page.paint("1", fmt::format("{:>7} {:>6}  {}", "runs", "share", heading)));
    for (std::size_t i = 0; i < std::min(groups.size(), most); ++i) write_group(page, triage, groups[i], !triage.spans.empty());
    if (groups.size() <= most) return;
    std::uint64_t runs = 0;
    for (std::size_t i = most; i < groups.size(); ++i) runs += groups[i].runs;
    page.line(fmt::format("{:>7}         {} more; --format html, json or jsonl has them all", runs, groups.size() - most));
}

}  // namespace

std::string write_triage_terminal(const Triage& triage, const WriteOptions& options) {
    Page page(options);
    page.line(page.paint("1", totals_of(triage)));
    write_groups(page, triage, "cause", triage.causes, causes_max);
    write_groups(page, triage, "no rule explains", triage.wordings, wordings_max);
    if (!triage.wordings.empty()) {
        page.line("");
        page.line("next    nixwhy triage --format partial -o all.part INPUT...; nixwhy rules draft " + triage.wordings.front().fingerprint.str() + " all.part");
    }
    if (!triage.troubled.empty()) page.line("");
    for (std::size_t i = 0; i < std::min(triage.troubled.size(), troubled_shown); ++i) {
        const RunRecord& record = triage.troubled[i];
        page.line(cut_columns(fmt::format("{}  {}: {}", record.reading == Reading::unread ? "unread" : "cut   ", record.run.str(), record.note.str()), page.width()));
    }
    const std::uint64_t left = triage.troubled.size() + triage.troubled_left - std::min(triage.troubled.size(), troubled_shown);
    if (left > 0) page.line(fmt::format("        {} more were not read whole; --format json names them", left));
    return std::move(page.out);
}

}  // namespace nixwhy
