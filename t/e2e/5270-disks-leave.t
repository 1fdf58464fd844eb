#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Disks are taken out: one that was just put in the place of another; all but one, with a rack for each."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *

t = Tap()
d = Disks(3)
try:
    one, two, three = d.data
    d.write(one, two, three, broker_rack="a,b,c")
    d.start(conf=d.conf)
    a = Cluster(d)
    t.eq((0, None), a.create("r", 1, 3), "a topic with three replicas")
    a.put("r", 0, b"x")

    stopped = d.kill("writer.3", signal.SIGSTOP)
    os.rename(three, os.path.join(d.dir, "away"))
    os.mkdir(three)
    d.reload()
    t.ok("of node 3" in d.says("is the directory "), "a disk is replaced, its writer has still to leave")
    d.write(one, two, broker_rack="a,b")
    d.reload()
    d.says("settings read again")
    os.kill(stopped, signal.SIGCONT)
    d.says("out of service")
    t.ok(True, "taken out meanwhile, it is not taken in")
    until("node to go", lambda: sorted(a.ports()) == [1, 2])
    a.in_sync("r", 0, [1, 2])
    a.put("r", 0, b"y")

    d.write(two, broker_rack="a,b")
    d.reload()
    until("node to go", lambda: sorted(Cluster(d, d.port + 10).ports()) == [2])
    old = d.kill("controller")
    until("another controller", lambda: d.children().get("controller", old) != old)
    until("answer of it", lambda: Cluster(d, d.port + 10).retry("InitProducerId", 4, {"TransactionalId": None, "TransactionTimeoutMs": 60000}))
    t.eq(["b"], [b["Rack"] for b in Cluster(d, d.port + 10).metadata()["Brokers"]], "the last one keeps its rack")
    t.eq([b"x", b"y"], Cluster(d, d.port + 10).get("r", 0, 2), "and has all records")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
