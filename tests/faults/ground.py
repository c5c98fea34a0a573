"""What all faults stand on: a folder of their own, a way to run the program and to judge how it ended, and the counts."""
import os, random, resource, shutil, signal, subprocess

OLD = b"the old report\n"


class Ground:
    def __init__(self, program, top, points):
        self.program, self.top, self.points = os.path.abspath(program), os.path.abspath(top), points
        self.thorough = points >= 300
        self.inputs = [os.path.abspath("fixtures/forms/bundle-text.tar.gz"), os.path.abspath("fixtures/forms/worker.journal.zst")]
        self.skipped, self.results = [], []  # of results: number of the promise, name, held, of how many
        shutil.rmtree(self.top, ignore_errors=True)
        os.makedirs(self.top)
        code, self.json, err = self.run([self.program, "explain", "--format", "json", *self.inputs])
        assert code == 0, (code, err)
        _, self.text, _ = self.run([self.program, "explain", *self.inputs])

    def rng(self):
        """The same moments every time."""
        return random.Random(20261122)

    def run(self, argv, before=None, seconds=60, env=None, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=None):
        child = subprocess.Popen(argv, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, cwd=cwd or self.top, preexec_fn=before, env={**os.environ, **(env or {})}, start_new_session=True)
        try:
            out, err = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            out, err = child.communicate()
            return "hung", out, err
        return child.returncode, out, err

    def inject(self, what, argv, **more):
        """Runs it with a system call made to fail: `write:error=ENOSPC:when=3`. It and its threads, not what it starts."""
        return self.run(["strace", "-o", "/dev/null", "-f", "-e", f"inject={what}", *argv], **more)

    def put(self, name, text=OLD):
        with open(f"{self.top}/{name}", "wb") as out:
            out.write(text)
        return f"{self.top}/{name}"

    def get(self, name):
        with open(f"{self.top}/{name}", "rb") as file:
            return file.read()

    def swept(self, folder=None):
        """The temporary files that were left, which are removed."""
        folder = folder or self.top
        left = [f for f in os.listdir(folder) if f.startswith(".nixwhy-") or f.endswith(".tmp")]
        for name in left:
            os.unlink(f"{folder}/{name}")
        return left

    def count(self, promise, name, wrong, total):
        for one in wrong[:5]:
            print(f"  {name}: {one}")
        print(f"{promise} {name} {total - len(wrong)}/{total}", flush=True)
        self.results.append((promise, name, total - len(wrong), total))


def loader_failed(err):
    """The fault struck before our own code ran."""
    return b"loading shared libraries" in err or b"error while loading" in err or b"GLIBC" in err


def ended(code, err, good=(0, 4)):
    """Why this is no decent end, or nothing."""
    if code == "hung" or code < 0 or code >= 128:
        return f"ended with {code} {err[-200:]!r}"
    for word in (b"terminate called", b"internal error", b"Assertion", b"AddressSanitizer"):
        if word in err:
            return f"said {err[-200:]!r}"
    if code not in good and not err.strip():
        return f"exit {code} without a word"
    return ""


def limit(kind, value):
    return lambda: resource.setrlimit(kind, (value, value))
