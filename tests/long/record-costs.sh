# What a recording costs, beside the same command without it, on this machine and now. Prints figures; fails where memory
# passes 64 MiB or a gigabyte takes four times the CPU time it was given in measurements on an idle machine.
set -euo pipefail
. tools/setup.sh
install python3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
XDG_STATE_HOME=$work/state /usr/bin/python3 - "$PWD/build/nixwhy" "$work/big" <<'P'
import resource, subprocess, sys, time

program, big = sys.argv[1:]
with open(big, "wb") as out:
    for _ in range(10000):
        out.write((b"x" * 99 + b"\n") * 1000)


def run(argv):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    subprocess.run(argv, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.time() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss // 1024


wall, cpu, memory = min(run([program, "record", "--", "cat", big]) for _ in range(3))
print(f"1 GB: {1000 / wall:.0f} MB/s, {1000 / cpu:.0f} MB for each second of CPU time, {memory} MiB")
for argv in (["sleep", "0.01"], [program, "--help"], [program, "record", "--", "sleep", "0.01"]):
    times = sorted(run(argv)[0] for _ in range(30))
    print(f"{' '.join(argv).replace(program, 'nixwhy')}: median {times[15] * 1000:.1f} ms, best {times[0] * 1000:.1f} ms")
sys.exit(memory > 64 or cpu > 8)
P
echo "1 passed, 0 failed"
