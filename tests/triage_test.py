"""Called by tests/checks/triage.sh with a folder that holds logs/ and logs.truth of bench_generate_ci, and the program."""
import collections, html.parser, json, os, random, signal, subprocess, sys, time

here, program = sys.argv[1], os.path.abspath(sys.argv[2])
logs = os.path.join(here, "logs")
passed = 0


def check(what, holds):
    global passed
    if not holds:
        sys.exit(f"not so: {what}")
    passed += 1


def run(*words, stdin=None, status=0, cwd=here):
    done = subprocess.run([program, *words], input=stdin, capture_output=True, cwd=cwd)
    check(f"{' '.join(words)} ends with {status}, not {done.returncode}: {done.stderr.decode()[:300]}", done.returncode == status)
    return done.stdout


def records(text):
    return [json.loads(line) for line in text.decode().splitlines()]


truth = dict(line.split() for line in open(logs + ".truth"))
whole = run("triage", "--format", "partial", "logs")
runs = [r for r in records(whole) if r["type"] == "run"]
check("every log has its record", sorted(r["run"] for r in runs) == sorted("logs/" + name for name in truth))

groups = collections.defaultdict(set)
for r in runs:
    groups[truth[r["run"].removeprefix("logs/")]].add((tuple((c["rule"], c["fingerprint"]) for c in r["causes"]), r.get("wording"), r["outcome"]))
check("one group for each thing that failed", all(len(found) == 1 for found in groups.values()))
check("another for each other", len({next(iter(found)) for found in groups.values()}) == len(groups))
outcome = {"-": "no-failure", "c": "explained", "u": "unexplained"}
check("the outcomes are what was made", all(next(iter(found))[2] == outcome[what[0]] for what, found in groups.items()))

# the same bytes however the runs come in, and from however many threads
names = sorted(truth)
random.Random(3).shuffle(names)
listed = "".join(f"logs/{name}\0" for name in names).encode()
check("--files0-from", run("triage", "--format", "partial", "--files0-from", "-", stdin=listed) == whole)
framed = "".join(json.dumps({"run": f"logs/{name}", "path": f"logs/{name}"}) + "\n" for name in names).encode()
check("frames with paths", run("triage", "--format", "partial", "--stdin-framing", "ndjson", stdin=framed) == whole)
framed = "".join(json.dumps({"run": f"logs/{name}", "log": open(f"{logs}/{name}").read()}) + "\n" for name in names).encode()
check("frames with logs", run("triage", "--format", "partial", "--stdin-framing", "ndjson", stdin=framed) == whole)
check("one thread", run("triage", "--format", "partial", "-j", "1", "logs") == whole)

parts = []
for i in range(5):
    part = os.path.join(here, f"{i}.part")
    run("triage", "--format", "partial", "--shard", f"{i}/5", "-o", part, "logs")
    parts.append(part)
for format in ("terminal", "markdown", "html", "json", "jsonl", "partial"):
    one = run("triage", "--format", format, "logs")
    check(f"parts as {format}", run("merge", "--format", format, *reversed(parts), parts[2]) == one)

# a worker that is killed leaves what it did, and the next goes on from there
part = os.path.join(here, "killed.part")
taken_over = 0
for delay in (0.12, 0.2, 0.3):
    worker = subprocess.Popen([program, "triage", "-j", "1", "--format", "partial", "--resume", "-o", part, "logs"], cwd=here, stdout=subprocess.DEVNULL)
    time.sleep(delay)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    check("no part under its final name", worker.returncode == 0 or not os.path.exists(part))
    if os.path.exists(part + ".unfinished"):
        taken_over = max(taken_over, len(open(part + ".unfinished", "rb").read().splitlines()) - 1)
check("some runs were done before", taken_over > 0)
run("triage", "--format", "partial", "--resume", "-o", part, "logs")
check("the same bytes after it", open(part, "rb").read() == whole)
check("nothing is left beside the part", not os.path.exists(part + ".unfinished"))

# what cannot be read is told and stops nothing
os.mkdir(os.path.join(here, "odd"))
open(os.path.join(here, "odd", "empty.log"), "w").close()
open(os.path.join(here, "odd", "cut.tar.zst"), "wb").write(b"\x28\xb5\x2f\xfd\x00")
open(os.path.join(here, "odd", "good.log"), "w").write("error: undefined variable 'foo'\n")
odd = json.loads(run("triage", "--format", "json", "odd"))
check("one good run among bad ones", (odd["runs"], odd["explained"], odd["unread"]) == (3, 1, 2))
check("the bad ones have a reason", all(one["note"] for one in odd["troubled"]) and len(odd["troubled"]) == 2)
run("triage", "odd/empty.log", status=4)
run("triage", "gone.log", status=4)
run("triage", "--fail-on", "any", "odd", status=1)
run("triage", "--fail-on", "unexplained", "odd", status=0)
run("triage", "--resume", "odd", status=2)
run("triage", "--format", "sarif", "odd", status=2)
run("merge", "odd/good.log", status=4)

# hostile text stays text
open(os.path.join(here, "hostile.log"), "w").write("error: <script>alert(1)</script> | `x` @someone quota of all tenants lapsed\x1b[31m\n##[error]Process completed with exit code 1.\n")


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.scripts, self.text = 0, ""

    def handle_starttag(self, tag, attributes):
        self.scripts += tag == "script"

    def handle_data(self, data):
        self.text += data


page = Page()
page.feed(run("triage", "--format", "html", "hostile.log").decode())
check("the page has its own script alone", page.scripts == 1 and "<script>alert(1)</script>" in page.text)
table = run("triage", "--format", "markdown", "hostile.log").decode()
row = [line for line in table.splitlines() if line.startswith("| 1 |")]
check("a row of the table stays a row", len(row) == 1 and row[0].replace("\\|", "").count("|") == 8 and " @someone" not in row[0])
check("no control character", b"\x1b" not in run("triage", "--color", "never", "hostile.log"))
check("markdown fits an issue", len(run("triage", "--format", "markdown", "logs")) < 65_536)
check("a page stays small", len(run("triage", "--format", "html", "logs")) < 1 << 20)
# real logs give the same groups, under the same names, whenever and however they are read
corpus = os.path.abspath("../shared/corpus")
if os.path.isdir(corpus):
    folder, name = os.path.split(corpus)
    one = run("triage", "--format", "jsonl", name, cwd=folder)
    check("real logs twice", run("triage", "-j", "1", "--format", "jsonl", name, cwd=folder) == one)
    halves = []
    for i in range(2):
        halves.append(os.path.join(here, f"corpus-{i}.part"))
        run("triage", "--format", "partial", "--shard", f"{i}/2", "-o", halves[-1], name, cwd=folder)
    check("real logs in parts", run("merge", "--format", "jsonl", *reversed(halves)) == one)
print(f"{passed} passed, 0 failed")
