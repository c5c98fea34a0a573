// Mbed TLS takes the certificate apart; only what is named in the header leaves this file.
#include "collect/certificate.hpp"

#include <arpa/inet.h>
#include <mbedtls/x509_crt.h>

#include <array>

#include "base/hash.hpp"
#include "base/time.hpp"

namespace nixwhy {

namespace {

constexpr std::string_view begin_mark = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view end_mark = "-----END CERTIFICATE-----";

std::string name_text(const mbedtls_x509_name& name) {
    std::array<char, 1024> buffer{};
    const int length = mbedtls_x509_dn_gets(buffer.data(), buffer.size(), &name);
    return length > 0 ? std::string(buffer.data(), static_cast<std::size_t>(length)) : std::string();
}

std::int64_t time_us(const mbedtls_x509_time& time) { return make_us(time.year, time.mon, time.day, time.hour, time.min, time.sec, 0); }

constexpr int tag_dns = 2, tag_address = 7;

std::string alternative(const mbedtls_x509_buf& name) {
    const std::string_view bytes(reinterpret_cast<const char*>(name.p), name.len);
    const int kind = name.tag & MBEDTLS_ASN1_TAG_VALUE_MASK;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (kind == tag_dns) return std::string(bytes);
    if (kind == tag_address && bytes.size() == 4) return ::inet_ntop(AF_INET, bytes.data(), text.data(), text.size());
    if (kind == tag_address && bytes.size() == 16) return ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
    return {};
}

}  // namespace

std::optional<Certificate> read_certificate(std::string_view pem) {
    const std::size_t begin = pem.find(begin_mark);
    const std::size_t end = pem.find(end_mark, begin == std::string_view::npos ? 0 : begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
    const std::string one = std::string(pem.substr(begin, end + end_mark.size() - begin)) + "\n";
    mbedtls_x509_crt parsed;
    mbedtls_x509_crt_init(&parsed);
    std::optional<Certificate> out;
    if (mbedtls_x509_crt_parse(&parsed, reinterpret_cast<const unsigned char*>(one.c_str()), one.size() + 1) == 0) {
        out.emplace();
        out->subject = name_text(parsed.subject);
        out->issuer = name_text(parsed.issuer);
        for (const mbedtls_x509_sequence* name = &parsed.subject_alt_names; name != nullptr; name = name->next) {
            std::string text = name->buf.p == nullptr ? std::string() : alternative(name->buf);
            if (!text.empty()) out->names.push_back(std::move(text));
        }
        out->not_before_us = time_us(parsed.valid_from);
        out->not_after_us = time_us(parsed.valid_to);
        out->fingerprint = sha256_hex({reinterpret_cast<const char*>(parsed.raw.p), parsed.raw.len});
        out->authority = parsed.ca_istrue != 0;
    }
    mbedtls_x509_crt_free(&parsed);
    return out;
}

}  // namespace nixwhy
