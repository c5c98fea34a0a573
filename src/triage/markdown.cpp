// A triage for an issue or a weekly report: tables, cut to what an issue holds.
#include <fmt/core.h>

#include <algorithm>

#include "report/markdown_parts.hpp"
#include "triage/writers.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t for_the_end = 400;

std::string row_of(const RunGroup& group, const Triage& triage) {
    const std::string example = group.source.empty() ? group.run.str() : group.source.str() + (group.line > 0 ? fmt::format(":{}", group.line) : "");
    const std::string news = group.news.empty() ? std::string() : group.news == "new" ? " (new)" : fmt::format(" ({} since {})", group.news == "back" ? "back, seen" : "known", group.since.substr(0, 10));
    return fmt::format("| {} | {} | {}{} | `{}` | {} | {} | {} |\n", group.runs, share_of(group, triage), markdown_cell(group.title.str()), news,
                       group.rule.empty() ? group.fingerprint.str() : group.rule.str(), group.first.substr(0, 10), group.last.substr(0, 10), markdown_cell(example));
}

}  // namespace

std::string write_triage_markdown(const Triage& triage, const WriteOptions& options) {
    std::string out = "### " + totals_of(triage) + "\n\n";
    for (const auto* groups : {&triage.causes, &triage.wordings}) {
        if (groups->empty()) continue;
        const bool causes = groups == &triage.causes;
        out += fmt::format("#### {}\n\n| runs | share | {} | {} | first | last | example |\n|--:|--:|---|---|---|---|---|\n", causes ? "Causes" : "What no rule explains", causes ? "cause" : "wording", causes ? "rule" : "name");
        std::size_t shown = 0;
        for (const RunGroup& group : *groups) {
            const std::string row = row_of(group, triage);
            if (out.size() + row.size() + for_the_end > options.bytes_max) break;
            out += row;
            ++shown;
        }
        if (shown < groups->size()) out += fmt::format("\n{} more have no room here; `--format json` has them all.\n", groups->size() - shown);
        out += "\n";
    }
    std::size_t shown = 0;
    std::string troubled;
    for (const RunRecord& record : triage.troubled) {
        const std::string line = fmt::format("- {}: {}\n", markdown_words(record.run.str(), false), markdown_words(record.note.str(), false));
        if (shown >= 20 || out.size() + troubled.size() + line.size() + for_the_end > options.bytes_max) break;
        troubled += line;
        ++shown;
    }
    if (!triage.troubled.empty()) out += fmt::format("#### Not read, or not to the end ({})\n\n{}\n", triage.unread + triage.cut, troubled);
    return out + fmt::format("{} lines of {} bytes read. nixwhy {}\n", triage.lines, triage.bytes, triage.version);
}

}  // namespace nixwhy
