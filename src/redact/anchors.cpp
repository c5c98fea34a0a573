// A table over the first three bytes of every literal, letter case folded, answers for most places of a text with one
// look; a literal is compared where it says so. Compiling a database of Vectorscan takes longer than this whole program
// runs on a usual log.
#include "redact/anchors.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "redact/detectors.hpp"
#include "redact/encoded.hpp"

namespace nixwhy {

namespace {

constexpr unsigned table_bits = 15;

struct Special {
    Anchor anchor;
    const char* literals;
};

constexpr std::array<Special, 5> specials{{
    {anchor_name, "pass secret token key pwd psk cred jwt kennwort pswd _pat= _pat: _pat\" pw= pw: pw\" pw, otp= otp: otp\" auth bearer"},
    {anchor_colour, "\x1b[0 \x1b[1 \x1b[2 \x1b[3 \x1b[4 \x1b[5 \x1b[6 \x1b[7 \x1b[8 \x1b[9 \x1b[m \x1b[k #033[ \\u001b[ \\x1b[ \\033[ \\e[ ^[["},
    {anchor_escape, "%22 %27 %3a %3d %40 %7b %5b %20 &quot; &#3 &apos; =3d \\u00 \\x2 \\x3 \\x4 \\x5 \\x6 \\x7 \\07 \\16 \\15 \\14"},
    {anchor_key_block, "-begin ,begin private-lines:"},
    {anchor_line, "cat, get,secret machine, login, data: data\" stringdata genkey genpsk token,create generate-secret pass,show rand, pwgen .secret "
                  "print-join-command authkey secrets, sops, age, base64, node-token"},
}};

struct Literal {
    std::string text;
    std::uint16_t anchor = 0;
    std::uint16_t next = 0;  // of the same three bytes; 0 ends
};

struct Table {
    std::array<std::uint64_t, (1U << table_bits) / 64> bits{};
    std::array<std::uint16_t, 1U << table_bits> first{};
    std::vector<Literal> literals{1};
    std::vector<std::uint16_t> run_rows, at_rows, dot_rows;

    static std::uint32_t slot(std::uint32_t three) { return (three * 0x9E3779B1U) >> (32 - table_bits); }

    void add(std::string_view words, std::uint16_t anchor) {
        for (const std::string_view word : split(words, ' ')) {
            if (word.empty()) continue;
            if (word == "*" || word == "@" || word == ".") {
                (word == "*" ? run_rows : word == "@" ? at_rows : dot_rows).push_back(anchor);
                continue;
            }
            std::string text = lower(word);
            std::replace(text.begin(), text.end(), ',', ' ');
            const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]) | 0x20U); };
            NIXWHY_PROMISE(text.size() >= 3);
            const std::uint32_t at = slot(byte(0) | (byte(1) << 8U) | (byte(2) << 16U));
            bits[at / 64] |= std::uint64_t{1} << (at % 64);
            literals.push_back({std::move(text), anchor, first[at]});
            first[at] = static_cast<std::uint16_t>(literals.size() - 1);
        }
    }

    Table() {
        std::uint16_t row = 0;
        for (const Detector& detector : detectors()) add(detector.literals, row++);
        for (const Special& special : specials) add(special.literals, special.anchor);
    }

    void look(std::string_view text, std::size_t at, std::uint32_t where, std::vector<Hit>& hits) const {
        for (std::uint16_t i = first[where]; i != 0; i = literals[i].next) {
            const std::string& literal = literals[i].text;
            if (text.size() - at < literal.size()) continue;
            bool same = true;
            for (std::size_t k = 0; k < literal.size() && same; ++k) {
                const char c = text[at + k];
                same = (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) == literal[k];
            }
            if (same) hits.push_back({at, literals[i].anchor});
        }
    }
};

// abcdef.0123456789abcdef: no word, no number, no hexadecimal digest
bool is_bootstrap_token(std::string_view text, std::size_t dot) {
    if (dot < 6 || dot + 17 > text.size()) return false;
    std::size_t digits = 0;
    bool beyond_hex = false;
    for (std::size_t i = dot - 6; i < dot + 17; ++i) {
        const char c = text[i];
        if (i == dot) continue;
        if (!is_digit(c) && (c < 'a' || c > 'z')) return false;
        digits += is_digit(c);
        beyond_hex = beyond_hex || (i > dot && c > 'f');
    }
    return digits > 0 && digits < 22 && beyond_hex;
}

// [112,101,...: not the number of a process in brackets
void find_lists(std::string_view text, std::vector<Hit>& hits) {
    for (std::size_t at = text.find('['); at != std::string_view::npos; at = text.find('[', at + 1)) {
        std::size_t i = at + 1;
        while (i < text.size() && i < at + 4 && is_digit(text[i])) ++i;
        if (i > at + 1 && i + 1 < text.size() && (text[i] == ',' || text[i] == ' ') && (is_digit(text[i + 1]) || text[i + 1] == ' ')) hits.push_back({at, anchor_container});
    }
}

}  // namespace

void find_anchors(std::string_view text, std::vector<Hit>& hits) {
    static const Table table;
    const std::size_t begin = hits.size();
    const char* const bytes = text.data();
    std::size_t at = 0;
    for (; at + 4 <= text.size(); ++at) {
        std::uint32_t four = 0;
        std::memcpy(&four, bytes + at, 4);
        const std::uint32_t where = Table::slot((four | 0x202020U) & 0xFFFFFFU);
        if ((table.bits[where / 64] >> (where % 64)) & 1U) table.look(text, at, where, hits);
    }
    if (at + 3 == text.size()) {
        const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i]) | 0x20U); };
        table.look(text, at, Table::slot(byte(0) | (byte(1) << 8U) | (byte(2) << 16U)), hits);
    }
    for (std::size_t run = find_container(text, 0); run != std::string_view::npos;) {
        hits.push_back({run, anchor_container});
        const std::size_t end = std::min(text.find('\n', run), text.size());
        if (contains(text.substr(run, end - run), "==")) {
            for (const std::uint16_t row : table.run_rows) hits.push_back({run, row});
        }
        run = find_container(text, end);  // one hit a line is enough
    }
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        if (!is_bootstrap_token(text, dot)) continue;
        for (const std::uint16_t row : table.dot_rows) hits.push_back({dot, row});
    }
    for (std::size_t sign = text.find('@'); sign != std::string_view::npos; sign = text.find('@', sign + 1)) {
        for (const std::uint16_t row : table.at_rows) hits.push_back({sign, row});
    }
    find_lists(text, hits);
    std::stable_sort(hits.begin() + static_cast<std::ptrdiff_t>(begin), hits.end(), [](const Hit& a, const Hit& b) { return a.at < b.at; });
}

}  // namespace nixwhy
