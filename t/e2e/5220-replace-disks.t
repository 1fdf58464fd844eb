#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk is replaced by an empty one while the daemon runs, taken out and put back, and moved to another path."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *

t = Tap()
d = Disks(3)
try:
    one, two, three = d.data
    d.begin(one, two, three)
    a = Cluster(d)
    t.eq((0, None), a.create("r", 3, 3), "a topic with three replicas")
    for n in range(3):
        a.put("r", n, b"r%d" % n)
    x = a.call("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [{"Name": "single", "NumPartitions": -1, "ReplicationFactor": -1,
        "Assignments": [{"PartitionIndex": 0, "BrokerIds": [3]}]}]})
    t.eq(0, x["Topics"][0]["ErrorCode"], "one with one, on the third disk")
    a.put("single", 0, b"only")

    # replaced: its directory is moved away, an empty one is in its place
    was = d.properties(three)["directory.id"]
    away = os.path.join(d.dir, "away")
    os.rename(three, away)
    os.mkdir(three)
    d.reload()
    line = d.says("in place of " + was)
    t.ok("node 3" in line and d.properties(three)["directory.id"] in line, "the empty one is taken: " + line)
    t.eq("3", d.properties(three)["node.id"], "as that of the same node")
    for n in range(3):
        a.in_sync("r", n, [1, 2, 3])
    t.ok(os.path.getsize(os.path.join(three, "r-0", "0" * 20 + ".log")) > 0, "it catches up and joins")
    p = a.part("single")
    t.eq((-1, [3], 5), (p["LeaderId"], p["IsrNodes"], p["ErrorCode"]), "what was there alone has no leader, and stays in sync by name")
    for n in range(3):
        a.put("r", n, b"after")
    t.eq([b"r1", b"after"], a.get("r", 1, 2), "records go on")

    # the one of before comes back
    os.rename(three, os.path.join(d.dir, "empty"))
    os.rename(away, three)
    d.reload()
    d.says("in place of ")
    until("leader of it", lambda: a.part("single")["LeaderId"] == 3)
    t.eq([b"only"], a.get("single", 0, 1), "with the former disk, its records are back")
    for n in range(3):
        a.in_sync("r", n, [1, 2, 3])
    t.eq([b"r2", b"after"], a.get("r", 2, 2), "and what was older there was brought up to date")

    # while processes die
    os.rename(two, away)
    os.mkdir(two)
    d.reload()
    for name in ("controller", "acceptor", "writer.1", "replicator"):
        d.kill(name)
    a = until("connection", lambda: Cluster(d))
    until("its new identity", lambda: os.path.exists(os.path.join(two, "meta.properties")))
    d.kill("controller")
    for n in range(3):
        a.in_sync("r", n, [1, 2, 3])
        a.put("r", n, b"third")
    t.eq([b"r0", b"after", b"third"], a.get("r", 0, 3), "replaced while controller, acceptor, writer and replicator were killed")

    # taken out, and back at another path
    d.reload(one, three)
    d.says("out of service")
    until("node to go", lambda: sorted(a.ports()) == [1, 3])
    for n in range(3):
        a.in_sync("r", n, [1, 3])
        a.put("r", n, b"without")
    t.ok("writer.2" not in d.children(), "a disk that is taken out of log.dirs is left alone; the others lead")
    moved = os.path.join(d.dir, "moved")
    os.rename(two, moved)
    d.reload(one, three, moved)
    until("node to be back", lambda: sorted(a.ports()) == [1, 2, 3])
    for n in range(3):
        a.in_sync("r", n, [1, 2, 3])
    b = Cluster(d, a.ports()[2])
    t.eq([moved], [x["LogDir"] for x in b.call("DescribeLogDirs", 4, {"Topics": None})["Results"]], "and is back under another path")
    a.put("r", 0, b"end")
    t.eq([b"r0", b"after", b"third", b"without", b"end"], a.get("r", 0, 5), "nothing is lost")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
