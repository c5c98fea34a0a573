// RE2 behind one door, and the choice of literals: RE2's own prefilter says which literals a match needs, and a
// greedy walk drops the common ones as long as the rest is still required.
#include "base/regex.hpp"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

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

// Words that stand in so many healthy lines that a literal made of them alone saves nothing.
bool is_common(std::string_view literal) {
    static constexpr std::array<std::string_view, 18> common{
        "error", "error:", "failed", "failed to ", "warning", "warning:", "/nix/store/", "nix/store", ".service",
        "level=error", "msg=", "err=", "http", "https://", "systemd", "kubelet", " not ", "unable to "};
    return std::find(common.begin(), common.end(), literal) != common.end();
}

// How many lines hold it, by guess: short and common literals cost more.
double cost(std::string_view literal) {
    if (is_common(literal)) return 100.0;
    double spaces = static_cast<double>(std::count(literal.begin(), literal.end(), ' '));
    return 40.0 / (static_cast<double>(literal.size()) + 2.0 * spaces) + (literal.size() < 5 ? 20.0 : 0.0);
}

// The longest part without quotes, backslashes and bytes beyond ASCII.
std::string plain_part(std::string_view literal) {
    std::string best, run;
    for (const char c : literal) {
        const bool plain = c != '"' && c != '\'' && c != '\\' && c != '`' && c >= 0x20 && c < 0x7f;
        if (plain) run += c;
        if (run.size() > best.size()) best = run;
        if (!plain) run.clear();
    }
    return best;
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

std::vector<std::string> required_literals(const std::string& pattern, std::size_t length_min) {
    re2::FilteredRE2 filter(static_cast<int>(std::max<std::size_t>(length_min, 1)));
    int id = 0;
    if (filter.Add(pattern, options(), &id) != re2::RE2::NoError) return {};
    std::vector<std::string> atoms;
    filter.Compile(&atoms);
    std::vector<std::string> parts;
    for (const std::string& atom : atoms) parts.push_back(plain_part(atom));

    // A literal whose plain part is too short can't be looked for: it counts as always there.
    std::vector<int> in_cover;
    std::vector<int> always;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
        (parts[i].size() >= length_min ? in_cover : always).push_back(static_cast<int>(i));
    }
    const auto needed = [&](const std::vector<int>& present) {
        std::vector<int> potential;
        filter.AllPotentials(present, &potential);
        return potential.empty();
    };
    if (in_cover.empty() || !needed(always)) return {};
    std::sort(in_cover.begin(), in_cover.end(), [&](int a, int b) {
        return cost(parts[static_cast<std::size_t>(a)]) > cost(parts[static_cast<std::size_t>(b)]);
    });
    std::vector<int> cover = in_cover;
    for (const int candidate : in_cover) {
        std::vector<int> present = always;
        for (const int other : in_cover) {
            const bool kept = std::find(cover.begin(), cover.end(), other) != cover.end();
            if (!kept || other == candidate) present.push_back(other);
        }
        if (needed(present)) cover.erase(std::find(cover.begin(), cover.end(), candidate));
    }
    std::vector<std::string> out;
    for (const int atom : cover) out.push_back(parts[static_cast<std::size_t>(atom)]);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

std::string_view capture(const Captures& captures, std::string_view name) {
    for (const auto& [key, value] : captures) {
        if (key == name) return value;
    }
    return {};
}

}  // namespace nixwhy
