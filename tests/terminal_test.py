# `nixwhy record` in a real pseudo terminal: what the command sees, what its caller sees, keys, size, stop and go on.
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

program = sys.argv[1]


def in_terminal(argv, act=lambda fd, pid, text: None, size=(40, 132), limit=20):
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(argv[0], argv)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    text, end = b"", time.time() + limit
    while time.time() < end:
        ready, _, _ = select.select([fd], [], [], 0.05)
        if ready:
            try:
                part = os.read(fd, 65536)
            except OSError:
                break
            if not part:
                break
            text += part
        act(fd, pid, text)
    else:
        os.kill(pid, signal.SIGKILL)
        raise SystemExit(f"{argv} did not end: {text!r}")
    _, status = os.waitpid(pid, 0)
    return text.decode(errors="replace"), status


def wanted(name, got, pattern):
    if not re.search(pattern, got, re.S):
        raise SystemExit(f"{name}: wanted {pattern!r}, got {got!r}")


record = [program, "record", "-q", "--"]
show = "sleep 0.2; for n in 0 1 2; do test -t $n && echo tty$n; done; stty size; tput cols 2>/dev/null; stty -a | tr ';' '\\n' | grep -o ' -*echo$'"
plain, _ = in_terminal(["/bin/sh", "-c", show])
recorded, _ = in_terminal([*record, "/bin/sh", "-c", show])
if plain != recorded:
    raise SystemExit(f"the terminal differs:\n{plain!r}\n{recorded!r}")
wanted("size", recorded, "tty0.*tty1.*tty2.*40 132")

# keys reach it; ^C ends it as it would without us
sent = set()


def type_once(key, when):
    def act(fd, pid, text):
        if when in text and key not in sent:
            sent.add(key)
            os.write(fd, key)
    return act


text, status = in_terminal([*record, "/bin/sh", "-c", "echo ready; read x; echo got $x"], type_once(b"word\r", b"ready"))
wanted("keys", text, "ready.*word.*got word")
text, status = in_terminal([*record, "/bin/sh", "-c", "echo go; exec sleep 20"], type_once(b"\x03", b"go"))
if not (os.WIFEXITED(status) and os.WEXITSTATUS(status) == 130):
    raise SystemExit(f"^C: status {status}")

# a new size is passed on
resized = []


def resize(fd, pid, text):
    if b"first" in text and not resized:
        resized.append(1)
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 99, 0, 0))


text, _ = in_terminal([*record, "/bin/sh", "-c", "trap 'stty size; exit 0' WINCH; echo first; while :; do sleep 0.1; done"], resize)
wanted("new size", text, "50 99")

# ^Z stops it and us, so that the shell has its prompt back; fg goes on
typed = []


def job_control(fd, pid, text):
    steps = [(b"prompt> ", b"%s record -q -- /bin/sh -c 'echo begun; sleep 2; echo ended'\n" % program.encode()),
             (b"begun\r", b"\x1a"), (b"topped", b"fg\n"), (b"ended\r", b"exit\n")]
    if len(typed) < len(steps) and steps[len(typed)][0] in text:
        time.sleep(0.5)  # a shell between fork and exec cannot be stopped
        os.write(fd, steps[len(typed)][1])
        typed.append(1)


os.environ["PS1"] = "prompt> "
text, _ = in_terminal(["/bin/bash", "--norc", "-i"], job_control)
wanted("job control", text, "begun.*topped.*ended")
# the terminal is as it was
text, _ = in_terminal(["/bin/sh", "-c", f"{program} record -q -- true; stty -a"])
wanted("the terminal afterwards", text, r"[ ;]icanon.*[ ;]echo[ ;]")

# explain says that it goes on where that takes long, on a terminal only, and takes the line away again
slow = "(sleep 2.5; echo all is well) | "
text, _ = in_terminal(["/bin/sh", "-c", f"{slow}{program} explain - >/dev/null; echo ended"])
wanted("progress", text, r"^\rnixwhy: reading 1 input, 1 s\rnixwhy: reading 1 input, 2 s\r +\rended")
text, _ = in_terminal(["/bin/sh", "-c", f"{slow}{program} explain -q - >/dev/null; {slow}{program} explain - 2>&1 >/dev/null | cat; echo ended"])
wanted("no progress", text, r"^ended")
