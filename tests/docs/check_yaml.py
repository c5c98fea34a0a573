"""check_yaml.py FILE: a workflow, a pipeline or a hook file of the documents: our parts of it are used as they are made."""
import sys

import yaml

text = open(sys.argv[1]).read()
content = yaml.load(text, Loader=yaml.BaseLoader)
action = yaml.safe_load(open(f"{__file__.rsplit('/tests/', 1)[0]}/action.yml"))
used = 0
for job in content.get("jobs", {}).values():
    for step in job["steps"]:
        if "/nixwhy@" in step.get("uses", ""):
            used += 1
            unknown = set(step.get("with", {})) - set(action["inputs"])
            assert not unknown, f"the action has no input {unknown}"
            assert "failure" in str(step.get("if", "")) or "workflow_run" in content["on"], "the step runs only where all went well"
if "jobs" in content:
    assert used, "the workflow does not use the action"
for job in content.values():
    if isinstance(job, dict) and job.get("extends") == ".nixwhy":
        assert any(line.startswith("nixwhy-run ") for line in job["script"]), "nothing is run by nixwhy-run"
        assert any("gitlab/nixwhy.yml" in str(one) for one in content["include"]), "the include is not there"
for repository in content.get("repos", []):
    known = {hook["id"] for hook in yaml.safe_load(open(f"{__file__.rsplit('/tests/', 1)[0]}/.pre-commit-hooks.yaml"))}
    assert {hook["id"] for hook in repository["hooks"]} <= known, "no such hook"
