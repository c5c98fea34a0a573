# The flake as a user of Nix meets it: `nix build` makes the package (with the machine's compiler and libraries in the place
# of nixpkgs'), the package is whole, and `nix run` explains a log.
set -euo pipefail
. tools/setup.sh
# shellcheck disable=SC2086
install nix-bin git go-md2man gzip $packages
home=$(mktemp -d)
trap 'chmod -R u+w "$home"; rm -rf "$home"' EXIT
export HOME=$home NIX_REMOTE=local NIX_STORE_DIR=$home/store NIX_STATE_DIR=$home/state NIX_LOG_DIR=$home/log NIX_CONFIG="experimental-features = nix-command flakes
sandbox = false
build-users-group ="
here=$(mktemp -d -p "$home")
git ls-files -z --cached --others --exclude-standard | tar --null -cf - -T - | tar -xf - -C "$here"
with=(--override-input nixpkgs "path:$here/packaging/nix/stub" --no-write-lock-file --no-update-lock-file)
passed=0
ok() { # ok WHAT COMMAND...
  local what=$1
  shift
  "$@" || { echo "not so: $what"; exit 1; }
  passed=$((passed + 1))
  echo "ok: $what"
}

nix build "${with[@]}" -L --out-link "$home/result" "path:$here" >"$home/build.log" 2>&1 || { tail -n 30 "$home/build.log"; exit 1; }
out=$(realpath "$home/result")
for file in bin/nixwhy libexec/nixwhy/nixwhy-report lib/systemd/system/nixwhy-report@.service share/man/man1/nixwhy.1.gz \
  share/man/man5/nixwhy-report.5.gz share/man/man7/nixwhy-rules.7.gz share/bash-completion/completions/nixwhy \
  share/zsh/site-functions/_nixwhy share/fish/vendor_completions.d/nixwhy.fish share/nixwhy/schema/report.schema.json; do
  ok "nix build makes $file" test -s "$out/$file"
done
ok "the unit starts the script of the package" grep -qx "ExecStart=$out/libexec/nixwhy/nixwhy-report %i" "$out/lib/systemd/system/nixwhy-report@.service"
ok "it has the rules that this build has" diff <("$out/bin/nixwhy" rules list) <(build/nixwhy rules list)
nix run "${with[@]}" "path:$here" -- explain fixtures/incidents/scripted-rebuild/deploy.log >"$home/report" || true
ok "nix run explains a log" grep -q '^CAUSE' "$home/report"
echo "$passed passed, 0 failed"
