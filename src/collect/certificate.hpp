// What may be told of a certificate: whose it is, for which names, who signed it, and when it is good.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nixwhy {

struct Certificate {
    std::string subject;             // "CN=system:node:worker1, O=system:nodes"
    std::string issuer;
    std::vector<std::string> names;  // DNS names and addresses it is good for
    std::int64_t not_before_us = 0;
    std::int64_t not_after_us = 0;
    std::string fingerprint;         // SHA-256 of its DER bytes
    bool authority = false;          // may sign others
};

// The first certificate of a PEM text; nothing where there is none that can be read.
std::optional<Certificate> read_certificate(std::string_view pem);

}  // namespace nixwhy
