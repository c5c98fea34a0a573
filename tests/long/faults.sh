# Bad days: memory that gives out, full disks, failed reads and writes, kill -9, closed streams, missing rights, odd
# clocks, few descriptors.
set -euo pipefail
. tools/setup.sh
install python3 gcc strace faketime
log=$(/usr/bin/python3 tests/faults/faults.py build/nixwhy build/faults) || { echo "$log"; exit 1; }
echo "$log"
