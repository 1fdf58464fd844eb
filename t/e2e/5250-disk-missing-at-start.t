#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk that cannot be used when the daemon starts keeps its node id, whatever is beside it, and is back with a HUP."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *

t = Tap()
d = Disks(3)


def dies(path):
    """Something that is no directory is in its place."""
    os.rename(path, path + ".away")
    open(path, "w").close()


def returns(path):
    os.unlink(path)
    os.rename(path + ".away", path)


def refused(*dirs):
    mark = len(d.text())
    try:
        d.begin(*dirs)
    except RuntimeError:
        return d.text()[mark:]
    d.stop()
    return ""


try:
    one, two, three = d.data
    d.begin(one, two, three)
    a = Cluster(d)
    t.eq((0, None), a.create("r", 1, 3), "a topic with three replicas")
    t.eq([0, 0], [a.alone("first", 1), a.alone("second", 2)], "two with one")
    for name in ("r", "first", "second"):
        a.put(name, 0, b"x")
    t.eq(0, d.stop(), "orderly end")

    # in another order
    dies(one)
    d.begin(three, one, two)
    t.ok("node 1 listens on" in d.text()[d.text().rindex("stopped"):], "in another order the one that is missing has its id")
    a = Cluster(d)
    t.eq({3: d.port, 2: d.port + 20}, a.ports(), "as have the others")
    a.in_sync("r", 0, [2, 3])
    a.put("r", 0, b"y")
    returns(one)
    d.reload()
    until("its node", lambda: a.ports() == {3: d.port, 1: d.port + 10, 2: d.port + 20})
    t.ok(True, "it is back without a restart")
    t.eq([b"x"], a.get("first", 0, 1), "what it has alone is served again")
    a.in_sync("r", 0, [1, 2, 3])
    t.ok(True, "and its other replica is in sync again")
    t.eq(0, d.stop(), "orderly end")

    # beside a new one
    four = os.path.join(d.dir, "four")
    dies(two)
    d.begin(four, one, two, three)
    t.eq("4", d.properties(four)["node.id"], "a new directory does not get the id of a disk that is missing, though it is in front")
    returns(two)
    d.reload()
    a = Cluster(d)
    until("its node", lambda: a.ports() == {4: d.port, 1: d.port + 10, 2: d.port + 20, 3: d.port + 30})
    t.eq([b"x"], a.get("second", 0, 1), "which is back as what it was")
    a.in_sync("r", 0, [1, 2, 3])

    # an id that is another's, of a directory that is nobody's
    old = os.path.join(d.dir, "old")
    os.mkdir(old)
    with open(os.path.join(old, "meta.properties"), "w") as f:
        f.write("version=0\nbroker.id=1\n")
    d.reload(four, one, two, three, old)
    until("its node", lambda: a.ports().get(5) == d.port + 40)
    t.eq({1: d.port + 10, 2: d.port + 20, 3: d.port + 30, 4: d.port, 5: d.port + 40}, a.ports(), "no two nodes have one id")
    t.eq("5", d.properties(old)["node.id"], "nor two directories")

    # replaced by an empty one, and both named
    away = os.path.join(d.dir, "away")
    os.rename(one, away)
    os.mkdir(one)
    d.reload()
    d.says("in place of ")
    a.in_sync("r", 0, [1, 2, 3])
    t.eq(0, d.stop(), "orderly end")
    text = refused(four, one, two, three, old, away)
    t.ok("both in log.dirs, belong to one node, 1:" in text and one in text and away in text, "a disk and the one in its place are not both taken")
    t.eq(["1", "1"], [d.properties(x)["node.id"] for x in (one, away)], "and neither is changed")
    link = os.path.join(d.dir, "link")
    os.symlink(two, link)
    text = refused(four, one, two, three, old, link)
    t.ok(link in text and "of another entry" in text, "nor one directory under two names")
    d.begin(four, away, two, three, old)
    a = Cluster(d)
    t.eq([b"x"], a.get("first", 0, 1), "with the former one in its place, its records are back")
    t.ok("left alone" not in d.text(), "and nothing is said to be left alone")
    a.in_sync("r", 0, [1, 2, 3])
    t.eq([b"x", b"y"], a.get("r", 0, 2), "nothing is lost")
    t.eq(0, d.stop(), "orderly end")

    # and node.id is another one than it was
    dies(two)
    d.write(four, away, two, three, old, node_id=100)
    d.start(conf=d.conf)
    t.ok("node 2 listens on" in d.text()[d.text().rindex("stopped"):], "node.id was changed: what is missing has the id that it has beside the others")
    returns(two)
    d.reload()
    a = Cluster(d)
    until("its node", lambda: sorted(a.ports()) == [1, 2, 3, 4, 5])
    t.eq([b"x"], a.get("second", 0, 1), "and is back as what it was")
    t.eq(0, d.stop(), "orderly end")

    # one that nobody has ever seen
    never = os.path.join(d.dir, "never")
    open(never, "w").close()
    d.begin(four, away, two, three, old, never)
    t.ok("node 6 listens on" in d.text()[d.text().rindex("stopped"):], "one that was never there is a node, offline")
    t.eq(0, d.stop(), "orderly end")
    d.begin(four, away, two, three, old)
    t.eq(102, Cluster(d).call("UnregisterBroker", 0, {"BrokerId": 6})["ErrorCode"], "that nobody remembers")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
