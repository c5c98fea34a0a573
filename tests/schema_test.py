#!/usr/bin/env python3
"""schema_test.py NIXWHY: real reports against docs/report.schema.json, all rules against rules/rule.schema.json."""
import glob
import json
import subprocess
import sys

import jsonschema
import yaml

program = sys.argv[1]
report_schema = json.load(open("docs/report.schema.json"))
for inputs in (["fixtures/incidents/first-join-full"], ["fixtures/incidents/scripted-rebuild"], ["fixtures/formats/lines.txt"],
               ["/dev/null"], ["fixtures/forms"], ["/no/such/file"]):
    run = subprocess.run([program, "explain", "--format", "json", *inputs], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    report = json.loads(run.stdout)
    jsonschema.validate(report, report_schema)
    for source in report["sources"]:
        assert source["lines"] == source["kept"] + source["let_go"] + source["unreadable"], source
rule_schema = json.load(open("rules/rule.schema.json"))
files = sorted(glob.glob("rules/*/*.yaml"))
assert len(files) > 600, len(files)
for path in files:
    try:
        jsonschema.validate(yaml.load(open(path), yaml.CSafeLoader), rule_schema)
    except jsonschema.ValidationError as error:
        sys.exit(f"{path}: {error.message}")
print(f"{len(files)} rules and 6 reports are valid")
