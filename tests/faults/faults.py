#!/usr/bin/env python3
"""Bad days: memory, disks, reads, signals, streams, rights, clocks, descriptors. Each fault is made, and what must hold
after it is looked at: an end by itself, a message of our own, the old file or the new one whole, nothing left over.

  faults.py PROGRAM FOLDER [--only REGEX] [--points N]

FOLDER is emptied; needs gcc, strace, faketime and root for some, which are skipped without. Prints a line a promise:
name, what held, of how many. Closes with "N passed, M failed, K skipped".
"""
import argparse, json, os, random, re, resource, shutil, signal, subprocess, sys, time

arguments = argparse.ArgumentParser()
arguments.add_argument("program")
arguments.add_argument("folder")
arguments.add_argument("--only", default="")
arguments.add_argument("--points", type=int, default=300)
a = arguments.parse_args()
PROGRAM, TOP = os.path.abspath(a.program), os.path.abspath(a.folder)
HERE = os.path.dirname(os.path.abspath(__file__))
shutil.rmtree(TOP, ignore_errors=True)
os.makedirs(TOP)
RNG = random.Random(20261122)
INPUTS = [os.path.abspath("fixtures/forms/bundle-text.tar.gz"), os.path.abspath("fixtures/forms/worker.journal.zst")]
OLD = b"the old report\n"
results, skipped = [], []


def run(argv, before=None, seconds=60, env=None, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL):
    started = time.monotonic()
    child = subprocess.Popen(argv, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, cwd=TOP, preexec_fn=before, env={**os.environ, **(env or {})}, start_new_session=True)
    try:
        out, err = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        return "hung", out, err
    return child.returncode, out, err


def ended(code, err):
    """Why this is no decent end, or nothing."""
    if code == "hung" or code < 0:
        return f"ended with {code}"
    for word in (b"terminate called", b"internal error", b"Assertion", b"AddressSanitizer"):
        if word in err:
            return f"said {err[-200:]!r}"
    if code not in (0, 4) and not err.strip():
        return f"exit {code} without a word"
    return ""


def count(name, wrong, total):
    for one in wrong[:5]:
        print(f"  {name}: {one}")
    print(f"{name} {total - len(wrong)}/{total}", flush=True)
    results.append((total - len(wrong), len(wrong)))


def wanted(name):
    return re.search(a.only, name) is not None


REFERENCE = run([PROGRAM, "explain", "--format", "json", *INPUTS])
assert REFERENCE[0] == 0, REFERENCE


def allocations():
    library = f"{TOP}/failing_malloc.so"
    if subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, f"{HERE}/failing_malloc.c"]).returncode != 0:
        skipped.append("allocations")
        return
    command = [PROGRAM, "explain", "-j", "1", "--format", "json", "-o", f"{TOP}/report", INPUTS[0]]
    run(command, env={"LD_PRELOAD": library, "NIXWHY_COUNT_TO": f"{TOP}/count"})
    total = int(open(f"{TOP}/count").read())
    whole = open(f"{TOP}/report", "rb").read()
    wrong = []
    for number in range(a.points):
        at = number + 1 if number < a.points // 10 else RNG.randrange(1, total + 1)
        open(f"{TOP}/report", "wb").write(OLD)
        code, _, err = run(command, env={"LD_PRELOAD": library, "NIXWHY_FAIL_AT": str(at), "NIXWHY_FAIL_ON": str(number % 2)})
        after = open(f"{TOP}/report", "rb").read()
        trouble = ended(code, err)
        if not trouble and after != OLD and code not in (0, 4):
            trouble = f"exit {code}, and the report was changed"
        if not trouble and code == 0 and after not in (OLD, whole):
            try:
                if not json.loads(after)["notices"]:
                    trouble = "another report without a notice"
            except ValueError:
                trouble = "half a report"
        left = [f for f in os.listdir(TOP) if f.startswith(".nixwhy-")]
        if left:
            trouble = trouble or f"left {left}"
        if trouble:
            wrong.append(f"allocation {at} of {total}{' and all after' if number % 2 else ''}: {trouble}")
        for name in left:
            os.unlink(f"{TOP}/{name}")
    count("allocation-failure", wrong, a.points)


def address_space():
    wrong = []
    for mib in (30, 60, 100, 150, 200, 300):
        code, _, err = run([PROGRAM, "explain", *INPUTS], before=lambda: resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20)))
        # below 60 MiB the loader itself may not get the program into memory
        trouble = ended(code, err)
        if trouble and not (mib < 60 and b"loading shared libraries" in err):
            wrong.append(f"{mib} MiB: {trouble}")
    count("address-space", wrong, 6)


def disk_full():
    wrong, total = [], 0
    calls = {"write": ("ENOSPC", "EIO", "EDQUOT"), "fsync": ("EIO", "ENOSPC"), "rename": ("ENOSPC", "EACCES"), "close": ("EIO",), "fchmod": ("EPERM",), "openat": ("ENOSPC", "EMFILE")}
    target = f"{TOP}/report"
    for call, errors in calls.items():
        for error in errors:
            for when in range(1, 11):
                open(target, "wb").write(OLD)
                code, _, err = run(["strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:error={error}:when={when}", PROGRAM, "explain", "-o", target, INPUTS[0]])
                after = open(target, "rb").read()
                total += 1
                left = [f for f in os.listdir(TOP) if f.startswith(".nixwhy-")]
                # before our own code runs, the loader may miss its files
                trouble = "" if b"loading shared libraries" in err else ended(code, err)
                if not trouble and code not in (0, 4) and after != OLD:
                    trouble = f"exit {code}, and the file was changed"
                if not trouble and after != OLD and not after.rstrip().endswith(b"unreadable"):
                    trouble = "half a report"
                if left:
                    trouble = trouble or f"left {left}"
                if trouble:
                    wrong.append(f"{call} {error} at {when}: {trouble}")
                for name in left:
                    os.unlink(f"{TOP}/{name}")
    for argv in (["-o", "/dev/full"], []):
        total += 1
        with open("/dev/full", "wb") as full:
            code, _, err = run([PROGRAM, "explain", *argv, INPUTS[0]], stdout=full if not argv else subprocess.PIPE)
        if code in (0, 4) or b"No space left" not in err:
            wrong.append(f"/dev/full {argv}: exit {code}, {err!r}")
    # a disk of 64 KiB that is nearly full
    total += 1
    code, out, err = run(["unshare", "-rUm", "sh", "-c", f"mkdir -p disk && mount -t tmpfs -o size=64k none disk && printf old >disk/report && head -c 60000 /dev/zero >disk/fill;"
                          f"'{PROGRAM}' explain --format json -o disk/report '{INPUTS[1]}'; echo code $?; cat disk/report; ls -A disk"])
    if b"Operation not permitted" in err or b"unshare" in err:
        skipped.append("small disk")
    elif b"code 70" not in out or b"\nold" not in out or b".nixwhy-" in out or b"No space left" not in err:
        wrong.append(f"small disk: {out!r} {err!r}")
    count("disk-full", wrong, total)


def read_errors():
    wrong, total = [], 0
    for call, error, most in (("read", "EIO", 40), ("pread64", "EIO", 10), ("openat", "EACCES", 40), ("openat", "EIO", 30), ("newfstatat", "EIO", 20)):
        for when in range(1, most + 1, 1 if a.points >= 300 else 6):
            total += 1
            code, out, err = run(["strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:error={error}:when={when}", PROGRAM, "explain", "--format", "json", *INPUTS])
            trouble = "" if b"loading shared libraries" in err or b"error while loading" in err else ended(code, err)
            if not trouble and code == 0 and out != REFERENCE[1] and b"cannot" not in err and b"notices" not in out:
                trouble = "another report, and not a word"
            if trouble:
                wrong.append(f"{call} {error} at {when}: {trouble}")
    # openat of a file does not sleep where a signal could end it
    for call in ("read", "write"):
        for when in ("2+3", "1+5"):
            total += 1
            code, out, err = run(["strace", "-f", "-o", "/dev/null", "-e", f"inject={call}:error=EINTR:when={when}", PROGRAM, "explain", "--format", "json", *INPUTS])
            if (code, out) != REFERENCE[:2] and b"loading shared libraries" not in err:
                wrong.append(f"{call} EINTR {when}: exit {code}, {'the same' if out == REFERENCE[1] else 'another'} report {err[-200:]!r}")
    count("read-errors", wrong, total)


def killed():
    wrong = []
    target = f"{TOP}/report"
    started = time.monotonic()
    run([PROGRAM, "explain", "-o", target, *INPUTS])
    usual = time.monotonic() - started
    whole = open(target, "rb").read()
    points = max(20, a.points * 2 // 3)
    for number in range(points):
        open(target, "wb").write(OLD)
        child = subprocess.Popen([PROGRAM, "explain", "-o", target, *INPUTS], stderr=subprocess.DEVNULL, cwd=TOP)
        time.sleep(RNG.random() * usual * 1.1)
        child.send_signal((signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)[number % 4])
        child.wait()
        if open(target, "rb").read() not in (OLD, whole):
            wrong.append(f"kill {number}: half a file")
        for name in os.listdir(TOP):
            if name.startswith(".nixwhy-"):
                os.unlink(f"{TOP}/{name}")
    count("killed", wrong, points)


def streams():
    wrong = []
    cases = {
        "head": (f"'{PROGRAM}' explain '{INPUTS[1]}' | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}", ("141", "0")),
        "head, signal ignored": (f"trap '' PIPE; '{PROGRAM}' explain '{INPUTS[1]}' | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}", ("141", "0")),
        "no output": (f"'{PROGRAM}' explain '{INPUTS[1]}' >&-; echo $?", ("70",)),
        "no errors": (f"'{PROGRAM}' explain '{INPUTS[1]}' none-such 2>&- >/dev/null; echo $?", ("4",)),
        "no input": (f"'{PROGRAM}' explain - <&- >/dev/null; echo $?", ("4",)),
        "nothing at all": (f"('{PROGRAM}' explain -o report-closed '{INPUTS[1]}' none-such <&- >&- 2>&-); echo $?; grep -c none-such report-closed >/dev/null && head -c 7 report-closed >/dev/null", ("4",)),
        "full": (f"'{PROGRAM}' explain '{INPUTS[1]}' >/dev/full; echo $?", ("70",)),
        "redact into head": (f"yes 'a line of a log' | head -100000 | '{PROGRAM}' redact | head -1 >/dev/null; echo ${{PIPESTATUS[2]}}", ("141", "0")),
    }
    for name, (script, codes) in cases.items():
        code, out, err = run(["bash", "-c", script])
        if out.decode().split()[0] not in codes or b"terminate called" in err or b"internal error" in err:
            wrong.append(f"{name}: {out!r} {err!r}")
    count("streams", wrong, len(cases))


def rights():
    if os.getuid() != 0:
        skipped.append("rights")
        return
    wrong, total = [], 0
    place = f"/tmp/nixwhy-rights-{os.getpid()}"
    os.makedirs(f"{place}/tree/closed")
    os.chmod(place, 0o755)
    shutil.copy(PROGRAM, f"{place}/nixwhy")
    open(f"{place}/tree/a.log", "wb").write(b"Nov 22 12:00:00 n kubelet[1]: error: connection refused\n")
    open(f"{place}/tree/secret.log", "wb").write(b"x\n")
    open(f"{place}/tree/closed/b.log", "wb").write(b"x\n")
    os.chmod(f"{place}/tree/secret.log", 0)
    os.chmod(f"{place}/tree/closed", 0)

    def nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    for name, env, extra in (("tree", {}, []), ("no HOME, no TMPDIR", {"HOME": "", "TMPDIR": "/none-such"}, []), ("report where it may not be", {}, ["-o", f"{place}/report"])):
        total += 1
        code, out, err = run([f"{place}/nixwhy", "explain", *extra, f"{place}/tree"], before=nobody, env=env)
        said = out + err
        if extra:
            if code in (0, 4) or b"Permission denied" not in err:
                wrong.append(f"{name}: exit {code} {err!r}")
        elif code != 4 or b"secret.log" not in said or b"closed" not in said or said.count(b"Permission denied") < 2:
            wrong.append(f"{name}: exit {code} {said!r}")
    # a link planted where the report goes: what it points to is replaced, and nothing else
    total += 1
    os.symlink(f"{place}/behind", f"{place}/report")
    open(f"{place}/behind", "wb").write(OLD)
    os.chmod(f"{place}/behind", 0o600)
    code, _, err = run([f"{place}/nixwhy", "explain", "-o", f"{place}/report", f"{place}/tree/a.log"])
    if not os.path.islink(f"{place}/report") or open(f"{place}/behind", "rb").read() == OLD or os.stat(f"{place}/behind").st_mode & 0o777 != 0o600:
        wrong.append(f"link: exit {code} {err!r}")
    shutil.rmtree(place)
    count("rights", wrong, total)


def clocks():
    if shutil.which("faketime") is None:
        skipped.append("clocks")
        return
    wrong = []
    times = ["1970-01-01 00:00:00", "2038-01-20 00:00:00", "2100-02-28 23:59:59", "+0 x-1", "-100y"]
    zones = ["UTC", "Asia/Kathmandu", "<+9999>-99:99", ":/dev/zero", "right/UTC"]
    for when in times:
        for zone in zones:
            code, out, err = run(["faketime", "-f", when if when[0] in "+-" else "@" + when, PROGRAM, "explain", "--format", "json", *INPUTS], env={"TZ": zone})
            if out != REFERENCE[1]:
                wrong.append(f"{when} {zone}: exit {code}, another report {err[-200:]!r}")
    count("clocks", wrong, len(times) * len(zones))


def crowds():
    wrong = []
    limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    many = 100 if a.points >= 300 else 20
    children = [subprocess.Popen([PROGRAM, "explain", "--format", "json", *INPUTS], stdout=open(f"{TOP}/out-{i}", "wb"), stderr=subprocess.PIPE, preexec_fn=limit) for i in range(many)]
    for number, child in enumerate(children):
        _, err = child.communicate()
        if child.returncode != 0 or open(f"{TOP}/out-{number}", "rb").read() != REFERENCE[1]:
            wrong.append(f"{number}: exit {child.returncode} {err!r}")
        os.unlink(f"{TOP}/out-{number}")
    for most in (3, 4, 5, 6):
        code, _, err = run([PROGRAM, "explain", *INPUTS], before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)))
        if ended(code, err) and b"loading shared libraries" not in err:
            wrong.append(f"{most} descriptors: {ended(code, err)}")
    writers = [subprocess.Popen([PROGRAM, "explain", "-o", f"{TOP}/shared-report", INPUTS[i % 2]], stderr=subprocess.DEVNULL) for i in range(10)]
    for writer in writers:
        writer.wait()
    if [f for f in os.listdir(TOP) if f.startswith(".nixwhy-")] or not open(f"{TOP}/shared-report", "rb").read().rstrip().endswith(b"unreadable"):
        wrong.append("ten writers of one report")
    code, _, err = run([PROGRAM, "explain", *INPUTS], before=lambda: resource.setrlimit(resource.RLIMIT_NPROC, (1, 1)))
    if ended(code, err):
        wrong.append(f"no threads: {ended(code, err)}")
    count("crowds", wrong, many + 6)


for fault in (streams, rights, clocks, address_space, crowds, killed, disk_full, read_errors, allocations):
    if wanted(fault.__name__):
        fault()
shutil.rmtree(TOP, ignore_errors=True)
good, bad = sum(r[0] for r in results), sum(r[1] for r in results)
print(f"{good} passed, {bad} failed" + (f", {len(skipped)} skipped" if skipped else ""))
sys.exit(1 if bad else 0)
