# All hostile inputs in every format, the large ones too, by the release build and by one with ASan and UBSan.
set -euo pipefail
. tools/setup.sh
install python3 zstd clang-14 libclang-rt-14-dev
build build-sanitize RelWithDebInfo -DNIXWHY_SANITIZE=address,undefined -DCMAKE_CXX_COMPILER=clang++-14
passed=0
run() {
  local log
  log=$("$@") || { echo "$log"; exit 1; }
  echo "$*: $(echo "$log" | tail -n 1)"
  passed=$((passed + $(echo "$log" | tail -n 1 | sed 's/ passed.*//')))
}
run /usr/bin/python3 tests/hostile/cases.py build/nixwhy build/hostile --all
run /usr/bin/python3 tests/hostile/cases.py build-sanitize/nixwhy build/hostile --slow 5
make=../shared/hostile/make.py
if [ -f "$make" ]; then
  suite=$PWD/build/hostile-suite
  /usr/bin/python3 "$make" --out "$suite" >/dev/null
  echo 'Nov 22 12:00:00 n kubelet[1]: x' >"$suite.log"
  formats=(--fmt tty= --fmt 'md=--format markdown' --fmt 'json=--format json' --fmt 'html=--format html' --fmt 'sarif=--format sarif')
  run /usr/bin/python3 ../shared/hostile/run.py "$suite" --cmd "$PWD/build/nixwhy explain {}" --cmd-rules "$PWD/build/nixwhy explain --rules {} $suite.log" "${formats[@]}"
  run /usr/bin/python3 ../shared/hostile/run.py "$suite" --cmd "$PWD/build-sanitize/nixwhy explain {}" --cmd-rules "$PWD/build-sanitize/nixwhy explain --rules {} $suite.log" --slow 5
  rm -rf "$suite" "$suite.log"
fi
echo "$passed passed, 0 failed"
