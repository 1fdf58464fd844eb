#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Offsets are committed while every kind of process is killed: no acknowledged commit is lost, no offset goes back, and no
client has to connect to another place or waits long."""
import os, random, sys, threading, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

KILLS = int(os.environ.get("KILLS", "24"))
AGAIN = (14, 15, 16)    # the coordinator loads, is not there, is elsewhere
t = Tap()
d = Daemon("offsets.topic.num.partitions=5", "num.network.threads=2").start()


class Group(threading.Thread):
    """Commits 1, 2, 3 ... for two partitions; remembers what it was told."""

    def __init__(self, n):
        super().__init__()
        self.id, self.a = "group-%d" % n, Admin(d)
        self.stop, self.told, self.asked, self.bad, self.odd = False, -1, 0, [], set()   # -1: what is found where nothing is
        self.longest = 0

    def commit(self, offset):
        r = self.a.retry("OffsetCommit", 8, {"GroupId": self.id, "GenerationIdOrMemberEpoch": -1, "MemberId": "", "Topics": [
            {"Name": "t", "Partitions": [{"PartitionIndex": p, "CommittedOffset": offset, "CommittedMetadata": str(offset)}
                                         for p in (0, 1)]}]})
        return r["Topics"][0]["Partitions"][0]["ErrorCode"]

    def fetch(self):
        """What is committed, once the coordinator says it."""
        def once():
            r = self.a.retry("OffsetFetch", 5, {"GroupId": self.id, "Topics": [{"Name": "t", "PartitionIndexes": [0, 1]}]})
            if r["ErrorCode"] in AGAIN:
                return None
            return [(p["CommittedOffset"], p["Metadata"], p["ErrorCode"]) for p in r["Topics"][0]["Partitions"]]
        return until("committed offset", once)

    def check(self):
        a, b = self.fetch()
        if a != b or a[2] or a[0] < self.told or a[0] > self.asked or (a[0] >= 0 and a[1] != str(a[0])):
            self.bad.append("told %d, asked %d, found %r %r" % (self.told, self.asked, a, b))
        self.told = max(self.told, a[0])  # whoever was shown it may count on it

    def run(self):
        while not self.stop:
            began = time.monotonic()
            self.asked += 1
            e = self.commit(self.asked)
            if e == 0:
                self.told = self.asked
            elif e not in AGAIN:
                self.odd.add(e)
            else:
                time.sleep(0.01)
            if self.asked % 7 == 0 or e:
                self.check()
            self.longest = max(self.longest, time.monotonic() - began)


try:
    a = Admin(d)
    t.eq((0, None), a.create("t", 2), "a topic")
    began = time.monotonic()
    f = a.call("FindCoordinator", 4, {"KeyType": 0, "CoordinatorKeys": ["group-0"]})["Coordinators"][0]
    t.eq((0, d.port), (f["ErrorCode"], f["Port"]), "the first request for a coordinator makes its topic, and is answered")
    t.diag("after %.0f ms" % (1000 * (time.monotonic() - began)))
    t.eq(5, len(a.topic("__consumer_offsets")["Partitions"]), "with offsets.topic.num.partitions")

    groups = [Group(n) for n in range(8)]
    for g in groups:
        g.start()
    kinds = ["coordinator", "writer.1", "acceptor.0", "controller", "coordinator", "acceptor.1"]
    for n in range(KILLS):
        time.sleep(random.uniform(0.02, 0.15))
        d.kill(kinds[n % len(kinds)])
    until("commits after the last death", lambda: all(g.asked - g.told < 2 for g in groups))
    for g in groups:
        g.stop = True
    for g in groups:
        g.join()
        g.check()
    t.eq([], sum((g.bad for g in groups), []), "%d commits through %d deaths: what was told is there, nothing goes back"
         % (sum(g.asked for g in groups), KILLS))
    t.eq(set(), set().union(*(g.odd for g in groups)), "and no error but those that clients try again on")
    t.ok(max(g.longest for g in groups) < 20, "nobody waits long (%.2f s)" % max(g.longest for g in groups))

    d.kill_all()
    d.start()
    for g in groups:
        g.check()
    t.eq([], sum((g.bad for g in groups), []), "after the death of all of them, too")
    d.stop()
    d.start()
    for g in groups:
        g.check()
    t.eq([], sum((g.bad for g in groups), []), "and after an orderly stop")

    g, a = groups[0], Admin(d)
    t.eq([0, 69], [g.a.call("DeleteGroups", 2, {"GroupsNames": [g.id]})["Results"][0]["ErrorCode"] for _ in range(2)],
         "a group is deleted once")
    d.kill("coordinator")
    listed = until("list of groups", lambda: [x["GroupId"] for x in a.retry("ListGroups", 5, {})["Groups"]])
    t.eq(sorted(x.id for x in groups[1:]), sorted(listed), "and stays so")
    Admin(d).delete("t")
    until("end of the offsets of a topic", lambda: groups[1].a.retry("OffsetFetch", 5, {"GroupId": groups[1].id, "Topics": None})["Topics"] == [])
    t.ok(True, "the offsets of a deleted topic go with it")
finally:
    d.cleanup()
t.done()
