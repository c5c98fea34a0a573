# All unit tests and stories under ASan and UBSan, and, as inputs are scanned on several threads, under TSan.
set -euo pipefail
. tools/setup.sh
install clang-14 libclang-rt-14-dev zstd git
build build-sanitize RelWithDebInfo -DNIXWHY_SANITIZE=address,undefined -DCMAKE_CXX_COMPILER=clang++-14
build-sanitize/nixwhy_tests --no-intro --no-version | tail -n 3
build build-thread RelWithDebInfo -DNIXWHY_SANITIZE=thread -DCMAKE_CXX_COMPILER=clang++-14
TSAN_OPTIONS=halt_on_error=1 build-thread/nixwhy explain -j 4 fixtures/incidents fixtures/forms >build/threads-4
TSAN_OPTIONS=halt_on_error=1 build-thread/nixwhy explain -j 1 fixtures/incidents fixtures/forms >build/threads-1
cmp build/threads-4 build/threads-1
rm -f build/threads-4 build/threads-1
echo "2 passed, 0 failed"
