# Many logs: groups as they were made, in every way of reading them; parts; a worker that is killed; formats that are read
# back by real parsers.
set -euo pipefail
. tools/setup.sh
install python3
ninja -C build bench_generate_ci >/dev/null
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
build/bench_generate_ci "$here/logs" 1500 11
python3 tests/triage_test.py "$here" build/nixwhy
