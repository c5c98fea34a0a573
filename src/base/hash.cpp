// One of the two files that know Mbed TLS; the other reads certificates.
#include "base/hash.hpp"

#include <fmt/core.h>
#include <mbedtls/md.h>
#include <sys/random.h>

#include <array>
#include <vector>

#include "base/error.hpp"

namespace nixwhy {

namespace {

std::string hex(const unsigned char* bytes, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += fmt::format("{:02x}", bytes[i]);
    return out;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, 32> digest{};
    const int failed = mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256),
                                  reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    NIXWHY_PROMISE(failed == 0);
    return hex(digest.data(), digest.size());
}

std::string keyed_name(std::string_view key, std::string_view secret) {
    const std::string keyed = std::string(key) + sha256_hex(std::string(key) + std::string(secret));
    return sha256_hex(keyed).substr(0, 32);
}

std::string random_hex(std::size_t count) {
    std::vector<unsigned char> bytes(count);
    NIXWHY_PROMISE(::getrandom(bytes.data(), count, 0) == static_cast<ssize_t>(count));
    return hex(bytes.data(), count);
}

}  // namespace nixwhy
