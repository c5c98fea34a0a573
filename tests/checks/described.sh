# The manual page, the reference and the completions say what --help says: the same commands, the same options of each, the
# same words about them. The completions are asked by their shells.
set -euo pipefail
. tools/setup.sh
install python3 bash-completion zsh fish man-db go-md2man
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build/describe bash >"$work/nixwhy.bash"
build/describe zsh >"$work/_nixwhy"
build/describe fish >"$work/nixwhy.fish"
build/describe reference >"$work/reference.md"
sh packaging/describe.sh build/describe "$work/nixwhy.1.gz"
MANWIDTH=200 LC_ALL=C.UTF-8 man --local-file --nh --nj "$work/nixwhy.1.gz" 2>"$work/man.errors" | col -b >"$work/man.txt"
[ ! -s "$work/man.errors" ] || { cat "$work/man.errors"; exit 1; }
python3 tests/described_test.py "$work"
