#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Children die at random moments, successors in the middle of their start included; segments roll all the time."""
import os, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *

SECONDS = float(os.environ.get("CRASH_SECONDS", "8"))
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.randrange(1, 1 << 30)
t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
rnd = random.Random(SEED)
d = Daemon("num.network.threads=2", "log.segment.bytes=1048576", disks=2).start()
loads = []


def kill_for(seconds, kinds):
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        victims = [p for name, p in d.children().items() if name.split(".")[0] in kinds]
        if victims:
            try:
                os.kill(rnd.choice(victims), signal.SIGKILL)
                n += 1
            except ProcessLookupError:
                pass
        time.sleep(rnd.uniform(0.02, 0.4))  # not for a state: the pace of dying
    for l in loads:
        l.more(100)
    return n


try:
    loads = [Load(d.port, "plain", "-s", "700", "-w", "300"), Load(d.port, "idem", "-i", "-d", "5", "-s", "700", "-w", "300"),
             Load(d.port, "large", "-i", "-d", "3", "-r", "1", "-s", "150000", "-w", "20", producers=2, partitions=2)]
    for l in loads:
        l.more(100, 60)
    t.ok(kill_for(SECONDS, ("writer",)) > 0, "writers died, the load goes on")
    t.ok(kill_for(SECONDS, ("writer", "acceptor", "controller")) > 0, "everybody died now and then, the load goes on")
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
