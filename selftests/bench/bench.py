# SPDX-License-Identifier: GPL-2.0
"""Boot, measure, report; scripts/bench says how it is used."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import plan as plans
import report

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ARCH = os.environ.get("JITALLOC_ARCH", "x86")
BUILD = os.path.join(TOP, "build") if ARCH == "x86" else os.path.join(TOP, "build", ARCH)
QEMU = {"x86": "qemu-system-x86_64", "arm64": "qemu-system-aarch64"}[ARCH]
OUT = os.path.join(BUILD, "bench")
START = time.monotonic()
stopping = threading.Event()


def say(text):
    print(f"[{int(time.monotonic() - START):4d} s] {text}", file=sys.stderr, flush=True)


class Boot:
    """One virtual machine that does the steps of a plan."""

    def __init__(self, plan, number):
        self.plan = plan
        self.name = f"{plan.name}-{number + 1}" if number and plan.name == "instructions" else plan.name
        self.steps = {}
        self.machine = {}
        self.error = None
        self.vm = None

    def run(self):
        """Does the steps; an emulator that hangs, as happens on a busy host, is started again."""
        for _ in range(3):
            if stopping.is_set() or self.attempt():
                return
            say(self.error)

    def attempt(self):
        logs = os.path.join(OUT, self.name)
        os.makedirs(logs, exist_ok=True)
        todo = os.path.join(logs, "plan.json")
        with open(todo, "w", encoding="utf-8") as f:
            json.dump(self.plan.steps, f)
        cmd = [os.path.join(TOP, "scripts", "vm"), "--quiet", "--timeout", "7200", "--log", logs,
               "--cpus", str(self.plan.cpus), "--mem", self.plan.mem]
        if self.plan.icount:
            cmd.append("--icount")
        cmd += ["--", "python3", os.path.join(TOP, "selftests", "bench", "guest.py"), todo]
        done = 0
        self.error = None
        self.steps.clear()
        env = dict(os.environ, JITALLOC_ACCEL="tcg")
        with open(os.path.join(logs, "errors.log"), "wb") as err, \
             open(os.path.join(logs, "steps.json"), "w", encoding="utf-8") as log, \
             subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err, env=env,
                              cwd=TOP, text=True, start_new_session=True) as vm:
            self.vm = vm
            for line in self.lines(vm):
                log.write(line)
                try:
                    step = json.loads(line)
                except ValueError:
                    continue
                if step["id"] == "machine":
                    self.machine = step
                    continue
                done += 1
                self.steps.setdefault(step["id"], []).append(step)
                note = f": {step['error']}" if "error" in step else ""
                say(f"{self.name} {done}/{len(self.plan.steps)} {step['id']}{note}")
        if vm.returncode or done < len(self.plan.steps):
            self.error = f"the boot for {self.name} failed (status {vm.returncode}), see {logs}"
            return False
        return True

    def stop(self):
        """Ends the machine with all its processes, if it runs."""
        if self.vm and self.vm.poll() is None:
            os.killpg(self.vm.pid, signal.SIGTERM)

    def lines(self, vm):
        """What the machine prints, for as long as it is not silent for too long."""
        limit = 60 if self.plan.quick else 180
        while True:
            timer = threading.Timer(limit, self.stop)
            timer.start()
            line = vm.stdout.readline()
            timer.cancel()
            if not line:
                return
            yield line
            limit = 60 if self.plan.quick else 900


def in_turn(boots):
    for boot in boots:
        say(f"booting for {boot.name}: {len(boot.plan.steps)} steps")
        boot.run()


def output_of(*cmd):
    return subprocess.run(cmd, stdout=subprocess.PIPE, text=True, check=True, cwd=TOP).stdout


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    quick = os.environ.get("JITALLOC_BENCH_QUICK") == "1"
    boots, beside, alone = [[Boot(p, i) for i, p in enumerate(some)] for some in plans.plans(quick)]
    # Counts do not depend on what else the host does, times do.
    thread = threading.Thread(target=in_turn, args=(beside,))
    try:
        thread.start()
        in_turn(boots)
        thread.join()
        in_turn(alone)
    except KeyboardInterrupt:
        stopping.set()
        for boot in boots + beside + alone:
            boot.stop()
        return 130

    boots += beside + alone
    facts = {
        "kernel": output_of(os.path.join(TOP, "scripts", "kernel"), "release").strip(),
        "qemu": output_of(QEMU, "--version").splitlines()[0],
        "flags": {b.name: {"cpus": b.plan.cpus, "mem": b.plan.mem,
                           "icount": "shift=0,sleep=off" if b.plan.icount else "no"} for b in boots},
        "mitigations": boots[0].machine.get("mitigations", {}),
        "quick": quick,
        "host_cpus": os.cpu_count(),
    }
    results = {"facts": facts, "steps": {}}
    for boot in boots:
        for key, steps in boot.steps.items():
            if key in ("calibrate", "probes"):
                key = f"{boot.plan.name}/{key}"
            results["steps"].setdefault(key, []).extend(
                {k: v for k, v in s.items() if k != "id"} for s in steps)
    report.write(results, BUILD)
    errors = [b.error for b in boots if b.error]
    for e in errors:
        print(f"jitalloc: bench: {e}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
