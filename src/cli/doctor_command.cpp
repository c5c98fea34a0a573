// `nixwhy doctor`: what this machine lets nixwhy see, what it does not, and how to let it. A row is one thing to look at.
#include <dirent.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/doctor.hpp"
#include "cli/output.hpp"
#include "rule/builtin.hpp"

namespace nixwhy {

namespace {

namespace fs = std::filesystem;

bool exists(const std::string& path) {
    struct stat ignored {};
    return ::stat(path.c_str(), &ignored) == 0;
}

bool readable(const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }

// The full path of a program, as a shell would find it; empty where there is none.
std::string on_path(const char* program) {
    const char* path = std::getenv("PATH");
    for (const std::string_view folder : split(path == nullptr ? "" : path, ':')) {
        const std::string full = std::string(folder) + "/" + program;
        if (::access(full.c_str(), X_OK) == 0) return full;
    }
    return {};
}

Look program(const char* name, const char* without, bool wanted) {
    const std::string path = on_path(name);
    if (!path.empty()) return {Sight::ok, path, {}};
    return {wanted ? Sight::missing : Sight::absent, fmt::format("{} is not in PATH", name), wanted ? without : ""};
}

// The journal files of this machine that can be read, and those that cannot. systemd gives the group systemd-journal
// (also adm and wheel, where the distribution says so) read access to them, see tmpfiles.d/systemd.conf.
Look system_journal() {
    std::size_t can = 0, cannot = 0;
    std::string shown;
    for (const char* folder : {"/var/log/journal", "/run/log/journal"}) {
        std::error_code failed;
        for (fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied, failed), end; !failed && walk != end; walk.increment(failed)) {
            if (walk->path().extension() != ".journal") continue;
            if (walk->path().filename().string().rfind("system", 0) != 0) continue;
            readable(walk->path().string()) ? ++can : ++cannot;
            shown = folder;
        }
    }
    if (can + cannot == 0) {
        return {Sight::missing, "no journal of the system in /var/log/journal or /run/log/journal",
                "where this machine has one: sudo nixwhy doctor; to keep it over reboots: services.journald.extraConfig = \"Storage=persistent\";"};
    }
    if (cannot > 0) return {Sight::limited, fmt::format("{} of {} files in {} may not be read by you", cannot, can + cannot, shown), "sudo usermod -aG systemd-journal $USER and log in again, or sudo nixwhy"};
    return {Sight::ok, fmt::format("{} files in {}", can, shown), {}};
}

Look kept_over_reboots() {
    if (exists("/var/log/journal")) return {Sight::ok, "/var/log/journal", {}};
    if (!exists("/run/log/journal")) return {Sight::absent, "there is no journal", {}};
    return {Sight::limited, "/run/log/journal only: what happened before the last boot is lost", "services.journald.extraConfig = \"Storage=persistent\"; elsewhere: mkdir /var/log/journal"};
}

Look kernel_messages() {
    if (readable("/dev/kmsg")) return {Sight::ok, "/dev/kmsg", {}};
    if (!exists("/dev/kmsg")) return {Sight::absent, "there is no /dev/kmsg (a container?)", {}};
    return {Sight::limited, "/dev/kmsg may not be read by you; the journal has its copy", "boot.kernel.sysctl.\"kernel.dmesg_restrict\" = 0; or sudo nixwhy"};
}

Look nix() {
    const std::string path = on_path("nix");
    if (path.empty()) return {exists("/nix/store") ? Sight::missing : Sight::absent, exists("/nix/store") ? "/nix/store is there, nix is not in PATH" : "no nix on this machine",
                              exists("/nix/store") ? "export PATH=$PATH:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin" : ""};
    const std::string socket = "/nix/var/nix/daemon-socket/socket";
    if (exists(socket) && ::access(socket.c_str(), W_OK) != 0) {
        return {Sight::limited, fmt::format("{}, and you may not talk to its daemon", path), "your user must be in nix.settings.allowed-users"};
    }
    return {Sight::ok, path, {}};
}

Look generations() {
    const std::string profile = "/nix/var/nix/profiles/system";
    if (!exists("/run/current-system")) return {Sight::absent, "this is no NixOS", {}};
    if (!exists(profile)) return {Sight::limited, profile + " cannot be followed", "sudo nixwhy"};
    return {Sight::ok, profile, {}};
}

Look kubernetes_secrets() {
    const std::string folder = "/var/lib/kubernetes/secrets";
    if (exists(folder + "/.") && ::access(folder.c_str(), X_OK) == 0) return {Sight::ok, fmt::format("{} (size, age and owner of its files; never what is in them)", folder), {}};
    if (errno == EACCES) return {Sight::limited, fmt::format("{} may not be entered by you", folder), "sudo nixwhy: without it the causes of a refused token cannot be told apart"};
    return {Sight::absent, "this is no Kubernetes node with easyCerts", {}};
}

Look room_for_bundles() {
    const char* told = std::getenv("TMPDIR");
    const std::string folder = told == nullptr || told[0] == '\0' ? "/tmp" : told;
    std::error_code failed;
    const fs::space_info space = fs::space(folder, failed);
    if (failed || ::access(folder.c_str(), W_OK) != 0) return {Sight::missing, fmt::format("{} cannot be written: {}", folder, failed ? failed.message() : std::strerror(errno)), "set TMPDIR to a folder of yours"};
    const std::uintmax_t mib = space.available >> 20U;
    if (mib < 512) return {Sight::limited, fmt::format("{} has {} MiB left, a bundle may take 256", folder, mib), "set TMPDIR, or nixwhy collect -o to another disk"};
    return {Sight::ok, fmt::format("{}, {} MiB free", folder, mib), {}};
}

Look own_rules() {
    const std::vector<std::string> folders = own_rule_folders();
    if (folders.empty()) return {Sight::absent, "none besides the built-in ones", {}};
    try {
        std::size_t count = 0;
        for (const Rule& rule : rules_with({}).rules) count += rule.origin == "built-in" ? 0 : 1;
        return {Sight::ok, fmt::format("{} from {}", count, join(folders, ", ")), {}};
    } catch (const Error& error) {
        return {Sight::missing, fmt::format("{}: they cannot be loaded", join(folders, ", ")), fmt::format("nixwhy rules check {}", join(folders, " "))};
    }
}

const char* word_of(Sight sight) {
    switch (sight) {
        case Sight::ok: return "ok";
        case Sight::limited: return "limited";
        case Sight::missing: return "missing";
        case Sight::absent: break;
    }
    return "-";
}

}  // namespace

const std::vector<DoctorRow>& doctor_rows() {
    static const std::vector<DoctorRow> rows{
        {"system journal", "units that fail, Kubernetes components, switches", system_journal},
        {"kept over reboots", "what led to a reboot", kept_over_reboots},
        {"kernel messages", "out of memory, disks, file systems", kernel_messages},
        {"journalctl", "the journal in a bundle", [] { return program("journalctl", "a machine with systemd has it; in a container collect from the host", true); }},
        {"systemctl", "the states of units in a bundle", [] { return program("systemctl", "a machine with systemd has it; in a container collect from the host", true); }},
        {"nix", "logs of failed builds", nix},
        {"generations", "which system runs, which was built", generations},
        {"git", "the state of the flake that was built", [] { return program("git", "", false); }},
        {"ssh", "collect HOST, envdiff HOST", [] { return program("ssh", "install the OpenSSH client", true); }},
        {"Kubernetes secrets", "which of the token causes it is", kubernetes_secrets},
        {"room for bundles", "record, collect", room_for_bundles},
        {"own rules", "causes that only you know", own_rules},
    };
    return rows;
}

std::string doctor_report(std::size_t width, std::size_t& limited) {
    std::string out;
    limited = 0;
    for (const DoctorRow& row : doctor_rows()) {
        const Look look = row.look();
        if (look.sight == Sight::limited || look.sight == Sight::missing) ++limited;
        out += cut_columns(fmt::format("{:<8} {:<18} {}", word_of(look.sight), row.name, printable(look.found)), width) + "\n";
        if (look.sight != Sight::limited && look.sight != Sight::missing) continue;
        out += fmt::format("{:<8} {:<18} for: {}\n", "", "", row.serves);
        if (!look.how.empty()) out += fmt::format("{:<8} {:<18} do:  {}\n", "", "", look.how);
    }
    return out;
}

int run_doctor(const Options& options) {
    std::size_t limited = 0;
    const std::string report = doctor_report(write_options(options).width, limited);
    const std::string verdict = limited == 0 ? "Nothing is missing: this machine can be explained and collected.\n"
                                             : fmt::format("{} {} less than could be seen. The rest is explained all the same.\n", limited, limited == 1 ? "row says" : "rows say");
    put_out(options, report + "\n" + verdict);
    return static_cast<int>(limited == 0 ? Exit::ok : Exit::finding);
}

}  // namespace nixwhy
