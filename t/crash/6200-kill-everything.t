#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""kill -9 of the supervisor, and of everything, under load; a new daemon on the same directories serves at once."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "3"))
t = Tap()
d = Daemon("num.network.threads=2").start()
loads = []


try:
    loads = [Load(d.port, "plain", "-w", "300"), Load(d.port, "idem", "-i", "-d", "5", "-w", "300", producers=6, partitions=3)]
    for l in loads:
        l.more(500, 60)
    for i in range(ROUNDS):
        kids = list(d.children().values())
        d.p.kill()
        d.p.wait()
        until("the children's end", lambda: gone(*kids))
        d.start()
        for l in loads:
            l.more(300)
    t.ok(True, "supervisor killed %d times: children leave, a restart serves" % ROUNDS)
    for i in range(ROUNDS):
        d.kill_all(wait=False)  # the next one waits for those that are still dying
        d.start()
        for l in loads:
            l.more(300)
    t.ok(True, "everything killed %d times, a restart serves" % ROUNDS)
    d.stop()
    d.start()
    for l in loads:
        l.more(300)
    t.ok(True, "an orderly restart in between")
    loads[0].report(t, "plain producers: every acknowledged record is there once, in order")
    loads[1].report(t, "idempotent producers: every record is there exactly once, in order")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    for l in loads:
        l.abort()
    d.cleanup()
t.done()
