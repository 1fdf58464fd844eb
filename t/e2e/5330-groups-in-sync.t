#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Groups while fewer replicas of __consumer_offsets are in sync than min.insync.replicas: what is committed is told, commits and
joins are refused at once and leave nothing behind, and all goes on when enough are in sync."""
import os, signal, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

OFFSETS = "__consumer_offsets"
t = Tap()
d = Daemon("offsets.topic.num.partitions=1", "offsets.topic.replication.factor=3", "auto.leader.rebalance.enable=false",
           "broker.session.timeout.ms=3000", "offsets.commit.timeout.ms=2000", disks=3).start()


def commit(offset):
    r = g.call("OffsetCommit", 8, {"GroupId": "g", "GenerationIdOrMemberEpoch": -1, "MemberId": "", "Topics": [
        {"Name": "t", "Partitions": [{"PartitionIndex": 0, "CommittedOffset": offset, "CommittedMetadata": ""}]}]})
    return r["Topics"][0]["Partitions"][0]["ErrorCode"]


def committed():
    r = g.call("OffsetFetch", 5, {"GroupId": "g", "Topics": [{"Name": "t", "PartitionIndexes": [0]}]})
    return -r["ErrorCode"] or r["Topics"][0]["Partitions"][0]["CommittedOffset"]


def join():
    return g.call("JoinGroup", 3, {"GroupId": "h", "SessionTimeoutMs": 10000, "RebalanceTimeoutMs": 1000, "MemberId": "",
                                   "ProtocolType": "consumer", "Protocols": [{"Name": "p", "Metadata": b""}]})["ErrorCode"]


def partition():
    return a.topic(OFFSETS)["Partitions"][0]


try:
    a = Admin(d)
    until("coordinator", lambda: a.call("FindCoordinator", 1, {"Key": "g", "KeyType": 0})["ErrorCode"] == 0)
    t.eq((0, None), a.create("t"), "a topic")
    t.eq((0, None), a.alter(OFFSETS, "min.insync.replicas", "2"), "two in-sync replicas are wanted")
    leader = partition()["LeaderId"]
    a = g = Admin(d, d.port + 10 * (leader - 1))
    until("first commit", lambda: commit(1) == 0)
    names = sorted(n for n in d.children() if n.startswith("writer"))
    stopped = [d.kill(n, signal.SIGSTOP) for i, n in enumerate(names) if i != leader - 1]
    until("one in sync", lambda: partition()["IsrNodes"] == [leader])
    t.eq([1] * 3, [committed() for _ in range(3)], "one is in sync: what is committed is told")
    at = len(d.text())
    t.eq([(15, 1)] * 5, [(commit(9), committed()) for _ in range(5)], "a commit is refused at once, and nothing is read again for it")
    t.eq(15, join(), "so is who joins")
    time.sleep(2.5)
    t.eq(([15, 15], 1), ([commit(9), join()], committed()), "also later, when what was put would have timed out")
    t.ok("read again" not in d.text()[at:], "no group was put to question")
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    until("all in sync", lambda: len(partition()["IsrNodes"]) == 3, 60)
    until("a commit", lambda: commit(2) == 0)
    t.eq(2, committed(), "enough are in sync: it goes on")
    t.eq(0, join(), "for members, too")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
