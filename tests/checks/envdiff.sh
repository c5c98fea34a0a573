# `nixwhy envdiff` on a real sshd: users of a real machine whose shells read different files in a scripted and in an
# interactive session; sudo that asks and sudo that does not; hosts that cannot be had; and files instead of a host.
set -euo pipefail
. tools/setup.sh
install openssh-server openssh-client sudo jq zsh git
[ "$(id -u)" -eq 0 ] || { echo "0 passed, 0 failed, 1 skipped: users and an sshd need root"; exit 0; }
nixwhy=$PWD/build/nixwhy
work=$(mktemp -d)
chmod 755 "$work"
user=nixwhy-envdiff-$$
sshd_pid=
clean() {
  [ -z "$sshd_pid" ] || kill "$sshd_pid" 2>/dev/null || true
  for one in "$user" "$user-z"; do userdel -rf "$one" 2>/dev/null || true; done
  rm -f "/etc/sudoers.d/$user"
  rm -rf "$work"
}
trap clean EXIT
passed=0
fail() { echo "$*"; cat "$work/err" 2>/dev/null; exit 1; }
check() { # NAME WANTED GOT
  [ "$2" = "$3" ] || { printf '%s\nwanted: %s\ngot:    %s\n' "$1" "$2" "$3"; exit 1; }
  passed=$((passed + 1))
}

# bash reads .bash_profile in a login shell alone, zsh .zshenv always and .zprofile in a login shell
useradd -m -p "*" -s /bin/bash "$user"
useradd -m -p "*" -s /usr/bin/zsh "$user-z"
home=$(getent passwd "$user" | cut -d: -f6) homez=$(getent passwd "$user-z" | cut -d: -f6)
mkdir "$work/tools" && printf '#!/bin/sh\n' >"$work/tools/nixos-rebuild" && chmod -R 755 "$work/tools"
printf 'export PATH=%s:$PATH NIX_PATH=nixpkgs=/srv/nixpkgs https_proxy=http://proxy:3128\numask 077\n' "$work/tools" >"$home/.bash_profile"
printf 'export NIX_REMOTE=daemon\n' >"$homez/.zshenv"
printf 'export NIX_SSL_CERT_FILE=/etc/corp.pem API_TOKEN=s3cr3t-of-zprofile-7\n' >"$homez/.zprofile"
git config --file "$home/.gitconfig" safe.directory /srv/config && chown "$user" "$home/.gitconfig"
echo "$user ALL=(ALL) NOPASSWD: ALL" >"/etc/sudoers.d/$user"

mkdir -p /run/sshd
for name in host key; do ssh-keygen -q -t ed25519 -N '' -f "$work/$name"; done
chmod 644 "$work/key.pub" && cp "$work/key.pub" "$work/authorized"
port=$((20000 + $$ % 20000))
cat >"$work/sshd_config" <<S
Port $port
ListenAddress 127.0.0.1
HostKey $work/host
AuthorizedKeysFile $work/authorized
StrictModes no
UsePAM no
PidFile none
PermitRootLogin yes
S
/usr/sbin/sshd -D -f "$work/sshd_config" -E "$work/sshd.log" &
sshd_pid=$!
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$work/host.pub")" >"$work/known"
for one in bash:$user zsh:$user-z; do
  printf 'Host %s\n HostName 127.0.0.1\n Port %s\n User %s\n IdentityFile %s\n IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile %s\n' "${one%%:*}" "$port" "${one#*:}" "$work/key" "$work/known"
done >"$work/ssh_config"
printf 'Host refused\n HostName 127.0.0.1\n Port 1\n' >>"$work/ssh_config"
mkdir "$work/bin" && printf '#!/bin/sh\nexec /usr/bin/ssh -F %s "$@"\n' "$work/ssh_config" >"$work/bin/ssh" && chmod +x "$work/bin/ssh"
export PATH=$work/bin:$PATH
for _ in $(seq 50); do (echo >"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break; sleep 0.1; done

"$nixwhy" envdiff bash --format json >"$work/bash.json" 2>"$work/err" </dev/null || fail "envdiff bash ended with $?"
differs() { jq -r --arg from "$2" --arg to "$3" --arg fact "$4" '.pairs[] | select(.from == $from and .to == $to) | .differences[] | select(.fact == $fact) | "\(.from) | \(.to)"' "$work/$1.json"; }
check 'four sessions' '["scripted","interactive","scripted-sudo","interactive-sudo"]' "$(jq -c '[.environments[] | select(.missing == null) | .name]' "$work/bash.json")"
differs bash scripted interactive env:PATH | grep -q " . also .*$work/tools" || fail "a folder that only the login shell has: $(differs bash scripted interactive env:PATH)"
check 'a tool that only the login shell finds' "none | $work/tools/nixos-rebuild" "$(differs bash scripted interactive tool:nixos-rebuild)"
check 'NIX_PATH' 'none | nixpkgs=/srv/nixpkgs' "$(differs bash scripted interactive env:NIX_PATH)"
check 'a proxy' 'none | http://proxy:3128' "$(differs bash scripted interactive env:https_proxy)"
check 'a tty' 'false | true' "$(differs bash scripted interactive tty:0)"
check 'umask' '0022 | 0077' "$(differs bash scripted interactive umask)"
check 'sudo drops the proxy' 'http://proxy:3128 | none' "$(differs bash interactive interactive-sudo env:https_proxy)"
check 'sudo is another user' "$(id -u "$user") | 0" "$(differs bash scripted scripted-sudo uid)"
check 'whose git settings' '/srv/config | none' "$(differs bash scripted scripted-sudo git-safe-directories)"
check 'what breaks most first' true "$(jq '.pairs[0].differences | [.[].weight] | . == (sort | reverse)' "$work/bash.json")"
check 'nothing volatile' '[]' "$(jq -c '[.pairs[0].differences[].fact | select(test("SSH_CONNECTION|SSH_TTY|SHLVL|env:_$|PWD"))]' "$work/bash.json")"
check 'nothing is left behind' '' "$(find "$home" "$homez" /tmp -newer "$work/ssh_config" -user "$user" 2>/dev/null | head -n 3)"

"$nixwhy" envdiff zsh --format json >"$work/zsh.json" 2>"$work/err" </dev/null || fail "envdiff zsh ended with $?"
check 'zsh: only the login shell' 'none | /etc/corp.pem' "$(differs zsh scripted interactive env:NIX_SSL_CERT_FILE)"
check 'zsh: what both have' '' "$(differs zsh scripted interactive env:NIX_REMOTE)"
check 'zsh: sudo that asks' 2 "$(jq '[.environments[] | select(.missing != null) | .missing | select(test("sudo"))] | length' "$work/zsh.json")"
check 'no secret' 0 "$(grep -c 's3cr3t-of-zprofile' "$work/zsh.json" || true)"

code=0
"$nixwhy" envdiff refused >"$work/out" 2>"$work/err" </dev/null || code=$?
check 'a host that refuses: status' 4 $code
grep -q '^nixwhy: refused, scripted: ssh: .*Connection refused' "$work/err" || fail "it does not say why"
passed=$((passed + 1))

# a failed log and the difference are one finding with both as evidence
"$nixwhy" envdiff bash --format snapshot -o "$work/sessions.json" 2>"$work/err" </dev/null
printf 'error: file %s was not found in the Nix search path (add it using $NIX_PATH or -I)\n' "'nixpkgs'" >"$work/failed.log"
"$nixwhy" explain --format json "$work/failed.log" "$work/sessions.json" >"$work/report.json"
check 'one finding' session.nix-path-missing-here "$(jq -r '[.findings[] | select(.role == "root") | .id] | join(" ")' "$work/report.json")"
check 'both as evidence' '["failed.log","sessions.json"]' "$(jq -c '[.findings[0].evidence[].source | split("/") | last] | unique' "$work/report.json")"

# two recordings
(cd "$work" && env -u NIX_PATH PATH=/usr/bin:/bin "$nixwhy" record -o a.tar.zst -- true && NIX_PATH=nixpkgs=/x PATH=/usr/bin:/bin "$nixwhy" record -o b.tar.zst -- true) >/dev/null 2>"$work/err"
"$nixwhy" envdiff "$work/a.tar.zst" "$work/b.tar.zst" >"$work/out"
grep -q 'env:NIX_PATH' "$work/out" || fail "two recordings: $(cat "$work/out")"
code=0
"$nixwhy" envdiff "$work/a.tar.zst" "$work/failed.log" >"$work/out" 2>"$work/err" || code=$?
check 'a log is no snapshot' "4 nixwhy: $work/failed.log: there is no snapshot in it" "$code $(cat "$work/err")"
for format in terminal markdown html; do
  "$nixwhy" envdiff "$work/a.tar.zst" "$work/b.tar.zst" --format $format | grep -q 'NIX_PATH' || fail "$format lacks the difference"
  passed=$((passed + 1))
done
echo "$((passed + 1)) passed, 0 failed"
