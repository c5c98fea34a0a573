# `nixwhy collect` on bad days: hosts that cannot be reached, programs that hang or flood, a disk that is full. A real
# sshd on loopback with keys of its own; what cannot be had for real is a program in PATH that behaves so.
set -euo pipefail
. tools/setup.sh
install openssh-server openssh-client jq zstd dash strace
nixwhy=$PWD/build/nixwhy
work=$(mktemp -d)
sshd_pid=
trap '[ -z "$sshd_pid" ] || kill "$sshd_pid"; rm -rf "$work"' EXIT
passed=0
check() { # NAME WANTED GOT
  [ "$2" = "$3" ] || { printf '%s\nwanted: %s\ngot:    %s\n' "$1" "$2" "$3"; exit 1; }
  passed=$((passed + 1))
}
manifest() { zstd -dcq "$1" | tar xO --wildcards '*/manifest.json'; }
snapshot() { zstd -dcq "$1" | tar xO --wildcards '*/snapshot.json'; }

# ---- this machine, with programs that misbehave
mkdir "$work/bin"
bad() { cat >"$work/bin/$1"; chmod +x "$work/bin/$1"; }
bad journalctl <<'S'
#!/bin/sh
case "$*" in
  *json*) [ "$FLOOD" ] && exec sh -c 'yes "{\"MESSAGE\":\"flood\"}" | head -c 300000000; echo "{\"MESSAGE\":\"newest\"}"'
    trap '' TERM; (trap '' TERM; exec sleep 300) & echo '{"MESSAGE":"early"}'; sleep 300;;
esac
S
bad systemctl <<'S'
#!/bin/sh
echo degraded
S
code=0
started=$(date +%s)
PATH=$work/bin:$PATH timeout 60 "$nixwhy" collect -o "$work/hang.tar.zst" >/dev/null 2>"$work/err" || code=$?
check 'a journalctl that hangs: status' 4 $code
[ $(($(date +%s) - started)) -lt 40 ] || { echo "it took too long"; exit 1; }
check 'what it gave is kept' 1 "$(zstd -dcq "$work/hang.tar.zst" | grep -ac '"MESSAGE":"early"')"
check 'and said' true "$(manifest "$work/hang.tar.zst" | jq '[.probes[] | select(.name == "journal")][0].timed_out')"
check 'nothing is left of it' 0 "$(pgrep -fc '^sleep 300$' || true)"
FLOOD=1 PATH=$work/bin:$PATH timeout 60 prlimit --as=600000000 "$nixwhy" collect -o "$work/flood.tar.zst" >/dev/null 2>&1 || true
check 'a flood: the newest is kept' 1 "$(zstd -dcq "$work/flood.tar.zst" | grep -ac 'newest')"
check 'a flood: said' true "$(manifest "$work/flood.tar.zst" | jq '[.probes[] | select(.name == "journal")][0].truncated')"

# ---- a full disk leaves nothing, and says so
code=0
mkdir "$work/full"
unshare -rm sh -c "mount -t tmpfs -o size=64k none '$work/full'; head -c 65536 /dev/zero >'$work/full/fill' 2>/dev/null; '$nixwhy' collect -o '$work/full/b.tar.zst'; code=\$?; ls -A '$work/full'; exit \$code" >"$work/out" 2>"$work/err" || code=$?
check 'full disk: status' 70 $code
check 'full disk: nothing left' fill "$(cat "$work/out")"
grep -q 'No space left' "$work/err" || { cat "$work/err"; exit 1; }

# ---- two at once, one place
mkdir "$work/two"
"$nixwhy" collect -o "$work/two/" >/dev/null 2>&1 & "$nixwhy" collect -o "$work/two/" >/dev/null 2>&1 & wait
check 'two collections at once' 2 "$(ls "$work/two" | wc -l)"
check 'mode' '600 600' "$(stat -c %a "$work"/two/* | xargs)"

# ---- ssh
mkdir -p /run/sshd
for name in host key stranger; do ssh-keygen -q -t ed25519 -N '' -f "$work/$name"; done
cp "$work/key.pub" "$work/authorized"
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
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$work/stranger.pub")" >"$work/known-wrong"
host() { # NAME KEY KNOWN
  printf 'Host %s\n HostName 127.0.0.1\n Port %s\n User %s\n IdentityFile %s\n IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile %s\n GlobalKnownHostsFile /dev/null\n' "$1" "$port" "${4:-$(id -un)}" "$work/$2" "$work/$3"
}
{
  host good key known
  host wrong-key stranger known
  host wrong-host key known-wrong
  host unknown-host key no-such-file
  printf 'Host refused\n HostName 127.0.0.1\n Port 1\n'
} >"$work/ssh_config"
bad ssh <<S
#!/bin/sh
exec /usr/bin/ssh -F $work/ssh_config "\$@"
S
rm "$work/bin/journalctl" "$work/bin/systemctl"
for _ in $(seq 50); do (echo >/dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep 0.1; done
mkdir -p "$work/home"
code=0
PATH=$work/bin:$PATH timeout 100 "$nixwhy" collect good wrong-key wrong-host unknown-host refused no-such-host.invalid . -o "$work/hosts" </dev/null >"$work/out" 2>"$work/err" || code=$?
check 'hosts: status' 4 $code
check 'hosts: a bundle each' 7 "$(ls "$work/hosts" | wc -l)"
why() { manifest "$work"/hosts/nixwhy-"$1"-*.tar.zst | jq -r .why_incomplete; }
case $(why wrong-key) in *'Permission denied'*) ;; *) why wrong-key; exit 1;; esac
case $(why wrong-host) in *'Host key verification failed'*) ;; *) why wrong-host; exit 1;; esac
case $(why unknown-host) in *'Host key verification failed'*) ;; *) why unknown-host; exit 1;; esac
case $(why refused) in *'Connection refused'*) ;; *) why refused; exit 1;; esac
case $(why no-such-host.invalid) in *'Could not resolve'*) ;; *) why no-such-host.invalid; exit 1;; esac
passed=$((passed + 5))
# the same machine by ssh and here: the same facts, but for the session and what passes
same() { snapshot "$1" | grep -E '^"(host-name|machine-id|kernel|system|file-|space-size|certificate|nix-)' | grep -vE 'keyed' ; }
for bundle in "$work"/hosts/nixwhy-"$(cat /proc/sys/kernel/hostname)"-*; do same "$bundle" >"$work/$(manifest "$bundle" | jq -r '.origin | split(" ")[0]').facts"; done
check 'ssh and here tell the same' '' "$(diff "$work/ssh.facts" "$work/this.facts" || true)"

# ---- a host that dies on the way: what came is kept
bad ssh <<S
#!/bin/sh
/usr/bin/ssh -F $work/ssh_config "\$@" | head -c 3000
exit 255
S
code=0
PATH=$work/bin:$PATH timeout 60 "$nixwhy" collect good -o "$work/dies.tar.zst" >/dev/null 2>&1 || code=$?
check 'a host that dies: status' 4 $code
check 'a host that dies: what came' true "$(snapshot "$work/dies.tar.zst" | jq '.facts | has("env:PATH")')"
check 'a host that dies: said' false "$(manifest "$work/dies.tar.zst" | jq .complete)"

# ---- TERM in the middle: a bundle of what there was, at once
bad journalctl <<'S'
#!/bin/sh
sleep 60
S
PATH=$work/bin:$PATH "$nixwhy" collect -o "$work/term.tar.zst" >/dev/null 2>&1 &
pid=$!
sleep 1.5
kill -TERM $pid
code=0
wait $pid || code=$?
check 'TERM: status' 143 $code
check 'TERM: the bundle says so' false "$(manifest "$work/term.tar.zst" | jq .complete)"
echo "$passed passed, 0 failed"
