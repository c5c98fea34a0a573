// The tables of what is gathered. Sources for what matters and why: nixos-rebuild and switch-to-configuration of nixpkgs,
// its kubernetes modules (pki.nix, certmgr.nix), proc(5), systemctl(1), journalctl(1).
#include "base/time.hpp"
#include "collect/probe.hpp"

namespace nixwhy {

namespace {

using Kind = ProbeKind;

Probe file(const char* name, std::vector<std::string> paths, Keep keep = Keep::facts) {
    return {name, Kind::file, std::move(paths), keep, "", 10, 256U << 10U, false};
}

Probe command(const char* name, std::vector<std::string> argv, std::string needs = {}, Keep keep = Keep::material) {
    return {name, Kind::command, std::move(argv), keep, std::move(needs), 10, 1U << 20U, true};
}

// What the programs of this field put into every unit: enough to say who runs, who failed, and since when.
constexpr const char* unit_properties =
    "Id,LoadState,ActiveState,SubState,Result,ExecMainStatus,ExecMainCode,NRestarts,ExecMainStartTimestamp,ActiveEnterTimestamp,"
    "InactiveEnterTimestamp,StateChangeTimestamp,UnitFileState";

// Fields of the journal that tell who says what and when. Command lines and environments are not among them.
constexpr const char* journal_fields =
    "MESSAGE,PRIORITY,_SYSTEMD_UNIT,UNIT,_SYSTEMD_USER_UNIT,USER_UNIT,SYSLOG_IDENTIFIER,_COMM,_PID,_UID,_HOSTNAME,_MACHINE_ID,_BOOT_ID,_TRANSPORT,"
    "MESSAGE_ID,EXIT_CODE,EXIT_STATUS,UNIT_RESULT,JOB_RESULT,JOB_TYPE,N_RESTARTS,INVOCATION_ID,_SYSTEMD_INVOCATION_ID,"
    "_SOURCE_REALTIME_TIMESTAMP,COREDUMP_EXE,COREDUMP_SIGNAL_NAME,COREDUMP_UNIT";

// journalctl reads "2026-11-22 20:00:00 UTC" in all its versions, the form of reports only in newer ones.
std::string journal_time(const std::string& text) {
    std::string_view rest = text;
    const auto time = take_iso_time(rest);
    if (!time || !rest.empty() || text.find('T') == std::string::npos) return text;
    std::string out = rfc3339(time->us / second_us * second_us);
    out.replace(10, 1, " ");
    return out.replace(out.size() - 1, 1, " UTC");
}

}  // namespace

const std::vector<std::string>& tools() {
    static const std::vector<std::string> names{"nixos-rebuild", "nix",  "nix-build", "nix-env", "nix-store", "sudo",          "git",  "ssh",
                                                "systemctl",     "bash", "sh",        "curl",    "tar",       "systemd-run", "python3", "hostname"};
    return names;
}

std::vector<Probe> session_probes() {
    return {{"session", Kind::session, {}, Keep::facts, "", 10, 1U << 20U, false}};
}

std::vector<Probe> quick_probes() {
    return {
        file("host-name-running", {"/proc/sys/kernel/hostname"}),
        file("host-name-configured", {"/etc/hostname"}),
        file("machine-id", {"/etc/machine-id"}),
        file("boot-id", {"/proc/sys/kernel/random/boot_id"}),
        file("kernel", {"/proc/sys/kernel/osrelease"}),
        file("system-release", {"/etc/os-release"}),
        file("uptime", {"/proc/uptime"}),
        file("load", {"/proc/loadavg"}),
        file("memory", {"/proc/meminfo"}),
        file("locks", {"/proc/locks"}),
        file("resolver", {"/etc/resolv.conf"}, Keep::material),
        file("hosts", {"/etc/hosts"}, Keep::material),
        file("routes", {"/proc/net/route"}, Keep::material),
        file("pressure", {"/proc/pressure/cpu", "/proc/pressure/io", "/proc/pressure/memory"}, Keep::material),
        file("switch-lists", {"/run/nixos/start-list", "/run/nixos/restart-list", "/run/nixos/reload-list", "/run/nixos/stop-list"}, Keep::material),
        {"space", Kind::space, {"/", "/nix", "/nix/store", "/tmp", "/boot", "/run", "/var", "/var/log", "/home"}, Keep::facts, "", 10, 65536, false},
        {"processes", Kind::processes, {"nix", "nix-*", "nixos-rebuild*", ".nixos-rebuild*", "switch-to-conf*", "nixos-upgrade*", "cloud-init*", "colmena", "deploy*"}, Keep::facts, "", 10, 65536, false},
        {"generations", Kind::stat, {"/run/current-system", "/run/booted-system", "/nix/var/nix/profiles/system", "/nix/var/nix/profiles/system-*-link", "/etc/static"}, Keep::facts, "", 10, 262144, false},
        {"files", Kind::stat, {"/run/nixos/switch-to-configuration.lock", "/nix/var/nix/profiles/system.lock", "/nix/var/nix/gc.lock", "/nix/var/nix/db/big-lock", "/run/systemd/timesync/synchronized",
                               "/etc/nix/nix.conf", "/etc/NIXOS", "/etc/nixos", "/run/flannel/subnet.env", "/etc/cni/net.d/*", "/run/containerd/containerd.sock", "/nix/var/nix/daemon-socket/socket",
                               "/etc/ssl/certs/ca-certificates.crt"}, Keep::facts, "", 10, 262144, false},
        {"secrets", Kind::secret, {"/var/lib/kubernetes/secrets/apitoken.secret", "/var/lib/cfssl/apitoken.secret", "/var/lib/kubernetes/secrets/*-key.pem", "/var/lib/cfssl/*-key.pem"}, Keep::facts, "root", 10, 262144, false},
        {"certificates", Kind::certificate, {"/var/lib/kubernetes/secrets/*.pem", "/var/lib/cfssl/*.pem", "/var/lib/kubelet/pki/*.crt", "/etc/kubernetes/pki/*.crt"}, Keep::facts, "root", 10, 1U << 20U, false},
    };
}

std::vector<Probe> machine_probes() {
    return {
        command("root", {"id", "-u"}, "", Keep::facts),
        command("units", {"systemctl", "show", "--timestamp=us+utc", "-p", unit_properties, "*.service", "*.socket", "*.mount"}, "systemd", Keep::facts),
        command("system-state", {"systemctl", "is-system-running"}, "systemd", Keep::facts),
        command("units-failed", {"systemctl", "list-units", "--failed", "--no-legend", "--plain", "--full", "--all"}, "systemd"),
        command("jobs", {"systemctl", "list-jobs", "--no-legend", "--full"}, "systemd"),
        command("clock", {"timedatectl", "show"}, "systemd-timedated", Keep::facts),
        command("boots", {"journalctl", "--list-boots", "--no-pager"}, "the journal"),
        command("switches", {"journalctl", "--no-pager", "-o", "short-iso-precise", "-t", "nixos", "-n", "60"}, "the journal"),
        command("nix-version", {"nix", "--version"}, "nix", Keep::facts),
        command("nixos-version", {"nixos-version"}, "NixOS", Keep::facts),
        command("nix-settings", {"nix", "--extra-experimental-features", "nix-command", "show-config"}, "nix", Keep::facts),
        command("mounts", {"findmnt", "--list", "--noheadings", "-o", "TARGET,FSTYPE,OPTIONS"}, "util-linux"),
        command("addresses", {"ip", "-brief", "address"}, "iproute2"),
        command("listening", {"ss", "-Htln"}, "iproute2"),
        command("core-dumps", {"coredumpctl", "list", "--no-pager", "--no-legend", "-n", "20"}, "systemd-coredump"),
    };
}

std::vector<Probe> journal_probes(const Window& window) {
    std::vector<std::string> argv{"journalctl", "--no-pager", "-o", "json", "--all", std::string("--output-fields=") + journal_fields};
    if (!window.since.empty()) argv.push_back("--since=" + journal_time(window.since));
    if (!window.until.empty()) argv.push_back("--until=" + journal_time(window.until));
    if (!window.boot.empty()) argv.push_back("--boot=" + window.boot);
    for (const std::string& unit : window.units) argv.push_back("--unit=" + unit);
    Probe journal = command("journal", std::move(argv), "the journal, so root or the group systemd-journal", Keep::log);
    journal.bytes_max = 24U << 20U;
    return {journal};
}

}  // namespace nixwhy
