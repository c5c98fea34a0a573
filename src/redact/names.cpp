// The name is cut into words, words that change nothing (DB_PASSWORD_PROD, passwordBase64) are dropped from its end, and
// the last that stays decides: in `passwordFile` that is the file.
#include "redact/names.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/text.hpp"

namespace nixwhy {

namespace {

using Words = std::unordered_set<std::string_view>;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// lower-case words of `rootPassword`, `ROOT_PASSWORD2`, `HTTPToken`
std::vector<std::string> words_of(std::string_view name) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (c == '_' || c == '-' || c == '.' || c == ' ') {
            if (!words.back().empty()) words.emplace_back();
            continue;
        }
        const bool hump = is_upper(c) && i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]) || (is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1])));
        if (hump && !words.back().empty()) words.emplace_back();
        words.back() += is_upper(c) ? static_cast<char>(c + 32) : c;
    }
    if (words.back().empty()) words.pop_back();
    for (std::string& word : words) {
        while (word.size() > 1 && is_digit(word.back())) word.pop_back();
    }
    return words;
}

const Words neutral{"value", "val", "data", "base", "string", "str", "text", "txt", "plain", "plaintext", "cleartext", "clear", "raw", "b64", "base64", "hex", "enc",
                    "encoded", "env", "var", "old", "new", "current", "previous", "prev", "next", "default", "initial", "prod", "production", "staging",
                    "stage", "dev", "development", "test", "ci", "main", "primary", "secondary", "backup", "override", "temp", "tmp", "confirm", "confirmation", "again",
                    "repeat", "content", "contents", "here", "s", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "write", "read", "ro", "rw", "live"};
const Words passwords{"password", "passwd", "passphrase", "passwort", "pwd", "pw", "passcode", "psk", "passwrd", "pswd", "passw", "kennwort"};
// what `key` may be of to be a secret one
const Words keys{"api", "access", "auth", "account", "certificate", "private", "priv", "signing", "sign", "secret", "storage", "encryption", "encrypt", "decryption", "decrypt",
                 "master", "shared", "preshared", "session", "client", "app", "application", "deploy", "service", "admin", "license", "licence", "subscription",
                 "ingest", "instance", "integration", "webhook", "hmac", "aes", "ssh", "age", "wg", "wireguard", "gpg", "jwt", "cookie", "csrf", "unseal",
                 "recovery", "luks", "disk", "join", "bot", "push", "consumer", "function", "functions", "sas", "cfssl", "setup", "enrollment", "enroll",
                 "activation", "validation", "ts", "tailscale", "dd", "datadog", "security", "backup", "hash", "crypto", "crypt", "cipher", "nacl", "seal", "wep", "wpa",
                 "rndc", "tsig", "fernet", "rails", "django", "flask", "owner", "machine", "cluster", "gossip", "serf", "consul", "nomad", "restic", "borg", "agent"};
// what a token is that opens nothing
const Words harmless_tokens{"next", "page", "continue", "continuation", "pagination", "sync", "resume", "cursor", "start", "end", "unexpected", "special", "eos",
                            "bos", "pad", "max", "min", "num", "per", "total", "expected", "lookahead", "cancellation", "list", "operation", "parse", "syntax"};
const Words harmless_secrets{"image", "pull", "tls", "existing", "kubernetes", "external", "sealed", "ca", "cert", "certificate", "missing", "from", "ref", "generic", "mounted"};
const Words harmless_pass{"compass", "bypass", "trespass", "overpass", "underpass", "surpass", "encompass", "by", "first", "second", "multi", "two", "single", "render"};

bool ends_with(std::string_view text, std::string_view end) { return text.size() >= end.size() && text.substr(text.size() - end.size()) == end; }

bool ends_with_any(std::string_view word, const std::initializer_list<std::string_view>& ends) {
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return ends_with(word, end); });
}

Named last_words(const std::string& last, const std::string& before, bool alone) {
    if (passwords.count(last) != 0 || ends_with_any(last, {"password", "passwd", "passphrase", "passwort", "requirepass", "masterauth"})) return Named::password;
    if (ends_with(last, "pw") && last.size() <= 10 && last != "kpw") return Named::password;
    if (last == "pass" || (ends_with(last, "pass") && harmless_pass.count(last) == 0)) {
        return harmless_pass.count(before) != 0 ? Named::nothing : alone && last == "pass" ? Named::token : Named::password;
    }
    if (ends_with(last, "secret")) return harmless_secrets.count(before) != 0 || (alone && last == "secret") ? Named::token : Named::secret;
    if (ends_with(last, "token")) return harmless_tokens.count(before) != 0 ? Named::nothing : Named::token;
    if (ends_with_any(last, {"credential", "credentials", "jwt", "bearer", "apikey", "authkey", "accesskey", "secretkey", "privatekey", "signingkey", "presharedkey",
                             "sharedkey", "masterkey", "storagekey", "accountkey", "encryptionkey", "sshkey", "deploykey", "licensekey", "sessionkey", "clientkey",
                             "privkey", "passkey"}) || (last == "pat" && !before.empty() && before != "file" && before != "url") || last == "creds" || last == "cred" || last == "otp" || last == "totp") {
        return before == "load" || before == "import" || before == "set" || before == "encrypted" ? Named::nothing : Named::key;
    }
    if (last == "key") return before.empty() ? Named::bare_key : keys.count(before) != 0 ? Named::key : Named::nothing;
    if ((last == "signature" || last == "sig") && (before == "amz" || before == "goog" || before == "sas")) return Named::key;
    if (last == "auth" || last == "basicauth") return Named::auth;
    return Named::nothing;
}

}  // namespace

Named named_by(std::string_view name) {
    std::vector<std::string> words = words_of(name);
    const bool hash = !words.empty() && (words.back() == "hash" || words.back() == "hashed" || words.back() == "digest");
    if (hash) words.pop_back();
    while (words.size() > 1 && neutral.count(words.back()) != 0) words.pop_back();
    if (words.empty()) return Named::nothing;
    const std::string before = words.size() > 1 ? words[words.size() - 2] : std::string();
    const Named named = last_words(words.back(), before, words.size() == 1);
    if (hash && named != Named::password) return Named::nothing;
    if (named == Named::nothing && words.size() > 2 && words[words.size() - 1] == "id" && words[words.size() - 2] == "secret") return Named::key;  // AppRole
    return named;
}

const char* kind_of(Named named) {
    switch (named) {
        case Named::password: return "password";
        case Named::secret: return "secret";
        case Named::token: return "token";
        case Named::auth: return "auth";
        default: return "key";
    }
}

}  // namespace nixwhy
