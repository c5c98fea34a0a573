// A table of detectors: what a secret looks like, and which part of the match is the secret. By known shapes, by the
// name of a key, by position; never by entropy, since store hashes and commits are what people need to read.
#include "redact/redact.hpp"

#include <array>
#include <memory>
#include <vector>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

struct Detector {
    const char* name;
    const char* literal;     // lower case; a cheap look before the expression
    const char* expression;  // the group `secret` is what is masked
};

constexpr std::array<Detector, 15> detectors{{
    {"private-key", "private key-----", R"~(-----BEGIN [A-Z ]*PRIVATE KEY-----(?P<secret>[\s\S]*?)(?:-----END|$))~"},
    {"github-token", "gh", R"~((?P<secret>\bgh[pousr]_[A-Za-z0-9]{30,}))~"},
    {"github-token", "github_pat_", R"~((?P<secret>\bgithub_pat_[A-Za-z0-9_]{20,}))~"},
    {"gitlab-token", "gl", R"~((?P<secret>\bgl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{16,}))~"},
    {"aws-key", "a", R"~((?P<secret>\b(?:AKIA|ASIA)[A-Z0-9]{16}\b))~"},
    {"slack-token", "xox", R"~((?P<secret>\bxox[abprs]-[A-Za-z0-9-]{10,}))~"},
    {"jwt", "eyj", R"~((?P<secret>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*))~"},
    {"age-key", "age-secret-key-", R"~((?P<secret>AGE-SECRET-KEY-[A-Z0-9]+))~"},
    {"k3s-token", "k10", R"~((?P<secret>\bK10[0-9a-f]{40,}::[A-Za-z0-9_]+:[A-Za-z0-9]+))~"},
    {"url-password", "://", R"~([a-z][a-z0-9+.-]*://[^\s/:@"']*:(?P<secret>[^\s/@"']+)@)~"},
    {"authorization", "authorization", R"~((?i)authorization\\*["']?\s*[:=]\s*\\*["']?(?:bearer|basic|token|digest)?\s+(?P<secret>[^\s"'\\,]+))~"},
    {"bearer", "bearer ", R"~((?i)\bbearer (?P<secret>[A-Za-z0-9._~+/-]{16,}=*))~"},
    {"named-secret", "", R"~((?i)(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|client[_-]?secret|(?:access|auth|api|refresh|session|bot|join|deploy|registry|webhook)?[_-]?token)["'\\]*\s*[:=]\s*["'\\]*(?P<secret>[^\s"'\\,;&}\])<>]{6,}))~"},
    {"option-secret", "--", R"~(--(?:password|token|secret|api-key|auth-key|agent-token|server-token)[ =](?P<secret>[^\s"'-][^\s"']*))~"},
    {"kubeadm-token", ".", R"~((?i)token[^\n]{0,24}?(?P<secret>\b[a-z0-9]{6}\.[a-z0-9]{16}\b))~"},
}};

// Words that stand where a secret would and are none: paths, variables, masks, types, states.
bool is_no_secret(std::string_view value) {
    static const Regex harmless(
        R"(^(?:/|\$|<|\*|\[REDACTED|\(|%|null|none|true|false|empty|missing|invalid|expired|unknown|required|file|not|is|was|env|failed|rejected|authentication|authenticated|https?://|[a-z]+\.[a-z]+\.[a-z]+/)|\.(?:secret|pem|key|json|yaml|nix|txt|service|age)\b)");
    return harmless.search(lower(value));
}

}  // namespace

std::string Redactor::mask(std::string_view text) {
    static const std::vector<std::unique_ptr<Regex>> expressions = [] {
        std::vector<std::unique_ptr<Regex>> out;
        for (const Detector& detector : detectors) out.push_back(std::make_unique<Regex>(detector.expression));
        return out;
    }();
    std::string out(text);
    for (std::size_t i = 0; i < detectors.size(); ++i) {
        std::size_t from = 0;
        while (from < out.size()) {
            const std::string_view rest = std::string_view(out).substr(from);
            if (!contains(lower(rest), detectors[i].literal)) break;
            Captures captures;
            if (!expressions[i]->search(rest, captures)) break;
            const std::string secret(capture(captures, "secret"));
            const std::size_t at = secret.empty() ? std::string::npos : out.find(secret, from);
            if (at == std::string::npos) break;
            if (is_no_secret(secret)) {
                from = at + secret.size();
                continue;
            }
            const std::string mark = std::string("[REDACTED:") + detectors[i].name + "]";
            out.replace(at, secret.size(), mark);
            ++counts_[detectors[i].name];
            from = at + mark.size();
        }
    }
    return out;
}

Safe Redactor::line(std::string_view text) { return Safe(printable(mask_ ? mask(text) : std::string(text))); }

Safe Redactor::lines(std::string_view text) {
    const std::string masked = mask_ ? mask(text) : std::string(text);
    std::string out;
    for (const std::string_view part : split(masked, '\n')) {
        if (!out.empty()) out += '\n';
        out += printable(part);
    }
    return Safe(std::move(out));
}

}  // namespace nixwhy
