#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A directory that does not answer during a reload holds up nobody: children that die are replaced meanwhile, it is given up
after a while, and taken when it answers."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *
import faults
from faults import *

t = Tap()
d = Disks(3)
one, two, three = d.data
f = Faults(d.dir, BUILDDIR)
if not f.usable():
    skip_all("no preloaded faults here")
os.environ.update(f.env)


def lookers():
    return [p for n, p in d.children().items() if n == "looker"]


def meanwhile():
    """Children die and are replaced, and clients are served, while it hangs.  Who looked; none if that took longer than it is given,
    which only a machine that is too slow does every time."""
    until("the end of the last look", lambda: not lookers())
    d.reload(one, two, three)
    until("a process that looks", lookers)
    for name in ("writer.1", "acceptor", "controller"):
        old = d.kill(name)
        until("another " + name, lambda: any(n.startswith(name) and p != old for n, p in d.children().items()))
    b = Cluster(d)
    b.put("x", 0, b"1")
    served = b.get("x", 0)
    looking = lookers()
    return (served, looking) if looking and "did not answer" not in d.since() else None


try:
    d.begin(one)
    a = Cluster(d)
    t.eq((0, None), a.create("x"), "a topic")
    f.arm(faults.SLOW, n=1 << 60, mask=READS | SPACE | SYNCS | CHANGES, slow_ms=600000, only="/data1/")
    served, stuck = until("a life while a directory hangs", meanwhile, 90)
    t.eq({b"1"}, set(served), "a directory hangs: who dies is replaced meanwhile, and all are served")
    a = Cluster(d)
    line = d.says("did not answer")
    t.ok(two in line and "goes on without it" in line, "it is given up: " + line)
    until("the third", lambda: three in d.text() and 2 in a.ports())
    t.eq([1, 2], sorted(a.ports()), "the next one is taken")
    until("its end", lambda: not lookers())
    t.ok(len(stuck) == 1, "who was sent to it is gone")

    f.off()
    d.reload()
    until("the second", lambda: 3 in a.ports())
    t.eq("3", d.properties(two)["node.id"], "when it answers it is taken, too")
    with open(os.path.join(two, ".lock")) as lock:
        t.eq(str(d.p.pid), lock.read().strip(), "its lock says whose it is")
    t.eq((0, None), a.create("y", 1, 3), "a topic on all three")
    a.in_sync("y", 0, [1, 2, 3])
    a.put("y", 0, b"2")

    f.arm(faults.SLOW, n=1 << 60, mask=READS | SPACE | SYNCS | CHANGES, slow_ms=600000, only="/data3/")
    d.reload(one, two, three, os.path.join(d.dir, "data3"))
    until("a process that looks", lookers)
    t.eq(0, d.stop(), "an orderly end does not wait for one")
    t.eq([], lookers(), "nor leaves who was sent there")
finally:
    f.off()
    d.cleanup()
    f.close()
t.done()
