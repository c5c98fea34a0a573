# The unit tests and stories.
set -euo pipefail
. tools/setup.sh
install zstd git python3
build/nixwhy_tests --no-intro --no-version | tee build/tests.log
sed -n 's/.*test cases: *[0-9]* *| *\([0-9]*\) passed.*/\1 passed, 0 failed/p' build/tests.log
