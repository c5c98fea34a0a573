// RE2 behind one door, and the choice of literals: RE2's own prefilter says which literals a match needs, and a
// greedy walk drops the common ones as long as the rest is still required.
#include "base/regex.hpp"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <mutex>
#include <unordered_map>

#include "base/commonness.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

re2::RE2::Options options() {
    re2::RE2::Options out;
    out.set_encoding(re2::RE2::Options::EncodingLatin1);
    out.set_log_errors(false);
    out.set_max_mem(4 << 20);
    return out;
}

// The parts without quotes, backslashes and bytes beyond ASCII, which wrapped messages write in other ways.
std::vector<std::string> plain_parts(std::string_view literal) {
    std::vector<std::string> parts;
    std::string run;
    for (const char c : literal) {
        const bool plain = c != '"' && c != '\'' && c != '\\' && c != '`' && c >= 0x20 && c < 0x7f;
        if (plain) run += c;
        if (!plain && !run.empty()) parts.push_back(std::move(run)), run.clear();
    }
    if (!run.empty()) parts.push_back(std::move(run));
    return parts;
}

// What RE2 says a match needs: atoms joined by "and" and "or", of which we can only ask whether some are enough.
class Atoms {
public:
    Atoms(const std::string& pattern, std::size_t length_min) : filter_(static_cast<int>(std::max<std::size_t>(length_min, 1))) {
        int id = 0;
        if (filter_.Add(pattern, options(), &id) != re2::RE2::NoError) return;
        std::vector<std::string> atoms;
        filter_.Compile(&atoms);
        for (const std::string& atom : atoms) {
            parts_.push_back(plain_parts(atom));
            const auto longest = std::max_element(parts_.back().begin(), parts_.back().end(), [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
            const bool fits = longest != parts_.back().end() && longest->size() >= length_min;
            literals_.push_back(fits ? *longest : std::string());
            // an atom whose plain part is too short can't be looked for: it counts as always there
            (fits ? free_ : always_).push_back(static_cast<int>(literals_.size()) - 1);
        }
    }

    // Atoms of which one stands in every match, the rarest such set that is left; empty where there is none. The next
    // call gives another one, of other atoms.
    std::vector<int> next_cover() {
        if (free_.empty() || !needed(always_)) return {};
        std::vector<int> cover = free_;
        const auto rare = [&](int a, int b) { return lines_of_thousand(literal(a)) > lines_of_thousand(literal(b)); };
        std::sort(cover.begin(), cover.end(), rare);
        for (const int candidate : std::vector<int>(cover)) {
            std::vector<int> present = always_;
            for (const int other : free_) {
                const bool kept = std::find(cover.begin(), cover.end(), other) != cover.end();
                if (!kept || other == candidate) present.push_back(other);
            }
            if (needed(present)) cover.erase(std::find(cover.begin(), cover.end(), candidate));
        }
        for (const int atom : cover) {
            free_.erase(std::find(free_.begin(), free_.end(), atom));
            always_.push_back(atom);
        }
        return cover;
    }
    const std::string& literal(int atom) const { return literals_[static_cast<std::size_t>(atom)]; }
    const std::vector<std::string>& parts(int atom) const { return parts_[static_cast<std::size_t>(atom)]; }

private:
    // Whether more than `present` is needed.
    bool needed(const std::vector<int>& present) {
        std::vector<int> potential;
        filter_.AllPotentials(present, &potential);
        return potential.empty();
    }

    re2::FilteredRE2 filter_;
    std::vector<std::vector<std::string>> parts_;
    std::vector<std::string> literals_;
    std::vector<int> free_, always_;
};

// The pattern's text as it would stand in a match, as far as that can be told: without escapes and names of groups.
// Empty where letters may stand in either case.
std::string text_as_written(const std::string& pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern.compare(i, 4, "(?P<") == 0) {
            i = std::min(pattern.find('>', i), pattern.size());
            out += '\n';
        } else if (pattern[i] == '(' && pattern.compare(i, 2, "(?") == 0) {
            const std::size_t end = pattern.find_first_of(":)", i);
            if (pattern.substr(i, end - i).find('i') != std::string::npos) return {};
        } else if (pattern[i] == '\\' && i + 1 < pattern.size()) {
            const char escaped = pattern[++i];
            out += std::isalnum(static_cast<unsigned char>(escaped)) != 0 ? '\n' : escaped;  // \d, \S stand for others
        } else if (pattern[i] == '[') {
            const std::size_t end = pattern.find(']', i + 2);
            const std::string members = pattern.substr(i + 1, end - i - 1);
            for (const char c : members) {
                const bool letter = c >= 'a' && c <= 'z';
                const bool range = members.find("a-z") != std::string::npos;
                if (letter && !range && members.find(static_cast<char>(c - 32)) != std::string::npos) return {};
            }
            out += pattern[i];
        } else {
            out += pattern[i];
        }
    }
    return out;
}

// `literal` in the letter case it has in `text`, empty where it has none or several.
std::string as_written(const std::string& text, const std::string& folded, const std::string& literal) {
    std::string found;
    for (std::size_t at = folded.find(literal); at != std::string::npos; at = folded.find(literal, at + 1)) {
        const std::string one = text.substr(at, literal.size());
        if (!found.empty() && found != one) return {};
        found = one;
    }
    return found;
}

}  // namespace

Regex::Regex(const std::string& pattern) : re_(std::make_unique<re2::RE2>(pattern, options())) {
    if (!re_->ok()) {
        error_ = re_->error();
        return;
    }
    for (const auto& [group, name] : re_->CapturingGroupNames()) groups_.emplace_back(group, name);
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::search(std::string_view text) const {
    return re_->Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

bool Regex::search(std::string_view text, Captures& captures) const {
    if (groups_.empty()) return search(text);
    const int groups = re_->NumberOfCapturingGroups() + 1;
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(groups));
    if (!re_->Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, found.data(), groups)) {
        return false;
    }
    for (const auto& [group, name] : groups_) {
        const re2::StringPiece& piece = found[static_cast<std::size_t>(group)];
        if (piece.data() == nullptr || piece.empty()) continue;
        captures.emplace_back(name, std::string(piece.data(), piece.size()));
    }
    return true;
}

bool Regex::find(std::string_view text, std::size_t from, std::vector<std::pair<std::string_view, std::string_view>>& groups) const {
    std::vector<re2::StringPiece> found(static_cast<std::size_t>(re_->NumberOfCapturingGroups()) + 1);
    if (!re_->Match({text.data(), text.size()}, from, text.size(), re2::RE2::UNANCHORED, found.data(), static_cast<int>(found.size()))) return false;
    for (const auto& [group, name] : groups_) {
        const re2::StringPiece& piece = found[static_cast<std::size_t>(group)];
        if (!piece.empty()) groups.emplace_back(name, std::string_view(piece.data(), piece.size()));
    }
    return true;
}

std::vector<std::string> Regex::names() const {
    std::vector<std::string> out;
    for (const auto& [group, name] : groups_) out.push_back(name);
    return out;
}

Requirements requirements_of(const std::string& pattern, std::size_t length_min) {
    constexpr std::size_t needs_max = 3;
    Requirements out;
    Atoms atoms(pattern, length_min);
    const std::vector<int> cover = atoms.next_cover();
    if (cover.empty()) return out;
    const auto add_to = [](std::vector<std::string>& list, const std::string& literal) {
        if (std::find(list.begin(), list.end(), literal) == list.end()) list.push_back(literal);
    };
    for (const int atom : cover) add_to(out.literals, atoms.literal(atom));
    std::sort(out.literals.begin(), out.literals.end());
    const auto add_parts = [&](const std::vector<int>& one) {
        for (const std::string& part : one.size() == 1 ? atoms.parts(one[0]) : std::vector<std::string>()) {
            if (part.size() >= 2 && part != atoms.literal(one[0])) out.needs.push_back({part});
        }
    };
    add_parts(cover);
    for (std::vector<int> next = atoms.next_cover(); !next.empty() && out.needs.size() < needs_max; next = atoms.next_cover()) {
        out.needs.emplace_back();
        for (const int atom : next) add_to(out.needs.back(), atoms.literal(atom));
        add_parts(next);
    }
    const std::string text = text_as_written(pattern), folded = lower(text);
    std::vector<std::vector<std::string>> written{out.literals};
    written.insert(written.end(), out.needs.begin(), out.needs.end());
    for (auto& literals : written) {
        for (std::string& literal : literals) {
            std::string found = as_written(text, folded, literal);
            // "[ >]sh: " gives literals whose first letter is not written before the others
            if (found.empty()) found = as_written(text, folded, literal.substr(1));
            if (found.size() < 2) return out;
            literal = std::move(found);
        }
    }
    out.cased = true;
    const bool tells_more = std::any_of(written.begin(), written.end(), [](const auto& literals) {
        return std::any_of(literals.begin(), literals.end(), [](const std::string& literal) { return lower(literal) != literal; });
    });
    out.needs.assign(written.begin() + (tells_more ? 0 : 1), written.end());
    return out;
}

bool holds_each(const std::vector<std::vector<std::string>>& needs, std::string_view text) {
    return std::all_of(needs.begin(), needs.end(), [&](const std::vector<std::string>& literals) {
        return std::any_of(literals.begin(), literals.end(), [&](const std::string& literal) { return contains(text, literal); });
    });
}

const Regex& kept_regex(const std::string& pattern) {
    static std::mutex mutex;
    static std::unordered_map<std::string, Regex> kept;
    const std::lock_guard<std::mutex> lock(mutex);
    const auto found = kept.find(pattern);
    return found != kept.end() ? found->second : kept.emplace(pattern, Regex(pattern)).first->second;
}

std::string_view capture(const Captures& captures, std::string_view name) {
    for (const auto& [key, value] : captures) {
        if (key == name) return value;
    }
    return {};
}

}  // namespace nixwhy
