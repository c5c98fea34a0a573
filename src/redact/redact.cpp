// A table of detectors: what a secret looks like, and which part of the match is the secret. By known shapes, by the
// name of a key, by position; never by entropy, since store hashes and commits are what people need to read.
#include "redact/redact.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

#include "base/regex.hpp"
#include "base/text.hpp"

namespace nixwhy {

namespace {

enum class By {
    shape,  // the value can be nothing else
    name,   // what stands beside it says so; a path, a variable or a word of prose is left alone
};

struct Detector {
    const char* name;
    By by;
    const char* literal;     // lower case; a cheap look before the expression
    const char* expression;  // the group `secret` is masked, unless the group `keep` took part
};

// In expressions NAMES stands for what keys of secrets are called, MEETS for what stands between a name and its value:
//   "password":"x"   \"password\":\"x\"   PASSWORD='x'   %22password%22%3A%22x   &quot;password&quot;:&quot;x
constexpr const char* key_names =
    R"~((?:password|passwd|passphrase|(?:\b|_)pass|requirepass|storepass|password[_-]?hash|secret|psk|luks\.key)~"
    R"~(|(?:api|access|auth|account|preshared|signing|storage|encryption|master|secret)[ _-]?key|private[ _-]?key|secret_key_base|x-amz-signature)~"
    R"~(|(?:access|auth|api|refresh|session|bot|join|deploy|registry|webhook)?[_-]?token))~";
constexpr const char* between = R"~((?:["'\\]|&quot;|%22|\x1b\[[0-9;]*m)*\s*(?:[:=]|%3A|%3D)\s*(?:["'\\]|&quot;|%22|\x1b\[[0-9;]*m)*)~";

constexpr std::array<Detector, 46> detectors{{
    {"github-token", By::shape, "gh", R"~((?P<secret>\bgh[pousr]_[A-Za-z0-9]{30,}))~"},
    {"github-token", By::shape, "github_pat_", R"~((?P<secret>\bgithub_pat_[A-Za-z0-9_]{20,}))~"},
    {"gitlab-token", By::shape, "gl", R"~((?P<secret>\bgl(?:pat|dt|rt|cbt|ptt)-[A-Za-z0-9_-]{16,}))~"},
    {"aws-key", By::shape, "a", R"~((?P<secret>\b(?:AKIA|ASIA)[A-Z0-9]{16}\b))~"},
    {"slack-token", By::shape, "xox", R"~((?P<secret>\bxox[abprs]-[A-Za-z0-9-]{10,}))~"},
    {"google-key", By::shape, "aiza", R"~((?P<secret>\bAIza[A-Za-z0-9_-]{35}))~"},
    {"google-key", By::shape, "ya29.", R"~((?P<secret>\bya29\.[A-Za-z0-9_-]{20,}))~"},
    {"azure-key", By::shape, "8q~", R"~((?P<secret>\b[A-Za-z0-9_.~-]{3}8Q~[A-Za-z0-9_.~-]{34}))~"},
    {"vendor-token", By::shape, "_", R"~((?P<secret>\b(?:dckr_pat|npm|hf|dop_v1|shpat|sk_live)_[A-Za-z0-9_-]{24,}))~"},
    {"vendor-token", By::shape, "key-", R"~((?P<secret>\btskey-[a-z]+-[A-Za-z0-9-]{20,}))~"},
    {"vendor-token", By::shape, "sk-", R"~((?P<secret>\bsk-(?:proj|ant|svcacct)-[A-Za-z0-9_-]{24,}))~"},
    {"vault-token", By::shape, "hv", R"~((?P<secret>\bhv[sbr]\.[A-Za-z0-9_-]{24,}))~"},
    {"jwt", By::shape, "eyj", R"~((?P<secret>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*))~"},
    {"age-key", By::shape, "age-secret-key-", R"~((?P<secret>AGE-SECRET-KEY-[A-Z0-9]+))~"},
    {"k3s-token", By::shape, "k10", R"~((?P<secret>\bK10[0-9a-f]{40,}::[A-Za-z0-9_]+:[A-Za-z0-9]+))~"},
    {"password-hash", By::shape, "$", R"~((?P<secret>\$(?:1|5|6|7|y|gy|2[abxy]|argon2(?:i|d|id))\$[A-Za-z0-9./$=,+-]{20,}))~"},
    {"tls-secret", By::shape, "", R"~(\b(?:CLIENT_RANDOM|[A-Z_]+_TRAFFIC_SECRET_?[0-9]*|EXPORTER_SECRET) [0-9a-f]{64} (?P<secret>[0-9a-f]{32,}))~"},
    {"ceph-key", By::shape, "aq", R"~((?P<secret>\bAQ[A-Za-z0-9+/]{36}==))~"},
    // a public signature and a value sealed by sops have the same form, but say what they are
    {"nix-signing-key", By::shape, "==", R"~((?P<keep>(?i:\bsig(?:nature)?s?\b)[:=]?\s+["']?|\bENC\[[^\],]*,)?\b[A-Za-z0-9][A-Za-z0-9._-]*:(?P<secret>[A-Za-z0-9+/]{86}==))~"},
    {"url-password", By::shape, "://", R"~([a-z][a-z0-9+.-]*://[^\s/:@"']*:(?P<secret>[^\s/@"']+)@)~"},
    {"url-token", By::shape, "://", R"~(https?://(?P<secret>[^\s/:@"'?#]{8,})@)~"},
    {"url-query", By::name, "=", R"~((?i)[?&](?:sig|key|code|signature|x-amz-signature|x-amz-security-token)=(?P<secret>[^\s&"'\\]{8,}))~"},
    {"dsn-password", By::name, "@", R"~(\b[\w.-]+:(?P<secret>[^\s:@/"']{4,})@(?:tcp|unix)\()~"},
    {"authorization", By::name, "authorization", R"~((?i)authorization\\*["']?\s*[:=]\s*\\*["']?(?:bearer|basic|token|digest)?\s+(?P<secret>[^\s"'\\,]+))~"},
    {"authorization", By::name, "response", R"~((?i)digest [^\n]*?\bresponse=\\*"(?P<secret>[\w+/-]{16,}))~"},
    {"bearer", By::name, "bearer ", R"~((?i)\bbearer (?P<secret>[A-Za-z0-9._~+/-]{16,}=*))~"},
    {"registry-auth", By::name, "auth", R"~("auth\\*"\s*:\s*\\*"(?P<secret>[A-Za-z0-9+/]{12,}={0,2})\\*")~"},
    {"cookie", By::name, "cookie", R"~((?i)cookie\\*["']?\s*[:=]\s*\\*["']?[\w.-]+=(?P<secret>[^\s;"'\\,]{8,}))~"},
    {"cookie", By::name, "curl", R"~(\bcurl [^\n]*?(?:-b|--cookie)[ =]["']?[\w.-]+=(?P<secret>[^\s;"'\\,]{8,}))~"},
    {"client-key", By::name, "client-key-data", R"~(client-key-data[\\"':=\s]+(?P<secret>[A-Za-z0-9+/=]{32,}))~"},
    {"ceph-key", By::name, "client.", R"~(client\.[\w.-]+(?:\]\s+|\\*"\s*,\s*\\*")key\\*"?\s*[:=]\s*\\*"?(?P<secret>[A-Za-z0-9+/=]{20,}))~"},
    {"cfssl-key", By::name, "auth_key", R"~(auth_keys?\\*"[^\n]{0,80}?"key\\*"\s*:\s*\\*"(?P<secret>[0-9A-Za-z+/=]{16,}))~"},
    {"cfssl-key", By::name, "apitoken.secret", R"~(apitoken\.secret\r?\n(?P<secret>[0-9A-Za-z]{16,}))~"},
    {"echoed-secret", By::name, "echo", R"~(echo (?:-n )?["']?(?P<secret>[^\s"'|>$]{6,})["']?\s*(?:\||>)[^\n]{0,40}?(?:apitoken|node-join|cryptsetup|passwd|docker login|secret|\bkey))~"},
    {"echoed-secret", By::name, "echo", R"~(-key(?:-file)?\s+<\(echo\s+["']?(?P<secret>[^\s)"']{16,}))~"},
    {"netrc-password", By::name, "password", R"~((?:\blogin\s+\S+|\bmachine\s+\S+)\s+password\s+(?P<secret>\S{4,}))~"},
    {"named-secret", By::name, "pass", R"~((?i)(?:password|passphrase)["']?\s*[:=]\s*["'](?P<secret>[^\s"'\\][^"'\\\n]*\s[^"'\\\n]*)["'])~"},
    {"named-secret", By::name, "", R"~((?i)(?P<keep>initial-cluster-)?NAMESMEETS(?P<secret>[^\s"'\\,;&}\])<>]{6,}))~"},
    {"named-secret", By::name, "value", R"~((?i)name\\*"?\s*:\s*\\*"?\w*(?:pass|passwd|password|secret|token|_key|secret_key)\\*"?,?\s+\\*"?value\\*"?\s*:\s*\\*["']?(?P<secret>[^\s"'\\,]{6,}))~"},
    {"named-secret", By::name, "=", R"~((?i)(?:token|secret|password|_key)\s+(?:old|new)=(?P<secret>[^\s"'<(]{6,}))~"},
    {"option-secret", By::name, "-", R"~((?:^|[\s"'=\[(])--?[a-z0-9-]*(?:password|passphrase|passwd|pass|token|secret|(?:api|auth|access|secret)-key)(?:[ =]|\\*",\s*\\*")["']?(?P<secret>[^\s"'\\<$-][^\s"'\\]{3,}))~"},
    {"option-secret", By::name, "--key=", R"~(--key=["']?(?P<secret>[^\s"'/]{20,}))~"},
    {"option-secret", By::name, "-u", R"~(\b(?:curl|etcdctl|wget|http)\b[^\n]*?\s(?:-u|--user)[ =]["']?[^\s:"']+:(?P<secret>[^\s"']{4,}))~"},
    {"option-secret", By::name, "-p", R"~(\b(?:mysql|mariadb)\S*\s(?:[^\n]*?\s)?-p(?P<secret>[^\s"'-][^\s"']{3,}))~"},
    {"option-secret", By::name, "pass", R"~((?:\bsshpass -p ["']?|\bpass:|(?m:^|\s)requirepass\s+)(?P<secret>[^\s"'-][^\s"']{3,}))~"},
    {"kubeadm-token", By::name, ".", R"~((?i)token[^\n]{0,24}?(?P<secret>\b[a-z0-9]{6}\.[a-z0-9]{16}\b))~"},
}};

const Regex& expression(std::size_t index) {
    static std::array<std::once_flag, detectors.size()> once;
    static std::array<std::unique_ptr<Regex>, detectors.size()> compiled;
    std::call_once(once[index], [&] {
        std::string text = detectors[index].expression;
        for (const auto& [word, meaning] : {std::pair("NAMES", key_names), std::pair("MEETS", between)}) {
            const std::size_t at = text.find(word);
            if (at != std::string::npos) text.replace(at, 5, meaning);
        }
        compiled[index] = std::make_unique<Regex>(text);
    });
    return *compiled[index];
}

// Words that stand where a secret would and are none: paths, variables, masks, sealed values, types, states.
bool is_no_secret(std::string_view value) {
    static const Regex harmless(
        R"(^/[^=]*$|:$|^%[a-z]\b|^(?:\$|<|\*|\[redacted|\(|enc\[|vault:|sops:|age1|sha256[:-]|(?:null|none|true|false|empty|missing|invalid|expired|unknown|required|file|not|is|was|env|failed|rejected|authentication|authenticated)\b|https?://|[a-z]+\.[a-z]+\.[a-z]+/)|^(?:config|cfg|lib|pkgs|builtins|var|local|data|secrets|values|self)\.|\.(?:secret|pem|key|json|yaml|nix|txt|service|age)\b)");
    return harmless.search(lower(value));
}

bool is_base64(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c) || c == '+' || c == '/' || c == '=';
}

// Whether a line, with whatever a logger put before it, may be one of the middle of a key.
bool is_key_line(std::string_view line) {
    if (trim(line).empty() || contains(line, "Proc-Type:") || contains(line, "DEK-Info:")) return true;
    std::size_t run = 0, longest = 0;
    for (const char c : line) {
        run = is_base64(c) ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest >= 60 && !contains(line, "/nix/store/");
}

// Where the key ends whose first line ends at `from`. A key that was cut ends with its last line: what follows it in
// the log is no part of it.
std::size_t key_end(std::string_view text, std::size_t from) {
    std::size_t at = from, good = from;
    for (bool first = true; at < text.size(); first = false) {
        const std::size_t stop = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, stop - at);
        const std::size_t end_mark = line.find("-----END");
        if (end_mark != std::string_view::npos) return at + end_mark;
        const std::size_t next = std::min(stop + 1, text.size());
        const std::string_view following = text.substr(next, text.substr(next).find('\n'));
        const bool last = contains(following, "-----END");
        if (!first && !last && !is_key_line(line)) return good;
        good = stop;
        at = next;
    }
    return good;
}

}  // namespace

std::string Redactor::mask_keys(std::string_view text) {
    constexpr std::string_view mark = "PRIVATE KEY-----";
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, done)) {
        const std::size_t from = at + mark.size();
        out += text.substr(done, from - done);
        done = from;
        if (!contains(text.substr(at < 40 ? 0 : at - 40, std::min<std::size_t>(at, 40)), "-----BEGIN ")) continue;
        const std::size_t end = key_end(text, from);
        if (end == from) continue;
        out += "[REDACTED:private-key]";
        ++counts_["private-key"];
        done = end;
    }
    return out += text.substr(done);
}

void Redactor::learn(std::string_view text) {
    if (!mask_) return;
    const std::map<std::string, std::uint64_t> before = counts_;
    mask(text);
    counts_ = before;
}

std::string Redactor::mask(std::string_view text) {
    std::string out = mask_keys(text);
    for (const auto& [secret, kind] : known_) {
        const std::string mark = "[REDACTED:" + kind + "]";
        for (std::size_t at = out.find(secret); at != std::string::npos; at = out.find(secret, at + mark.size())) {
            out.replace(at, secret.size(), mark);
            ++counts_[kind];
        }
    }
    std::string lowered = lower(out);
    for (std::size_t i = 0; i < detectors.size(); ++i) {
        const Detector& detector = detectors[i];
        if (!contains(lowered, detector.literal)) continue;
        std::string masked;
        std::size_t done = 0, from = 0;
        std::vector<std::pair<std::string_view, std::string_view>> groups;
        for (; from < out.size() && expression(i).find(out, from, groups); groups.clear()) {
            const auto group = [&](std::string_view name) {
                const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& one) { return one.first == name; });
                return found == groups.end() ? std::string_view() : found->second;
            };
            const std::string_view secret = group("secret");
            if (secret.empty()) break;
            const std::size_t at = static_cast<std::size_t>(secret.data() - out.data());
            from = at + secret.size();
            if (!group("keep").empty() || (detector.by == By::name && is_no_secret(secret)) || secret.substr(0, 10) == "[REDACTED:") continue;
            masked += out.substr(done, at - done) + "[REDACTED:" + detector.name + "]";
            done = from;
            ++counts_[detector.name];
            // a short or plain word would be masked in half of all sentences
            const bool telling = std::any_of(secret.begin(), secret.end(), is_digit);
            if (secret.size() >= 8 && telling && known_.size() < 10'000) known_.emplace(secret, detector.name);
        }
        if (done == 0) continue;
        masked += out.substr(done);
        out = std::move(masked);
        lowered = lower(out);
    }
    return out;
}

Safe Redactor::line(std::string_view text) { return Safe(printable(mask_ ? mask(text) : std::string(text))); }

Safe Redactor::lines(std::string_view text) {
    const std::string masked = mask_ ? mask(text) : std::string(text);
    std::string out;
    for (const std::string_view part : split(masked, '\n')) out += printable(part) + '\n';
    out.pop_back();
    return Safe(std::move(out));
}

}  // namespace nixwhy
