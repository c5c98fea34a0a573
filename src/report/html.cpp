// The report as one page that loads nothing. What would make it too large is left out from the end, and said.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "report/html_chart.hpp"
#include "report/html_parts.hpp"
#include "report/markup.hpp"
#include "report/writers.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t page_max = 900'000;
constexpr std::size_t cards_max = 300;

std::string who_and_when(const ReportFinding& finding) {
    std::vector<std::string> parts;
    if (!finding.host.empty()) parts.push_back(finding.host.str());
    if (!finding.unit.empty()) parts.push_back(finding.unit.str());
    if (finding.count > 1) parts.push_back(fmt::format("{} times", finding.count));
    if (!finding.first.empty()) parts.push_back(finding.first == finding.last ? finding.first : finding.first + " to " + finding.last);
    return markup_text(join(parts, ", "));
}

// A page that would be too large shows some cards only; a link to another would lead nowhere.
std::string link_to(const Report& report, const std::vector<bool>& shown, std::uint32_t at) {
    const std::string title = markup_text(report.findings[at].title.str());
    return shown[at] ? fmt::format("<a href=\"#f{}\">{}</a>", at, title) : title;
}

void write_tree(const Report& report, const std::vector<bool>& shown, std::uint32_t at, std::size_t depth, std::size_t& left, std::string& out) {
    if (report.findings[at].effects.empty() || depth > 8 || left == 0) return;
    out += "<ul class=\"tree\">";
    for (const std::uint32_t effect : report.findings[at].effects) {
        if (left == 0) {
            out += "<li class=\"dim\">and more</li>";
            break;
        }
        --left;
        out += "<li>" + link_to(report, shown, effect);
        write_tree(report, shown, effect, depth + 1, left, out);
        out += "</li>";
    }
    out += "</ul>";
}

std::string card(const Report& report, const std::vector<bool>& shown, std::uint32_t index) {
    const ReportFinding& finding = report.findings[index];
    const bool root = finding.role == Role::root;
    std::string out = fmt::format("<article class=\"card {}{}\" id=\"f{}\" data-card><h3>{}</h3>\n<p class=\"small dim\">{}</p>\n", name_of(finding.role),
                                  finding.over ? " over" : "", index, markup_text(finding.title.str()), who_and_when(finding));
    if (finding.over) out += fmt::format("<p><strong>Over</strong>{}</p>", finding.resolved.empty() ? ": repaired later in this log" : " since " + finding.resolved);
    std::string body = "<p>" + markup_text(finding.why.str()) + "</p>\n";
    if (finding.place) body += "<p><strong>Look at</strong> <code>" + markup_text(finding.place->text()) + "</code></p>\n";
    std::string proofs;
    for (std::size_t i = 0; i < finding.evidence.size(); ++i) {
        if (i == 0 && root) body += evidence_html(finding.evidence[i]);
        else proofs += evidence_html(finding.evidence[i]);
    }
    if (!proofs.empty()) body += fmt::format("<details><summary>{} lines that show it</summary>{}</details>", root ? "More" : "The", proofs);
    if (!finding.check.empty()) body += "<p><strong>To confirm it</strong></p>" + steps_html(finding.check);
    if (!finding.fix.empty()) body += "<p><strong>What to do</strong></p>" + steps_html(finding.fix);
    body += fmt::format("<p class=\"small\"><strong>{}</strong>{}{}.{}</p>\n", name_of(finding.confidence), finding.because.empty() ? "" : ": ", markup_text(finding.because.str()),
                        finding.retry == Retry::may_help ? " Trying again may help." : finding.retry == Retry::will_not_help ? " Trying again will not help." : "");
    std::string tree;
    std::size_t left = 60;
    write_tree(report, shown, index, 0, left, tree);
    if (!tree.empty()) body += "<p><strong>What followed from it</strong></p>" + tree;
    if (!finding.caused_by_index.empty()) {
        body += "<p class=\"small\">Follows from ";
        for (std::size_t i = 0; i < finding.caused_by_index.size(); ++i) {
            body += (i == 0 ? "" : ", ") + link_to(report, shown, finding.caused_by_index[i]);
        }
        body += "</p>";
    }
    std::string tags = fmt::format("<span class=\"tag\">{}</span><span class=\"tag\">fingerprint {}</span>", finding.id, finding.fingerprint);
    for (const auto& [name, value] : finding.captures) tags += fmt::format("<span class=\"tag\">{}: {}</span>", markup_text(name), markup_text(value.str().substr(0, 200)));
    body += "<p>" + tags + "</p>";
    if (!finding.references.empty()) {
        body += "<p class=\"small dim\">Told by ";
        for (std::size_t i = 0; i < finding.references.size(); ++i) body += (i == 0 ? "" : "; ") + markup_text(finding.references[i].str());
        body += "</p>";
    }
    return out + (root ? body : "<details><summary>Why, proof and what to do</summary>" + body + "</details>") + "</article>\n";
}

std::string sources_html(const Report& report) {
    std::string out = "<table class=\"wide\"><thead><tr><th scope=\"col\">source</th><th scope=\"col\">format</th><th scope=\"col\" class=\"n\">lines</th><th scope=\"col\" class=\"n\">"
                      "matter</th><th scope=\"col\" class=\"n\">let go</th><th scope=\"col\" class=\"n\">unreadable</th><th scope=\"col\">from, to</th></tr></thead><tbody>\n";
    const std::size_t shown = std::min<std::size_t>(report.sources.size(), 200);
    for (std::size_t i = 0; i < shown; ++i) {
        const ReportSource& source = report.sources[i];
        out += fmt::format("<tr><td data-label=\"\">{}</td><td data-label=\"format\">{}</td><td class=\"n\" data-label=\"lines\">{}</td><td class=\"n\" data-label=\"matter\">{}</td><td "
                           "class=\"n\" data-label=\"let go\">{}</td><td class=\"n\" data-label=\"unreadable\">{}</td><td data-label=\"from, to\">{}<br>{}</td></tr>\n",
                           markup_text(source.name.str()), markup_text(source.format), source.lines, source.kept, source.let_go, source.unreadable, source.first, source.last);
    }
    out += "</tbody></table>\n";
    if (report.source_count > shown) out += fmt::format("<p>and {} more sources</p>", report.source_count - shown);
    out += fmt::format("<p>All {} lines of {} sources are accounted for: {} matter, {} let go, {} unreadable.</p>\n", report.total.lines, report.source_count, report.total.kept,
                       report.total.let_go, report.total.unreadable);
    for (std::size_t i = 0; i < report.notices.size() && i < 200; ++i) {
        out += fmt::format("<p><strong>Note</strong> {}: {}</p>\n", markup_text(report.notices[i].first.str()), markup_text(report.notices[i].second.str()));
    }
    if (!report.redactions.empty()) {
        out += "<p>Masked: ";
        for (std::size_t i = 0; i < report.redactions.size(); ++i) out += fmt::format("{}{} {}", i == 0 ? "" : ", ", report.redactions[i].second, markup_text(report.redactions[i].first));
        out += ".</p>\n";
    }
    return out;
}

std::string head_html(const Report& report) {
    const char* verdict = report.outcome == Outcome::explained ? "Why it failed" : report.outcome == Outcome::unexplained ? "It failed, and no rule says why" : "No failure";
    std::string out = page_head(report.answer, std::string(name_of(report.outcome)), verdict);
    if (!report.roots.empty()) {
        const ReportFinding& root = report.findings[report.roots.front()];
        out += fmt::format("<p>{}</p>\n", markup_text(root.why_short.str()));
    }
    if (!report.next.empty()) out += "<section class=\"card\" aria-labelledby=\"next\"><h2 id=\"next\">What to do first</h2>" + steps_html(report.next) + "</section>\n";
    return out + "</header><main id=\"main\">\n";
}

// The findings of one role in the order they are read.
std::vector<std::uint32_t> of_role(const Report& report, Role role) {
    if (role == Role::root) return report.roots;
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < report.findings.size(); ++i) {
        if (report.findings[i].role == role) out.push_back(i);
    }
    return out;
}

constexpr std::array roles{std::pair(Role::root, "Causes"), std::pair(Role::symptom, "Consequences"), std::pair(Role::context, "Also seen, no failure")};

// Which cards fit behind `size` bytes, causes first. With links to all findings a card is as large as it can be.
std::vector<bool> choose_cards(const Report& report, std::size_t size) {
    const std::vector<bool> all(report.findings.size(), true);
    std::vector<bool> shown(report.findings.size(), false);
    std::size_t cards = 0;
    for (const auto& [role, title] : roles) {
        for (const std::uint32_t index : of_role(report, role)) {
            if (cards == cards_max) return shown;
            const std::size_t one = card(report, all, index).size();
            if (size + one > page_max) continue;
            size += one, ++cards;
            shown[index] = true;
        }
    }
    return shown;
}

}  // namespace

std::string write_html(const Report& report, const WriteOptions&) {
    std::string out = head_html(report);
    const std::vector<bool> shown = choose_cards(report, out.size() + html_chart(report, std::vector<bool>(report.findings.size(), true)).size());
    out += html_chart(report, shown);
    if (!report.findings.empty()) {
        out += "<div class=\"tools\" hidden><label for=\"filter\">Filter findings</label><input id=\"filter\" type=\"search\" autocomplete=\"off\"><button id=\"unfold\" type=\"button\">Unfold "
               "all</button><button id=\"fold\" type=\"button\">Fold all</button><span id=\"told\" role=\"status\"></span></div>\n";
    }
    for (const auto& [role, title] : roles) {
        const std::vector<std::uint32_t> indices = of_role(report, role);
        if (indices.empty()) continue;
        out += fmt::format("<section aria-label=\"{}\"><h2>{}</h2>\n", title, title);
        for (const std::uint32_t index : indices) out += shown[index] ? card(report, shown, index) : "";
        out += "</section>\n";
    }
    const auto left_out = std::count(shown.begin(), shown.end(), false);
    if (left_out > 0) out += fmt::format("<p><strong>{} more findings</strong> would make this page too large; <code>--format json</code> has them all.</p>\n", left_out);
    if (!report.unexplained.empty()) {
        out += "<section aria-label=\"Unexplained\"><h2>Failure lines that no finding covers</h2>\n";
        for (const ReportEvidence& proof : report.unexplained) out += evidence_html(proof);
        out += "</section>\n";
    }
    if (!report.missing.empty()) {
        out += "<section aria-label=\"Not judged\"><h2>What could not be judged, and how to change that</h2>\n";
        for (const ReportMissing& missing : report.missing) {
            out += fmt::format("<div class=\"card\"><p>{} rule{} need{} the {}.</p><p>{}</p><details><summary>Which rules</summary><p>{}</p></details></div>\n", missing.rules.size(),
                               missing.rules.size() == 1 ? "" : "s", missing.rules.size() == 1 ? "s" : "", markup_text(missing.needs), step_html(missing.collect), markup_text(join(missing.rules, ", ")));
        }
        out += "</section>\n";
    }
    out += "<section aria-label=\"What was read\"><h2>What was read</h2>\n" + sources_html(report) + "</section></main>\n";
    return out + page_foot(report.version, report.rules_digest);
}

}  // namespace nixwhy
