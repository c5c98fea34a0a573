#!/usr/bin/env python3
"""Measures what SECURITY.md promises and writes the table of docs/reliability.md. No figure there is typed by hand.

  tools/reliability.py            all of it: some minutes
  tools/reliability.py NAME...    only these rows; the others stay as they are

Wants a build in build/ (./run makes it) and what tests/checks/hostile.sh, planted.sh and tests/long/faults.sh install.
"""
import datetime, os, random, re, resource, subprocess, sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
PAGE = "docs/reliability.md"
PYTHON = "/usr/bin/python3"


def output(command):
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    return done.stdout + done.stderr


def counted(command, pattern, words):
    """The groups of `pattern` in what the command prints, put into `words`."""
    def measure():
        found = re.search(pattern, output(command))
        return words.format(*found.groups()) if found else "**failed**"
    return command, measure


def speed():
    draw = random.Random(4)
    words = ["Started Session {} of User root.", "building '/nix/store/88cyvny7jz704mmhhgl5awrby5l6nvmy-hello-{}.drv'...", "etcdserver: compacted raft log at {}",
             'time="2026-11-26T11:22:33Z" level=info msg="StopContainer for \\"{}\\" returns successfully"', "copying path '/nix/store/ygnps39z5rcj20jc3x19vawm8dnmzs6m-glibc-{}' from 'https://cache.nixos.org'...",
             'I1126 11:22:33.123456   812 kubelet.go:2400] "SyncLoop (PLEG): event for pod" pod="kube-system/coredns-7c9d-{}"', "eth0: renamed from veth{}", 'nginx: 10.1.2.3 - - "GET /healthz HTTP/1.1" 200 {}']
    block = "".join(f"Nov 26 {draw.randrange(24):02}:{draw.randrange(60):02}:00 worker{draw.randrange(9)} {draw.choice(['systemd', 'kubelet', 'nix-daemon'])}[{draw.randrange(9999)}]: "
                    f"{draw.choice(words).format(draw.randrange(10 ** 5))}\n" for _ in range(50_000)).encode()
    text = block * 40
    best = float("inf")
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(["build/nixwhy", "redact"], input=text, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return f"{len(text) / best / 1e6:.0f} MB/s"


FAULTS = f"{PYTHON} tests/faults/faults.py build/nixwhy build/faults --only "
# name, what is promised, goal, (command, measure)
ROWS = [
    ("secrets", "secrets of fixtures/redaction that are left, look-alikes that are changed", "0 and 0",
     counted('build/nixwhy_tests -tc="lines of many programs"', r"(\d+) secrets, (\d+) leaked; (\d+) look-alikes, (\d+) changed", "{1} of {0}, {3} of {2}")),
    ("planted", "of 100 secrets planted in all inputs, those that are in no output", "100",
     counted(f"{PYTHON} tests/redaction/planted.py build/nixwhy build/planted", r"(\d+) passed, (\d+) failed", "{0}")),
    ("speed", "redaction of ordinary log text, for each second of one core", "200 MB/s", ("nixwhy redact, best of 5", speed)),
    ("hostile", "hostile inputs, and no program and no socket under strace", "all", counted("./test hostile", r"hostile: (\d+) passed, (\d+) failed", "{0} passed, {1} failed")),
    *[(name, promise, "all", counted(FAULTS + function, rf"{name} (\d+/\d+)", "{0}")) for name, function, promise in (
        ("allocation-failure", "allocations", "an allocation that fails, once or for good, ends in a message"),
        ("address-space", "address_space", "little address space"),
        ("disk-full", "disk_full", "writes, fsync, rename, close and open that fail leave the old file whole"),
        ("read-errors", "read_errors", "reads that fail are said, interrupted ones are not seen"),
        ("killed", "killed", "killed at any time: the old file or the new one"),
        ("streams", "streams", "closed and full standard streams"),
        ("rights", "rights", "missing rights, planted links"),
        ("clocks", "clocks", "odd clocks and zones change no report"),
        ("crowds", "crowds", "many at once, few descriptors"))],
]


def main():
    old = {}
    if os.path.exists(PAGE):
        for line in open(PAGE, encoding="utf-8"):
            cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
            if len(cells) == 6 and any(cells[0] == row[0] for row in ROWS):
                old[cells[0]] = line.rstrip("\n")
    today = datetime.date.today().isoformat()
    lines = []
    for name, promise, goal, (command, measure) in ROWS:
        if sys.argv[1:] and name not in sys.argv[1:]:
            lines += [old[name]] if name in old else []
            continue
        figure = measure()
        print(f"{name}: {figure}", flush=True)
        lines.append(f"| {name} | {promise} | {goal} | {figure} | `{command}` | {today} |")
    with open(PAGE, "w", encoding="utf-8") as page:
        page.write("# Reliability\n\nHow well the promises of [SECURITY.md](../SECURITY.md) are kept. The table is written by `tools/reliability.py`, which runs\n"
                   "the commands in it.\n\n| name | what is looked at | goal | measured | by | when |\n|---|---|---|---|---|---|\n" + "\n".join(lines) + "\n")


main()
