// See terminal_page.hpp.
#include "report/terminal_page.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace nixwhy {

namespace {

constexpr std::size_t margin_width = 7;

// The start and, of more use, the end: programs put the reason last.
std::string cut_middle(std::string_view text, std::size_t width) {
    if (columns(text) <= width) return std::string(text);
    const std::string start = cut_columns(text, width * 2 / 5);  // ends with the ellipsis
    std::size_t from = text.size();
    while (from > 0 && columns(text.substr(from)) + columns(start) < width) {
        do --from;
        while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U);
    }
    return start + std::string(text.substr(from));
}

struct Word {
    std::string_view text;
    bool command = false;
};

// Words of prose, and each command as one word.
std::vector<Word> words_of(const ReportStep& step) {
    const std::string_view text = step.text.str();
    std::vector<Word> out;
    const auto prose = [&](std::string_view part) {
        for (const std::string_view word : split(part, ' ')) {
            if (!word.empty()) out.push_back({word, false});
        }
    };
    std::size_t at = 0;
    for (const TextSpan& command : step.commands) {
        prose(text.substr(at, command.from - at));
        out.push_back({text.substr(command.from, command.length), true});
        at = command.from + command.length;
    }
    prose(text.substr(at));
    return out;
}

}  // namespace

Page::Page(const WriteOptions& options) : options_(options), width_(std::max<std::size_t>(options.width, 40)) {}

std::string Page::paint(const char* code, std::string_view text) const {
    return options_.color && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

std::string Page::margin(std::string_view label) const { return paint("2", fmt::format("{:<{}}", label, margin_width)); }

void Page::prose(std::string_view label, std::string_view words, std::size_t lines_max) {
    const std::size_t room = width_ - margin_width;
    std::vector<std::string> lines(1);
    for (const std::string_view word : split(words, ' ')) {
        if (word.empty()) continue;
        if (!lines.back().empty() && columns(lines.back()) + 1 + columns(word) > room) {
            if (lines.size() == lines_max) {
                lines.back() = cut_columns(lines.back() + " …", room);
                break;
            }
            lines.emplace_back();
        }
        if (!lines.back().empty()) lines.back() += ' ';
        lines.back() += word;
    }
    for (std::size_t i = 0; i < lines.size(); ++i) line(margin(i == 0 ? label : "") + lines[i]);
}

void Page::step(std::string_view label, std::string_view number, const ReportStep& step) {
    const std::size_t room = width_ - margin_width;
    std::string text(number);
    std::size_t used = columns(number);
    bool first = true, fresh = true;
    const auto flush = [&] {
        line(margin(first ? label : "") + text);
        first = false, fresh = true;
        text.assign(number.size(), ' ');
        used = number.size();
    };
    for (const Word& word : words_of(step)) {
        const std::size_t wide = columns(word.text);
        const bool glued = !fresh && word.text.find_first_not_of(",;:.)") == std::string_view::npos;
        if (!fresh && !glued && used + 1 + wide > room) flush();
        if (!fresh && !glued) text += ' ', ++used;
        text += word.command ? paint("1", word.text) : std::string(word.text);
        used += wide;
        fresh = false;
    }
    if (!fresh) flush();
}

std::string Page::linked(const ReportEvidence& proof, std::string_view words) const {
    const std::string& name = proof.source.str();
    if (options_.link_folder.empty() || contains(name, "!") || name == "-") return std::string(words);
    const std::string path = name[0] == '/' ? name : options_.link_folder + "/" + name;
    return fmt::format("\x1b]8;;file://{}\x1b\\{}\x1b]8;;\x1b\\", percent_encoded(path), words);
}

void Page::evidence(std::string_view label, const ReportEvidence& proof) {
    std::string place = fmt::format("{}:{}", proof.source.str(), proof.line);
    const std::size_t slash = place.find_last_of("/!");
    if (slash != std::string::npos) place.erase(0, slash + 1);
    const std::string clock = proof.time.size() >= 19 ? proof.time.substr(11, 8) + " " : std::string();
    const std::string head = margin(label) + paint("36", linked(proof, place)) + "  " + paint("2", clock);
    const std::size_t used = margin_width + columns(place) + 2 + clock.size();
    for (const ReportNeighbour& beside : proof.before) neighbour(beside);
    if (used + columns(proof.brief.str()) <= width_) {
        line(head + proof.brief.str());
    } else {
        line(trim_right(head));
        line(margin("") + "  " + cut_middle(proof.brief.str(), width_ - margin_width - 2));
    }
    for (const ReportNeighbour& beside : proof.after) neighbour(beside);
}

void Page::neighbour(const ReportNeighbour& beside) {
    const std::string number = fmt::format("{}  ", beside.line);
    line(margin("") + paint("2", number + cut_middle(beside.text.str(), width_ - margin_width - columns(number))));
}

void Page::item(std::string_view label, std::string_view words) {
    line(margin(label) + (options_.color ? std::string(words) : cut_columns(words, width_ - margin_width)));
}

void Page::two_ends(std::string_view label, std::string_view lead, std::string_view left, std::string_view right) {
    const std::size_t room = width_ - margin_width - columns(lead);
    const std::string end = cut_columns(right, room / 2);
    const std::size_t left_room = room - columns(end) - (end.empty() ? 0 : 2);
    line(margin(label) + paint("2", lead) + cut_columns(left, left_room) + (end.empty() || left.empty() ? "" : "  ") + paint("2", end));
}

void Page::relabel(std::size_t at, std::string_view label) {
    const std::string empty = margin(""), named = margin(label);
    if (out.compare(at, empty.size(), empty) == 0) out.replace(at, empty.size(), named);
}

}  // namespace nixwhy
