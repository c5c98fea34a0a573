# A minute of fuzzing for each target, from the kept inputs. A crash is left in build/fuzz/TARGET/ and belongs, made
# small, into tests/fuzz/corpus/TARGET/. NIXWHY_FUZZ_SECONDS sets another time.
set -euo pipefail
. tools/setup.sh
install clang-14 libclang-rt-14-dev
build build-sanitize RelWithDebInfo -DNIXWHY_SANITIZE=address,undefined -DCMAKE_CXX_COMPILER=clang++-14
passed=0
for kept in tests/fuzz/corpus/*/; do
  target=$(basename "$kept")
  found=build/fuzz/$target
  mkdir -p "$found/new"
  NIXWHY_TARGET=$target build-sanitize/nixwhy_fuzz -max_total_time="${NIXWHY_FUZZ_SECONDS:-60}" -timeout=20 -rss_limit_mb=1500 -max_len=8192 \
    -artifact_prefix="$found/" -print_final_stats=1 "$found/new" "$kept" >"$found/log" 2>&1 || { tail -n 40 "$found/log"; echo "$target: a finding"; exit 1; }
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$found/log") runs"
  passed=$((passed + 1))
done
echo "$passed passed, 0 failed"
