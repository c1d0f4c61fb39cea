# SPDX-License-Identifier: GPL-2.0
"""Find, run and count the tests; scripts/check says what a test looks like."""

import os
import re
import shutil
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# scripts/arch.sh has set it.
ARCH = os.environ.get("JITALLOC_ARCH", "x86")
# A kernel that scripts/debug-kernel has built, or one of Debian's
NAMED = os.environ.get("JITALLOC_KERNEL", "")
KERNEL = NAMED if NAMED in ("kasan", "kfence") else "stock"
# As scripts/arch.sh has it
SUBDIR = ARCH if ARCH != "x86" else NAMED if re.fullmatch(r"kasan|kfence|\d+\.\d+", NAMED) else ""
OUT = os.path.join(TOP, "build", SUBDIR, "check")
START = time.monotonic()
DEFAULT_TIMEOUT = 120
# What a test may say in its header, and nothing else may look like it.
TAG = re.compile(r"^#\s*(boot|timeout|expect|append|mem|cpu|arch|kernel|quick)(?:@([a-z0-9,]+))?:\s*(.*?)\s*$")
# Emulated, or looking at each access to memory, it is so much slower.
SLOWER = {"x86": 1, "arm64": 2, "arm": 3}[ARCH] * {"stock": 1, "kfence": 2, "kasan": 6}[KERNEL]
# How many seconds kmemleak may take for its three scans
SCAN = 300 if KERNEL == "kasan" else 0


class BadTest(Exception):
    """A test whose header cannot be understood."""


class Test:
    """One selftests/AREA/NAME.sh."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.relpath(path, os.path.join(TOP, "selftests"))[: -len(".sh")]
        self.area = self.name.split("/")[0]
        self.boot = "shared"
        self.timeout = DEFAULT_TIMEOUT * SLOWER
        self.expect = []
        self.append = []
        self.mem = None
        self.cpu = None
        self.quick = False
        # Why it does not apply to this architecture or kernel, or None; whether it says that it does
        self.not_here = None
        self.is_here = False
        self.log = os.path.join(OUT, self.name + ".log")
        self.read_header()

    def read_header(self):
        with open(self.path, encoding="utf-8") as f:
            for line in f:
                if not line.startswith("#"):
                    break
                m = TAG.match(line)
                if m and (not m.group(2) or {ARCH, KERNEL} & set(m.group(2).split(","))):
                    self.set_tag(m.group(1), m.group(3))
        if (self.expect or self.append) and self.boot in ("shared", "none"):
            raise BadTest("'# expect:' and '# append:' need a boot of their own or a named one")
        if (self.mem or self.cpu) and self.boot != "own":
            raise BadTest("'# mem:' and '# cpu:' need a boot of their own")

    def set_tag(self, tag, value):
        if tag == "boot":
            if not re.fullmatch(r"[a-z0-9-]+", value):
                raise BadTest(f"bad name of a boot: {value!r}")
            self.boot = value
        elif tag == "timeout":
            if not value.isdigit() or int(value) == 0:
                raise BadTest(f"bad timeout: {value!r}")
            self.timeout = int(value) * SLOWER
        elif tag in ("arch", "kernel"):
            m = re.fullmatch(r"([a-z0-9 ]+): (.+)", value)
            if not m:
                raise BadTest(f"{tag} takes names and a reason, not {value!r}")
            mine = ARCH if tag == "arch" else KERNEL
            if mine not in m.group(1).split():
                self.not_here = f"not on {mine}: {m.group(2)}"
            elif mine not in ("x86", "stock"):
                self.is_here = True
        elif tag == "quick":
            self.quick = value == "yes"
        elif tag == "append":
            self.append.append(value)
        elif tag == "cpu":
            if not re.fullmatch(r"[a-zA-Z0-9_.,=+-]+", value):
                raise BadTest(f"bad name of a processor: {value!r}")
            self.cpu = value
        elif tag == "mem":
            if not re.fullmatch(r"[1-9][0-9]*[MG]", value):
                raise BadTest(f"bad size of memory: {value!r}")
            self.mem = value
        else:
            m = re.fullmatch(r"(\d+)\s+(.+)", value)
            if not m:
                raise BadTest(f"expect takes a number and an expression, not {value!r}")
            self.expect.append((int(m.group(1)), m.group(2)))


class Counts:
    """What has passed and failed so far, and which."""

    def __init__(self):
        self.passed = 0
        self.skipped = 0
        self.failures = []
        self.figures = []

    def add_log(self, test, status, how=None):
        """Counts a test's KTAP results. @how: what went wrong from outside."""
        ok, bad, skip, why = read_ktap(test.log, self.figures, test.name)
        if how:
            why = how
        elif not why and status == 124:
            why = f"time limit of {test.timeout} s"
        elif not why and status not in (0, 4) and not bad:
            why = f"exit status {status} although nothing failed"
        elif not why and status == 0 and bad:
            why = "exit status 0 although something failed"
        self.passed += len(ok)
        self.skipped += len(skip)
        new = [f"{test.name}: {b}" for b in bad]
        if why:
            new.append(f"{test.name}: incomplete: {why}")
        self.failures += new
        return len(ok), len(skip), new

    def add(self, name, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failures.append(f"{name}{': ' if detail else ''}{detail}")


def read_ktap(path, figures, name):
    """Returns (passed, failed, skipped, what is wrong with the log or None)."""
    ok, bad, skip = [], [], []
    plan = None
    trailer = header = False
    wrong = None
    said = ""
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            lines = f.read().splitlines()
    except OSError:
        return ok, bad, skip, "it left no log"
    for line in lines:
        m = re.match(r"^(not ok|ok) (\d+)\b(?: -)?\s*(.*)$", line)
        if re.match(r"^K?TAP version \d+$", line):
            header = True
        elif re.match(r"^1\.\.\d+", line):
            if plan is not None:
                wrong = wrong or "two plans"
            plan = int(re.match(r"^1\.\.(\d+)", line).group(1))
            if plan == 0 and "SKIP" in line:
                skip.append(line)
                trailer = True
        elif line.startswith("Bail out!"):
            wrong = line
        elif line.startswith("# Totals:"):
            trailer = True
        elif line.startswith("# figure: "):
            figures.append(f"{name}: {line[len('# figure: '):]}")
        elif m:
            if trailer:
                wrong = wrong or "results after the totals"
            if int(m.group(2)) != len(ok) + len(bad) + len(skip) + 1:
                wrong = wrong or f"result {m.group(2)} is out of order"
            if m.group(1) == "not ok":
                why = said.removeprefix(f"{m.group(3)}: ")
                bad.append(f"{m.group(3)} ({why})" if why else m.group(3))
            elif re.search(r"# SKIP\b", m.group(3)):
                skip.append(m.group(3))
            else:
                ok.append(m.group(3))
        # What a test says before a failure is why.
        said = line[2:202] if line.startswith("# ") else ""
    count = len(ok) + len(bad) + len(skip)
    if not wrong:
        if not header:
            wrong = "no TAP header"
        elif plan is None:
            wrong = "no plan"
        elif plan != 0 and plan != count:
            wrong = f"planned {plan}, ran {count}"
        elif not trailer:
            wrong = "no totals line"
    return ok, bad, skip, wrong


def say(text):
    print(f"[{int(time.monotonic() - START):4d} s] {text}", flush=True)


def report(name, passed, skipped, new, secs=None):
    took = f" {secs} s" if secs is not None else ""
    skips = f", {skipped} skipped" if skipped else ""
    word = "FAIL" if new else "ok  "
    say(f"{word} {name} ({passed} passed{', ' + str(len(new)) + ' failed' if new else ''}{skips}{took})")
    for n in new[:10]:
        print(f"           {n}", flush=True)


def show_tail(path, lines=15):
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            for line in f.read().splitlines()[-lines:]:
                print(f"           | {line}", flush=True)
    except OSError:
        pass


def run_logged(cmd, log, timeout, env=None):
    """Runs @cmd with its output in @log; its status, 124 if it took too long."""
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "wb") as f:
        # timeout(1) kills what the command has started, too.
        cmd = ["timeout", "-k", "5", str(timeout)] + cmd
        return subprocess.run(
            cmd, stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT, cwd=TOP, env=env, check=False
        ).returncode


def static_checks(counts):
    scripts = os.path.join(TOP, "scripts")
    for script in sorted(s for s in os.listdir(scripts) if s.startswith("check-")):
        log = os.path.join(OUT, "static", script + ".log")
        status = run_logged([os.path.join(scripts, script)], log, 900)
        name = f"static/{script}"
        counts.add(name, status == 0, f"see {os.path.relpath(log, TOP)}")
        report(name, int(status == 0), 0, [] if status == 0 else [name])
        if status:
            show_tail(log)


def host_tests(tests, counts):
    for test in tests:
        begin = time.monotonic()
        status = run_logged(["bash", test.path], test.log, test.timeout)
        result = counts.add_log(test, status)
        report(test.name, *result, secs=int(time.monotonic() - begin))
        if result[2]:
            show_tail(test.log)


def boot(name, tests, counts):
    """Runs @tests, in one virtual machine."""
    logs = os.path.join(OUT, "boot-" + name.replace("/", "-"))
    shutil.rmtree(logs, ignore_errors=True)
    os.makedirs(logs)
    listing = os.path.join(logs, "list")
    with open(listing, "w", encoding="utf-8") as f:
        for t in tests:
            os.makedirs(os.path.dirname(t.log), exist_ok=True)
            # What an earlier run has left is no result of this one.
            if os.path.exists(t.log):
                os.unlink(t.log)
            f.write(f"{t.name} {t.timeout}\n")
    limit = 60 * SLOWER + SCAN + sum(t.timeout + 10 for t in tests)
    cmd = [os.path.join(TOP, "scripts", "vm"), "--quiet", "--timeout", str(limit), "--log", logs]
    expected = {}
    for t in tests:
        for count, regex in t.expect:
            expected[regex] = expected.get(regex, 0) + count
    for regex, count in expected.items():
        cmd += ["--expect-count", str(count), regex]
    append = dict.fromkeys(a for t in tests for a in t.append)
    if append:
        cmd += ["--append", " ".join(append)]
    for t in tests:
        if t.mem:
            cmd += ["--mem", t.mem]
        if t.cpu:
            cmd += ["--cpu", t.cpu]
    if name == "vng":
        cmd.append("--vng")
    cmd += ["--", os.path.join(TOP, "scripts", "guest-tests"), listing, OUT]
    say(f"boot {name}: {len(tests)} test{'s' if len(tests) != 1 else ''}")
    left = {t.name: t for t in tests}
    leaks = None
    errors = os.path.join(logs, "errors.log")
    with open(errors, "wb") as err:
        with subprocess.Popen(
            cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err, cwd=TOP, text=True, errors="replace"
        ) as vm:
            for line in vm.stdout:
                m = re.match(r"^leaks (\d+)\s*$", line)
                leaks = int(m.group(1)) if m else leaks
                m = re.match(r"^end (\S+) (\d+) (\d+)\s*$", line)
                if m and m.group(1) in left:
                    test = left.pop(m.group(1))
                    result = counts.add_log(test, int(m.group(2)))
                    report(test.name, *result, secs=int(m.group(3)))
                    if result[2]:
                        show_tail(test.log)
    for test in left.values():
        report(test.name, *counts.add_log(test, 1, "the machine ended before it did"))
    if SCAN:
        counts.add(f"boot {name}: leaks", leaks == 0, f"{leaks} objects, see {os.path.relpath(logs, TOP)}/console.log")
        if leaks != 0:
            say(f"FAIL boot {name}: {leaks} objects leaked")
    good = vm.returncode == 0
    counts.add(f"boot {name}", good, f"see {os.path.relpath(logs, TOP)}")
    if not good:
        say(f"FAIL boot {name} (status {vm.returncode})")
        show_tail(errors, 60)


def is_program(path):
    """A script without an interpreter line is for others to source."""
    with open(path, "rb") as f:
        return f.read(2) == b"#!"


def discover(wanted, counts):
    tests = []
    root = os.path.join(TOP, "selftests")
    for area in sorted(os.listdir(root)):
        folder = os.path.join(root, area)
        if area == "lib" or not os.path.isdir(folder):
            continue
        for entry in sorted(os.listdir(folder)):
            path = os.path.join(folder, entry)
            if not entry.endswith(".sh") or not os.path.isfile(path) or not is_program(path):
                continue
            name = f"{area}/{entry[:-3]}"
            if wanted and area not in wanted and name not in wanted:
                continue
            try:
                tests.append(Test(path))
            except BadTest as e:
                counts.add(name, False, str(e))
                report(name, 0, 0, [str(e)])
    return tests


def main(args):
    only_host, only_quick = "--host" in args, "--quick" in args
    wanted = {a.removesuffix(".sh").removeprefix("selftests/").rstrip("/") for a in args
              if a not in ("--host", "--quick")}
    if any(a.startswith("-") for a in wanted):
        sys.exit("usage: scripts/check [--host | --quick] [AREA | AREA/TEST | static]...")
    counts = Counts()
    os.makedirs(OUT, exist_ok=True)
    tests = discover(wanted, counts)
    known = {t.area for t in tests} | {t.name for t in tests} | {"static"}
    for w in sorted(wanted - known):
        counts.add(w, False, "there is no such test")
    if only_quick:
        tests = [t for t in tests if t.quick]
    # What needs no machine is the same for all, and run with those of the host.
    on_host = [t for t in tests if t.boot == "none"]
    if SUBDIR and not wanted:
        same = [t for t in on_host if not t.is_here and not t.not_here]
        tests = [t for t in tests if t not in same]
        if same and not only_quick:
            say(f"{len(same)} test files need no machine of their own: they are a part of 'make check'")
        on_host = [t for t in on_host if t not in same]
    for t in tests:
        if t.not_here:
            say(f"n/a  {t.name}: {t.not_here}")
            counts.skipped += 1
    tests = [t for t in tests if not t.not_here]
    on_host = [t for t in on_host if not t.not_here]
    boots = {}
    for t in tests:
        if t.boot != "none" and not only_host:
            boots.setdefault(f"{t.name}" if t.boot == "own" else t.boot, []).append(t)

    built = True
    if boots or any(t.area == "static" for t in on_host):
        say("building the modules and the test modules")
        log = os.path.join(OUT, "build.log")
        status = run_logged([os.path.join(TOP, "scripts", "build"), "--vm", "modules"], log, 1800,
                            env=dict(os.environ, JITALLOC_TESTS="m"))
        built = status == 0
        counts.add("build", built, f"see {os.path.relpath(log, TOP)}")
        if not built:
            say("FAIL the build")
            show_tail(log, 40)
    if (not wanted and not SUBDIR and not only_quick) or "static" in wanted:
        static_checks(counts)
    host_tests(on_host, counts)
    for name in boots:
        if built:
            boot(name, boots[name], counts)
        else:
            for t in boots[name]:
                counts.add(t.name, False, "not run, the build failed")

    with open(os.path.join(OUT, "figures"), "w", encoding="utf-8") as f:
        f.writelines(line + "\n" for line in counts.figures)
    if not counts.passed and not counts.failures:
        counts.add("all", False, "no test was found")
    if counts.failures:
        print("\nfailed:")
        for failure in counts.failures:
            print(f"  {failure}")
    print(f"\n{len(tests)} test files, {counts.skipped} results skipped, "
          f"{int(time.monotonic() - START)} s, figures in {os.path.relpath(OUT, TOP)}/figures")
    with open(os.path.join(OUT, "totals"), "w", encoding="utf-8") as f:
        f.write(f"{counts.passed} {len(counts.failures)}\n")
        f.writelines(f"{failure}\n" for failure in counts.failures)
    print(f"{counts.passed} passed, {len(counts.failures)} failed", flush=True)
    return 1 if counts.failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
