# SPDX-License-Identifier: ISC
"""crash.py - for crash tests: crashload in the background, and kills that wait for each other."""
import os, signal, subprocess, sys, threading
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

CRASHLOAD = os.environ.get("CRASHLOAD", os.path.join(BUILDDIR, "t/crash/crashload"))


class Load:
    """One crashload process: producers and consumers of one topic."""

    def __init__(self, port, topic, *options, producers=4, partitions=4, replicas=1, create=True):
        if not os.path.exists(CRASHLOAD):
            skip_all("crashload is not built")
        cmd = [CRASHLOAD, "-c", "-p", str(port), "-t", topic, "-n", str(producers), "-P", str(partitions),
               "-R", str(replicas)] + (["-C"] if create else []) + list(options)
        self.topic = topic
        self.acked, self.read = [0] * producers, [0] * partitions
        self.violations, self.result, self.errors = [], {}, {}
        self.p = subprocess.Popen(cmd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.p.stdout:
            w = line.split()
            if w[0] == "progress":
                k = w.index(";")
                self.acked, self.read = list(map(int, w[1:k])), list(map(int, w[k + 1:]))
            elif w[0] == "violation":
                self.violations.append(line.strip())
            elif w[0] == "result":
                self.result = dict(zip(w[1::2], map(int, w[2::2])))
            elif w[0] == "error":
                self.errors[int(w[1])] = int(w[2])

    def total(self):
        return sum(self.acked)

    def more(self, n=500, timeout=40):
        """Waits until every producer had n / producers more records acknowledged, and consumers read on everywhere."""
        was, read, each = list(self.acked), list(self.read), max(1, n // len(self.acked))

        def on():
            return all(a >= b + each for a, b in zip(self.acked, was)) and all(a > b for a, b in zip(self.read, read))
        until("progress of topic %s: %s %s since %s %s" % (self.topic, self.acked, self.read, was, read),
              lambda: self.p.poll() is not None or on(), timeout)
        if self.p.poll() is not None:
            raise RuntimeError("crashload has ended: %s" % self.violations)

    def finish(self, timeout=180):
        try:
            self.p.stdin.close()
        except OSError:
            pass
        self.p.wait(timeout)
        self.reader.join()
        return self.p.returncode

    def report(self, tap, what):
        rc = self.finish()
        tap.ok(rc == 0 and not self.violations, what)
        for v in self.violations[:10]:
            tap.diag(v)
        tap.diag("%s %s" % (self.result, {"error %d" % k: v for k, v in self.errors.items()}))

    def abort(self):
        if self.p.poll() is None:
            self.p.kill()


class Trace:
    """What the shared memory said while it ran, and what loads were told, for t/model/tracecheck.  Begins when the daemon has
    started; loads get options(name).  Without root there is nothing to look at: then it only takes what loads were told."""

    def __init__(self, d):
        self.d, self.files, self.sample = d, [], None
        if os.geteuid() == 0:
            self.boot()

    def boot(self):
        """Of each life of the daemon there is one sampler."""
        self.files.append(os.path.join(self.d.dir, "looks%d" % len(self.files)))
        with open(self.files[-1], "w") as f:
            self.sample = subprocess.Popen([os.path.join(BUILDDIR, "t/model/tracesample"), str(self.d.p.pid)],
                                           stdin=subprocess.PIPE, stdout=f)

    def options(self, name):
        self.files.append(os.path.join(self.d.dir, "told-" + name))
        return ["-T", self.files[-1]]

    def end(self, timeout=60):
        """Before the daemon ends, after the loads have."""
        if self.sample is None:
            return 0
        self.sample.stdin.close()
        rc, self.sample = self.sample.wait(timeout), None
        return rc

    def report(self, tap, what="the trace keeps every rule of replication"):
        sampled = self.end() == 0
        c = subprocess.run([os.path.join(BUILDDIR, "t/model/tracecheck")] + self.files, capture_output=True, text=True)
        last = (c.stdout.splitlines() or ["result"])[-1]
        if not tap.ok(sampled and c.returncode == 0, what):
            tap.diag(c.stdout[:4000] + c.stderr)
        tap.diag(last)
        return {k: int(v) for k, v in zip(*[iter(last.split()[1:])] * 2)}

    def abort(self):
        if self.sample is not None and self.sample.poll() is None:
            self.sample.kill()


def replaced(d, name, pid, timeout=20):
    """Waits for the child's successor; returns its pid."""
    return until("a new " + name, lambda: d.children().get(name, pid) not in (pid, None) and d.children()[name], timeout)


def kill_one(d, name):
    """kill -9 of one child by its full name; waits for the next one."""
    pid = d.kill(name)
    return pid, replaced(d, name, pid)


def names(d, kind):
    return sorted(n for n in d.children() if n.split(".")[0] == kind)
