# All unit tests and stories under ASan and UBSan.
set -euo pipefail
. tools/setup.sh
install libclang-rt-14-dev zstd git
build build-sanitize Debug -DNIXWHY_SANITIZE=ON
build-sanitize/nixwhy_tests --no-intro --no-version | tail -n 3
echo "1 passed, 0 failed"
