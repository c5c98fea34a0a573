# Every block of commands, of Nix and of configuration in the README and in docs/ does what the text says, and the
# reference is what the program's tables say, the README's report what the program says. What is not run says why beside it.
set -euo pipefail
. tools/setup.sh
install python3 python3-yaml nix-bin zstd
build/describe reference >build/reference.md
if [ "${NIXWHY_ACCEPT:-}" = 1 ]; then
  cp build/reference.md docs/reference.md
  python3 tools/readme.py
fi
diff -u docs/reference.md build/reference.md || { echo "docs/reference.md is old: build/describe reference > docs/reference.md"; exit 1; }
python3 tools/readme.py --check
python3 tests/docs/run.py README.md CONTRIBUTING.md docs/*.md
