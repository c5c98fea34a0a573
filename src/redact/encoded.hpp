// Text inside text: what is read through an encoding, with the way back to the bytes it came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

// Decoded text; byte i of it came from the bytes [from[i], from[i + 1]) of the original.
struct Decoded {
    std::string text;
    std::vector<std::size_t> from;
};

// Without colours, also where they were written out (`#033[31m`, `\u001b[31m`). Nothing where there are none.
std::optional<Decoded> without_colours(std::string_view line);
// %41, \x41, \u0041, \101, &quot;, &#65;, =3D undone once. Nothing where there is none of them.
std::optional<Decoded> without_escapes(std::string_view line);

// A stretch of the line that holds another text as a whole: base64, hexadecimal digits, a list of bytes.
struct Container {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string text;  // decoded, readable
    const char* name = "";
};
std::vector<Container> containers_in(std::string_view line);
// Whether a line may hold one; a cheap look at single bytes. The place, or npos.
std::size_t find_container(std::string_view text, std::size_t from);

std::optional<std::string> decode_base64(std::string_view text);  // either alphabet, padding may be missing
bool is_readable(std::string_view text);                          // printable ASCII and white space
bool is_base64(char c);

// Base64 of `user:password`.
bool is_user_and_password(std::string_view value);
// 16, 24, 32, 48 or 64 bytes in base64 with its padding, or in hexadecimal digits; 32 letters and more in all their cases.
bool is_key_form(std::string_view value);

}  // namespace nixwhy
