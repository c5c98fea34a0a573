// A page of terminal text in the making: a margin with labels, words wrapped beside it.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "report/writers.hpp"

namespace nixwhy {

class Page {
public:
    explicit Page(const WriteOptions& options);

    std::string out;

    std::size_t width() const { return width_; }
    std::size_t lines() const { return static_cast<std::size_t>(std::count(out.begin(), out.end(), '\n')); }
    std::string paint(const char* code, std::string_view text) const;
    void line(std::string_view text) { out.append(text) += '\n'; }

    // `label` in the margin of the first line, the words wrapped beside it; what needs more than `lines_max` lines ends
    // with an ellipsis.
    void prose(std::string_view label, std::string_view words, std::size_t lines_max = 100);
    // The same for a step: a command stays on one line, however long.
    void step(std::string_view label, std::string_view number, const ReportStep& step);
    // Time, words cut in the middle, and the place they stand at; between the lines beside it, where there are any.
    void evidence(std::string_view label, const ReportEvidence& proof);
    // One line, cut to the width.
    void item(std::string_view label, std::string_view words);
    // One line: `left` cut so that `right` fits behind it.
    void two_ends(std::string_view label, std::string_view lead, std::string_view left, std::string_view right);
    // Puts `label` into the empty margin of the line that begins at byte `at` of `out`.
    void relabel(std::size_t at, std::string_view label);

private:
    void neighbour(const ReportNeighbour& beside);
    std::string margin(std::string_view label) const;
    std::string linked(const ReportEvidence& proof, std::string_view words) const;

    const WriteOptions& options_;
    std::size_t width_;
};

}  // namespace nixwhy
