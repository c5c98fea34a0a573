// See html_parts.hpp.
#include "report/html_parts.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "report/html_assets.hpp"
#include "report/markup.hpp"

namespace nixwhy {

namespace {

std::string neighbours_html(const ReportEvidence& proof) {
    if (proof.before.empty() && proof.after.empty()) return {};
    std::string lines;
    const auto beside = [&](const ReportNeighbour& line) { lines += fmt::format("<span class=\"near\">{}  {}</span>\n", line.line, markup_text(line.text.str())); };
    std::for_each(proof.before.begin(), proof.before.end(), beside);
    lines += fmt::format("<strong>{}  {}</strong>\n", proof.line, markup_text(proof.brief.str()));
    std::for_each(proof.after.begin(), proof.after.end(), beside);
    lines.pop_back();
    return fmt::format("<details class=\"small\"><summary>Lines around it</summary><div class=\"log\">{}</div></details>\n", lines);
}

}  // namespace

std::string step_html(const ReportStep& step) {
    const std::string& text = step.text.str();
    std::string out;
    std::size_t at = 0;
    for (const TextSpan& command : step.commands) {
        out += markup_text(text.substr(at, command.from - at)) + "<code class=\"cmd\">" + markup_text(text.substr(command.from, command.length)) + "</code>";
        at = command.from + command.length;
    }
    return out + markup_text(text.substr(at));
}

std::string steps_html(const std::vector<ReportStep>& steps) {
    std::string out = "<ol>";
    for (const ReportStep& step : steps) out += "<li>" + step_html(step) + "</li>";
    return out + "</ol>\n";
}

std::string evidence_html(const ReportEvidence& proof) {
    return fmt::format("<p class=\"small dim\">{}:{}{}</p><div class=\"log\">{}</div>\n", markup_text(proof.source.str()), proof.line,
                       proof.time.empty() ? "" : ", " + proof.time, markup_text(proof.text.str())) + neighbours_html(proof);
}

std::string page_head(const Safe& heading, const std::string& outcome, const std::string& verdict) {
    std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n";
    out += fmt::format("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'\">\n", html_style_hash,
                       html_script_hash);
    out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">\n";
    out += fmt::format("<title>{}</title>\n<style>", markup_text(heading.str()));
    out.append(html_style);
    return out + fmt::format("</style></head><body class=\"{}\"><a class=\"skip\" href=\"#main\">To the report</a>\n<header><p class=\"verdict\">{}</p><h1>{}</h1>\n", outcome, verdict,
                             markup_text(heading.str()));
}

std::string page_foot(const std::string& version, const std::string& rules_digest) {
    std::string out = fmt::format("<footer class=\"small dim\">nixwhy {}, rules {}. This page loads nothing and sends nothing.</footer>\n", version, rules_digest);
    out += "<div id=\"tip\" role=\"presentation\" hidden></div><script>";
    out.append(html_script);
    return out + "</script></body></html>\n";
}

}  // namespace nixwhy
