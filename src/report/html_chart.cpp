// See html_chart.hpp. What the script moves when zooming carries its place in data-x (thousandths) and data-y (pixels).
#include "report/html_chart.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "report/markup.hpp"

namespace nixwhy {

namespace {

constexpr double left = 190, width = 780, top = 34, row = 34;
constexpr std::size_t rows_of_list_max = 150;

double x_of(double place) { return left + place * width / 1000; }
double y_of(std::size_t lane) { return top + row * (static_cast<double>(lane) + 0.5); }

const char* class_of(MarkKind kind) {
    switch (kind) {
        case MarkKind::root: return "root";
        case MarkKind::symptom: return "symptom";
        case MarkKind::recovered: return "recovered";
        case MarkKind::restart:
        case MarkKind::context: return "restart";
        case MarkKind::host_name:
        case MarkKind::change:
        case MarkKind::boot: return "state";
    }
    return "state";
}

// The form tells the kind too, for those who do not see the colour.
const char* shape_of(MarkKind kind) {
    switch (kind) {
        case MarkKind::root: return "M0-9 9 0 0 9-9 0Z";
        case MarkKind::symptom: return "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0Z";
        case MarkKind::recovered: return "M-2.5-7h5v4.5h4.5v5h-4.5v4.5h-5v-4.5h-4.5v-5h4.5Z";
        case MarkKind::restart:
        case MarkKind::context: return "M-4-4h8v8h-8Z";
        case MarkKind::host_name: return "M-6-6h12v12h-12Z";
        case MarkKind::change: return "M0-8 8 6-8 6Z";
        case MarkKind::boot: return "M-2-10h4v20h-4Z";
    }
    return "";
}

std::string told(const Mark& mark, const Lane& lane) {
    std::string out = fmt::format("{} {}: {}: {}", mark.time.size() > 11 ? mark.time.substr(11) : mark.time, lane.unit.empty() ? lane.host.str() : lane.unit.str(), name_of(mark.kind), mark.text.str());
    if (mark.count > 1) out += fmt::format(" ({} alike)", mark.count);
    if (mark.line > 0) out += fmt::format(" [{}:{}]", mark.source.str(), mark.line);
    return markup_text(out);
}

std::string mark_svg(const Mark& mark, const Lane& lane, std::size_t at, bool links) {
    const std::string title = told(mark, lane);
    const std::string moved = fmt::format("data-mark data-x=\"{:.3f}\" data-y=\"{:.1f}\" transform=\"translate({:.2f},{:.1f})\"", mark.x, y_of(at), x_of(mark.x), y_of(at));
    const std::string path = fmt::format("<title>{}</title><path class=\"m {}\" d=\"{}\"/>", title, class_of(mark.kind), shape_of(mark.kind));
    if (links) return fmt::format("<a href=\"#f{}\" aria-label=\"{}\" {}>{}</a>\n", mark.finding, title, moved, path);
    return fmt::format("<g {}>{}</g>\n", moved, path);
}

std::string legend(const Chart& chart) {
    std::set<MarkKind> kinds;
    for (const Lane& lane : chart.lanes) {
        for (const Mark& mark : lane.marks) kinds.insert(mark.kind);
    }
    std::string out = "<ul class=\"legend small\">";
    for (const MarkKind kind : kinds) {
        out += fmt::format("<li><svg viewBox=\"-10 -10 20 20\" aria-hidden=\"true\"><path class=\"m {}\" d=\"{}\"/></svg>{}</li>", class_of(kind), shape_of(kind), name_of(kind));
    }
    return out + "</ul>";
}

std::string list(const Chart& chart) {
    std::vector<std::pair<const Mark*, const Lane*>> marks;
    for (const Lane& lane : chart.lanes) {
        for (const Mark& mark : lane.marks) marks.emplace_back(&mark, &lane);
    }
    std::stable_sort(marks.begin(), marks.end(), [](const auto& a, const auto& b) { return a.first->us < b.first->us; });
    std::string out = "<details><summary>The same as a list</summary><ol class=\"small\">";
    for (std::size_t i = 0; i < marks.size() && i < rows_of_list_max; ++i) out += "<li>" + told(*marks[i].first, *marks[i].second) + "</li>";
    if (marks.size() > rows_of_list_max) out += fmt::format("<li>and {} more</li>", marks.size() - rows_of_list_max);
    return out + "</ol></details>";
}

std::string lanes_svg(const Chart& chart) {
    std::string out, host;
    for (std::size_t i = 0; i < chart.lanes.size(); ++i) {
        const Lane& lane = chart.lanes[i];
        const bool machine = lane.unit.empty();
        std::string name = machine ? lane.host.str() : lane.unit.str();
        if (!machine && lane.host.str() != host && !lane.host.empty()) name += " @ " + lane.host.str();
        host = lane.host.str();
        out += fmt::format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/><text class=\"{}\" x=\"{}\" y=\"{:.1f}\">{}</text>\n", left, left + width, y_of(i), y_of(i),
                           machine ? "host" : "unit", machine ? 8 : 20, y_of(i) + 4, markup_text(cut_columns(name, 24)));
    }
    return out;
}

}  // namespace

std::string html_chart(const Report& report, const std::vector<bool>& shown) {
    const Chart& chart = report.chart;
    if (!chart.worth_showing()) return "";
    const double height = top + row * static_cast<double>(chart.lanes.size()) + 12;
    std::string out = fmt::format("<section aria-labelledby=\"when\"><h2 id=\"when\">What happened when</h2><p class=\"small dim\">{} to {}, UTC. Arrows go from cause to effect.{}{}</p>\n", chart.first, chart.last,
                                  chart.silences.empty() ? "" : " Grey stretches are silences, drawn shorter than they lasted.",
                                  chart.left_out == 0 ? "" : fmt::format(" {} more marks are not drawn.", chart.left_out));
    out += "<div class=\"tools\" hidden><button id=\"zoom-in\" type=\"button\" aria-label=\"Zoom in\">+</button><button id=\"zoom-out\" type=\"button\" aria-label=\"Zoom out\">&minus;</button><button "
           "id=\"earlier\" type=\"button\" aria-label=\"Earlier\">&larr;</button><button id=\"later\" type=\"button\" aria-label=\"Later\">&rarr;</button><button id=\"zoom-all\" "
           "type=\"button\">All</button><span class=\"small dim\">Ctrl or Shift with the wheel zooms at the pointer</span></div>\n";
    out += fmt::format("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Chart of the incident\"><svg class=\"chart\" role=\"group\" aria-labelledby=\"when\" viewBox=\"0 0 1000 {:.0f}\" "
                       "data-left=\"{}\" data-width=\"{}\">\n<defs><marker id=\"tip-of-arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path class=\"head\" "
                       "d=\"M0 0 8 4 0 8Z\"/></marker></defs>\n",
                       height, left, width);
    for (const Silence& hush : chart.silences) {
        out += fmt::format("<rect class=\"hush\" data-span=\"{:.3f} {:.3f}\" x=\"{:.2f}\" width=\"{:.2f}\" y=\"{}\" height=\"{:.1f}\"><title>nothing for {}</title></rect>\n", hush.from, hush.to, x_of(hush.from),
                           x_of(hush.to) - x_of(hush.from), top - 6, height - top, markup_text(hush.lasted));
    }
    for (const Tick& tick : chart.ticks) {
        out += fmt::format("<g data-x=\"{:.3f}\" data-y=\"0\" transform=\"translate({:.2f},0)\"><line class=\"grid\" y1=\"20\" y2=\"{:.0f}\"/><text class=\"soft\" y=\"14\" text-anchor=\"{}\">{}</text></g>\n", tick.x, x_of(tick.x),
                           height, tick.x > 950 ? "end" : tick.x < 50 ? "start" : "middle", markup_text(tick.label));
    }
    out += lanes_svg(chart);
    for (const Arrow& arrow : chart.arrows) {
        const double a = chart.lanes[arrow.from_lane].marks[arrow.from_mark].x, b = chart.lanes[arrow.to_lane].marks[arrow.to_mark].x;
        const double from = y_of(arrow.from_lane), to = y_of(arrow.to_lane);
        out += fmt::format("<path class=\"arrow\" marker-end=\"url(#tip-of-arrow)\" data-arrow=\"{:.3f} {:.1f} {:.3f} {:.1f}\" d=\"M{:.2f} {:.1f}C{:.2f} {:.1f} {:.2f} {:.1f} {:.2f} {:.1f}\"/>\n", a, from, b, to, x_of(a), from,
                           x_of(a) + 26, from, x_of(b) - 26, to, x_of(b) - 7, to);
    }
    std::set<std::int32_t> linked;
    for (std::size_t i = 0; i < chart.lanes.size(); ++i) {
        for (const Mark& mark : chart.lanes[i].marks) {
            const bool links = mark.finding >= 0 && shown[static_cast<std::size_t>(mark.finding)] && linked.insert(mark.finding).second;
            out += mark_svg(mark, chart.lanes[i], i, links);
        }
    }
    return out + "</svg></div>" + legend(chart) + list(chart) + "</section>\n";
}

}  // namespace nixwhy
