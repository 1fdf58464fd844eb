#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk whose writer stands still holds up its own groups only: who asks another node about one group, about many or about all
is answered meanwhile."""
import os, signal, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon("offsets.topic.num.partitions=2", "offsets.topic.replication.factor=1", "offsets.commit.timeout.ms=5000", disks=2).start()


def commit(group):
    return {"GroupId": group, "GenerationIdOrMemberEpoch": -1, "MemberId": "", "Topics": [
        {"Name": "t", "Partitions": [{"PartitionIndex": 0, "CommittedOffset": 5, "CommittedMetadata": ""}]}]}


def committed(r):
    return r["Topics"][0]["Partitions"][0]["ErrorCode"]


try:
    a = Admin(d)
    t.eq((0, None), a.create("t"), "a topic")
    group = {}  # by its node
    for name in ("a", "b", "c", "d"):
        group[until("coordinator", lambda: max(0, a.call("FindCoordinator", 1, {"Key": name, "KeyType": 0})["NodeId"]))] = name
    t.eq([1, 2], sorted(group), "two groups, of two nodes")
    at = {n: Admin(d, d.port + 10 * (n - 1)) for n in group}
    for n in group:
        until("commit", lambda: committed(at[n].call("OffsetCommit", 8, commit(group[n]))) == 0)
    names = sorted(n for n in d.children() if n.startswith("writer"))
    stopped = d.kill(names[0], signal.SIGSTOP)
    n = at[1].b.send("OffsetCommit", 8, commit(group[1]))
    time.sleep(0.2)
    r = at[2].call("ListGroups", 4, {"StatesFilter": []})
    t.eq((0, [group[2]]), (r["ErrorCode"], [x["GroupId"] for x in r["Groups"]]), "all groups of the other node")
    r = at[2].call("OffsetFetch", 8, {"RequireStable": False, "Groups": [
        {"GroupId": x, "Topics": [{"Name": "t", "PartitionIndexes": [0]}]} for x in (group[2], group[1])]})["Groups"]
    t.eq([0, 16], [x["ErrorCode"] for x in r], "what two groups have committed: one is elsewhere")
    t.eq(5, r[0]["Topics"][0]["Partitions"][0]["CommittedOffset"], "and the other is known")
    r = at[2].call("DescribeGroups", 5, {"Groups": [group[2]], "IncludeAuthorizedOperations": False})["Groups"]
    t.eq((0, group[2]), (r[0]["ErrorCode"], r[0]["GroupId"]), "one described")
    t.eq(15, committed(at[1].b.receive("OffsetCommit", 8, n)), "all before the one that stands gives up")
    os.kill(stopped, signal.SIGCONT)
    until("commit", lambda: committed(at[1].call("OffsetCommit", 8, commit(group[1]))) == 0)
    t.ok(True, "which goes on, too")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
