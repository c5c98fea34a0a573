# Hostile inputs that take no time: names, kinds of members, escapes, damaged archives and journals, odd folders. And
# what the kernel sees of explain over them: no program, no socket.
set -euo pipefail
. tools/setup.sh
install python3 zstd strace
log=$(/usr/bin/python3 tests/hostile/cases.py build/nixwhy build/hostile \
  --only 'names|kinds|^odd|escapes|commands|markup|option|^word|damaged-[01]|flipped-[0-3]|loops|cpio|utf|proc|socket|stdin|rule-(evil|laughs|repeat|zero)') ||
  { echo "$log"; exit 1; }
cases=$(echo "$log" | tail -n 1 | sed 's/ passed.*//')
trace=build/hostile.trace
strace -f -e trace=execve,execveat,network -o "$trace" build/nixwhy explain fixtures/forms >build/hostile.out
called=$(grep -cE '^[0-9]+ +(execve|execveat|socket|connect|sendto)\(' "$trace" || true)
[ "$called" -eq 1 ] || { cat "$trace"; echo "explain called more than its own start"; exit 1; }
[ -s build/hostile.out ] || { echo "explain said nothing"; exit 1; }
rm -f "$trace" build/hostile.out
echo "$((cases + 1)) passed, 0 failed"
