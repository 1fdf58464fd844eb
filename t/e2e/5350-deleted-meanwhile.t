#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A topic is deleted while its disk is out: the controller remembers that until the disk has followed, whoever dies meanwhile."""
import errno, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *
from faults import *

t = Tap()
d = Disks(2)
f = Faults(d.dir, BUILDDIR)
if not f.usable():
    skip_all("no preloaded faults here")
os.environ.update(f.env)


try:
    d.begin(*d.data)
    a = Cluster(d)
    t.eq([0, 0], [a.alone(name, 2) for name in ("gone", "stays")], "two topics on the second disk")
    for name in ("gone", "stays"):
        a.put(name, 0, b"x")
    d.mark = len(d.text())
    f.arm(ERRNO, errno.EIO, 0, 1 << 40, SPACE | CHANGES | SYNCS, only="/data1")
    with socket.create_connection(("127.0.0.1", d.port + 10), 30) as s:
        call(s, produce(1, "stays", 0, batch([b"fails"])))      # it leads: it has taken a record
    d.says("its partitions are offline")
    until("no leader", lambda: a.part("gone")["LeaderId"] == -1)
    t.eq([0], a.delete("gone"), "the disk fails, one of them is deleted")
    t.eq(0, a.alone("first", 1), "the controller goes on")

    f.arm(SLOW, 0, 0, 1 << 40, SPACE | CHANGES, slow_ms=600000, only="/data1/gone-0")
    d.reload()
    until("its deletion", lambda: f.hits() > 0)
    t.eq(0, a.alone("second", 1), "the disk is taken back, and the controller goes on, before it is deleted there")
    d.kill("writer.2")
    f.off()
    until("the deletion", lambda: not [n for n in os.listdir(d.data[1]) if n.startswith("gone-0")])
    t.ok("no known partition" not in d.text(), "its writer dies: the next one deletes it")
    until("a leader", lambda: a.part("stays")["LeaderId"] == 2)
    t.eq(b"x", a.get("stays", 0, 1)[0], "and the other one is there")
    t.eq(0, a.alone("gone", 2), "the name is free")
    a.put("gone", 0, b"new")
    t.eq([b"new"], a.get("gone", 0, 1), "and a topic of it is another one")
    t.eq(0, d.stop(), "orderly end")
finally:
    f.off()
    d.cleanup()
    f.close()
t.done()
