"""Faults of `nixwhy explain`: what must hold after each is an end by itself, a message of our own, the old report or the
new one whole, nothing left over."""
import json, os, resource, shutil, signal, subprocess, threading, time

from ground import OLD, ended, limit, loader_failed

HERE = os.path.dirname(os.path.abspath(__file__))


def allocation_library(g):
    library = f"{g.top}/failing_malloc.so"
    if not os.path.exists(library):
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, f"{HERE}/failing_malloc.c"], check=True)
    return library


def allocation_points(g, argv):
    """How often `argv` allocates, and a sample of the numbers: all of the first, which libraries make before main."""
    library, rng = allocation_library(g), g.rng()
    g.run(argv, env={"LD_PRELOAD": library, "NIXWHY_COUNT_TO": f"{g.top}/count"})
    total = int(g.get("count"))
    numbers = [n + 1 if n < g.points // 10 else rng.randrange(1, total + 1) for n in range(g.points)]
    return total, [(at, {"LD_PRELOAD": library, "NIXWHY_FAIL_AT": str(at), "NIXWHY_FAIL_ON": str(n % 2)}) for n, at in enumerate(numbers)]


def allocations(g):
    command = [g.program, "explain", "-j", "1", "--format", "json", "-o", f"{g.top}/report", g.inputs[0]]
    total, points = allocation_points(g, command)
    whole, wrong = g.get("report"), []
    for at, env in points:
        g.put("report")
        code, _, err = g.run(command, env=env)
        after, trouble = g.get("report"), ended(code, err)
        if not trouble and after != OLD and code not in (0, 4):
            trouble = f"exit {code}, and the report was changed"
        if not trouble and code in (0, 4) and after != whole:
            try:
                trouble = "" if json.loads(after)["notices"] else "another report without a notice"
            except ValueError:
                trouble = "half a report"
        left = g.swept()
        if trouble or left:
            wrong.append(f"allocation {at} of {total}{' and all after' if env['NIXWHY_FAIL_ON'] == '1' else ''}: {trouble or left}")
    g.count("P9", "allocations of explain", wrong, len(points))


def address_space(g):
    wrong, sizes = [], (30, 60, 100, 150, 200, 300)
    for mib in sizes:
        code, _, err = g.run([g.program, "explain", *g.inputs], before=limit(resource.RLIMIT_AS, mib << 20))
        if ended(code, err) and not loader_failed(err):
            wrong.append(f"{mib} MiB: {ended(code, err)}")
    g.count("P9", "small address spaces", wrong, len(sizes))


def disk_full(g):
    wrong, total = [], 0
    calls = {"write": ("ENOSPC", "EIO", "EDQUOT"), "fsync": ("EIO", "ENOSPC"), "rename": ("ENOSPC", "EACCES"), "close": ("EIO",), "fchmod": ("EPERM",), "openat": ("ENOSPC", "EMFILE")}
    for call, errors in calls.items():
        for error in errors if g.thorough else errors[:1]:
            for when in range(1, (50 if call == "write" else 10) + 1) if g.thorough else (1, 2):
                target = g.put("report")
                code, _, err = g.inject(f"{call}:error={error}:when={when}", [g.program, "explain", "-o", target, g.inputs[0]])
                after, total = g.get("report"), total + 1
                trouble = "" if loader_failed(err) else ended(code, err)
                if not trouble and code not in (0, 4) and after != OLD:
                    trouble = f"exit {code}, and the file was changed"
                if not trouble and after != OLD and not after.rstrip().endswith(b"unreadable"):
                    trouble = "half a report"
                left = g.swept()
                if trouble or left:
                    wrong.append(f"{call} {error} at {when}: {trouble or left}")
    for argv in (["-o", "/dev/full"], []):
        total += 1
        with open("/dev/full", "wb") as full:
            code, _, err = g.run([g.program, "explain", *argv, g.inputs[0]], stdout=full if not argv else subprocess.PIPE)
        if code in (0, 4) or b"No space left" not in err:
            wrong.append(f"/dev/full {argv}: exit {code}, {err!r}")
    g.count("P10", "report on a full disk", wrong, total)


def small_disk(g):
    code, out, err = g.run(["unshare", "-rUm", "sh", "-c", f"mkdir -p disk && mount -t tmpfs -o size=64k none disk && printf old >disk/report && head -c 60000 /dev/zero >disk/fill;"
                            f"'{g.program}' explain --format json -o disk/report '{g.inputs[1]}'; echo code $?; cat disk/report; ls -A disk"])
    if b"Operation not permitted" in err or b"unshare" in err:
        g.skipped.append("small disk")
        return
    held = b"code 70" in out and b"\nold" in out and b".nixwhy-" not in out and b"No space left" in err
    g.count("P10", "report on a disk of 64 KiB", [] if held else [f"{out!r} {err!r}"], 1)


def read_errors(g):
    wrong, total = [], 0
    for call, error, most in (("read", "EIO", 100), ("pread64", "EIO", 20), ("openat", "EACCES", 60), ("openat", "EIO", 30), ("newfstatat", "EIO", 20), ("getdents64", "EIO", 4)):
        for when in range(1, most + 1) if g.thorough else range(1, most + 1, 30):
            total += 1
            code, out, err = g.inject(f"{call}:error={error}:when={when}", [g.program, "explain", "--format", "json", *g.inputs])
            trouble = "" if loader_failed(err) else ended(code, err)
            if not trouble and code == 0 and out != g.json and not json.loads(out)["notices"]:
                trouble = "another report, and not a word"
            if trouble:
                wrong.append(f"{call} {error} at {when}: {trouble}")
    g.count("P11", "reads that fail", wrong, total)


def interrupted(g):
    """EINTR does not show."""
    wrong, total = [], 0
    for call in ("read", "write", "pread64"):
        for when in ("2+3", "1+5", "1+2"):
            total += 1
            code, out, err = g.inject(f"{call}:error=EINTR:when={when}", [g.program, "explain", "--format", "json", *g.inputs])
            if (code, out) != (0, g.json) and not loader_failed(err):
                wrong.append(f"{call} {when}: exit {code}, {'the same' if out == g.json else 'another'} report {err[-200:]!r}")
    g.count("P11", "reads that are interrupted", wrong, total)


def killed(g):
    wrong, rng = [], g.rng()
    started = time.monotonic()
    g.run([g.program, "explain", "-o", f"{g.top}/report", *g.inputs])
    usual, whole = time.monotonic() - started, g.get("report")
    points = 200 if g.thorough else 20
    for number in range(points):
        target = g.put("report")
        child = subprocess.Popen([g.program, "explain", "-o", target, *g.inputs], stderr=subprocess.DEVNULL, cwd=g.top)
        time.sleep(rng.random() * usual * 1.1)
        child.send_signal((signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)[number % 4])
        child.wait()
        if g.get("report") not in (OLD, whole):
            wrong.append(f"kill {number}: half a file")
        g.swept()  # what SIGKILL leaves is a file that no one reads
    g.count("P10", "reports of killed runs", wrong, points)


def streams(g):
    program, journal = g.program, g.inputs[1]
    cases = {
        "head": (f"'{program}' explain '{journal}' | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}", ("141", "0")),
        "head, signal ignored": (f"trap '' PIPE; '{program}' explain '{journal}' | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}", ("141", "0")),
        "no output": (f"'{program}' explain '{journal}' >&-; echo $?", ("70",)),
        "no errors": (f"'{program}' explain '{journal}' none-such 2>&- >/dev/null; echo $?", ("4",)),
        "no input": (f"'{program}' explain - <&- >/dev/null; echo $?", ("4",)),
        "nothing at all": (f"('{program}' explain -o report-closed '{journal}' none-such <&- >&- 2>&-); echo $?; head -c 7 report-closed >/dev/null", ("4",)),
        "full": (f"'{program}' explain '{journal}' >/dev/full; echo $?", ("70",)),
        "rules into head": (f"'{program}' rules list | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}", ("141", "0")),
        "rules, full": (f"'{program}' rules list >/dev/full; echo $?", ("70",)),
        "help, full": (f"'{program}' explain --help >/dev/full; echo $?", ("70",)),
        "version, full": (f"'{program}' --version >/dev/full; echo $?", ("70",)),
        "redact into head": (f"yes 'a line of a log' | head -100000 | '{program}' redact | head -1 >/dev/null; echo ${{PIPESTATUS[2]}}", ("141", "0")),
        "redact, full": (f"echo x | '{program}' redact >/dev/full; echo $?", ("70",)),
        "redact without input": (f"'{program}' redact <&-; echo $?", ("4",)),
        "redact of a folder": (f"'{program}' redact </; echo $?", ("4",)),
        "record, full": (f"'{program}' record -q -o streams.tar.zst -- true >/dev/full; echo $?", ("0",)),
        "record, closed": (f"'{program}' record -q -o streams-2.tar.zst -- sh -c 'exit 3' <&- >&- 2>/dev/null; echo $? >&2", None),
    }
    wrong = []
    for name, (script, codes) in cases.items():
        _, out, err = g.run(["bash", "-c", script], env={"XDG_STATE_HOME": g.top})
        words = out.decode().split()
        if (codes and (not words or words[-1] not in codes)) or b"terminate called" in err or b"internal error" in err:
            wrong.append(f"{name}: {out!r} {err!r}")
    g.count("P15", "streams that are closed or full", wrong, len(cases))


def nobody():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


def rights(g):
    if os.getuid() != 0:
        g.skipped.append("rights of explain")
        return
    wrong, total = [], 0
    place = f"/tmp/nixwhy-rights-{os.getpid()}"
    os.makedirs(f"{place}/tree/closed")
    os.chmod(place, 0o755)
    shutil.copy(g.program, f"{place}/nixwhy")
    for name, text in (("a.log", b"Nov 22 12:00:00 n kubelet[1]: error: connection refused\n"), ("secret.log", b"x\n"), ("closed/b.log", b"x\n")):
        with open(f"{place}/tree/{name}", "wb") as out:
            out.write(text)
    os.chmod(f"{place}/tree/secret.log", 0)
    os.chmod(f"{place}/tree/closed", 0)
    for name, env, extra in (("tree", {}, []), ("no HOME, no TMPDIR", {"HOME": "", "TMPDIR": "/none-such"}, []), ("report where it may not be", {}, ["-o", f"{place}/report"])):
        total += 1
        code, out, err = g.run([f"{place}/nixwhy", "explain", *extra, f"{place}/tree"], before=nobody, env=env)
        said = out + err
        if extra:
            if code != 2 or b"Permission denied" not in err:
                wrong.append(f"{name}: exit {code} {err!r}")
        elif code != 4 or b"secret.log" not in said or b"closed" not in said or said.count(b"Permission denied") < 2:
            wrong.append(f"{name}: exit {code} {said!r}")
    # a link planted where the report goes: what it points to is replaced, and nothing else
    total += 1
    os.symlink(f"{place}/behind", f"{place}/report")
    with open(f"{place}/behind", "wb") as out:
        out.write(OLD)
    os.chmod(f"{place}/behind", 0o600)
    code, _, err = g.run([f"{place}/nixwhy", "explain", "-o", f"{place}/report", f"{place}/tree/a.log"])
    with open(f"{place}/behind", "rb") as behind:
        if not os.path.islink(f"{place}/report") or behind.read() == OLD or os.stat(f"{place}/behind").st_mode & 0o777 != 0o600:
            wrong.append(f"link: exit {code} {err!r}")
    shutil.rmtree(place)
    g.count("P16", "rights of explain", wrong, total)


def clocks(g):
    if shutil.which("faketime") is None:
        g.skipped.append("clocks")
        return
    wrong = []
    times = ["1970-01-01 00:00:00", "2038-01-20 00:00:00", "2100-02-28 23:59:59", "+0 x-1", "-100y"]
    zones = ["UTC", "Asia/Kathmandu", "<+9999>-99:99", ":/dev/zero", "right/UTC"]
    cases = [(when, zone) for when in times for zone in zones]
    for when, zone in cases if g.thorough else cases[::6]:
        code, out, err = g.run(["faketime", "-f", when if when[0] in "+-" else "@" + when, g.program, "explain", "--format", "json", *g.inputs], env={"TZ": zone})
        if out != g.json:
            wrong.append(f"{when} {zone}: exit {code}, another report {err[-200:]!r}")
    g.count("P17", "clocks of explain", wrong, len(cases if g.thorough else cases[::6]))


FAIL = b'Nov 22 12:00:00 node-1 kubelet[812]: E1122 12:00:00.000001 812 x.go:1] "Unable to register node" err="connection refused"\n'


def put_lines(path, count, mode="wb"):
    with open(path, mode) as out:
        out.write(FAIL * count)


def grow(path, _):
    put_lines(path, 400, "ab")
    if os.path.getsize(path) > 64 << 20:
        os.truncate(path, 0)


def shrink(path, rng):
    put_lines(path, 20000)
    os.truncate(path, rng.randrange(5000))


def vanish(path, _):
    put_lines(path, 400)
    os.unlink(path)


def rotate(path, _):
    os.rename(path, path + ".1")
    put_lines(path, 4000)


def turn_into_folder(path, _):
    os.unlink(path)
    os.mkdir(path)
    os.rmdir(path)
    put_lines(path, 400)


def overwrite(path, rng):
    with open(path, "r+b") as file:
        file.seek(rng.randrange(max(os.path.getsize(path), 1)))
        file.write(bytes(rng.randrange(256) for _ in range(2000)))


def changing(g):
    """Files that change while they are read: an end, and a report of what there was."""
    wrong, runs = [], 20 if g.thorough else 2
    for change in (grow, shrink, vanish, rotate, turn_into_folder, overwrite):
        folder = f"{g.top}/changing"
        os.makedirs(folder)
        put_lines(f"{folder}/live.log", 20000)
        put_lines(f"{folder}/still.log", 20)
        stop, rng = threading.Event(), g.rng()

        def work():
            while not stop.is_set():
                try:
                    change(f"{folder}/live.log", rng)
                except OSError:
                    pass

        mover = threading.Thread(target=work)
        mover.start()
        for number in range(runs):
            code, out, err = g.run([g.program, "explain", "--format", "json", folder])
            if code not in (0, 4) or ended(code, err) or b"still.log" not in out:
                wrong.append(f"{change.__name__} {number}: exit {code} {err[-200:]!r}")
        stop.set()
        mover.join()
        shutil.rmtree(folder)
    g.count("P18", "files that change", wrong, 6 * runs)


def crowds(g):
    wrong = []
    many = 100 if g.thorough else 20
    children = [subprocess.Popen([g.program, "explain", "--format", "json", *g.inputs], stdout=open(f"{g.top}/out-{i}", "wb"), stderr=subprocess.PIPE, preexec_fn=limit(resource.RLIMIT_NOFILE, 64)) for i in range(many)]
    for number, child in enumerate(children):
        _, err = child.communicate()
        if child.returncode != 0 or g.get(f"out-{number}") != g.json:
            wrong.append(f"{number}: exit {child.returncode} {err!r}")
        os.unlink(f"{g.top}/out-{number}")
    for most in (3, 4, 5, 6):
        code, _, err = g.run([g.program, "explain", *g.inputs], before=limit(resource.RLIMIT_NOFILE, most))
        if ended(code, err) and not loader_failed(err):
            wrong.append(f"{most} descriptors: {ended(code, err)}")
    writers = [subprocess.Popen([g.program, "explain", "-o", f"{g.top}/shared-report", g.inputs[i % 2]], stderr=subprocess.DEVNULL) for i in range(10)]
    for writer in writers:
        writer.wait()
    if g.swept() or not g.get("shared-report").rstrip().endswith(b"unreadable"):
        wrong.append("ten writers of one report")
    code, _, err = g.run([g.program, "explain", *g.inputs], before=limit(resource.RLIMIT_NPROC, 1))
    if ended(code, err):
        wrong.append(f"no threads: {ended(code, err)}")
    g.count("P19", "many at once", wrong, many + 6)
