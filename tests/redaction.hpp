// Lines of fixtures/redaction with their secrets drawn: the files hold none, so that no scanner trips over them.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "support.hpp"

namespace nixwhy {

struct RedactionCase {
    std::string group;                 // class of lines.txt, detector of pairs.txt
    std::string text;
    std::vector<std::string> secrets;  // must vanish; where there is none the text must stay as it is
    bool kept() const { return secrets.empty(); }
};

inline std::string drawn(std::string_view what, std::mt19937& random) {
    const std::size_t blank = what.find(' ');
    const std::string kind(what.substr(0, blank));
    std::string_view digits = blank == std::string_view::npos ? std::string_view("1") : what.substr(blank + 1);
    long long count = 0;
    take_number(digits, count);
    const auto from = [&](std::string_view alphabet, long long length) {
        std::string out;
        for (; length > 0; --length) out += alphabet[random() % alphabet.size()];
        return out;
    };
    static const std::string lower_case = "abcdefghijklmnopqrstuvwxyz", upper_case = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", figures = "0123456789";
    static const std::string alnum = lower_case + upper_case + figures;
    if (kind == "lower") return from(lower_case, count);
    if (kind == "upper") return from(upper_case + "234567", count);
    if (kind == "digits") return from("123456789", 1) + from(figures, count - 1);
    if (kind == "alnum") return from(lower_case, 1) + from(figures, 1) + from(upper_case, 1) + from(alnum, count - 3);
    if (kind == "hex") return count < 3 ? from("0123456789abcdef", count) : "a" + from("0123456789abcdef", count - 2) + "7";
    if (kind == "HEX") return count < 3 ? from("0123456789ABCDEF", count) : "A" + from("0123456789ABCDEF", count - 2) + "7";
    if (kind == "nix32") return from("0123456789abcdfghijklmnpqrsvwxyz", count);
    if (kind == "base32") return from(upper_case + "234567", count);
    if (kind == "base64url") return "aZ3" + from(alnum + "-_", count - 3);
    if (kind == "base64") {
        const long long letters = (count * 8 + 5) / 6;
        return from(alnum, letters - 1) + (count % 3 == 0 ? "a" : count % 3 == 1 ? "w==" : "Q=");
    }
    if (kind == "word") return std::vector<std::string>{"alder", "birch", "cedar", "ember", "flint", "grove", "heron", "larch", "maple", "osprey", "quartz", "willow"}[random() % 12];
    if (kind == "made") return from(lower_case, 2) + from(figures, 2) + from(upper_case, 1) + from(alnum, count - 5);
    if (kind == "hexascii") {
        std::string out;
        for (; count > 0; --count) out += "6" + from("123456789", 1);
        return out;
    }
    if (kind == "pemlines" || kind == "pembody") {
        std::string out;
        for (; count > 1; --count) out += from(alnum + "+/", 64) + (kind == "pembody" ? "\\n" : "\n");
        return out + from(alnum, 40) + "==";
    }
    FAIL("no way to draw ", kind);
    return {};
}

// `+group text` and `-group text`; `#` begins a remark.
inline std::vector<RedactionCase> redaction_cases(const std::string& path, unsigned seed) {
    std::vector<RedactionCase> cases;
    std::mt19937 random(seed);
    const std::string file = read_file(path);
    for (const std::string_view line : split(file, '\n')) {
        if (line.empty() || line[0] == '#') continue;
        const std::size_t blank = line.find(' ');
        RedactionCase one{std::string(line.substr(1, blank - 1)), {}, {}};
        std::size_t open = std::string::npos;
        for (std::size_t at = blank + 1; at < line.size();) {
            const auto take = [&](std::string_view mark) { return line.substr(at, mark.size()) == mark ? at += mark.size(), true : false; };
            if (take("⟨")) {
                const std::size_t end = line.find("⟩", at);
                one.text += drawn(line.substr(at, end - at), random);
                at = end + std::string_view("⟩").size();
            } else if (take("⏎")) {
                one.text += '\n';
            } else if (take("␛")) {
                one.text += '\x1b';
            } else if (take("«")) {
                open = one.text.size();
            } else if (take("»")) {
                one.secrets.push_back(one.text.substr(open));
            } else {
                one.text += line[at++];
            }
        }
        CHECK_MESSAGE(one.kept() == (line[0] == '-'), std::string(line));
        cases.push_back(std::move(one));
    }
    return cases;
}

// Whether a part of the secret is left that would help to guess it.
inline bool leaks(const std::string& secret, const std::string& text) {
    const std::size_t length = std::max<std::size_t>(6, std::min<std::size_t>(12, secret.size() / 2));
    if (secret.size() <= length) return contains(text, secret);
    for (std::size_t at = 0; at + length <= secret.size(); ++at) {
        if (contains(text, std::string_view(secret).substr(at, length))) return true;
    }
    return false;
}

}  // namespace nixwhy
