#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""UnregisterBroker: a disk that will not come back is forgotten, when it is out of service and nothing is there."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *
from faults import *

t = Tap()
d = Disks(3)
f = Faults(d.dir, BUILDDIR)
if f.usable():
    os.environ.update(f.env)
answers = []


def forget(node):
    r = a.call("UnregisterBroker", 0, {"BrokerId": node})
    return r["ErrorCode"], r["ErrorMessage"]


try:
    one, two, three = d.data
    d.begin(one, two, three)
    a = Cluster(d)
    t.eq((0, None), a.create("r", 1, 3), "a topic with three replicas")
    t.eq((0, None), a.create("deleted", 2, 3), "and another one")
    a.put("r", 0, b"x")
    t.eq(102, forget(9)[0], "a node that nobody knows cannot be forgotten")
    code, text = forget(3)
    t.ok(code == 42 and "in use" in text, "nor one that is in use: %s" % text)
    d.reload(one, two)
    d.says("out of service")
    code, text = until("node to be out", lambda: (lambda x: x if "replicas" in (x[1] or "") else None)(forget(3)))
    t.ok(code == 42 and "r-0" in text, "nor one that has replicas: %s" % text)
    t.eq(0, a.move("r", 0, 1, 2), "they are moved")
    until("the end of that", lambda: a.part("r")["ReplicaNodes"] == [1, 2])
    code, text = forget(3)
    t.ok(code == 42 and "deleted-0" in text, "nor one that others have replicas on: %s" % text)
    t.eq([0], a.delete("deleted"), "that topic is deleted, though the disk is not there")
    f.arm(SLOW, 0, 0, 1 << 40, SPACE, slow_ms=200, only="/metadata/")
    t.eq((0, ""), forget(3), "and it is forgotten")
    old = d.kill("controller") # before the deletion, which waited for the disk, is at its end
    f.off()
    until("another controller", lambda: d.children().get("controller", old) != old)
    until("answer", lambda: answers.append(forget(3)[0]) or answers[-1] == 102)
    a.put("r", 0, b"y")
    t.ok(0 not in answers, "once: a successor of the controller does not know it either %s" % answers)
    t.eq(102, forget(3)[0], "and goes on like that")
    t.eq(0, d.stop(), "orderly end")
    d.begin(one, two)
    a = Cluster(d)
    t.eq([1, 2], sorted(a.ports()), "nor does the next start")
    t.eq(102, forget(3)[0], "which has two nodes")
    t.eq([b"x", b"y"], a.get("r", 0, 2), "and all records")
    t.eq(0, d.stop(), "orderly end")
finally:
    f.off()
    d.cleanup()
    f.close()
t.done()
