#!/usr/bin/env python3
"""formats.py NIXWHY HUGE_FOLDER: every format of the incidents, of odd inputs and of a huge report, read by a real
parser or its schema; what a report must say stands in all of them; the limits of the places they go to hold."""
import base64, hashlib, html, json, os, re, subprocess, sys, tempfile
import xml.etree.ElementTree as xml

import html5lib
import jsonschema

program, huge = sys.argv[1], sys.argv[2]
report_schema = json.load(open("docs/report.schema.json"))
sarif_schema = json.load(open("tests/reports/sarif.schema.json"))
formats = "terminal markdown json jsonl html github sarif junit".split()
passed = 0


def check(name, held, why=""):
    global passed
    if not held:
        sys.exit(f"{name}: {why}")
    passed += 1


def squeezed(text):
    return re.sub(r"\s+", "", text)


def texts_of(tree):
    return " ".join([part for part in tree.itertext()])


def parse_html(name, text):
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    policy = next(meta.get("content") for meta in tree.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    for tag in ("style", "script"):
        ours = [element for element in tree.iter(tag)]
        check(name, len(ours) == 1, f"{len(ours)} elements {tag}")
        digest = "sha256-" + base64.b64encode(hashlib.sha256("".join(ours[0].itertext()).encode()).digest()).decode()
        check(name, f"{tag}-src '{digest}'" in policy, f"the policy has not the hash {digest} of its {tag}: src/report/html_assets.cpp")
        ours[0].text = ""
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    check(name, len(ids) == len(set(ids)), "an id stands twice")
    for element in tree.iter():
        for attribute, value in element.attrib.items():
            check(name, not str(attribute).startswith("on") and attribute != "style", f"an attribute {attribute}")
            if attribute in ("href", "src", "aria-labelledby", "aria-describedby", "for"):
                target = value.lstrip("#")
                check(name, target in ids, f"{attribute}={value} leads nowhere")
    return texts_of(tree)


def parse_sarif(name, text):
    log = json.loads(text)
    jsonschema.validate(log, sarif_schema)
    run = log["runs"][0]
    for result in run.get("results", []):
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        check(name, rule["id"] == result["ruleId"], "ruleIndex points at another rule")
    check(name, len({rule["id"] for rule in run["tool"]["driver"]["rules"]}) == len(run["tool"]["driver"]["rules"]), "a rule stands twice")
    return json.dumps(log, ensure_ascii=False)


def parse_junit(name, text):
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        file.write(text)
        file.flush()
        run = subprocess.run(["xmllint", "--noout", "--huge", "--schema", "tests/reports/junit.xsd", file.name], capture_output=True, text=True)
        check(name, run.returncode == 0, run.stderr[:2000])
    tree = xml.fromstring(text)
    for suite in [tree, *tree.iter("testsuite")]:
        for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped"), ("errors", "error")):
            count = sum(1 for _ in suite.iter(tag))
            check(name, int(suite.get(attribute)) == count, f"{attribute}={suite.get(attribute)}, but there are {count}")
    return texts_of(tree) + " ".join(value for element in tree.iter() for value in element.attrib.values())


def parse_github(name, text):
    for line in text.splitlines():
        check(name, re.match(r"::(error|warning|notice) [^:]*::", line), f"no workflow command: {line[:200]!r}")
    for kind in ("error", "warning", "notice"):
        check(name, len(re.findall(f"^::{kind} ", text, re.M)) <= 10, f"more than ten of {kind}")
    return re.sub(r"%([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text)


def parse_json(name, text):
    report = json.loads(text)
    jsonschema.validate(report, report_schema)
    return json.dumps(report, ensure_ascii=False)


def parse_jsonl(name, text):
    lines = [json.loads(line) for line in text.splitlines()]
    run = dict(lines[0], findings=lines[1:])
    jsonschema.validate(run, report_schema)
    return json.dumps(run, ensure_ascii=False)


def parse_markdown(name, text):
    check(name, len(text) <= 65536 and len(text.encode()) <= 65536, f"{len(text)} characters, {len(text.encode())} bytes")
    return text


def parse_terminal(name, text):
    check(name, not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), "a control character")
    return text


def parse_summary(name, text):
    check(name, len(text.encode()) <= 1_000_000, f"{len(text.encode())} bytes")
    return text


def parse(format, name, text):
    return globals()["parse_" + format](name, text)


def explain(format, *inputs):
    run = subprocess.run([program, "explain", "--format", format, "--width", "1000", *inputs], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return run.stdout.decode()


def comparable(text):
    """Without what formats add: line ends, escapes of JSON, code spans of Markdown."""
    return squeezed(text.replace('\\"', '"').replace("\\n", "").replace("\\\\", "\\").replace("`", ""))


incidents = ["first-join", "first-join-full", "scripted-rebuild", "scripted-rebuild-with-journal"]
for incident in incidents:
    folder = f"fixtures/incidents/{incident}"
    report = json.loads(explain("json", folder))
    jsonschema.validate(report, report_schema)
    roots = [finding for finding in report["findings"] if finding["role"] == "root" and not finding["over"]]
    check(incident, roots, "no root")
    lines = {key: sum(source[key] for source in report["sources"]) for key in ("lines", "kept", "let_go", "unreadable")}
    for format in formats:
        name = f"{incident} as {format}"
        text = explain(format, folder)
        said = comparable(parse(format, name, text))
        if format == "html":
            check(name, len(text.encode()) < 1 << 20, f"{len(text.encode())} bytes")
        for root in roots[:1]:
            where = root["evidence"][0]
            place = f"{where['source']}:{where['line']}"
            wanted = {"title": root["title"], "why": root["why"][:150], "fix": root["fix"][0], "the source": os.path.basename(where["source"]),
                      "the fingerprint": root["fingerprint"], "the confidence": root["confidence"], "its reason": root["because"],
                      "the evidence": where["text"].split("\n")[0][-60:]}
            if format in ("json", "jsonl", "sarif"):
                check(name, re.search(rf'"(line|startLine)":{where["line"]}\D', said), f"no line {where['line']}")
            else:
                wanted["the line"] = os.path.basename(place) if format == "terminal" else place
            for what, words in wanted.items():
                check(name, comparable(words) in said, f"without {what}: {words}")
            for effect in [f for f in report["findings"] if root["id"] in f["caused_by"]][:3]:
                counted = format == "terminal" and re.search(r"^ +and \d+ more$", text, re.M)  # on a small screen
                check(name, counted or comparable(effect["title"]) in said, f"without what followed: {effect['title']}")
        for key in ("kept", "let_go", "unreadable"):
            if format in ("json", "jsonl", "sarif", "junit"):
                continue  # for each source, below
            check(name, str(lines[key]) in said, f"without the count {key}")
        if format in ("sarif", "junit"):
            for source in report["sources"]:
                check(name, str(source["kept"]) in said and str(source["let_go"]) in said, f"without the counts of {source['name']}")

hostile = """Nov 22 20:00:00 h</title><script>alert(1)</script> x[1]: error: undefined variable '</script><img src=x onerror=alert(1)>'
error: builder for '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-]]>"><svg onload=alert(1)>&lt;.drv' failed with exit code 1;
error: undefined variable '\ufffe\uffff\ufdd0\u0085 ::error::x %0A::error::y &#0; &#x1f; <!-- --!> ${{ secrets.x }}'
"""
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "a b%&'\"<i>.log")
    open(path, "w").write(hostile)
    empty = os.path.join(folder, "empty.log")
    open(empty, "w").write("all is well\n")
    for format in formats:
        for name, inputs in (("hostile", [path]), ("no failure", [empty]), ("no such input", ["/no/such/file", empty])):
            parse(format, f"{name} as {format}", explain(format, *inputs))

for format in formats + ["summary"]:
    with open(f"{huge}/huge.{format}", newline="") as file:
        parse(format, f"the huge report as {format}", file.read())
check("the huge report", os.path.getsize(f"{huge}/huge.html") < 1 << 20, "the page is larger than 1 MiB")
check("the huge report", len(json.load(open(f"{huge}/huge.json"))["findings"]) >= 10_000, "fewer findings")
print(f"{passed} passed, 0 failed")
