#!/usr/bin/env python3
"""Writes the first inputs of every fuzz target into tests/fuzz/corpus/. Found ones stand beside them under other names.

  tests/fuzz/seed.py      from the top folder; needs `zstd` and fixtures/
"""
import bz2, gzip, io, lzma, os, subprocess, tarfile, zipfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
KLOG = 'E1122 12:00:00.000001     812 kubelet.go:2448] "Error getting node" err="node \\"node-1\\" not found"'
LINE = f"Nov 22 12:00:00 node-1 kubelet[812]: {KLOG}\n"
CERT = 'Nov 22 12:00:01 node-1 certmgr[99]: level=error msg="failed to read token" err="open /run/t: no such file or directory"\n'
NIX = """building the system configuration...
error:
       … while calling the 'head' builtin
         at /nix/store/0000000000000000000000000000000a-nixpkgs/lib/attrsets.nix:1575:11:
       error: attribute 'foo' missing
       at /etc/nixos/configuration.nix:12:3:
           11|
           12|   foo = pkgs.foo;
             |   ^
"""
MARKS = "\x1b[31merror\x1b[0m ::error::x\r\x1b]8;;http://e\x07l\x1b]8;;\x07 \u202e``` <b>@a</b> [x](y) token: aaaabbbbccccdddd1111\n"
RULE = """title: A thing failed
kind: root
when:
  log: 'thing failed: (?P<what>\\S+)'
why: Since {what}.
fix: [Do it again]
references: ['https://example.org/']
examples:
  match: ['thing failed: now']
"""


def packed(name):
    return subprocess.run(["zstd", "-dc", f"fixtures/forms/{name}"], capture_output=True, check=True).stdout


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name, text in members:
            info = tarfile.TarInfo(name)
            info.size = len(text)
            t.addfile(info, io.BytesIO(text))
    return out.getvalue()


def archive_of_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("../a\x1b.log", LINE)
    return out.getvalue()


LOG = (LINE + CERT + MARKS).encode()
SEEDS = {
    "archive": [tar([("a.log", LOG), ("../b", b"x")]), archive_of_zip(), bz2.compress(LOG), b"070701" + b"0" * 104 + LOG],
    "codec": [gzip.compress(LOG, mtime=0), lzma.compress(LOG), subprocess.run(["zstd", "-c"], input=LOG, capture_output=True, check=True).stdout],
    "journal": [packed("worker.journal.zst")[:6000]],
    "export": [b"__CURSOR=a\nMESSAGE\n\x05\0\0\0\0\0\0\0a\nb\nc\n_PID=1\n\n", LINE.encode()],
    "verbose": [packed("worker.verbose.zst")[:3000]],
    "text": [LOG, NIX.encode(), packed("worker.short.zst")[:3000]],
    "pieces": [b"\x03" + LOG, b"\x40" + NIX.encode(), b"\x10__CURSOR=a\nMESSAGE\n\x05\0\0\0\0\0\0\0a\nb\nc\n\n"],
    "line": [LINE.encode(), CERT.encode(), MARKS.encode()],
    "klog": [KLOG[40:].encode()],
    "nix": [NIX[38:].encode(), LOG],
    "internal-json": [b'{"action":"start","id":1,"level":3,"type":105,"text":"building","fields":["/nix/store/a.drv","",1,1]}\n@nix {"action":"stop","id":1}\n'],
    "actions": [b"2026-11-22T20:12:11.0000000Z ##[error]Process completed with exit code 1.\n", LOG],
    "fields": [b"MESSAGE=error\n_SYSTEMD_UNIT=a.service\nPRIORITY=3\n__REALTIME_TIMESTAMP=1\n_HOSTNAME=h"],
    "json": [b'{"a":[1,2.5,"\\u0000",{"b":null}],"MESSAGE":"x"}', packed("worker.json.zst")[:900].split(b"\n")[0]],
    "snapshot": [b'{\n"format": "nixwhy snapshot 1",\n"host": "h",\n"taken": "2026-11-22T20:00:00Z",\n"facts": {"a": 1, "b": ["x"], "c": null}\n}\n', b'{\n"format": "nixwhy bundle 1",\n"host": "h",\n"members": []\n}\n'],
    "rule": [RULE.encode(), RULE.replace("log:", "failure:").encode(), b"a: &x [*x]\n"],
    "pattern": [b"thing (?:failed|broke): \\S+\nThing FAILED: x", b"\\qabcd\\q+|[e-z]{4,9}\nabcd"],
    "characters": [MARKS.encode(), b"\xff\xfe\x00e\xc3\x28\xed\xa0\x80"],
    "redact": [MARKS.encode(), b"password=hunter2hunter2 Authorization: Bearer aaa.bbb.ccc\n-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----\n"],
    "report": [LOG, NIX.encode()],
    "markdown": [LOG, NIX.encode(), b"Nov 22 12:00:00 n kubelet[1]: E1122 12:00:00.000001 1 x.go:1] error ```` ~~~ ::error:: <!-- \n"],
    "json-report": [LOG, NIX.encode()],
}
for target, inputs in SEEDS.items():
    os.makedirs(f"{TOP}/{target}", exist_ok=True)
    for number, text in enumerate(inputs):
        with open(f"{TOP}/{target}/seed-{number}", "wb") as out:
            out.write(text)
