// A table of bits answers nearly all places with "no"; what is left is looked up and compared.
#include "base/grams.hpp"

#include <algorithm>
#include <cstring>

#include "base/commonness.hpp"

namespace nixwhy {

namespace {

constexpr std::uint64_t factor = 0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio

char lower_one(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// 0x20 in each byte makes letters lower case; what else it changes is found out by comparing.
std::uint64_t load_gram(const char* at, std::size_t width) {
    std::uint64_t gram = 0;
    if (width == 8) std::memcpy(&gram, at, 8);
    if (width == 4) std::memcpy(&gram, at, 4);
    if (width == 2) std::memcpy(&gram, at, 2);
    if (width == 1) gram = static_cast<unsigned char>(*at);
    return gram | 0x2020202020202020ULL;
}

// Where the part of a literal ends whose pieces are looked for: of a few, the one that is rarest in logs.
std::size_t end_of_rarest(const std::string& literal, std::size_t length) {
    std::size_t best = literal.size();
    double least = 1e9;
    for (const std::size_t end : {literal.size(), length, (literal.size() + length) / 2, (3 * literal.size() + length) / 4, (literal.size() + 3 * length) / 4}) {
        const double lines = lines_of_thousand(std::string_view(literal).substr(end - length, length));
        if (lines < least) least = lines, best = end;
    }
    return best;
}

}  // namespace

Grams::Grams(const std::vector<std::string>& literals, const std::vector<std::uint32_t>& chosen, Step step) : literals_(literals), step_(step) {
    slots_ = 16;
    while (slots_ < chosen.size() * step.stride * 3 / 2) slots_ *= 2;
    own_.resize((std::size_t{1} << bits_log) / 8 + slots_ * sizeof(Slot));
    auto* const bits = reinterpret_cast<std::uint64_t*>(own_.data());
    auto* const slots = reinterpret_cast<Slot*>(own_.data() + (std::size_t{1} << bits_log) / 8);
    for (const std::uint32_t number : chosen) {
        const std::string& literal = literals[number];
        const std::size_t end = step.width == 8 ? end_of_rarest(literal, step.length_min()) : literal.size();
        for (std::size_t i = 0; i < step.stride; ++i) {
            const std::size_t at = end - step.width - i;
            const std::uint64_t gram = load_gram(literal.data() + at, step.width), hash = gram * factor;
            bits[hash >> (64 - bits_log) >> 6U] |= 1ULL << (hash >> (64 - bits_log) & 63U);
            std::size_t place = (hash >> 20U) & (slots_ - 1);
            while (slots[place].gram != 0) place = (place + 1) & (slots_ - 1);
            slots[place] = {gram, number, static_cast<std::uint32_t>(at)};
        }
    }
    tables_ = own_;
}

Grams::Grams(const std::vector<std::string>& literals, std::string_view tables, Step step)
    : literals_(literals), step_(step), tables_(tables), slots_((tables.size() - (std::size_t{1} << bits_log) / 8) / sizeof(Slot)) {}

void Grams::look_up(std::string_view text, std::size_t place, std::uint64_t gram, std::vector<LiteralHit>& hits) const {
    const char* const slots = tables_.data() + (std::size_t{1} << bits_log) / 8;
    for (std::size_t i = (gram * factor >> 20U) & (slots_ - 1);; i = (i + 1) & (slots_ - 1)) {
        Slot slot;
        std::memcpy(&slot, slots + i * sizeof slot, sizeof slot);
        if (slot.gram == 0) return;
        if (slot.gram != gram || slot.at > place) continue;
        const std::string& literal = literals_[slot.literal];
        const std::size_t start = place - slot.at;
        if (literal.size() > text.size() - start) continue;
        const bool same = std::equal(literal.begin(), literal.end(), text.begin() + static_cast<std::ptrdiff_t>(start), [](char a, char b) { return a == lower_one(b); });
        if (same) hits.push_back({start + literal.size(), slot.literal});
    }
}

void Grams::search(std::string_view text, std::vector<LiteralHit>& hits) const {
    const std::size_t width = step_.width, stride = step_.stride;
    const char* const bits = tables_.data();
    const auto is_set = [&](std::uint64_t gram) {
        const std::uint64_t hash = gram * factor >> (64 - bits_log);
        return (static_cast<unsigned char>(bits[hash >> 3U]) >> (hash & 7U) & 1U) != 0;
    };
    if (width == 8 && stride == 8) {  // the step that gigabytes go through
        for (std::size_t place = 0; place + 8 <= text.size(); place += 8) {
            std::uint64_t gram = 0;
            std::memcpy(&gram, text.data() + place, 8);
            gram |= 0x2020202020202020ULL;
            if (is_set(gram)) look_up(text, place, gram, hits);
        }
        return;
    }
    for (std::size_t place = 0; place + width <= text.size(); place += stride) {
        const std::uint64_t gram = load_gram(text.data() + place, width);
        if (is_set(gram)) look_up(text, place, gram, hits);
    }
}

}  // namespace nixwhy
