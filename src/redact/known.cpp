// A bit for the first four bytes of each form; what passes it is compared.
#include "redact/known.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "base/text.hpp"
#include "redact/encoded.hpp"
#include "redact/names.hpp"

namespace nixwhy {

namespace {

constexpr unsigned table_bits = 16;
constexpr std::size_t entries_max = 100'000;
constexpr std::size_t secret_bytes_max = 4096;

std::uint32_t four(std::string_view text, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, text.data() + at, 4);
    return value;
}

std::uint32_t slot(std::uint32_t value) { return (value * 0x9E3779B1U) >> (32 - table_bits); }

bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c); }

bool is_plain(char c) { return is_word_char(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

std::string base64_of(std::string_view text) {
    static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i + 2 < text.size(); i += 3) {
        const auto byte = [&](std::size_t k) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i + k])); };
        const std::uint32_t bits = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
        for (const unsigned shift : {18U, 12U, 6U, 0U}) out += alphabet[(bits >> shift) & 63U];
    }
    return out;
}

}  // namespace

void KnownSecrets::add_form(std::string text, const char* detector, bool encoded) {
    if (text.size() < 6) return;
    if (bits_.empty()) bits_.resize((1U << table_bits) / 64);
    const std::uint32_t key = four(text, 0);
    std::size_t& head = first_[key];
    for (std::size_t i = head; i != 0; i = entries_[i - 1].next) {
        if (entries_[i - 1].text == text) return;
    }
    bits_[slot(key) / 64] |= std::uint64_t{1} << (slot(key) % 64);
    entries_.push_back({std::move(text), detector, encoded, head});
    head = entries_.size();
}

void KnownSecrets::add(const std::string& secret, const char* detector) {
    if (secret.size() < 8 || secret.size() > secret_bytes_max || entries_.size() > entries_max || contains(secret, "[REDACTED:")) return;
    if (!looks_made(secret) && !(std::any_of(secret.begin(), secret.end(), is_digit) && secret.size() >= 8 && !all_digits(secret))) return;
    add_form(secret, detector, false);
    std::string percent, json, html, digits;
    for (const char c : secret) {
        percent += is_plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
        json += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
        html += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string(1, c);
        digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
    }
    for (std::string* form : {&percent, &json, &html}) {
        if (*form != secret) add_form(std::move(*form), detector, false);
    }
    add_form(std::move(digits), detector, true);
    // in base64 it may begin at any of three places; the letters at its ends hold bits of its neighbours
    for (std::size_t shift = 0; shift < 3; ++shift) {
        std::string form = base64_of(std::string(shift, 'x') + secret + "xx").substr(shift == 0 ? 0 : shift == 1 ? 2 : 3);
        const std::size_t whole = (shift + secret.size()) / 3 * 4;
        form.resize(std::min(form.size(), whole - (shift == 0 ? 0 : shift == 1 ? 2 : 3)));
        std::string url = form;
        std::replace(url.begin(), url.end(), '+', '-');
        std::replace(url.begin(), url.end(), '/', '_');
        if (url != form && url.size() >= 8) add_form(std::move(url), detector, true);
        if (form.size() >= 8) add_form(std::move(form), detector, true);
    }
}

bool KnownSecrets::matches(std::string_view text, std::size_t at, const Entry& entry) const {
    if (text.substr(at, entry.text.size()) != entry.text) return false;
    if (entry.encoded || entry.text.size() >= 20) return true;
    // a short one inside a longer word is another word
    const std::size_t end = at + entry.text.size();
    return !(at > 0 && is_word_char(text[at - 1]) && is_word_char(text[at])) && !(end < text.size() && is_word_char(text[end]) && is_word_char(text[end - 1]));
}

std::size_t KnownSecrets::next(std::string_view text, std::size_t from) const {
    if (entries_.empty()) return std::string_view::npos;
    for (std::size_t at = from; at + 4 <= text.size(); ++at) {
        const std::uint32_t key = four(text, at), where = slot(key);
        if (((bits_[where / 64] >> (where % 64)) & 1U) == 0) continue;
        const auto head = first_.find(key);
        if (head == first_.end()) continue;
        for (std::size_t i = head->second; i != 0; i = entries_[i - 1].next) {
            if (matches(text, at, entries_[i - 1])) return at;
        }
    }
    return std::string_view::npos;
}

void KnownSecrets::find(std::string_view text, std::vector<Secret>& found) const {
    for (std::size_t at = next(text, 0); at != std::string_view::npos; at = next(text, at + 1)) {
        for (std::size_t i = first_.at(four(text, at)); i != 0; i = entries_[i - 1].next) {
            const Entry& entry = entries_[i - 1];
            if (!matches(text, at, entry)) continue;
            std::size_t begin = at, end = at + entry.text.size();
            if (entry.encoded) {
                while (begin > 0 && is_base64(text[begin - 1]) && text[begin - 1] != '=' && text[begin - 1] != '/') --begin;
                while (end < text.size() && is_base64(text[end])) ++end;
            }
            found.push_back({begin, end, entry.detector, By::position});
        }
    }
}

}  // namespace nixwhy
