// SHA-256, for naming bytes beyond doubt: members of a bundle, and secrets under a key that is thrown away.
#pragma once

#include <string>
#include <string_view>

namespace nixwhy {

// 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// A name for a secret that tells nothing without `key`: sha256(key, sha256(key, secret)), its first 32 digits. The
// inner digest goes in as hexadecimal digits, so that a shell with sha256sum can do the same.
std::string keyed_name(std::string_view key, std::string_view secret);

// `count` random bytes as hexadecimal digits, from the kernel.
std::string random_hex(std::size_t count);

}  // namespace nixwhy
