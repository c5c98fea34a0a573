#!/usr/bin/env python3
"""Measures explain beside other programs on the same inputs, and adds the table to bench/RESULTS.md.

  bench/run.py [--megabytes 1024] [--rounds 5] [--only ROW] [--dry]

Each row runs its two commands in turn, so that what else the machine does meets both, and compares the medians of CPU
time (user and system, children included) or of time passed. What is too slow to search everything (ripgrep with all
patterns) gets a part of the input, and its time is scaled up. Needs ripgrep, lnav, zstd, libarchive-tools and
systemd-journal-remote; a row whose program is missing is left out and said to be.
"""
import argparse, datetime, os, resource, shutil, statistics, subprocess, sys, tempfile, time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(TOP, "build/nixwhy")
REMOTE = next((path for path in ("/lib/systemd/systemd-journal-remote", "/usr/lib/systemd/systemd-journal-remote") if os.path.exists(path)), None)


def run(command):
    """One run of a shell command: CPU seconds, seconds passed, peak anonymous memory of explain is asked for apart."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(["bash", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    passed = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, passed


def medians(commands, rounds, which):
    taken = [[] for _ in commands]
    for _ in range(rounds):
        for place, command in enumerate(commands):
            taken[place].append(run(command)[which])
    return [statistics.median(times) for times in taken]


def peak_anonymous(command):
    """The most anonymous memory in KiB that one program held, looked at a hundred times a second."""
    child = subprocess.Popen(["bash", "-c", "exec " + command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while child.poll() is None:
        try:
            with open(f"/proc/{child.pid}/status") as status:
                most = max([most] + [int(line.split()[1]) for line in status if line.startswith("RssAnon:")])
        except (OSError, ValueError):
            pass
        time.sleep(0.01)
    return most


def instructions(command):
    out = subprocess.run(["bash", "-c", f"valgrind --tool=none true 2>/dev/null && exec valgrind --tool=callgrind --callgrind-out-file=/dev/null {command}"],
                         capture_output=True, text=True).stderr
    return next((int(line.split()[-1].replace(",", "")) for line in out.splitlines() if "Collected" in line), None)


def make_inputs(folder, megabytes):
    size = megabytes << 20
    make = os.path.join(TOP, "build/bench_generate")
    head = 256 << 10  # what ripgrep with thousands of patterns gets
    commands = [
        f"{make} node {size} 1 >node.log", f"{make} nix {size // 2} 2 >nix.log", "head -n 10 node.log >ten.log",
        f"head -c {head} node.log >node-head.log", f"head -c {head} nix.log >nix-head.log",
        f"{os.path.join(TOP, 'build/bench_patterns')} >patterns.txt",
        f"head -c {min(size, 256 << 20)} node.log >b.log && tar -c b.log | zstd -q -3 >b.tar.zst; rm -f b.log",
        f"{make} node {size // 4} 3 10 >hot.log",
        f"{make} export {megabytes * 500} 4 >j.export",
    ]
    if REMOTE:
        commands.append(f"{REMOTE} -o j.journal j.export")
    for command in commands:
        subprocess.run(["bash", "-c", command], cwd=folder, check=True, stderr=subprocess.DEVNULL)


def rows(folder, megabytes):
    """Name, goal, the other command, ours, what is compared (0: CPU, 1: time passed), the factor for the other's part, other/ours or ours/other."""
    os.chdir(folder)
    ours = f"{PROGRAM} explain --format json"
    part = lambda name: os.path.getsize(name) / os.path.getsize(name.replace(".log", "-head.log"))
    yield "node log: `rg -c -f` / explain, CPU", ">= 25", "rg -a -c -f patterns.txt node-head.log", f"{ours} node.log", 0, part("node.log"), True
    yield "nix log: `rg -c -f` / explain, CPU", ">= 20", "rg -a -c -f patterns.txt nix-head.log", f"{ours} nix.log", 0, part("nix.log"), True
    yield "node log: explain / `wc -l`, CPU", "<= 10", "wc -l node.log", f"{ours} node.log", 0, 1, False
    yield "nix log: explain / `wc -l`, CPU", "<= 10", "wc -l nix.log", f"{ours} nix.log", 0, 1, False
    yield "node log: one thread / two threads, passed", ">= 1.7", f"{ours} --threads 1 node.log", f"{ours} --threads 2 node.log", 1, 1, True
    yield "every tenth line a fault: explain / a quarter of node.log, CPU", "<= 3", f"head -c {(megabytes << 20) // 4} node.log | {ours} -", f"{ours} hot.log", 0, 1, False
    yield "node log: lnav's indexing / explain, CPU", ">= 7", "lnav -n -c ':quit' node.log", f"{ours} node.log", 0, 1, True
    yield "tar.zst: explain / `bsdtar -xO`, passed, two threads", "<= 1.3", "bsdtar -xOf b.tar.zst", f"{ours} --threads 2 b.tar.zst", 1, 1, False
    if os.path.exists("j.journal"):
        yield "journal: `journalctl -o cat` (without the rg) / explain, CPU", ">= 25", "journalctl --file j.journal -o cat", f"{ours} j.journal", 0, 1, True
        yield "journal: `journalctl -o short-iso` (without the rg) / explain, CPU", ">= 40", "journalctl --file j.journal -o short-iso", f"{ours} j.journal", 0, 1, True
    yield "ten lines: `rg -f` / explain, CPU", ">= 2", "rg -a -c -f patterns.txt ten.log", f"{ours} ten.log", 0, 1, True


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--megabytes", type=int, default=1024)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--only", default="")
    asked.add_argument("--dry", action="store_true", help="print the table, leave bench/RESULTS.md as it is")
    options = asked.parse_args()
    subprocess.run(["ninja", "-C", os.path.join(TOP, "build"), "nixwhy", "bench_generate", "bench_patterns"], check=True, stdout=subprocess.DEVNULL)
    folder = tempfile.mkdtemp(prefix="nixwhy-bench-")
    try:
        make_inputs(folder, options.megabytes)
        lines = ["| what | goal | other | ours | ratio |", "|---|--:|--:|--:|--:|"]
        for name, goal, other, ours, which, factor, other_first in rows(folder, options.megabytes):
            if options.only not in name:
                continue
            if not shutil.which(other.split()[0]):
                lines.append(f"| {name} | {goal} | not installed | | |")
                continue
            # what takes a minute is not noisy
            rounds = 1 if factor > 100 else options.rounds
            slow, fast = medians([other, ours], rounds, which)
            ratio = slow * factor / fast if other_first else fast / slow
            lines.append(f"| {name} | {goal} | {slow:.3f} s{f' x {factor:.0f}' if factor != 1 else ''} | {fast:.3f} s | {ratio:.1f} |")
            print(lines[-1], flush=True)
        if not options.only:
            lines.append("")
            lines.append("| what | goal | ours |\n|---|--:|--:|")
            ours = f"{PROGRAM} explain --format json"
            lines.append(f"| ten lines, CPU | <= 15 ms | {medians([f'{ours} ten.log'], 21, 0)[0] * 1000:.1f} ms |")
            lines.append(f"| peak anonymous memory, node log | <= 64 MiB | {peak_anonymous(f'{ours} node.log') / 1024:.0f} MiB |")
            lines.append(f"| peak anonymous memory, node log, two threads | <= 64 MiB | {peak_anonymous(f'{ours} --threads 2 node.log') / 1024:.0f} MiB |")
            counted = instructions(f"{ours} --threads 1 node-head.log")
            if counted:
                lines.append(f"| instructions by callgrind, first 256 KiB, start-up included | | {counted / 1e6:.0f} million |")
        commit = subprocess.run(["git", "-C", TOP, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
        text = f"\n## {datetime.date.today()}, {commit}, {options.megabytes} MiB, {os.cpu_count()} cores\n\n" + "\n".join(lines) + "\n"
        print(text)
        if not options.dry and not options.only:
            with open(os.path.join(TOP, "bench/RESULTS.md"), "a") as results:
                results.write(text)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
