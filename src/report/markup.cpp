// See markup.hpp. Newlines are written as references: an attribute would lose them.
#include "report/markup.hpp"

namespace nixwhy {

namespace {

// U+FDD0 to U+FDEF and the last two of each plane: no characters, whatever they are written as.
std::size_t length_of_no_character(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (text.size() >= 3 && byte(0) == 0xEF) {
        if (byte(1) == 0xBF && byte(2) >= 0xBE) return 3;
        return byte(1) == 0xB7 && byte(2) >= 0x90 && byte(2) <= 0xAF ? 3 : 0;
    }
    const bool last_of_plane = text.size() >= 4 && byte(0) >= 0xF0 && (byte(1) & 0x0FU) == 0x0F && byte(2) == 0xBF && byte(3) >= 0xBE;
    return last_of_plane ? 4 : 0;
}

}  // namespace

std::string markup_text(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            case '\n': out += "&#10;"; break;
            default:
                if (const std::size_t length = length_of_no_character(text.substr(i)); length > 0) {
                    out += "\xEF\xBF\xBD";
                    i += length - 1;
                } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') {
                    out += c;
                }
        }
    }
    return out;
}

}  // namespace nixwhy
