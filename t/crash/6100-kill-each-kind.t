#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""kill -9 of each kind of child under load: nothing acknowledged is lost, nothing is doubled, order holds."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "5"))
t = Tap()
d = Daemon("num.network.threads=2").start()
loads = []


def on():
    """Of what is large 20 go in a second."""
    for l, n in zip(loads, (200, 200, 40)):
        l.more(n)


try:
    loads = [Load(d.port, "plain", "-s", "300", "-w", "300"), Load(d.port, "idem", "-i", "-d", "5", "-w", "300"),
             Load(d.port, "large", "-i", "-d", "3", "-r", "1", "-s", "150000", "-w", "20", producers=2, partitions=1)]
    for l, n in zip(loads, (300, 300, 40)):
        l.more(n, 60)
    for kind in ("writer", "acceptor", "controller"):
        for i in range(ROUNDS):
            for name in names(d, kind):
                pid, new = kill_one(d, name)
                lines = [x for x in d.text().splitlines() if "[%d] was" % pid in x and "supervisor" in x and "kill" in x.lower()]
                if len(lines) != 1:
                    t.ok(False, "one obituary line for %s" % name)
                    t.diag("\n".join(lines))
            on()
        t.ok(True, "%s killed %d times, the load goes on" % (kind, ROUNDS))
    # several at once
    for i in range(ROUNDS):
        pids = [(n, p) for n, p in d.children().items()]
        for n, p in pids:
            os.kill(p, signal.SIGKILL)
        for n, p in pids:
            replaced(d, n, p)
        on()
    t.ok(True, "all children killed at once %d times, the load goes on" % ROUNDS)
    loads[0].report(t, "plain producers: every acknowledged record is there once, in order")
    loads[1].report(t, "idempotent producers: every record is there exactly once, in order")
    loads[2].report(t, "large idempotent batches: the same")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    for l in loads:
        l.abort()
    d.cleanup()
t.done()
