"""run.py FILE.md...: does what the documents tell people to do, in a folder and on a machine made for it.

Every fenced block says what it is. A `console` block is a session: what stands after "$ " is run, the lines below must be
what it prints ("..." alone stands for any lines, "…" for anything in a line, no lines for not looked at), "[N]" is its exit
status where that is not 0 ("[0 or 1]" where it depends on the machine). A `sh` block is a script that must end with 0. A comment on the line before a block says more:
  <!-- file: PATH -->     the block is written to PATH, where later blocks find it; a file of a known kind is also checked
  <!-- exits with N -->   for a script that ends otherwise
  <!-- examples -->       each line is a command of its own; none may be misused or break (0, 1 or 4)
  <!-- module -->         a Nix block that is a NixOS module with ours beside it; it must evaluate
  <!-- flake -->          a Nix block that is a whole flake.nix; its machine must evaluate
  <!-- not run: WHY -->   counted as skipped
NIXWHY_ACCEPT=1 writes what was printed into the documents; the diff is the review.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path.cwd()
ACCEPT = os.environ.get("NIXWHY_ACCEPT") == "1"
ONLY_SHOWN = {"text", "mermaid"}


class Wrong(Exception):
    pass


def stage(folder):
    """A working folder as the documents' reader has it, and the environment to run things in."""
    work, home = folder / "work", folder / "home"
    work.mkdir()
    home.mkdir()
    incidents = TOP / "fixtures/incidents"
    shutil.copy(incidents / "scripted-rebuild/deploy.log", work / "rebuild.log")
    shutil.copy(incidents / "first-join-full/master-cfssl.log", work)
    shutil.copy(TOP / "fixtures/forms/bundle-export.tar.zst", work / "bundle.tar.zst")
    for name, source in (("worker.journal", TOP / "fixtures/forms/worker.journal.zst"), ("kubelet.log", TOP / "fixtures/forms/worker.short-precise.zst")):
        (work / name).write_bytes(subprocess.run(["zstd", "-dcq", source], check=True, capture_output=True).stdout)
    shutil.copytree(TOP / "rules/certmgr", work / "rules/certmgr")
    shutil.copy(TOP / "rules/certmgr/token-rejected.yaml", work / "my-rule.yaml")
    shutil.copy(work / "worker.journal", work / "worker.log")
    (work / "fixtures").symlink_to(TOP / "fixtures")
    (work / "run").write_text(f'exec {TOP}/run "$@"\n')
    (work / "run").chmod(0o755)
    store = {f"NIX_{part}_DIR": str(folder / "nix" / part.lower()) for part in ("STORE", "STATE", "LOG", "CONF")}
    (folder / "nix/conf").mkdir(parents=True)
    (folder / "nix/conf/nix.conf").write_text("sandbox = false\nsubstitute = false\nbuild-users-group =\nexperimental-features = nix-command flakes\n")
    return work, {
        "PATH": f"{TOP}/tests/docs/bin:{TOP}/build:{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8", "USER": "you", "TZ": "UTC",
        "NIX_REMOTE": "local", "STAGE": str(folder), "TOP": str(TOP), "NIXWHY_RULES": "", **store,
    }


def blocks(text):
    """(line, directive, kind, body) of each fenced block; refuses a block that no test would see."""
    lines, at = text.split("\n"), 0
    while at < len(lines):
        fence = re.match(r"```(\S*)$", lines[at])
        if not fence:
            if re.match(r" {4}\S", lines[at]) and (at == 0 or not lines[at - 1].strip()):
                raise Wrong(f"line {at + 1}: an indented block; fence it and say what it is")
            at += 1
            continue
        directive = re.match(r"<!-- (.*) -->$", lines[at - 1]) if at else None
        end = lines.index("```", at + 1)
        yield at + 1, directive[1] if directive else "", fence[1], lines[at + 1:end]
        at = end + 1


def run(script, work, environment):
    done = subprocess.run(["bash", "-uo", "pipefail", "-c", script], cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout.decode(errors="replace").rstrip("\n").split("\n")


def fits(wanted, got):
    pattern = "\n".join("(?s:.*?)" if line.strip() == "..." else ".*".join(re.escape(part) for part in line.split("…")) for line in wanted)
    return re.fullmatch(pattern.replace("(?s:.*?)\n", "(?s:(?:.*?\n)?)").replace("\n(?s:.*?)", "(?s:(?:\n.*)?)"), "\n".join(got)) is not None


def session(body, work, environment):
    """Runs a console block; gives it back as it should read."""
    out, at = [], 0
    while at < len(body):
        if not body[at].startswith("$ "):
            raise Wrong(f"'{body[at]}' stands before any command")
        command = [body[at]]
        while at + 1 < len(body) and (body[at + 1].startswith("> ") or body[at + 1] == ">"):
            at += 1
            command.append(body[at])
        at += 1
        shown = []
        while at < len(body) and not body[at].startswith("$ "):
            shown.append(body[at])
            at += 1
        ending = shown.pop() if shown and re.fullmatch(r"\[\d+( or \d+)*\]", shown[-1]) else "[0]"
        code, got = run("\n".join(line[2:] for line in command), work, environment)
        good = str(code) in re.findall(r"\d+", ending) and (not shown or fits(shown, got))
        if not good and not ACCEPT:
            raise Wrong("\n".join([*command, f"ended with {code} and printed:", *got, f"wanted, with {ending}:", *shown]))
        ending = ending if good else f"[{code}]"
        out += command + (shown if good or not shown else got) + ([] if ending == "[0]" else [ending])
    return out


def check_file(path, work, environment):
    """What a file of this kind must be, beyond being there."""
    kind = "".join(path.suffixes[-1:])
    if path.parts[:1] == ("rules",) or "nixwhy/rules" in str(path):
        tests = [["nixwhy", "rules", "check", path]]
    elif kind in (".yml", ".yaml"):
        tests = [[sys.executable, f"{TOP}/tests/docs/check_yaml.py", path]]
    elif kind == ".nix":
        tests = [["nix-instantiate", "--parse", path]]
    elif kind == ".py":
        tests = [[sys.executable, "-m", "py_compile", path]]
    elif kind in (".service", ".timer"):
        tests = [["systemd-analyze", "verify", "--man=no", f"./{path}"]]
    elif kind == ".sh":
        tests = [["bash", "-n", path]]
    else:
        tests = []
    for test in tests:
        done = subprocess.run(test, cwd=work, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise Wrong(f"{path}: {done.stdout}{done.stderr}")


def evaluate(body, flake, folder, environment):
    """A NixOS module or a flake of the reader's, beside ours and the names that stand in for nixpkgs."""
    stub = TOP / "packaging/nix/stub"
    text = "\n".join(body)
    if flake:
        place = pathlib.Path(tempfile.mkdtemp(dir=folder))
        (place / "flake.nix").write_text(text)
        expression = f"""
          let stub = builtins.getFlake "path:{stub}"; machines = ((import {place}/flake.nix).outputs {{
            self = {{ }}; nixpkgs = stub; nixwhy = {{ nixosModules.default = import {TOP}/packaging/nix/module.nix {{
              packages.x86_64-linux.nixwhy = stub.legacyPackages.x86_64-linux.callPackage {TOP}/packaging/nix/package.nix {{ }}; }}; }};
          }}).nixosConfigurations; in map (name: builtins.length machines.${{name}}.config.environment.systemPackages) (builtins.attrNames machines)"""
    else:
        (folder / "module.nix").write_text(text)
        expression = f"""
          let stub = builtins.getFlake "path:{stub}"; pkgs = stub.legacyPackages.x86_64-linux; in builtins.length (stub.lib.nixosSystem {{
            modules = [ (import {TOP}/packaging/nix/module.nix {{ packages.x86_64-linux.nixwhy = pkgs.callPackage {TOP}/packaging/nix/package.nix {{ }}; }}) (import {folder}/module.nix) ];
          }}).config.environment.systemPackages"""
    done = subprocess.run(["nix", "eval", "--impure", "--json", "--expr", expression], env=environment, capture_output=True, text=True)
    if done.returncode != 0 or "0" in json.dumps(json.loads(done.stdout)):
        raise Wrong(f"does not evaluate: {done.stderr or done.stdout}")


def check(document):
    """(blocks that passed, blocks that are not run)"""
    text = document.read_text()
    passed, skipped, lines = 0, 0, text.split("\n")
    changes = []
    with tempfile.TemporaryDirectory(prefix="docs.") as name:
        folder = pathlib.Path(name)
        work, environment = stage(folder)
        for line, directive, kind, body in blocks(text):
            try:
                word, _, rest = directive.partition(": ")
                if word == "not run":
                    skipped += 1
                    continue
                if word == "file":
                    path = work / rest.replace("~", str(folder / "home"))
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text("\n".join(body) + "\n")
                    check_file(path.relative_to(work) if path.is_relative_to(work) else path, work, environment)
                elif kind == "console":
                    changes.append((line, len(body), session(body, work, environment)))
                elif word == "examples":
                    for command in filter(None, body):
                        code, got = run(command, work, environment)
                        if code not in (0, 1, 4):
                            raise Wrong("\n".join([command, f"ended with {code}:", *got]))
                elif kind == "sh":
                    status = re.fullmatch(r"exits with (\d+)", directive)
                    code, got = run("set -e\n" + "\n".join(body), work, environment)
                    if code != (int(status[1]) if status else 0):
                        raise Wrong("\n".join([*body, f"ended with {code}:", *got]))
                elif kind == "nix" and word in ("module", "flake"):
                    evaluate(body, word == "flake", folder, environment)
                elif kind in ONLY_SHOWN:
                    continue
                else:
                    raise Wrong(f"nobody runs a block of '{kind}'; say console, sh or text, or name its file")
                passed += 1
            except Wrong as wrong:
                raise Wrong(f"{document}:{line}: {wrong}") from None
    for line, count, body in reversed(changes):
        lines[line:line + count] = body
    if ACCEPT:
        document.write_text("\n".join(lines))
    return passed, skipped


def main():
    passed = skipped = 0
    for name in sys.argv[1:]:
        try:
            more, not_run = check(pathlib.Path(name))
        except Wrong as wrong:
            sys.exit(str(wrong))
        passed, skipped = passed + more, skipped + not_run
    print(f"{passed} passed, 0 failed, {skipped} skipped")


main()
