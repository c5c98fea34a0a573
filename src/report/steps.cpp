// See steps.hpp. A command begins with the name of a program at the start of a step or of a part of it, and ends at the
// comment, at a word that only prose has, or at a bracket that opens a remark.
#include "report/steps.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace nixwhy {

namespace {

// Programs that the steps of rules call. Names that are English words, too, stand in the second table.
constexpr std::array programs{
    "aa-status", "aws", "base64", "bash", "blkid", "bootctl", "brew", "btrfs", "cachix", "calicoctl", "cat", "certmgr", "cfssl", "cfssljson", "chmod",
    "chown", "chronyc", "cilium", "colmena", "conntrack", "coredumpctl", "crictl", "ctr", "curl", "darwin-rebuild", "dd", "deploy-rs", "df", "dig", "direnv",
    "dmesg", "dmsetup", "docker", "du", "e2fsck", "efibootmgr", "etcdctl", "etcdutl", "ethtool", "fdisk", "findmnt", "fsck", "fuser", "gdb", "getent",
    "getfacl", "git", "gpg", "grep", "groups", "helm", "home-manager", "hostnamectl", "htop", "iostat", "ip", "iptables", "iptables-save",
    "journalctl", "jq", "k3s", "kubeadm", "kubectl", "kubelet", "ldd", "loginctl", "ls", "lsattr", "lsblk", "lsmod", "lsof", "lspci", "mdadm", "mkdir",
    "mkfs.ext4", "modinfo", "modprobe", "mv", "namei", "nc", "ncat", "networkctl", "nft", "nh", "nix", "nix-build", "nix-channel", "nix-collect-garbage",
    "nix-daemon", "nix-env", "nix-instantiate", "nix-locate", "nix-prefetch-url", "nix-shell", "nix-store", "nixos-enter", "nixos-generate-config",
    "nixos-install", "nixos-kubernetes-node-join", "nixos-option", "nixos-rebuild", "nixos-version", "nmcli", "npm", "nproc", "nslookup", "nvme", "openssl",
    "passwd", "pgrep", "ping", "pkill", "podman", "printenv", "printf", "ps", "pwd", "python3", "qemu-img", "readlink", "realpath", "reboot", "resize2fs",
    "resolvectl", "rm", "rmdir", "rsync", "sbctl", "scp", "sed", "sha256sum", "skopeo", "smartctl", "sops", "ss", "ssh", "ssh-add", "ssh-copy-id", "ssh-keygen",
    "ssh-keyscan", "stat", "strace", "sudo", "swapoff", "swapon", "sysctl", "systemctl", "systemd-analyze", "systemd-cgls", "systemd-cgtop",
    "systemd-cryptenroll", "systemd-detect-virt", "systemd-run", "systemd-tmpfiles", "tailscale", "tar", "tcpdump", "timedatectl", "tmux", "tr", "traceroute",
    "udevadm", "ulimit", "umount", "uname", "unset", "uptime", "virsh", "vmstat", "wc", "wg", "wget", "xfs_repair", "zfs", "zpool", "zramctl",
};
constexpr std::array words_too{"cd", "chattr", "command", "date", "echo", "env", "exit", "export", "file", "find", "for", "free", "head", "hostname", "id", "install",
                               "kill", "last", "ln", "make", "man", "mount", "read", "set", "tail", "test", "time", "top", "touch", "type", "watch", "which", "while", "who"};
// Words that end a command that has no comment behind it.
constexpr std::array prose{"a", "again", "against", "an", "and", "are", "as", "at", "before", "but", "by", "can", "does", "elsewhere", "first", "for", "from", "gives",
                           "if", "instead", "into", "is", "it", "its", "lists", "must", "names", "needs", "on", "once", "or", "prints", "says", "shows", "so",
                           "tells", "than", "that", "the", "then", "there", "this", "to", "until", "when", "where", "which", "while", "with", "without", "works"};

template <std::size_t N>
bool holds(const std::array<const char*, N>& table, std::string_view word) {
    return std::any_of(table.begin(), table.end(), [&](const char* one) { return word == one; });
}

bool is_setting_name(std::string_view word) {
    if (!contains(word, ".") || word.front() < 'a' || word.front() > 'z' || contains(word, "/") || contains(word, ":") || word.back() == '.') return false;
    return word.find_first_of("()=;,") == std::string_view::npos;
}

std::string_view word_at(std::string_view text, std::size_t at) { return text.substr(at, std::min(text.find(' ', at), text.size()) - at); }

// Where a part of the step may begin anew: behind `: `, `; `, `, then ` and the like.
bool begins_part(std::string_view text, std::size_t at) {
    if (at == 0) return true;
    const std::string_view before = trim_right(text.substr(0, at));
    if (before.empty()) return true;
    if (contains(":;,(", before.substr(before.size() - 1))) return true;
    const std::string_view last = before.substr(before.find_last_of(' ') == std::string_view::npos ? 0 : before.find_last_of(' ') + 1);
    return last == "then" || last == "run" || last == "with" || last == "or" || last == "and" || last == "by";
}

std::string_view without_punctuation(std::string_view word) {
    while (!word.empty() && contains(",;:", word.substr(word.size() - 1))) word.remove_suffix(1);
    return word;
}

// The end of the command that begins at `from`.
std::size_t command_end(std::string_view text, std::size_t from, std::size_t comment, bool has_comment) {
    char quote = 0;
    std::size_t word = from;
    int depth = 0;
    for (std::size_t i = from; i < comment; ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == quote) quote = 0;
            continue;
        }
        if (c == '"' || (c == '\'' && (i == from || text[i - 1] == ' ' || text[i - 1] == '='))) quote = c;
        if (c == '(' && i > from && text[i - 1] != ' ') ++depth;
        if (c == ')' && --depth < 0) return i;
        if (c == '(' && i > from && text[i - 1] == ' ' && i + 1 < comment && text[i + 1] != '!') return i;
        if (c != ' ') continue;
        const std::string_view before = text.substr(word, i - word);
        word = i + 1;
        const std::string_view next = without_punctuation(word_at(text, word));
        if (!before.empty() && (before.back() == ',' || before.back() == ':')) return i - 1;
        const bool piece = before.size() == 1 && before[0] == '|';
        if (!before.empty() && before.back() == ';' && !holds(programs, next) && !holds(words_too, next) && next != "do" && next != "done") return i - 1;
        if (!has_comment && !piece && holds(prose, next)) return i;
    }
    return comment;
}

// The end of the setting that begins at `from`: its semicolon, or where the sentence goes on outside of all brackets.
std::size_t setting_end(std::string_view text, std::size_t from, std::size_t comment) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = from; i < comment; ++i) {
        const char c = text[i];
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '[' || c == '{' || (c == '(' && text[i - 1] != ' ')) ++depth;
        if (c == ']' || c == '}' || c == ')') --depth;
        if (depth > 0) continue;
        if (c == ';') return i + 1;
        if (c == ',' || (c == '(' && text[i - 1] == ' ')) return i;
        if (c == ' ' && holds(prose, without_punctuation(word_at(text, i + 1)))) return i;
    }
    return comment;
}

}  // namespace

std::vector<TextSpan> commands_of(std::string_view step) {
    std::vector<TextSpan> spans;
    std::size_t comment = step.find(" # ");
    const bool has_comment = comment != std::string_view::npos;
    if (!has_comment) comment = step.size();
    std::size_t at = 0;
    while (at < comment) {
        const std::string_view word = word_at(step, at);
        const std::size_t next = at + word.size() + 1;
        std::string_view bare = without_punctuation(word);
        std::size_t from = at;
        if (!bare.empty() && bare.front() == '(') bare.remove_prefix(1), ++from;
        std::size_t end = 0;
        const std::string_view follows = next < comment ? without_punctuation(word_at(step, next)) : std::string_view();
        if (begins_part(step, from) && (holds(programs, bare) || (holds(words_too, bare) && (has_comment || at == 0 || follows.substr(0, 1) == "-")))) {
            end = command_end(step, from, comment, has_comment);
            // "nix" or "kubelet" alone is the subject of a sentence
            const std::string_view words = step.substr(from, end - from);
            const bool alone = !contains(trim_right(words), " ");
            if (alone && !has_comment && !(at == 0 && end >= step.size())) end = 0;
            if (end > 0 && !alone && holds(prose, follows)) end = 0;
        } else if (is_setting_name(bare) && follows == "=") {
            end = setting_end(step, from, comment);
        }
        if (end <= from) {
            at = next;
            continue;
        }
        const std::string_view text = trim_right(step.substr(from, end - from));
        spans.push_back({from, text.size()});
        at = end + 1;
    }
    return spans;
}

}  // namespace nixwhy
