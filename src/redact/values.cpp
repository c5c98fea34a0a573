// What stands where a secret would. Over-masking costs a diagnosis, under-masking a password: values of passwords are
// taken for secrets unless they say that they are none, those of tokens and keys only where a machine may have made them.
#include <algorithm>
#include <string>
#include <unordered_set>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "redact/encoded.hpp"
#include "redact/names.hpp"

namespace nixwhy {

namespace {

// words that begin what is said about a password, not the password
const std::unordered_set<std::string_view> states{
    "null", "nil", "none", "true", "false", "yes", "no", "on", "off", "undefined", "empty", "unset", "set", "n/a", "na", "nan", "missing", "invalid", "expired", "unknown",
    "required", "requires", "not", "is", "was", "are", "were", "has", "have", "had", "must", "may", "can", "cannot", "could", "should", "will", "would", "does", "do", "did", "failed",
    "failure", "failing", "rejected", "authentication", "authenticated", "incorrect", "wrong", "denied", "permission", "unchanged", "mismatch", "ok", "valid", "accepted", "needed", "absent",
    "present", "provided", "enabled", "disabled", "unsupported", "unexpected", "error", "err", "eof", "too", "using", "use", "used", "please", "enter", "change", "changed", "type",
    "string", "str", "int", "bool", "boolean", "object", "array", "list", "dict", "map", "secret", "password", "passwd", "token", "key", "optional", "omitted", "hidden", "redacted",
    "masked", "removed", "sensitive", "sanitized", "filtered", "default", "defaults", "found", "unable", "cannot", "couldn't", "can't", "don't", "doesn't", "won't", "isn't", "the", "a", "an",
    "for", "from", "in", "of", "to", "at", "by", "with", "without", "and", "or", "as", "if", "when", "that", "this", "it", "its", "got", "received", "expected", "want", "need",
    "user", "username", "login", "file", "path", "env", "environment", "prompt", "ask", "publickey", "keyboard-interactive", "password-auth", "connection", "request", "response",
    "unauthorized", "forbidden", "revoked", "refreshed", "rotated", "renewed", "created", "deleted", "loaded", "loading", "reading", "writing", "generated", "generating", "updated", "updating",
    "encrypted", "decrypted", "malformed", "corrupt", "corrupted", "bad", "stale", "outdated", "disallowed", "allowed", "waiting", "retrying", "timeout", "timed", "successful", "success", "succeeded",
    "passed", "skipped", "pending", "unverified", "verified", "verification", "validation", "attempt", "attempts", "too-short", "short", "long", "weak", "strong", "auto", "self", "always", "never",
    "certificate", "files", "compat", "ed25519", "rsa", "ecdsa", "x509", "bearer", "basic", "digest", "negotiate", "internal", "external", "service-account", "serviceaccount", "root-token", "kubernetes", "system", "any", "all"};

bool is_state(std::string_view value) {
    std::string word = lower(value.substr(0, 24));
    while (!word.empty() && (word.back() == '.' || word.back() == '!' || word.back() == ',' || word.back() == ':' || word.back() == '?' || word.back() == ')' || word.back() == ';')) word.pop_back();
    return states.count(word) != 0;
}

// Variables, placeholders, sealed and public values, references: told by their beginning or end.
const Regex& form_of_no_secret() {
    static const Regex forms(
        R"~((?i)^\[redacted|^\$__\w+\{|^(?:expires_in|expires|scope|realm|error)=)~"
        R"~(|^\$[({]|^\$[a-z_]\w*$|^\$[a-z_]+[./:]|^%[a-z_]+%$|^%\(|^%[-+#0-9.]*[a-z]$|^\{\{|^\{$|^\{\}|^<[^>]*>?$|^\[$|^\[\]|^@[a-z_]+@|^\$\$|^<<|^__[a-z_]+__$)~"
        R"~(|^[*•.x#_?-]{3,}$|^\*+$|^\([a-z][^)]*\)?$|^\.\.\.|^…)~"
        R"~(|^enc\[|^vault:|^!vault|^sops:|^op://|^ref\+|^aws-ssm|^arn:|^secret(?:ref)?://|^env[:.]|^file:|^age1[a-z0-9]{8}|^age-encryption)~"
        R"~(|^sha(?:1|256|384|512)[-:]|^md5:|^ssh-(?:rsa|ed25519|dss)\b|^ecdsa-sha2|^aaaa[bce][a-z0-9]|^-----|^-$|^https?://[^@]*$|^[a-z][a-z0-9+.-]*://[^@]*$)~"
        R"~(|^(?:config|cfg|lib|pkgs|builtins|var|local|module|data|secrets?|values|self|process\.env|os\.environ|env|ctx|args|opts|options|params|request|settings|inputs)[.\[])~"
        R"~(|^[a-z_][\w.]*\([^)]*\)?;?$|^&?\*?v1\.|^\*[a-z]+\.|^[a-z][a-z0-9]*\.k8s\.io/)~"
        R"~(|\.(?:pem|key|crt|json|ya?ml|yml|nix|txt|service|age|secret|env|conf|toml|ini|sops|enc|gpg|pub|csv|sock|go|py|rs|c|path|drv)(?::\d+)?\]?$)~");
    return forms;
}

bool is_path(std::string_view value) {
    if (contains(value, "/nix/store/") || value.substr(0, 2) == "~/" || value.substr(0, 2) == "./" || value.substr(0, 3) == "../" || value.substr(0, 3) == "%d/") return true;
    if (value.empty() || value[0] != '/') return false;
    static const Regex known(R"(^/(?:nix|run|etc|var|home|root|tmp|usr|opt|mnt|srv|proc|sys|dev|boot|secrets?|vault|data|app|config|keys?|persist|bin|lib|sbin|registry|api|v\d|private|path|credentials|certs?|pki)(?:/|$))");
    return known.search(value) || (value.back() != '=' && !(value.size() >= 20 && looks_made(value)));
}

// `kube-system/coredns-token-x7k2p`, `my-app-tls`, `node-role.kubernetes.io/control-plane`: words joined, digits few
bool is_object_name(std::string_view value) {
    std::size_t parts = 1, random_parts = 0, letters = 0, digits = 0, length = 0;
    const auto close = [&] {
        if (digits > 2 && letters > 0) ++random_parts;
        if (letters == 0 && digits > 4) ++random_parts;
        letters = digits = length = 0;
    };
    for (const char c : value) {
        if (c == '-' || c == '/' || c == '.' || c == '_' || c == ':') {
            close();
            ++parts;
            continue;
        }
        if (is_digit(c)) ++digits;
        else if (c >= 'a' && c <= 'z') ++letters;
        else return false;
        ++length;
    }
    // of a pod the last part is five characters, and may be random
    const bool tail = parts > 2 && length == 5;
    if (!tail) close();
    return parts > 1 && random_parts == 0;
}

bool all_of_letters(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\''; });
}

// `password: Permission denied, please try again`: after a colon, words and nothing else
bool is_prose(const Value& value) {
    if (value.quoted || value.assigned) return false;
    if (!all_of_letters(value.text.substr(0, value.text.find_last_not_of(".,:;!") + 1))) return false;
    std::size_t words = 0;
    for (const std::string_view word : split(trim(value.rest).substr(0, 200), ' ')) {
        if (word.empty()) continue;
        if (!all_of_letters(word.substr(0, word.find_last_not_of(".,:;!)\"'") + 1))) break;
        ++words;
    }
    return words >= 2;
}

}  // namespace

bool looks_made(std::string_view value) {
    std::size_t lowers = 0, uppers = 0, digits = 0, others = 0, changes = 0;
    int last = -1;
    for (const char c : value) {
        const int kind = is_digit(c) ? 0 : c >= 'a' && c <= 'z' ? 1 : c >= 'A' && c <= 'Z' ? 2 : 3;
        (kind == 0 ? digits : kind == 1 ? lowers : kind == 2 ? uppers : others)++;
        if (last >= 0 && kind != last && kind != 3 && last != 3) ++changes;
        last = kind;
    }
    if (value.size() < 6 || is_object_name(value)) return false;
    const std::size_t letters = lowers + uppers;
    if (digits > 0 && letters > 0) return value.size() >= 8 || changes >= 2;
    if (letters == 0) return value.size() >= 16 && others == 0;
    if (digits == 0 && others == 0 && lowers > 0 && uppers > 0) return value.size() >= 12 && changes >= value.size() / 4;
    if (digits == 0 && others == 0) return value.size() >= 24;
    return others > 0 && lowers > 0 && uppers > 0 && value.size() >= 12 && changes >= 3;
}

bool is_no_secret(const Value& value) {
    const std::string_view text = value.text;
    if (text.empty()) return true;
    if (form_of_no_secret().search(text) || is_path(text)) return true;
    if (is_state(text.substr(0, text.find_first_of(" \t")))) return value.quoted ? text.find(' ') == std::string_view::npos || is_state(text) || all_of_letters(text.substr(0, text.find(' '))) : true;
    return is_prose(value);
}

bool is_secret_value(Named named, const Value& value) {
    if (named == Named::nothing || is_no_secret(value)) return false;
    const std::string_view text = value.text;
    const bool variable = text.find('_') != std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
    if (variable) return false;
    switch (named) {
        case Named::password: return text.size() >= 3;
        case Named::secret: return text.size() >= 4 && (looks_made(text) || !(is_object_name(text) || all_digits(text)));
        case Named::token:
        case Named::key: return looks_made(text);
        case Named::bare_key: return is_key_form(text);
        case Named::auth: return is_user_and_password(text) || (value.quoted && contains(text, ":") && text.find_first_of(" /") == std::string_view::npos && text.size() > 6);
        case Named::nothing: break;
    }
    return false;
}

}  // namespace nixwhy
