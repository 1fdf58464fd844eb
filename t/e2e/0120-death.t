#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Each child is replaced when it dies, with one line about it; children do not outlive the supervisor; a stopped child
is noticed and hurts nobody who does not need it."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

t = Tap()
d = Daemon("num.network.threads=2")


def serves(timeout=20):
    """A connection may be taken by an acceptor that dies: the next attempt must do."""
    def once():
        try:
            s = d.connect(timeout=2)
            s.settimeout(2)
            r = call(s, frame(3, 0, 5, struct.pack(">i", 0)))
            s.close()
            return r[:4] == struct.pack(">i", 5)
        except OSError:
            return False
    return until("an answer", once, timeout)


try:
    d.start()
    for name in sorted(d.children()):
        lines = len(re.findall(r"was killed by signal 9", d.text()))
        old = d.kill(name)
        until("successor of " + name, lambda: d.children().get(name, old) != old)
        until("its obituary", lambda: len(re.findall(r"was killed by signal 9", d.text())) == lines + 1)
        t.ok(serves(), "%s is killed: another takes its place" % name)
        t.ok(re.search(r"%s\[%d\] was killed by signal 9 \(Killed\) after [0-9.]+ s, \w+" % (re.escape(name), old), d.text()),
             "and one line says so")
    for sig, how in ((signal.SIGABRT, "signal 6"), (signal.SIGQUIT, "exit code 2"), (signal.SIGTERM, "exit code 0")):
        old = d.kill("acceptor.0", sig)
        until("successor", lambda: d.children().get("acceptor.0", old) != old)
        until("obituary", lambda: "acceptor.0[%d]" % old in d.text())
        line = [l for l in d.text().splitlines() if "acceptor.0[%d]" % old in l and "supervisor" in l]
        t.ok(len(line) == 1 and how in line[0], "one line for %s: %s" % (sig.name, how))
    t.ok(serves(), "it serves")
    for i in range(20):
        old = d.kill("acceptor.1")
        until("successor", lambda: d.children().get("acceptor.1", old) != old)
    t.ok(serves(), "after twenty kills in a row, too")

    pid = d.kill("acceptor.1", signal.SIGSTOP)
    until("the notice", lambda: "acceptor.1[%d] has done nothing for" % pid in d.text(), 30)
    t.ok(serves(), "a stopped child is noticed; others serve")
    os.kill(pid, signal.SIGCONT)
    until("the end of it", lambda: "acceptor.1[%d] goes on after" % pid in d.text())
    t.eq(pid, d.children()["acceptor.1"], "it is not replaced, and goes on")

    kids = list(d.children().values())
    os.kill(d.p.pid, signal.SIGKILL)
    d.p.wait()
    until("end of the children", lambda: gone(*kids))
    t.ok(True, "the supervisor is killed: its children leave")
    d.start()
    t.ok(serves(), "a restart serves")
    kids = list(d.children().values())
    os.kill(kids[0], signal.SIGSTOP)  # even one that cannot notice anything
    os.kill(d.p.pid, signal.SIGKILL)
    d.p.wait()
    until("end of the children", lambda: gone(*kids))
    t.ok(True, "even a stopped child")
    d.start()
    t.eq(0, d.stop(), "and after all that an orderly end")
finally:
    d.cleanup()
t.done()
