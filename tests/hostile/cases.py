#!/usr/bin/env python3
"""Makes hostile inputs and holds what must hold for each: no signal, an end in time, bounded memory, nothing written,
nothing disclosed, nothing live in the output. Python's standard library alone.

  cases.py PROGRAM FOLDER [--slow FACTOR] [--only REGEX] [--all]

FOLDER is emptied. Quick cases run always, large ones with --all. Closes with "N passed, M failed".
"""
import argparse, bz2, gzip, io, json, lzma, os, random, re, resource, shutil, signal, socket, struct, subprocess, sys, tarfile, tempfile, threading, time, zipfile, zlib

arguments = argparse.ArgumentParser()
arguments.add_argument("program")
arguments.add_argument("folder")
arguments.add_argument("--slow", type=float, default=1)
arguments.add_argument("--only", default="")
arguments.add_argument("--all", action="store_true")
a = arguments.parse_args()
PROGRAM, TOP = os.path.abspath(a.program), os.path.abspath(a.folder)
shutil.rmtree(TOP, ignore_errors=True)
os.makedirs(f"{TOP}/outside")
CANARY = b"nothing-outside-an-input-may-show-7f3a\n"
open(f"{TOP}/outside/canary", "wb").write(CANARY)
RNG = random.Random(20261122)
MIB = 1 << 20
FAIL = 'Nov 22 12:00:00 node-1 kubelet[812]: E1122 12:00:00.000001 812 x.go:1] "Unable to register node" err="connection refused"\n'
LOG = FAIL.encode() * 20
CASES = []


def case(name, make=None, codes=(0, 4), argv=("explain", "{}"), large=False, seconds=20, mib=512, stdin=None, says=None):
    CASES.append({"name": name, "make": make, "codes": codes, "argv": argv, "large": large, "seconds": seconds, "mib": mib, "stdin": stdin, "says": says})


def tar(members, mode="w", **pax):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=tarfile.PAX_FORMAT, **pax) as t:
        for name, text, kind, link in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.size = kind, link, len(text)
            t.addfile(info, io.BytesIO(text))
    return out.getvalue()


def plain(name, text):
    return (name, text, tarfile.REGTYPE, "")


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, allowZip64=True) as z:
        for name, text in members:
            z.writestr(name, text)
    return out.getvalue()


def cpio(members):
    out = b""
    for number, (name, text, mode) in enumerate(members + [("TRAILER!!!", b"", 0)]):
        raw = name.encode() + b"\0"
        head = "070701" + "".join(f"{v:08x}" for v in (number, mode, 0, 0, 1, 0, len(text), 0, 0, 0, 0, len(raw), 0))
        out += head.encode() + raw
        out += b"\0" * (-len(out) % 4) + text
        out += b"\0" * (-len(out) % 4)
    return out


def repeated_gzip(times):
    """A gzip member of 1 MiB of zeros, again and again: small, and 1000 times that when read."""
    return gzip.compress(b"\0" * MIB, 9, mtime=0) * times


def repeated_xz(times):
    return lzma.compress(b"\0" * (16 * MIB), preset=9) * times


def cut_and_flipped(data, seed):
    rng = random.Random(seed)
    data = bytearray(data[: rng.randrange(len(data) // 2, len(data))])
    for _ in range(20):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


# --- archives
case("nested-gzip-20.gz", lambda: __import__("functools").reduce(lambda x, _: gzip.compress(x, mtime=0), range(20), LOG), says="packed more than")
case("nested-zip-in-tar-in-xz.tar.xz", lambda: lzma.compress(tar([plain("a.zip", zipped([("b.tar.gz", gzip.compress(tar([plain("c.zip", zipped([("d.log", LOG)]))]), mtime=0))]))])))
case("quine-like.zip", lambda: zipped([(f"{i}.zip", zipped([(f"{j}.gz", repeated_gzip(4)) for j in range(16)])) for i in range(16)]))
case("bomb-tail.gz", lambda: gzip.compress(LOG, mtime=0) + repeated_gzip(500), seconds=20)
case("bomb-xz-members.xz", lambda: lzma.compress(LOG) + repeated_xz(60), seconds=20)
case("bomb-bz2.bz2", lambda: bz2.compress(b"\0" * (32 * MIB)) * 8)
case("zip64-sizes.zip", lambda: zipped([("a.log", LOG)]).replace(struct.pack("<II", len(zlib.compress(LOG)) - 6, len(LOG)), b"\xff" * 8, 1))
case("zip-stored-lies.zip", lambda: bytes(x := bytearray(zipped([("a.log", LOG)], zipfile.ZIP_STORED))) and bytes(x[:18]) + b"\xff\xff\xff\x7f\xff\xff\xff\x7f" + bytes(x[26:]))
case("7z-header-lies.7z", lambda: b"7z\xbc\xaf\x27\x1c\0\x04" + b"\0" * 4 + struct.pack("<QQI", 0, 1 << 60, 0))
case("cpio-odd.cpio", lambda: cpio([("../../outside/canary", b"x", 0o100644), ("/etc/cron.d/x", b"x", 0o100644), ("dev", b"", 0o020666), ("link", b"/etc/passwd", 0o120777), ("a.log", LOG, 0o100644)]), codes=(0,))
case("cpio-size-lies.cpio", lambda: cpio([("a.log", LOG, 0o100644)]).replace(f"{len(LOG):08x}".encode(), b"fffffff0", 1))
case("rar5.rar", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(RNG.randrange(256) for _ in range(3000)))
case("tar-kinds.tar", lambda: tar([("null", b"", tarfile.CHRTYPE, ""), ("sda", b"", tarfile.BLKTYPE, ""), ("pipe", b"", tarfile.FIFOTYPE, ""), ("s", b"", tarfile.SYMTYPE, f"{TOP}/outside/canary"),
                                   ("h", b"", tarfile.LNKTYPE, f"{TOP}/outside/canary"), ("../outside/planted", b"x", tarfile.REGTYPE, ""), (f"{TOP}/outside/planted", b"x", tarfile.REGTYPE, ""), plain("a.log", LOG)]), codes=(0,))
case("tar-names.tar", lambda: tar([plain("\x1b]52;c;cm0gLXJm\x07\x1b[2J.log", LOG), plain("a\n::error::x\n##[error]y.log", LOG), plain("\u202egol.exe", LOG), plain("<script>alert(1)</script>.log", LOG), plain("`x`|y|[a](b).log", LOG), plain("n" * 20000, LOG), plain("d/" * 3000 + "x", LOG)]), codes=(0,), says="names of more than 4096 bytes")
case("tar-sparse-lies.tar", lambda: tar([plain("GNUSparseFile.0/x", b"1\n0\n9223372036854775807\n".ljust(512, b"\0"))], pax_headers={"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "x", "GNU.sparse.realsize": "9223372036854775807"}))
case("tar-pax-size.tar", lambda: tar([plain("x.log", LOG)], pax_headers={"size": "99999999999999999999", "path": "\0\0"}))
case("tar-many-headers.tar", lambda: tar([plain(f"{i}", b"") for i in range(20000)]))
for seed in range(6):
    case(f"damaged-{seed}.tar.gz", lambda seed=seed: cut_and_flipped(gzip.compress(tar([plain(f"{i}.log", LOG) for i in range(30)]), mtime=0), seed))
    case(f"damaged-{seed}.zip", lambda seed=seed: cut_and_flipped(zipped([(f"{i}.log", LOG) for i in range(30)]), seed))
    case(f"damaged-{seed}.tar.xz", lambda seed=seed: cut_and_flipped(lzma.compress(tar([plain(f"{i}.log", LOG) for i in range(30)])), seed))
# --- logs
case("utf16.log", lambda: FAIL.encode("utf-16") * 40)
case("utf32.log", lambda: FAIL.encode("utf-32") * 40)
case("lone-cr.log", lambda: FAIL.replace("\n", "\r").encode() * 2000)
case("nul-between.log", lambda: b"\0".join(bytes([c]) for c in LOG))
case("one-line-40M.log", lambda: FAIL.strip().encode() * (40 * MIB // len(FAIL)), says="longer than 1048576 bytes")
case("long-lines.log", lambda: (b"error: " + b"x" * (MIB - 8) + b"\n") * 20)
case("escapes.log", lambda: "".join(f"Nov 22 12:00:00 n kubelet[1]: error: {e} connection refused\n" for e in ("\x1b]8;;file:///etc/passwd\x1b\\x\x1b]8;;\x1b\\", "\x1b]52;c;cm0=\x07", "\x1bP+q544e\x1b\\", "\x9b31m", "\x1b[6n", "\x1b[?1049h", "\x1b]0;t\x07", "\x1b_Gf=100;AAAA\x1b\\", "\u202e\u2066", "\x00\x08\x7f", "\u2028\u2029\u0085")).encode(), codes=(0,))
case("commands.log", lambda: "".join(f"Nov 22 12:00:00 n kubelet[1]: error: x\n{c}\n" for c in ("::error file=a::b", "::set-output name=a::b", "::stop-commands::t", "##[error]x", "##vso[task.setvariable]x", "::add-mask::a", " ::warning::x", "\t##[group]x")).encode() + LOG, codes=(0,))
case("markup.log", lambda: "".join(f"Nov 22 12:00:00 n kubelet[1]: E1122 12:00:00.000001 1 x.go:1] error: {c} connection refused\n" for c in ("</pre><script>alert(1)</script>", "````", "~~~", "<img src=x onerror=alert(1)>", "@octocat fixes #1", "[x](javascript:alert(1))", "<!-- ", "]]>", "&#64;octocat", "$$\\href{x}$$", "=1+1|'/c x'!A1")).encode(), codes=(0,))
case("overlong-utf8.log", lambda: LOG + b"error: \xc0\xaf\xe0\x80\xaf\xed\xa0\x80\xf4\x90\x80\x80\xff\xfe connection refused\n" * 50)
case("times.log", lambda: "".join(f"{t} n kubelet[1]: error: connection refused\n" for t in ("9999-12-31T23:59:60.999999999Z", "0000-00-00T00:00:00Z", "2026-02-30T25:61:61Z", "2026-11-22T20:00:00+99:99", "-2026-11-22T20:00:00Z", "Feb 30 99:99:99", "99999999999999999999.1", "1e400")).encode())
case("hosts.log", lambda: "".join(f"Nov 22 12:00:00 h{i} kubelet[1]: error: connection refused {i}\n" for i in range(20000)).encode())
case("braces.log", lambda: (b"{" * 100000 + b"\n" + b"[" * 100000 + b"\n" + b'{"a":' * 20000 + b"\n" + b'{"MESSAGE":"' + b"\\u0000" * 50000 + b'"}\n') * 3)
case("klog-quotes.log", lambda: (b'Nov 22 12:00:00 n kubelet[1]: E1122 12:00:00.000001 1 x.go:1] "' + b'\\"' * 100000 + b' err="' + b"\\" * 100001 + b"\n") * 5)
case("nix-block-endless.log", lambda: b"error:\n" + b"       \xe2\x80\xa6 while calling x\n         at /nix/store/" + b"a" * 40 + b":1:1:\n" * 200000)
case("internal-json.log", lambda: b'@nix {"action":"start","id":1,"level":0,"type":105,"text":"' + b"x" * 300000 + b'","fields":[' + b"[" * 5000 + b"\n" + b'@nix {"action":"result","id":18446744073709551999,"type":101,"fields":["\\ud800"]}\n' * 1000)
case("export-sizes.export", lambda: b"__CURSOR=a\n__REALTIME_TIMESTAMP=99999999999999999999\nMESSAGE\n" + struct.pack("<Q", (1 << 64) - 1) + b"error\n\n" + LOG)
case("export-many-fields.export", lambda: b"__CURSOR=a\n" + b"".join(b"F%d=x\n" % i for i in range(300000)) + b"\n")
case("export-names.export", lambda: b"__CURSOR=a\n" + b"A" * (2 * MIB) + b"=1\nMESSAGE=error: connection refused\n\n", codes=(0,))
case("ratio-of-matches.log", lambda: (FAIL * 50000).encode(), codes=(0,))
case("sparse-100G.log", lambda path: sparse(path, LOG))
case("sparse-head-100G.log", lambda path: sparse(path, b""))
# --- journals
case("journal-loops.journal", lambda: journal_of(lambda at: at))
case("journal-huge.journal", lambda: journal_of(lambda at: (1 << 62)))
case("journal-zero.journal", lambda: journal_of(lambda at: 0))
for seed in range(12):
    case(f"journal-flipped-{seed}.journal", lambda seed=seed: flipped_journal(seed))


def journal_of(size_of):
    head = bytearray(b"LPKSHHRH" + b"\0" * 264)
    struct.pack_into("<QQ", head, 88, 272, 1 << 40)
    struct.pack_into("<Q", head, 136, 1 << 60)
    out = bytes(head)
    for i in range(20000):
        out += struct.pack("<BBHIQ", 3, 0, 0, 0, size_of(len(out))) + struct.pack("<QQQ16sQ", i, 1, 1, b"b" * 16, 0) + struct.pack("<QQ", 272, 0) * 2
    return out


def flipped_journal(seed):
    rng = random.Random(seed)
    data = bytearray(subprocess.run(["zstd", "-dc", "fixtures/forms/worker.journal.zst"], capture_output=True, check=True).stdout)
    for _ in range(200):
        at = rng.randrange(len(data))
        data[at : at + 8] = struct.pack("<Q", rng.choice([0, 1, 8, len(data), 1 << 63, (1 << 64) - 1, rng.randrange(len(data)), rng.randrange(len(data)) & ~7]))
    return bytes(data)


def sparse(path, head):
    open(path, "wb").write(head)
    os.truncate(path, 100 << 30)


# --- folders and what is no file
def folder_of_odd(path):
    os.makedirs(f"{path}/sub")
    os.mkfifo(f"{path}/fifo")
    socket.socket(socket.AF_UNIX).bind(f"{path}/sock"[:100])
    os.symlink("loop", f"{path}/loop")
    os.symlink("..", f"{path}/sub/up")
    os.symlink(f"{TOP}/outside/canary", f"{path}/out.log")
    os.symlink(f"{TOP}/outside", f"{path}/outfolder")
    os.symlink("/dev/zero", f"{path}/zero.log")
    for name in ("a\x1b[31m.log", "b\n::error::x.log", "\u202ec.log", "-rf", "--format", "e\udcff.log", "n" * 255):
        open(os.fsencode(f"{path}/") + name.encode("utf-8", "surrogateescape"), "wb").write(LOG)


def folder_of_many(count):
    def make(path):
        for i in range(count):
            os.makedirs(f"{path}/{i % 100}", exist_ok=True)
            with open(f"{path}/{i % 100}/{i}.log", "wb") as out:
                out.write(FAIL.encode())
    return make


def folder_deep(path):
    os.makedirs(path)
    here = os.open(path, os.O_RDONLY)
    for _ in range(800):
        os.mkdir("d" * 20, dir_fd=here)
        below = os.open("d" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


case("odd", folder_of_odd, codes=(0,))
case("many-3k", folder_of_many(3000), codes=(0,))
case("deep", folder_deep)
case("proc-self", None, argv=("explain", "/proc/self/maps", "/proc/self/environ", "/proc/self/mem", "/proc/kmsg-is-not-read"), codes=(4,))
case("proc-status", None, argv=("explain", "/proc/self/status"), codes=(0,))
case("dev-null", None, argv=("explain", "/dev/null"))
case("socket", lambda path: socket.socket(socket.AF_UNIX).bind(path), codes=(4,))
case("missing", None, argv=("explain", "{}"), codes=(4,))
case("name-too-long", None, argv=("explain", "n" * 5000), codes=(4,))
case("option-like", None, argv=("explain", "--", "-rf"), codes=(4,))
case("word", None, argv=("\x1b[31m::error::",), codes=(2,))
case("options", None, argv=("explain", "--format", "\x1b[2J", "--limit", "line=\u202e1"), codes=(2,))
case("empty-stdin", None, argv=("explain", "-"), stdin=b"")
case("random-stdin", None, argv=("explain", "-"), stdin=bytes(RNG.randrange(256) for _ in range(300000)))
# --- rules
RULE = "title: x\nkind: root\nwhen:\n  log: %s\nwhy: x\nfix: [x]\nreferences: ['https://example.org/']\nexamples:\n  match: ['x']\n"
RULES = ("rules", "check", "{}")
case("rule-repeat.yaml", lambda: (RULE % "'(((a{1000}){1000}){1000})'").encode(), codes=(1,), argv=RULES)
case("rule-alternatives.yaml", lambda: (RULE % ("'" + "|".join(f"word{i}.*" for i in range(20000)) + "'")).encode(), codes=(0, 1), argv=RULES)
case("rule-nested.yaml", lambda: (RULE % ("'" + "(" * 50000 + ")" * 50000 + "'")).encode(), codes=(1,), argv=RULES)
case("rule-evil.yaml", lambda: (RULE % "'(x+x+)+y'").encode(), codes=(0, 1), argv=RULES)
case("rule-laughs.yaml", lambda: b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*b%d,*b%d]\n" % (i, i, i - 1, i - 1) for i in range(1, 40)), codes=(1,), argv=RULES)
case("rule-flow.yaml", lambda: b"[" * 100000, codes=(1,), argv=RULES)
case("rule-keys.yaml", lambda: b"".join(b"k%d: x\n" % i for i in range(20000)), codes=(1,), argv=RULES)
case("rule-escapes.yaml", lambda: b'title: "\\e[31m\\u202e"\nkind: "::error::"\nwhen: {log: "\\e]52;c;x\\a("}\n', codes=(1,), argv=RULES)
case("rule-zero", None, codes=(3,), argv=("explain", "--rules", "/dev/zero", "/dev/null"))
# --- large, or long to make
case("many-100k", folder_of_many(100000), codes=(0,), large=True, seconds=40)
case("line-1G.log.gz", lambda: gzip.compress(b"x" * (64 * MIB), 9, mtime=0) * 16, large=True, says="longer than")
case("members-300k.tar.gz", lambda: gzip.compress(tar([plain(f"{i}.log", b"x") for i in range(150000)]), 1, mtime=0), large=True, says="only the first 100000 members", seconds=40)


def live(path, step, stop):
    while not stop.is_set():
        try:
            step(path)
        except OSError:
            pass


def grow(path):
    with open(path, "ab") as out:
        out.write(LOG * 100)
    if os.path.getsize(path) > 200 * MIB:
        os.truncate(path, 0)


def shrink(path):
    open(path, "wb").write(LOG * 5000)
    os.truncate(path, RNG.randrange(1000))


def vanish(path):
    open(path, "wb").write(LOG * 100)
    os.unlink(path)


def to_folder(path):
    try:
        os.unlink(path)
    except IsADirectoryError:
        os.rmdir(path)
    os.mkdir(path)
    os.rmdir(path)
    open(path, "wb").write(LOG)


LIVE = {"live-grow.log": grow, "live-shrink.log": shrink, "live-vanish.log": vanish, "live-kind.log": to_folder}
for one in LIVE:
    case(one, lambda: LOG * 2000)

FORMATS = ["terminal", "markdown", "json", "jsonl", "html", "sarif", "junit", "github"]
FORMATS = [f for f in FORMATS if subprocess.run([PROGRAM, "explain", "--format", f, "/dev/null"], capture_output=True).returncode != 2]
LIVE_BYTES = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]")


def outside_fences(text):
    out, fence = [], ""
    for line in text.split("\n"):
        ticks = re.match(r" {0,3}(`{3,})(.*)$", line)
        if fence:
            if ticks and len(ticks.group(1)) >= len(fence) and not ticks.group(2).strip():
                fence = ""
        elif ticks and "`" not in ticks.group(2):
            fence = ticks.group(1)
        else:
            out.append(re.sub(r"(`+)(?!`)(.*?)(?<!`)\1(?!`)", "", line))
    return "\n".join(out) + ("\nfence left open" if fence else "")


def trouble_of_text(form, out):
    try:
        text = out.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"is no UTF-8 at byte {error.start}"
    found = LIVE_BYTES.search(text)
    if found:
        return f"holds U+{ord(found.group()):04X}"
    if form == "github":
        # our own commands are the point of this format; each line is one of ours, or indented or plain text
        return "" if not re.search(r"(?m)^\s*(::(set-output|stop-commands|add-mask|set-env)|##vso)", text) else "holds a workflow command of the log"
    if form == "terminal" and re.search(r"(?m)^(::[a-z-]+[ :]|##\[|##vso)", text):
        return "holds a workflow command"
    if form == "markdown":
        bare = outside_fences(text)
        found = re.search(r"(?m)^\s*(::[a-z-]+[ :]|##\[)|fence left open|(?<![\w\\])@octocat|<(script|img|!--)|javascript:", bare)
        if found:
            return f"holds {found.group()!r} outside a fence"
        if re.search(r"(?m)^\s*(::[a-z-]+[ :]|##\[|##vso)", text):
            return "holds a workflow command"
    if form in ("html", "junit") and re.search(r"<script>alert|<img src=x|</pre><script", text):
        return "holds markup of the log"
    if form in ("json", "sarif") and text.strip():
        json.loads(text)
    if form == "jsonl":
        for line in text.splitlines():
            json.loads(line)
    return ""


def run(argv, seconds, stdin):
    def limits():
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    streams = [tempfile.TemporaryFile(), tempfile.TemporaryFile(), tempfile.TemporaryFile()]
    streams[2].write(stdin or b"")
    streams[2].seek(0)
    child = subprocess.Popen(argv, stdin=streams[2], stdout=streams[0], stderr=streams[1], cwd=f"{TOP}/empty", preexec_fn=limits)
    hung = []
    timer = threading.Timer(seconds, lambda: (hung.append(1), os.killpg(child.pid, signal.SIGKILL)))
    timer.start()
    _, status, usage = os.wait4(child.pid, 0)
    timer.cancel()
    child.returncode = 0
    texts = []
    for stream in streams[:2]:
        stream.seek(0)
        texts.append(stream.read(32 * MIB))
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return code, bool(hung), usage.ru_maxrss / 1024, texts[0], texts[1]


def outside():
    return {name: open(f"{TOP}/outside/{name}", "rb").read() for name in sorted(os.listdir(f"{TOP}/outside"))}


os.makedirs(f"{TOP}/empty")
passed = failed = 0
before = outside()
for number, one in enumerate(CASES):
    if (one["large"] and not a.all) or not re.search(a.only, one["name"]):
        continue
    os.makedirs(f"{TOP}/{number}")
    path = f"{TOP}/{number}/{one['name']}"
    if one["make"] is not None:
        takes_path = one["make"].__code__.co_argcount == 1 and not (one["make"].__defaults__ or ())
        if takes_path:
            one["make"](path)
        else:
            open(path, "wb").write(one["make"]())
    stop = threading.Event()
    mover = threading.Thread(target=live, args=(path, LIVE[one["name"]], stop)) if one["name"] in LIVE else None
    if mover:
        mover.start()
    explains = one["argv"][0] == "explain" and 2 not in one["codes"]
    forms = (FORMATS if a.all else ["terminal", FORMATS[1 + number % (len(FORMATS) - 1)]]) if explains else [""]
    for form in forms:
        argv = [PROGRAM] + list(one["argv"][:1]) + (["--format", form] if form else []) + [x.replace("{}", path) for x in one["argv"][1:]]
        started = time.monotonic()
        code, hung, mib, out, err = run(argv, one["seconds"] * a.slow, one["stdin"])
        wrong = []
        if hung:
            wrong.append(f"over {one['seconds'] * a.slow:.0f} s")
        elif code < 0 or code not in one["codes"]:
            wrong.append(f"exit {code}")
        if mib > one["mib"] * a.slow:
            wrong.append(f"{mib:.0f} MiB")
        if os.listdir(f"{TOP}/empty") or outside() != before:
            wrong.append("wrote something")
        if CANARY.strip() in out + err:
            wrong.append("disclosed something")
        if b"terminate called" in err or b"internal error" in err:
            wrong.append("ended in an internal error")
        if one["says"] and code == 0 and one["says"].encode() not in re.sub(rb"\s+", b" ", out + err):
            wrong.append(f"does not say '{one['says']}'")
        if not hung and code >= 0:
            try:
                trouble = trouble_of_text(form, out) or trouble_of_text("", err)
            except ValueError as error:
                trouble = f"is no JSON: {error}"
            if trouble:
                wrong.append(trouble)
        if wrong:
            failed += 1
            print(f"{one['name']} {form}: {'; '.join(wrong)} ({time.monotonic() - started:.1f} s)\n{err[-300:].decode('utf-8', 'replace')}", flush=True)
        else:
            passed += 1
    if mover:
        stop.set()
        mover.join()
    subprocess.run(["rm", "-rf", f"{TOP}/{number}"], check=True)
shutil.rmtree(TOP, ignore_errors=True)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
