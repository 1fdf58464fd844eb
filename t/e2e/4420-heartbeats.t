#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A stream of heartbeats wakes the coordinator for many of them at once (by the daemon's counters); what comes behind one in its
connection, or beside it, is answered; and while the coordinator is killed each gets an answer, and its member stays."""
import os, struct, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

MEMBERS, ACCEPTORS, GATHER_MS, GATHER_MAX = 40, 2, 5, 64
AGAIN = {14, 15, 16}            # the coordinator is loading, not available, or another
t = Tap()
d = Daemon("offsets.topic.num.partitions=3", "group.initial.rebalance.delay.ms=0", "num.network.threads=%d" % ACCEPTORS).start()


class Member:
    """The only one of its group."""

    def __init__(self, n):
        self.group, self.s, self.sent, self.codes = "group-%d" % n, d.connect(), 0, []
        a = Admin(d)
        until("coordinator", lambda: a.call("FindCoordinator", 1, {"Key": self.group, "KeyType": 0})["ErrorCode"] == 0)
        until("joined", lambda: self.join(a) not in AGAIN)
        s = a.call("SyncGroup", 3, {"GroupId": self.group, "GenerationId": self.generation, "MemberId": self.id,
                                    "GroupInstanceId": None, "Assignments": [{"MemberId": self.id, "Assignment": b"all"}]})
        assert s["ErrorCode"] == 0, s
        a.b.close()

    def join(self, a):
        j = a.call("JoinGroup", 3, {"GroupId": self.group, "SessionTimeoutMs": 30000, "RebalanceTimeoutMs": 30000, "MemberId": "",
                                    "ProtocolType": "test", "Protocols": [{"Name": "all", "Metadata": b""}]})
        self.id, self.generation = j["MemberId"], j["GenerationId"]
        return j["ErrorCode"]

    def beat(self):
        self.sent += 1
        return frame(12, 3, self.sent, string(self.group) + struct.pack(">i", self.generation) + string(self.id) + string(None))

    def commit(self, offset):
        self.sent += 1
        return frame(8, 3, self.sent, string(self.group) + struct.pack(">i", self.generation) + string(self.id) +
                     struct.pack(">qi", -1, 1) + string("t") + struct.pack(">iiq", 1, 0, offset) + string(""))

    def answer(self):
        r = read_frame(self.s)
        self.codes.append(struct.unpack(">h", r[8:10])[0])
        return struct.unpack(">i", r[:4])[0]


def stream(n, during=lambda k: None):
    """n heartbeats, one after the other over all members, each answered before its member's next; how long it took."""
    start = time.monotonic()
    for k in range(n):
        m = members[k % MEMBERS]
        if k >= MEMBERS:
            m.answer()
        during(k)
        m.s.sendall(m.beat())
        time.sleep(0.0001)
    for m in members:
        m.answer()
    return time.monotonic() - start


def codes():
    got = {c for m in members for c in m.codes}
    for m in members:
        m.codes.clear()
    return got


try:
    make_topic(d, "t", 1)
    members = [Member(i) for i in range(MEMBERS)]
    stream(MEMBERS)
    codes()
    n, before = 3000, d.counter("acceptor", "bells")
    took = stream(n)
    rung, most = d.counter("acceptor", "bells") - before, ACCEPTORS * (took * 1000 / GATHER_MS + 2) + n / GATHER_MAX + 20
    t.diag("%d heartbeats in %.2f s, %d doorbells" % (n, took, rung))
    t.eq({0}, codes(), "a stream of heartbeats is answered")
    if most < n * 3 / 4:
        t.ok(rung <= most, "%d heartbeats ring at most %d times" % (n, most))
    else:
        t.skip("few doorbells", "this machine is too slow for a stream")

    for i in range(50):
        for m in members[:8]:
            m.s.sendall(m.beat() + m.commit(i) + m.beat())
        for m in members[:8]:
            order = [m.answer() for _ in range(3)]
            if order != [m.sent - 2, m.sent - 1, m.sent]:
                t.ok(False, "answers %s of %d requests" % (order, m.sent))
    got = set()
    for m in members[:8]:                               # a commit's third word is the number of its topics, here taken for a code
        got |= set(m.codes[0::3]) | set(m.codes[2::3])
        m.codes.clear()
    t.eq({0}, got, "heartbeats with a commit between them, sent at once")
    a = Admin(d)
    committed = {a.call("OffsetFetch", 3, {"GroupId": m.group, "Topics": [{"Name": "t", "PartitionIndexes": [0]}]})
                 ["Topics"][0]["Partitions"][0]["CommittedOffset"] for m in members[:8]}
    t.eq({49}, committed, "the commits are there")

    kills = {200, 700, 1200}
    def kill(k):
        if k in kills:
            d.kill("coordinator")
    stream(1500, kill)
    got = codes()
    t.ok(got <= AGAIN | {0}, "the coordinator is killed three times: each heartbeat is answered, %s" % sorted(got))
    until("coordinator", lambda: d.children().get("coordinator"))
    def all_there():
        stream(MEMBERS)
        return codes() == {0}
    until("the members", all_there)
    t.ok(True, "the members are there, in their generation")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
