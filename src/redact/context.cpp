// What one line makes of the next. Everything here goes line by line and forward only, so that a stream gives the same
// however it is cut.
#include "redact/context.hpp"

#include <algorithm>

#include "base/regex.hpp"
#include "base/text.hpp"
#include "redact/encoded.hpp"

namespace nixwhy {

namespace {

using Groups = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr int data_lines_max = 500;

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

std::size_t place(std::string_view line, std::string_view part) { return static_cast<std::size_t>(part.data() - line.data()); }

// Without list mark, quotes, comma and carriage return around it.
std::string_view bare(std::string_view text) {
    text = trim(text);
    if (text.substr(0, 2) == "- ") text = trim(text.substr(2));
    while (!text.empty() && (text.back() == ',' || text.back() == ';')) text.remove_suffix(1);
    for (const char quote : {'"', '\''}) {
        if (text.size() >= 2 && text.front() == quote && text.back() == quote) text = text.substr(1, text.size() - 2);
    }
    return text;
}

void push(std::string_view line, std::string_view secret, const char* kind, std::vector<Secret>& found) {
    if (!secret.empty() && secret.substr(0, 10) != "[REDACTED:") found.push_back({place(line, secret), place(line, secret) + secret.size(), kind, By::position});
}

// A value under `data:`: base64 of something readable, or of a key.
bool is_data_value(std::string_view key, std::string_view value, bool plain) {
    if (key.size() > 4 && key.substr(key.size() - 4) == ".crt") return false;
    if (plain) return value.size() >= 3 && !is_no_secret({value, true, true, {}});
    if (value.size() < 4 || value.size() % 4 != 0 || !std::all_of(value.begin(), value.end(), is_base64) || value.find_first_of("-_") != std::string_view::npos) return false;
    const auto bytes = decode_base64(value);
    if (!bytes || contains(*bytes, "BEGIN CERTIFICATE") || contains(*bytes, "BEGIN PUBLIC")) return false;
    const bool padded = value.back() == '=';
    if (bytes->size() >= 3 && is_readable(*bytes)) return padded || bytes->size() >= 6;
    return looks_made(value) && value.size() >= 16 && (padded || value.size() >= 24);
}

void continue_data(std::string_view line, Context& context, std::vector<Secret>& found) {
    static const Regex pair(R"(^\s*["']?(?P<key>[\w.-]+)["']?\s*:\s*(?P<value>.+)$)");
    if (trim(line).empty()) return;
    if (indent_of(line) <= context.data_indent || --context.data_lines_left == 0) {
        context.data_lines_left = 0;
        return;
    }
    Groups groups;
    if (!pair.find(line, 0, groups) || groups.size() < 2) return;
    const std::string_view value = bare(groups[1].second);
    if (is_data_value(groups[0].second, value, context.plain_data)) push(line, value, "k8s-secret", found);
}

void continue_await(std::string_view line, Context& context, std::vector<Secret>& found) {
    using Await = Context::Await;
    const Await await = context.await;
    const std::string_view text = trim(line);
    if (text.empty()) return;
    const bool deeper = indent_of(line) > context.indent;
    const char* kind = kind_of(context.named);
    if (--context.lines_left <= 0 || (await == Await::block && !deeper)) context.await = Await::nothing;
    if (await == Await::block && deeper && text != "''" && text != "'';" && !is_no_secret({text, true, true, {}})) push(line, text, kind, found);
    if (await == Await::deeper && deeper && text.find(": ") == std::string_view::npos) {
        const std::string_view value = bare(text);
        if (value.find(' ') == std::string_view::npos && is_secret_value(context.named, {value, true, true, {}})) push(line, value, kind, found);
    }
    if (await == Await::item) {
        const std::string_view value = bare(text);
        if (value.empty() || value[0] != '-') {
            if (is_secret_value(context.named, {value, true, true, {}})) push(line, value, kind, found);
        }
    }
    if (await == Await::value) {
        static const Regex member(R"(^[\s\-,]*(?:<)?["']?[vV]alue["']?\s*[:=>]\s*(?P<value>[^<]+))");
        Groups groups;
        if (member.find(line, 0, groups)) {
            const std::string_view value = bare(groups[0].second);
            if (is_secret_value(context.named, {value, true, true, {}})) push(line, value, kind, found);
            context.await = Await::nothing;
        }
    }
    if (await == Await::login) {
        static const Regex password(R"(^\s*(?:login\s+\S+\s+)?(?:password|passwd)\s+["']?(?P<value>[^\s"']{3,}))");
        Groups groups;
        if (password.find(line, 0, groups)) push(line, groups[0].second, "netrc-password", found);
    }
    if (await == Await::output) {
        const std::size_t begin = behind_lead(line, context.lead);
        if (begin == std::string_view::npos) return;
        const std::string_view value = trim(line.substr(begin));
        static const Regex signing(R"(^[\w.-]+:(?P<secret>[A-Za-z0-9+/]{86}==)$)");
        Groups groups;
        const std::string_view last = signing.find(value, 0, groups) ? groups[0].second : value.find_first_of("$#>") == 0 ? std::string_view() : value;
        if (last.size() >= 6 && last.find_first_of(" \t") == std::string_view::npos && !is_no_secret({last, true, true, {}}) && last.back() != ':') push(line, last, "printed-secret", found);
    }
}

}  // namespace

void continue_context(std::string_view line, Context& context, std::vector<Secret>& found) {
    if (context.key_lines_left > 0 && continue_key(line, context, found)) return;
    if (context.data_lines_left > 0) continue_data(line, context, found);
    if (context.await != Context::Await::nothing) continue_await(line, context, found);
}

void open_context(std::string_view line, Context& context) {
    static const Regex data(R"(^\s*["']?(?P<name>data|stringData)["']?\s*:\s*\{?\s*$)");
    static const Regex machine(R"(^\s*(?:machine\s+\S+|default)(?:\s+login\s+\S+)?\s*$|^\s*login\s+\S+\s*$)");
    // a command after its prompt, or as the shell traces it, that prints a secret and nothing else
    static const Regex command(
        R"~((?:^|[\s\]:~)])[$#%>+]\s+(?P<command>(?:sudo\s+(?:-\S+\s+)*)?(?:)~"
        R"~((?:cat|head|tail|less|bat|strings|xxd|type|gopass\s+show|age|sops|systemd-creds\s+cat|echo)\s[^|;&]*?(?:secret|token|passw|passwd|credential|/run/agenix/|/run/keys/|\.sec\b|\.key\b|psk|luks|\.kek|passphrase|apikey|api-key|api_key)[^\s|;&]*)~"
        R"~(|pass\s+(?:show\s+)?\S+|kubectl\s[^|;&]*\bget\s+secrets?\s[^|;&]*(?:jsonpath|template|custom-columns)[^;&]*|kubectl\s[^|;&]*\bcreate\s+token\s[^|;&]*|kubeadm\s+token\s+(?:create|generate)[^|;&]*|kubeadm\s[^|;&]*certificate-key|wg\s+(?:genkey|genpsk)[^;&]*|openssl\s+rand[^;&]*|pwgen[^;&]*|mkpasswd[^;&]*|nix\s+key\s+generate-secret[^|;&]*)~"
        R"~(|gh\s+auth\s+token|gcloud\s+auth\s+(?:print-access-token|application-default\s+print-access-token)|az\s+account\s+get-access-token[^|;&]*|aws\s+ecr\s+get-login-password[^|;&]*|vault\s+(?:token\s+create|print\s+token)[^;&]*|vault\s+(?:kv|read)\s[^;&]*-field=\S+[^;&]*|tailscale\s[^;&]*authkey[^;&]*|headscale\s[^;&]*preauthkeys?\s+create[^;&]*|k3s\s+token\s+create[^;&]*))\s*$)~");
    if (line.size() > 4000) return;
    Groups groups;
    if (data.find(line, 0, groups)) {
        context.data_indent = indent_of(line);
        context.data_lines_left = data_lines_max;
        context.plain_data = groups[0].second == "stringData";
    }
    groups.clear();
    static const Regex member(R"(^\s*[-{]?\s*["']?(?:[nN]ame|key|variable)["']?\s*[:=]\s*["']?(?P<name>[\w.-]+)["']?,?\s*$)");
    if (member.find(line, 0, groups)) {
        const Named named = named_by(groups[0].second);
        if (named != Named::nothing && named != Named::bare_key && named != Named::auth) context.expect(Context::Await::value, named, 0, 3);
    }
    groups.clear();
    if (machine.search(line)) context.expect(Context::Await::login, Named::password, 0, 3);
    if (command.find(line, 0, groups) && !contains(groups[0].second, ".pub") && !contains(groups[0].second, ".crt")) {
        std::string_view before = line.substr(0, place(line, groups[0].second));
        before = before.substr(0, before.find_last_of("$#%>+"));
        context.expect(Context::Await::output, Named::secret, 0, 1);
        context.lead = trim(before).empty() || before.find(": ") == std::string_view::npos ? std::string() : lead_of(before);
    }
}

void find_data_object(std::string_view line, std::vector<Secret>& found) {
    static const Regex object(R"~(\\*["'](?P<name>data|stringData)\\*["']\s*:\s*\{(?P<pairs>[^{}]+))~");
    static const Regex pair(R"~(\\*["'](?P<key>[\w.-]+)\\*["']\s*:\s*\\*["'](?P<value>[^"'\\]+))~");
    Groups groups;
    for (std::size_t from = 0; from < line.size() && object.find(line, from, groups) && groups.size() > 1; groups.clear()) {
        const std::string_view pairs = groups[1].second;
        from = place(line, pairs) + pairs.size();
        Groups one;
        for (std::size_t at = 0; at < pairs.size() && pair.find(pairs, at, one) && one.size() > 1; one.clear()) {
            if (is_data_value(one[0].second, one[1].second, groups[0].second == "stringData")) push(line, one[1].second, "k8s-secret", found);
            at = place(pairs, one[1].second) + one[1].second.size();
        }
    }
}

}  // namespace nixwhy
