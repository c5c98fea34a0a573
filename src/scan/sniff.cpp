// Each check reads a few first lines; false friends (a log that quotes an export) fall through to text.
#include "scan/sniff.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "event/snapshot.hpp"
#include "rule/rule.hpp"
#include "source/journal_file.hpp"

namespace nixwhy {

namespace {

std::string_view first_line(std::string_view text) {
    while (!text.empty() && (text[0] == '\n' || text[0] == '\r')) text.remove_prefix(1);
    return text.substr(0, text.find('\n'));
}

// `__CURSOR=...` or another address field opens each record of an export.
bool is_export(std::string_view head) {
    const std::string_view line = first_line(head);
    if (line.substr(0, 9) == "__CURSOR=" || line.substr(0, 21) == "__REALTIME_TIMESTAMP=") return true;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    const bool field = std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(equals), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c); });
    return field && contains(head, "\nMESSAGE=") && contains(head, "\n__REALTIME_TIMESTAMP=");
}

// `Sun 2026-11-22 20:12:10.136403 UTC [s=84d6...;i=147;...]`, then indented fields
bool is_verbose(std::string_view head) {
    while (!head.empty()) {
        const std::string_view line = first_line(head);
        if (line.substr(0, 3) != "-- ") return contains(line, " [s=") && contains(line, ";i=");
        head.remove_prefix(std::min(head.size(), static_cast<std::size_t>(line.data() - head.data()) + line.size() + 1));
    }
    return false;
}

}  // namespace

SourceShape sniff(std::string_view head) {
    if (is_journal_file(head)) return SourceShape::journal_binary;
    if (is_snapshot(head)) return SourceShape::snapshot;
    if (is_manifest(head)) return SourceShape::manifest;
    if (is_export(head)) return SourceShape::journal_export;
    if (is_verbose(head)) return SourceShape::journal_verbose;
    const std::string_view probe = head.substr(0, 8192);
    const auto odd = std::count_if(probe.begin(), probe.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\x1b' && c != '\b' && c != '\f';
    });
    if (static_cast<std::size_t>(odd) * 20 > probe.size()) return SourceShape::binary;
    return SourceShape::text;
}

std::string kind_of_head(std::string_view head) {
    for (const std::string_view mark : {"##[", "::group::", "section_start:", "gitlab-runner", "Job failed", "Run actions/", "##[error]", "Process completed with exit code", "Job succeeded",
                                        "Cleaning up project directory", "buildkite-agent", "PLAY RECAP"}) {
        if (contains(head, mark)) return "ci";
    }
    for (const std::string_view mark : {"/nix/store/", "nixos-rebuild", "nix-build", "nix build", "nix-env", "nix-repl>", "nix develop", "nix flake",
                                        "home-manager", "building the system configuration", "warning: Git tree", "error: program 'git'"}) {
        if (contains(head, mark)) return "nix";
    }
    return {};
}

bool may_log_as(std::string_view program, std::string_view payload) {
    const auto among = [&](std::initializer_list<std::string_view> names) { return std::find(names.begin(), names.end(), program) != names.end(); };
    const bool embeds = among({"k3s", "k3s-server", "k3s-agent", "rke2", "rke2-server", "rke2-agent", "k0s", "hyperkube", "microk8s"});
    const bool logs_klog = embeds || among({"flannel", "flanneld", "kubeadm", "kubectl", "coredns", "cloud-controller-manager"}) || program.substr(0, 4) == "kube";
    if (payload == "klog") return logs_klog;
    const bool logs_logrus = embeds || among({"certmgr", "containerd", "dockerd", "docker", "runc", "crio", "cri-o", "podman", "buildkitd", "cri-dockerd"});
    if (payload == "logrus") return logs_logrus;
    return true;
}

std::string unit_of_file_name(std::string_view name) {
    const std::size_t slash = name.find_last_of("/!");
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    for (bool cut = true; cut;) {
        cut = false;
        for (const std::string_view extension : {".log", ".txt", ".gz", ".zst", ".xz", ".json", ".jsonl", ".export", ".journal", ".out"}) {
            if (name.size() > extension.size() && name.substr(name.size() - extension.size()) == extension) {
                name.remove_suffix(extension.size());
                cut = true;
            }
        }
    }
    const std::string stem = speaker_stem(name);
    // "master-cfssl.log", "node1_kubelet.log": the unit is the last part
    const std::size_t part = stem.find_last_of("_");
    return part == std::string::npos ? stem : stem.substr(part + 1);
}

}  // namespace nixwhy
