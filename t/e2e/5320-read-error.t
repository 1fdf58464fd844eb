#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The medium does not give what the leader's log has: another in-sync replica leads, and readers go on; where there is no
other, the rest of the log is still served."""
import errno, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *
import faults
from faults import *

t = Tap()
d = Daemon(disks=3)
f = Faults(d.dir, BUILDDIR)
if not f.usable():
    skip_all("no preloaded faults here")
os.environ.update(f.env)
d.start()


def leader(name):
    return a.topic(name)["Partitions"][0]["LeaderId"]


def read(name, at=0):
    """(error, values) from whoever leads."""
    port = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}.get(leader(name))
    try:
        s = socket.create_connection(("127.0.0.1", port), 30)
        r = fetch_result(call(s, fetch(1, name, 0, at, wait=100)))
        s.close()
    except (OSError, TypeError):
        return None, []
    return r[1], [v for o, v in values(r[3])] if r[1] == 0 else []


def put(name, n):
    for i in range(n):
        def once():
            port = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}.get(leader(name))
            s = socket.create_connection(("127.0.0.1", port), 30)
            try:
                return produce_result(call(s, produce(1, name, 0, batch([b"%d" % i]), acks=-1)))[1] == 0
            finally:
                s.close()
        until("a record to be taken", once)


def end_of_epoch(name, epoch):
    port = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}[leader(name)]
    p = Admin(d, port).call("OffsetForLeaderEpoch", 4, {"ReplicaId": -1, "Topics": [{"Topic": name, "Partitions": [
        {"Partition": 0, "CurrentLeaderEpoch": -1, "LeaderEpoch": epoch}]}]})["Topics"][0]["Partitions"][0]
    return p["ErrorCode"], p["LeaderEpoch"], p["EndOffset"]


try:
    a = Admin(d)
    want = [b"%d" % i for i in range(200)]
    for name, factor in (("three", 3), ("one", 1)):
        t.eq((0, None), a.create(name, 1, factor), "a topic with factor %d" % factor)
        put(name, 200)
        t.eq(want, read(name)[1], "its records")
    epoch = a.epochs("one")[0]
    d.stop()
    d.start() # nothing is known of its files, so they have to be read

    a = Admin(d)
    was = until("a leader", lambda: (lambda x: x if x > 0 else None)(leader("three")))
    f.arm(faults.ERRNO, errno.EIO, 0, 1 << 40, faults.READS, only="/data%d/three-0/" % (was - 1))
    until("all to be read from another one", lambda: read("three")[1] == want and leader("three") != was)
    t.ok(True, "another replica leads, and all is read")
    t.ok(until("the line", lambda: "this replica is lost" in d.text()), "which is said")
    f.off()

    home = until("a leader", lambda: (lambda x: x if x > 0 else None)(leader("one")))
    f.arm(faults.ERRNO, errno.EIO, 0, 1 << 40, faults.READS, only="/data%d/one-0/" % (home - 1))
    # to old versions of Fetch it is told as NOT_LEADER_OR_FOLLOWER, as is that a leader has still to begin
    until("an error", lambda: end_of_epoch("one", epoch)[0] == 56 and read("one")[0] not in (0, None))
    t.eq(home, leader("one"), "with one replica its node goes on leading")
    t.eq((56, -1, -1), end_of_epoch("one", epoch), "where an epoch ended cannot be told: an error, else a consumer would begin anew")
    f.off()
    until("its records", lambda: read("one")[1] == want)
    t.ok(True, "it serves what it has when the medium does")
    t.eq((0, epoch, 200), end_of_epoch("one", epoch), "and tells where the epoch ended")
    t.eq(0, d.stop(), "orderly end")
finally:
    f.close()
    d.cleanup()
t.done()
