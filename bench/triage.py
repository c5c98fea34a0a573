#!/usr/bin/env python3
"""Measures triage on logs of CI runs whose failures are known, and adds the figures to bench/RESULTS.md.

  bench/triage.py [--logs 100000] [--seed 1] [--dry]

Speed and memory are those of one process on all cores that there are; `cat` of the same files to nowhere stands beside
it. A group is right where all runs of one failure, and no others, are in it; purity and completeness are those of the wordings
alone: the share of runs that stand with others of their kind, and the share of a kind's runs that stand together.
"""
import argparse, collections, datetime, json, os, resource, subprocess, sys, tempfile, time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(TOP, "build/nixwhy")


def timed(command, **more):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, **more)
    passed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def judge(lines, truth):
    """Groups that are right, groups there should be, purity and completeness of the wordings."""
    of_kind, of_group = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    for line in lines:
        run = json.loads(line)
        if run["type"] != "run":
            continue
        kind = truth[run["run"].removeprefix("./")]
        group = tuple(cause["fingerprint"] for cause in run["causes"]) or (run["outcome"], run.get("wording"))
        of_kind[kind][group] += 1
        of_group[group][kind] += 1
    right = sum(len(groups) == 1 and len(of_group[next(iter(groups))]) == 1 for groups in of_kind.values())
    unknown = [kind for kind in of_kind if kind.startswith("unknown-")]
    groups = {group for kind in unknown for group in of_kind[kind]}
    total = sum(sum(of_kind[kind].values()) for kind in unknown)
    purity = sum(max(of_group[group].values()) for group in groups) / max(1, sum(sum(of_group[group].values()) for group in groups))
    completeness = sum(max(of_kind[kind].values()) for kind in unknown) / max(1, total)
    return right, len(of_kind), len(of_group), purity, completeness


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--logs", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--dry", action="store_true")
    options = options.parse_args()
    subprocess.run(["ninja", "-C", os.path.join(TOP, "build"), "nixwhy", "bench_generate_ci"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        logs = os.path.join(folder, "logs")
        subprocess.run([os.path.join(TOP, "build/bench_generate_ci"), logs, str(options.logs), str(options.seed)], check=True)
        truth = dict(line.split() for line in open(logs + ".truth"))
        size = sum(os.path.getsize(os.path.join(logs, name)) for name in truth)
        cat, cat_cpu = timed(["find", ".", "-name", "*.log", "-exec", "cat", "{}", "+"], cwd=logs, stdout=subprocess.DEVNULL)
        out = os.path.join(folder, "out.jsonl")
        memory = os.path.join(folder, "memory")
        passed, cpu = timed(["/usr/bin/time", "-f", "%M", "-o", memory, PROGRAM, "triage", "--format", "jsonl", "-o", out, "."], cwd=logs)
        right, kinds, groups, purity, completeness = judge(open(out), truth)
        peak = int(open(memory).read().split()[-1]) // 1024
    rows = [
        ("logs a second", ">= 1500", f"{options.logs / passed:,.0f}"),
        ("CPU of triage / of `find -exec cat`", "", f"{cpu / cat_cpu:.0f} ({cpu:.1f} s, {cat_cpu:.2f} s)"),
        ("peak memory", "<= 512 MiB", f"{peak} MiB"),
        ("failures whose group holds all their runs and no other", "all", f"{right} of {kinds}, in {groups} groups"),
        ("wordings: purity, completeness", ">= 0.98", f"{purity:.3f}, {completeness:.3f}"),
    ]
    commit = subprocess.run(["git", "-C", TOP, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    text = f"""
## {datetime.date.today()}, triage of {options.logs:,} logs of {size / options.logs / 1000:.1f} kB on average, {os.cpu_count()} cores, {commit}

`bench/triage.py --logs {options.logs} --seed {options.seed}`

| what | goal | ours |
|---|--:|--:|
""" + "".join(f"| {what} | {goal} | {ours} |\n" for what, goal, ours in rows)
    sys.stdout.write(text)
    if not options.dry:
        with open(os.path.join(TOP, "bench/RESULTS.md"), "a") as results:
            results.write(text)


if __name__ == "__main__":
    main()
