// Sources: sudo(8), sudoers(5) (env_reset, secure_path, use_pty), ssh(1), bash(1) INVOCATION, git-config(1) safe.directory,
// nix.conf(5), nixpkgs nixos/modules/programs/environment.nix and pkgs/os-specific/linux/nixos-rebuild.
#include "compare/known.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace nixwhy {

const std::vector<KnownDifference>& known_differences() {
    using C = Contrast;
    static const std::vector<KnownDifference> table{
        // programs and where they are looked for
        {"tool:git", C::value, 100, "flakes from Git and git+ssh/git+https inputs: nix calls the git it finds on PATH", "install git for all (environment.systemPackages, or the path of the unit), or set PATH in the script"},
        {"tool:nixos-rebuild", C::value, 100, "nixos-rebuild itself: another one is run, or none is found (exit 127)", "call /run/current-system/sw/bin/nixos-rebuild by its full path"},
        {"tool:sudo", C::value, 98, "sudo: the one from the store has no setuid bit, only /run/wrappers/bin/sudo has", "put /run/wrappers/bin first on PATH"},
        {"tool:nix", C::value, 98, "every nix command: another version with other features, or none (exit 127)", "call it by its full path, or run the command through a login shell: bash -lc"},
        {"tool:nix-*", C::value, 97, "commands that are built on it: another version, or none is found (exit 127)", "run the command through a login shell: bash -lc"},
        {"tool:ssh", C::value, 90, "git+ssh inputs, --target-host and remote builders", ""},
        {"tool:systemd-run", C::value, 85, "the switch is started another way where systemd-run is missing", ""},
        {"tool:*", C::value, 60, "scripts that call it: another program is run, or none", ""},
        {"tool-file:*", C::value, 35, "another version of the program is run", ""},
        {"env:PATH", C::folders, 95, "which program each name means, and whether it is found at all (exit 127)", "give full paths, set PATH in the script, or run it through a login shell: bash -lc"},
        // nix
        {"env:NIX_PATH", C::folders, 94, "<nixpkgs> and other angle-bracket paths; nixos-rebuild without --flake", "use --flake, or -I nixpkgs=..., or sudo -i; with sudo: Defaults env_keep += NIX_PATH"},
        {"env:NIX_REMOTE", C::value, 88, "whether builds go through the daemon: without it a user writes to the store directly and is refused", "export NIX_REMOTE=daemon"},
        {"env:NIX_CONFIG", C::value, 88, "settings of nix: experimental features, substituters, access tokens", "put the settings into nix.conf"},
        {"env:NIX_SSL_CERT_FILE", C::value, 86, "certificates behind a proxy of a company: downloads fail with an unknown authority", "security.pki.certificates, or keep the variable through sudo"},
        {"env:SSL_CERT_FILE", C::value, 80, "certificates that git and curl trust", ""},
        {"env:GIT_SSL_CAINFO", C::value, 78, "certificates that git trusts", ""},
        {"env:NIXPKGS_ALLOW_*", C::value, 80, "evaluation of unfree, broken or insecure packages is refused without it", "set it in the configuration: nixpkgs.config.allowUnfree = true"},
        {"env:NIX_*", C::value, 50, "what nix does", ""},
        {"nix-setting-present:access-tokens", C::value, 85, "private repositories and the rate limit of GitHub: the token is in the nix.conf of one user only", "put access-tokens into /etc/nix/nix.conf (or include a file there)"},
        {"nix-setting-present:netrc-file", C::value, 70, "caches that ask for a password", ""},
        {"nix-setting:experimental-features", C::value, 90, "nix commands and flakes are switched off for this user", "nix.settings.experimental-features = [ \"nix-command\" \"flakes\" ];"},
        {"nix-setting:substituters", C::value, 70, "other binary caches: paths are built instead of fetched, or not found", ""},
        {"nix-setting:trusted-public-keys", C::value, 70, "signatures of binary caches", ""},
        {"nix-setting:*", C::value, 30, "a setting of nix for this user", ""},
        // network
        {"env:*_proxy", C::value, 92, "all downloads and git over https where the machine reaches out only through a proxy", "networking.proxy.default, and for sudo: Defaults env_keep += \"http_proxy https_proxy all_proxy no_proxy\""},
        {"env:*_PROXY", C::value, 92, "all downloads and git over https where the machine reaches out only through a proxy", "networking.proxy.default, and for sudo: Defaults env_keep += \"HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY\""},
        // who and where
        {"tty:0", C::value, 84, "every question: sudo cannot ask for a password, ssh not for a host key, git not for a name", "NOPASSWD for this command in sudoers (security.sudo.extraRules), or ssh -t"},
        {"env:SSH_AUTH_SOCK", C::presence, 83, "keys of the ssh agent: git+ssh inputs and --target-host are refused (publickey)", "a deploy key in a file, or ssh -A, and for sudo: Defaults env_keep += SSH_AUTH_SOCK"},
        {"uid", C::value, 82, "whose files, settings and keys are used; git refuses a repository of another user", "git config --global --add safe.directory DIR as the user that runs nix"},
        {"env:SUDO_UID", C::value, 81, "git accepts a repository of the user that called sudo only where sudo tells who that was", "git config --global --add safe.directory DIR as the user that runs nix"},
        {"git-safe-directories", C::value, 81, "git refuses a repository of another user that is not in the list", "git config --global --add safe.directory DIR as the user that runs nix"},
        {"env:HOME", C::value, 80, "~/.config/nix/nix.conf, .gitconfig, .netrc and known_hosts of another user are read", "sudo -H, or settings for all users in /etc"},
        {"gid", C::value, 40, "access through the group", ""},
        {"groups", C::value, 55, "access through groups: the journal, docker, trusted users of nix", "log in anew after a change of groups"},
        {"cwd", C::value, 60, "relative paths, \".\" as the flake among them", "name the flake by its full path"},
        {"umask", C::value, 50, "who may read what is written, copied secrets among them", ""},
        {"limit:open-files", C::value, 50, "large builds and evaluations: too many open files", ""},
        {"limit:stack-size", C::value, 50, "deep evaluations: stack overflow", ""},
        {"limit:*", C::value, 30, "what the process may use", ""},
        {"no-new-privileges", C::value, 85, "sudo and all that changes the user is refused", ""},
        {"shell:login", C::value, 20, "which start-up files were read", ""},
        {"shell:start-up-files", C::value, 45, "all that these files set is missing in the other session", "move what must hold everywhere into /etc (environment.variables, environment.sessionVariables)"},
        {"env:SHELL", C::value, 25, "which shell is started by programs", ""},
        {"env:XDG_RUNTIME_DIR", C::presence, 55, "systemctl --user, and home-manager where it starts user units", "loginctl enable-linger USER"},
        {"env:DBUS_SESSION_BUS_ADDRESS", C::presence, 54, "dconf, systemctl --user, home-manager", ""},
        {"env:TMPDIR", C::value, 52, "where builds and sockets go: too small, gone, or a path too long for a socket", ""},
        {"env:LANG", C::value, 25, "the language of messages, warnings of perl and bash about locales", ""},
        {"env:LC_*", C::value, 25, "the language of messages, warnings of perl and bash about locales", ""},
        {"env:LOCALE_ARCHIVE", C::value, 24, "locales of programs of nix", ""},
        {"env:TERM", C::value, 20, "colours, progress bars, programs that draw", ""},
        {"env:GIT_*", C::value, 60, "how git works: another configuration, another ssh, another folder", ""},
        {"env:LD_*", C::value, 60, "which libraries programs load", ""},
        {"env:SUDO_*", C::presence, 15, "", ""},
        {"env:*", C::value, 22, "", ""},
        // the machine
        {"lock-held:*", C::presence, 99, "a second switch or build of the profile is refused while another process holds the lock", "wait for the other run: fuser -v PATH tells which it is"},
        {"space-free:*", C::scarce, 96, "all that writes: builds, downloads, the profile, the boot loader", "nix-collect-garbage --delete-older-than 14d, and look with df -h"},
        {"inodes-free:*", C::scarce, 96, "all that makes files, though df -h still shows space", "nix-collect-garbage --delete-older-than 14d, and look with df -i"},
        {"memory-available", C::scarce, 70, "evaluation and builds are killed", "swap, or --max-jobs 1 --cores 1"},
        {"uptime-s", C::scarce, 40, "shortly after boot network, name service, clock and D-Bus may not be ready", "wait for: systemctl is-system-running --wait"},
        {"clock-synchronized", C::value, 60, "certificates are not yet valid, or no longer", "wait for time-sync.target"},
        {"host-name:*", C::value, 45, "the default name of the flake output, names in certificates", "name the output: --flake DIR#NAME"},
        {"unit-state:*", C::value, 75, "the service itself", ""},
        {"unit-result:*", C::presence, 74, "the service itself", ""},
        {"system-state", C::value, 40, "whether the machine is healthy as a whole", ""},
        {"link:/run/current-system", C::value, 65, "the switch starts from another system", ""},
        {"link:/nix/var/nix/profiles/system", C::value, 66, "the switch starts from another generation", ""},
        {"kernel", C::value, 20, "", ""},
        {"nix-version", C::value, 50, "what nix can do and how it says it", ""},
        {"nixos-version", C::value, 45, "", ""},
        {"file-mode:*", C::value, 40, "who may read the file", ""},
        {"file-owner:*", C::value, 40, "who may read the file", ""},
        {"file-size:*", C::value, 30, "", ""},
        {"file-type:*", C::value, 40, "", ""},
    };
    return table;
}

const KnownDifference* known_difference(std::string_view fact) {
    const auto& table = known_differences();
    const auto row = std::find_if(table.begin(), table.end(), [&](const KnownDifference& one) { return glob_match(one.fact, fact); });
    return row == table.end() ? nullptr : &*row;
}

bool is_volatile(std::string_view fact) {
    constexpr std::array<std::string_view, 48> names{
        "env:_", "env:SHLVL", "env:OLDPWD", "env:PWD", "env:SSH_CONNECTION", "env:SSH_CLIENT", "env:SSH_TTY", "env:XDG_SESSION_ID", "env:XDG_SESSION_*", "env:INVOCATION_ID",
        "env:JOURNAL_STREAM", "env:LINES", "env:COLUMNS", "env:MAIL", "env:SYSTEMD_EXEC_PID", "env:MANAGERPID", "env:WINDOWID", "env:PS1", "env:LS_COLORS", "env:COLORTERM", "env:TERM_PROGRAM*",
        "env:__*", "env:BASH_FUNC_*", "env:HISTFILE", "env:MEMORY_PRESSURE_*", "fd:*", "cgroup", "started-by", "running", "collection", "boot-id", "machine-id", "unit-started:*", "unit-process-started:*",
        "file-modified:*", "file-changed:*", "file-keyed-name:*", "swap-free", "space-size:*", "memory-size", "tty:1", "tty:2", "limit:pending-signals", "limit:processes", "file-newer-than-unit:*",
        "file-written-at-unit-start:*", "inodes-free", "link:/nix/var/nix/profiles/system-*"};
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return glob_match(name, fact); });
}

bool tells_outcome(std::string_view fact) {
    constexpr std::array<std::string_view, 5> names{"unit-state:*", "unit-result:*", "unit-exit-status:*", "unit-substate:*", "system-state"};
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return glob_match(name, fact); });
}

}  // namespace nixwhy
