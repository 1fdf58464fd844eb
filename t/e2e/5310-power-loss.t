#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""After a power loss each disk has lost another part of its logs: the one that reaches farthest leads, the others are not in sync
until they have caught up, and what one disk still has is not lost.  Played by cutting files and taking the marks of the boot."""
import glob, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

PARTS, RECORDS = 6, 20
t = Tap()
d = Daemon(disks=3).start()


def parts():
    return sorted(a.topic("r")["Partitions"], key=lambda p: p["PartitionIndex"])


def level():
    until("three in-sync replicas", lambda: all(len(p["IsrNodes"]) == 3 for p in parts()), 60)


def at_leader(p, request):
    s = socket.create_connection(("127.0.0.1", ports[p["LeaderId"]]), 30)
    try:
        return call(s, request)
    finally:
        s.close()


def read(n):
    """All records of partition n; who is told to lead may still begin, and not have the last high watermark yet."""
    got = []

    def look():
        r = fetch_result(at_leader(parts()[n], fetch(1, "r", n, 0)))
        got[:] = [v for o, v in values(r[3])]
        return r[1] == 0 and len(got) >= RECORDS
    try:
        until("all records of partition %d" % n, look)
    except TimeoutError:
        pass
    return got


try:
    a = Admin(d)
    ports = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}
    t.eq((0, None), a.create("r", PARTS, 3, [("min.insync.replicas", "2")]), "a topic with three replicas")
    level()
    wrong = [n for n in range(RECORDS) for p in parts()
             if produce_result(at_leader(p, produce(1, "r", p["PartitionIndex"], batch([b"v%d" % n]), acks=-1)))[1]]
    t.eq([], wrong, "%d records to each partition, with acks=all" % RECORDS)
    level()
    before = [p["LeaderEpoch"] for p in parts()]
    d.kill_all()
    for i, disk in enumerate(d.data):
        os.unlink(os.path.join(disk, ".odradek-boot"))
        for log in glob.glob(disk + "/r-*/*.log"):
            os.truncate(log, os.path.getsize(log) * (i + 1) // 3)
    d.start()
    a = Admin(d)
    until("leaders", lambda: min(p["LeaderId"] for p in parts()) > 0, 60)
    t.eq([3] * PARTS, [p["LeaderId"] for p in parts()], "the disk that has lost nothing leads")
    t.ok(all(p["LeaderEpoch"] > e for p, e in zip(parts(), before)), "in new epochs")
    t.ok("were not left in order: the ones whose logs reach farthest lead" in d.text(), "the log says why")
    level()
    t.ok(True, "the others catch up and are in sync again")
    t.eq([[b"v%d" % n for n in range(RECORDS)]] * PARTS, [read(n) for n in range(PARTS)], "nothing is lost")
    a.call("ElectLeaders", 2, {"ElectionType": 0, "TopicPartitions": None, "TimeoutMs": 30000})
    t.eq([2] * 3, [[p["LeaderId"] for p in parts()].count(n) for n in (1, 2, 3)], "the preferred ones lead again")
    t.eq([RECORDS] * PARTS, [len(read(n)) for n in range(PARTS)], "and have all of it")
    t.eq(0, d.stop(), "orderly end")
finally:
    if t.bad:
        t.diag(d.text()[-4000:])
    d.cleanup()
t.done()
