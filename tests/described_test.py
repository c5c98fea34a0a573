"""described_test.py FOLDER: compares what was described with --help; see tests/checks/described.sh."""
import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(sys.argv[1])
passed = 0


def run(*argv, **more):
    return subprocess.run(argv, capture_output=True, text=True, check=True, **more).stdout


def equal(what, got, wanted):
    global passed
    if got != wanted:
        sys.exit(f"{what}:\n  {got}\nbut --help has\n  {wanted}")
    passed += 1


def help_of(command):
    """(long and short flags, {long flag: words about it}) as --help of a command has them."""
    flags, about = {"--help"}, {}
    for line in run("build/nixwhy", *command.split(), "--help").split("\n"):
        row = re.match(r"  (?:(-\w), )?(--[\w-]+)(?: \S+)?\s{2,}(.*)", line)
        if row and row[2] != "--help":
            flags |= {flag for flag in row.groups()[:2] if flag}
            about[row[2]] = row[3]
    return flags, about


def bash(*words):
    """What bash offers after these words."""
    script = f'source {FOLDER}/nixwhy.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nixwhy 2>/dev/null; printf "%s\\n" "${{COMPREPLY[@]}}"'
    return set(run("bash", "-c", script, "bash", "nixwhy", *words).split())


def fish(line):
    return {offer.split("\t")[0] for offer in run("fish", "--no-config", "-c", f"source {FOLDER}/nixwhy.fish; complete -C '{line}'").split("\n") if offer}


overview = run("build/nixwhy", "--help")
commands = re.findall(r"^  ([a-z]+(?: [a-z-]+)?) {2,}\S", overview.split("Commands:")[1], re.M)
assert len(commands) > 8, overview
man, reference = (FOLDER / "man.txt").read_text(), (FOLDER / "reference.md").read_text()
man = re.sub(r"\s+", " ", man)
first = {command.split()[0] for command in commands}
equal("bash, first word", bash(""), first | {"--help", "--version"})
equal("fish, first word", fish("nixwhy "), first)
equal("reference, commands", re.findall(r"^### nixwhy (.*)", reference, re.M), commands)
for command in commands:
    flags, about = help_of(command)
    equal(f"bash, {command}", bash(*command.split(), "-"), flags)
    equal(f"fish, {command}", {flag for flag in fish(f"nixwhy {command} -") if flag.startswith("-")}, flags)
    section = reference.split(f"### nixwhy {command}\n")[1].split("\n##")[0]
    equal(f"reference, {command}", set(re.findall(r"`(--[\w-]+)`", section)), set(about))
    for flag, words in about.items():
        if words.replace("`", "") not in reference.replace("`", "") or re.sub(r"\s+", " ", words) not in man:
            sys.exit(f"{flag} of {command}: '{words}' is not what the reference or the manual page says")
        passed += 1
for word in {command.split()[0] for command in commands if " " in command}:
    second = {command.split()[1] for command in commands if command.split()[0] == word and " " in command}
    equal(f"bash, {word}", bash(word, ""), second)

# zsh has no way to be asked without a terminal: it must read the file, and the file must hold every flag.
run("zsh", "-f", "-n", f"{FOLDER}/_nixwhy")
zsh = (FOLDER / "_nixwhy").read_text()
for command in commands:
    for flag in help_of(command)[0]:
        assert flag in zsh, f"zsh does not know {flag}"
        passed += 1
print(f"{passed} passed, 0 failed")
