// Messages with a place, and the assert that stays on in release builds.
#include "base/error.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.hpp"

namespace nixwhy {

Error::Error(const std::string& what, Exit code) : std::runtime_error(what), code_(code) {}

std::string Problem::text() const {
    // file names and keys come from whoever wrote the file
    std::string out = printable(line > 0 ? fmt::format("{}:{}:{}: {}", file, line, column, what) : fmt::format("{}: {}", file, what)) + "\n";
    if (line > 0 && !source_line.empty()) {
        const std::string number = std::to_string(line);
        const std::size_t caret = column > 0 ? column - 1 : 0;
        out += fmt::format("  {} | {}\n", number, source_line);
        out += fmt::format("  {} | {}^\n", std::string(number.size(), ' '), std::string(caret, ' '));
    }
    if (!hint.empty()) {
        out += fmt::format("  hint: {}\n", printable(hint));
    }
    return out;
}

std::string join_problems(const std::vector<Problem>& problems) {
    std::string out;
    for (const Problem& problem : problems) {
        out += problem.text();
    }
    return out;
}

void broken_promise(const char* promise, const char* file, int line) {
    std::fprintf(stderr, "nixwhy: internal error: '%s' does not hold (%s:%d)\n", promise, file, line);
    std::fprintf(stderr, "nixwhy: this is a mistake of nixwhy, please report it with the input\n");
    std::_Exit(static_cast<int>(Exit::ours));
}

std::string nearest(std::string_view given, const std::vector<std::string>& known) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(2, given.size() / 3) + 1;
    for (const std::string& word : known) {
        std::vector<std::size_t> row(word.size() + 1);
        for (std::size_t j = 0; j <= word.size(); ++j) row[j] = j;
        for (std::size_t i = 1; i <= given.size(); ++i) {
            std::size_t diagonal = row[0];
            row[0] = i;
            for (std::size_t j = 1; j <= word.size(); ++j) {
                const std::size_t change = diagonal + (given[i - 1] == word[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
            }
        }
        if (row[word.size()] < best_distance) {
            best_distance = row[word.size()];
            best = word;
        }
    }
    return best;
}

}  // namespace nixwhy
