#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk is added by HUP: its node comes without a restart, takes replicas, is refused if it is another cluster's."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *

t = Tap()
d = Disks(3)
try:
    one, two, three = d.data
    d.begin(one)
    a = Cluster(d)
    t.eq({1: d.port}, a.ports(), "one disk, one node")
    t.eq((0, None), a.create("old", 2), "a topic")
    a.put("old", 0, b"x0")
    before = d.children()

    d.reload(one, two)
    until("a second node", lambda: a.ports() == {1: d.port, 2: d.port + 10})
    t.ok(True, "a second directory is a second node, ten ports on")
    t.eq({n: before[n] for n in before}, {n: p for n, p in d.children().items() if n in before}, "nobody was restarted")
    b = until("connection to it", lambda: Cluster(d, d.port + 10))
    t.eq([two], [x["LogDir"] for x in b.call("DescribeLogDirs", 4, {"Topics": None})["Results"]], "it serves, on its directory")
    t.eq("2", d.properties(two)["node.id"], "its directory knows its node")
    until("its copy of the metadata", lambda: os.path.exists(os.path.join(two, "metadata", "metadata.db")))
    d.says("the metadata store has a copy in \"%s/metadata\"" % two)
    t.ok(True, "and has a copy of the metadata")

    d.reload(one, two, three)
    until("a third node", lambda: 3 in a.ports())
    t.eq((0, None), a.create("wide", 2, 3), "a topic with three replicas")
    for n in range(2):
        a.in_sync("wide", n, [1, 2, 3])
        a.put("wide", n, b"w%d" % n)
    t.ok(True, "is in sync on all of them")
    t.eq(0, a.move("old", 0, 2, 3), "a partition of before is moved onto the new ones")
    until("its end", lambda: a.part("old")["ReplicaNodes"] == [2, 3])
    a.in_sync("old", 0, [2, 3])
    t.eq([b"x0"], a.get("old", 0, 1), "with its record")

    for name in ("acceptor", "controller", "writer.3", "writer.2"):
        old = d.kill(name)
        until(name + " again", lambda: old not in d.children().values() and
              any(n.startswith(name) for n in d.children()))
    a = until("connection", lambda: Cluster(d))
    for n in range(2):
        a.in_sync("wide", n, [1, 2, 3])
        a.put("wide", n, b"again")
    t.eq([b"w0", b"again"], a.get("wide", 0, 2), "acceptor, controller and writers were killed: their successors know the new nodes")
    t.eq([1, 2, 3], sorted(Cluster(d, d.port + 20).ports()), "and listen for them")

    # refusals
    other = os.path.join(d.dir, "other")
    os.mkdir(other)
    with open(os.path.join(other, "meta.properties"), "w") as f:
        f.write("version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\nnode.id=9\ndirectory.id=AAAAAAAAAAAAAAAAAAAAEA\n")
    d.reload(one, two, three, other)
    line = d.says(other)
    t.ok("AAAAAAAAAAAAAAAAAAAAAA" in line and d.properties(one)["cluster.id"] in line, "another cluster's disk is refused: " + line)
    twin = os.path.join(d.dir, "twin")
    os.mkdir(twin)
    shutil.copy(os.path.join(three, "meta.properties"), twin)
    d.reload(one, two, three, twin)
    line = d.says("cannot be used beside")
    t.ok(twin in line and three in line, "a copy of a directory that is in use, too: " + line)
    a.put("wide", 0, b"still")
    t.eq([1, 2, 3], sorted(a.ports()), "and the daemon goes on with what it had")
    t.eq(0, d.stop(), "orderly end")

    # another order, another path
    moved = os.path.join(d.dir, "moved")
    os.rename(two, moved)
    d.begin(three, moved, one)
    a = Cluster(d)
    t.eq({3: d.port, 2: d.port + 10, 1: d.port + 20}, a.ports(), "another order and another path: ids follow the directories")
    a.in_sync("wide", 0, [1, 2, 3])
    t.eq([b"w0", b"again", b"still"], a.get("wide", 0, 3), "and so do the records")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
