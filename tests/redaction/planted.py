#!/usr/bin/env python3
"""Plants 100 secrets in everything that nixwhy reads and looks for them in everything that it writes.

  planted.py PROGRAM FOLDER

FOLDER is emptied. Each secret is drawn anew and stands in failure lines, fields of JSON and of journals, names of files,
of archive members and of units, rules, options and arguments. Looked for in reports of every format, the comparison,
standard error, the filter, recordings and files left over: as it stands, in base64, percent and \\u escapes. Closes
with "N passed, M failed"; a secret passes that is found nowhere.
"""
import base64, io, json, os, random, re, shutil, string, subprocess, sys, tarfile

program, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
shutil.rmtree(top, ignore_errors=True)
os.makedirs(top + "/in")
draw = random.SystemRandom()
letters = string.ascii_letters + string.digits


def some(length, alphabet=letters):
    return "".join(draw.choice(alphabet) for _ in range(length - 2)) + "x7"


def jwt():
    head = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"%s"}' % some(8).encode()).decode().rstrip("=")
    return f"eyJ{head[3:]}.eyJ{some(60)}.{some(64)}"


# what stands around the secret, and the secret; the first half have a shape and need nothing around them
SHAPED = [("{}", lambda: "ghp_" + some(36)), ("{}", lambda: "glpat-" + some(20)), ("{}", jwt), ("{}", lambda: "xoxb-" + some(30, string.digits + "ab")),
          ("{}", lambda: "hvs." + some(60)), ("{}", lambda: "AGE-SECRET-KEY-1" + some(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")), ("{}", lambda: "npm_" + some(36)),
          ("{}", lambda: "tskey-auth-" + some(24)), ("{}", lambda: "sk-ant-api03-" + some(60)), ("{}", lambda: "dop_v1_" + some(64, "0123456789abcdef")[:-2] + "a7")]
PLACED = [("password={}", lambda: some(16)), ("--token {}", lambda: some(24)), ("https://ci:{}@cache.corp.io/x", lambda: some(16)), ("Authorization: Bearer {}", lambda: some(40)),
          ("Authorization: Basic {}", lambda: base64.b64encode(("ci:" + some(16)).encode()).decode()), ("DB_PASSWORD={}", lambda: some(18)), ("access-tokens = github.com={}", lambda: some(40)),
          ("machine a.io login b password {}", lambda: some(16)), ("kubeadm join 10.0.0.1:6443 --token {}", lambda: some(6, string.ascii_lowercase) + "." + some(16, string.ascii_lowercase)),
          ("Cookie: session={}", lambda: some(32))]
planted = [(form, make()) for form, make in (SHAPED + PLACED) * 5]
assert len(planted) == 100
lines, export, rows = [], [], []
for number, (form, secret) in enumerate(planted):
    text = f"error: request {number} failed: {form.format(secret)}"
    lines.append(f"Nov 22 12:{number // 60:02}:{number % 60:02} node1 kubelet[812]: {text}")
    shaped = number % 20 < 10
    unit = f"app-{secret}.service" if shaped else "app.service"
    export.append(f"__CURSOR=s=1;i={number}\n__REALTIME_TIMESTAMP={1763812800000000 + number * 1000000}\n_BOOT_ID={'0' * 31}1\n_HOSTNAME=node1\nSYSLOG_IDENTIFIER=app\n"
                  f"_SYSTEMD_UNIT={unit}\n_CMDLINE=app {form.format(secret)}\nPRIORITY=3\nMESSAGE={unit}: Failed: {form.format(secret)}\n\n")
    rows.append(json.dumps({"log": json.dumps({"level": "error", "msg": text}) + "\n", "stream": "stderr", "time": "2026-11-22T12:00:00Z"}))
shaped = [secret for number, (_, secret) in enumerate(planted) if number % 20 < 10]


def put(name, text):
    with open(f"{top}/in/{name}", "w", encoding="utf-8") as out:
        out.write(text)


put("system.log", "\n".join(lines) + "\n")
put("units.export", "".join(export))
put("docker.json", "\n".join(rows) + "\n")
for secret in shaped:
    put(secret + ".log", "Nov 22 12:00:00 node1 kubelet[812]: error: it failed\n")
put("broken-" + shaped[0] + ".tar.gz", "\x1f no archive")
with tarfile.open(f"{top}/in/all.tar", "w") as archive:
    for secret in shaped:
        data = b"Nov 22 12:00:00 node1 app[1]: fatal: it failed\n"
        member = tarfile.TarInfo(f"logs/{secret}.log")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
os.makedirs(top + "/rules")
with open(f"{top}/rules/{shaped[1]}.yaml", "w", encoding="utf-8") as out:
    out.write(f"titel: '{shaped[2]}'\n")
seen = {}


def run(name, *words, stdin=None):
    done = subprocess.run([program, *words], input=stdin, capture_output=True, cwd=top, env={**os.environ, "TMPDIR": top, "HOME": top})
    seen[name + ", output"], seen[name + ", errors"] = done.stdout, done.stderr
    return done


for form in ("terminal", "markdown", "json", "jsonl", "html", "github", "sarif", "junit"):
    done = run("explain " + form, "explain", "--format", form, "in")
    assert done.returncode in (0, 4) and done.stdout, (form, done)
    run("compare " + form, "compare", "--format", form, "in/system.log", "in/docker.json")
for form in ("terminal", "markdown", "json", "html"):
    run("lines around, " + form, "explain", "--context", "5", "--format", form, "in")
run("one file", "explain", f"in/{shaped[3]}.log", f"in/none-{shaped[4]}")
run("file option", "explain", "-o", f"none/{shaped[5]}", "in/system.log")
run("unknown command", shaped[6])
run("unknown option", "explain", "--" + shaped[7])
run("wrong format", "explain", "--format", shaped[8], "in/system.log")
run("rules", "rules", "check", f"rules/{shaped[1]}.yaml")
run("rules of explain", "explain", "--rules", "rules", "in/system.log")
for name in ("system.log", "units.export", "docker.json"):
    run("redact " + name, "redact", stdin=open(f"{top}/in/{name}", "rb").read())
os.makedirs(top + "/out")
run("record", "record", "-o", top + "/out/r.tar.zst", "--", "sh", "-c", "cat in/system.log in/docker.json; exit 1", shaped[9])
assert os.path.exists(top + "/out/r.tar.zst")
run("record of nothing", "record", "--", "./" + shaped[10])
# the recording, unpacked; what was left over anywhere but in the inputs. Output of the command itself is its own.
seen.pop("record, output")
members = subprocess.run(["tar", "--zstd", "-xOf", top + "/out/r.tar.zst"], capture_output=True, check=True).stdout
assert members
errors = seen["record, errors"].decode("utf-8", "replace").splitlines()
seen["record, bundle"], seen["record, errors"] = members, "\n".join(errors).encode()
seen["record, member names"] = subprocess.run(["tar", "--zstd", "-tf", top + "/out/r.tar.zst"], capture_output=True, check=True).stdout
for folder, _, files in os.walk(top):
    if folder.startswith((top + "/in", top + "/rules")) or folder == top + "/out":
        continue
    for name in files:
        seen[f"left over: {folder}/{name}"] = open(f"{folder}/{name}", "rb").read() + name.encode()

found = {}
for number, (_, secret) in enumerate(planted):
    raw = secret.encode()
    forms = {raw, base64.b64encode(raw), base64.urlsafe_b64encode(raw).rstrip(b"="), "".join(f"%{c:02X}" for c in raw).encode(), "".join(f"\\u{c:04x}" for c in raw).encode(), raw.hex().encode()}
    for shift in (1, 2):  # in base64 it may begin at other places
        forms.add(base64.b64encode(b"x" * shift + raw)[4:-4])
    for place, text in seen.items():
        if any(form in text for form in forms):
            found.setdefault(number, []).append(place)
for number, places in list(found.items())[:10]:
    print(f"{planted[number][0].format('SECRET')} (number {number}): {', '.join(places[:6])}")
places = len(seen)
shutil.rmtree(top, ignore_errors=True)
print(f"looked in {places} outputs")
print(f"{len(planted) - len(found)} passed, {len(found)} failed")
sys.exit(1 if found else 0)
