#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""One request for very many commits is refused by itself: other groups of the same partition of __consumer_offsets do not
notice, where its records alone would be more than the coordinator can hand on."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

AGAIN = (14, 15, 16)
t = Tap()
d = Daemon("offsets.topic.num.partitions=1").start()
a = Admin(d)


def commit(group, partitions):
    def once():
        r = a.retry("OffsetCommit", 8, {"GroupId": group, "GenerationIdOrMemberEpoch": -1, "MemberId": "", "Topics": [
            {"Name": "t", "Partitions": [{"PartitionIndex": 0, "CommittedOffset": i, "CommittedMetadata": ""}
                                         for i in range(partitions)]}]})
        errors = {p["ErrorCode"] for p in r["Topics"][0]["Partitions"]}
        return None if errors & set(AGAIN) else (errors,)
    return until("answer to a commit", once)[0]


def committed(group):
    r = a.retry("OffsetFetch", 5, {"GroupId": group, "Topics": [{"Name": "t", "PartitionIndexes": [0]}]})
    return r["ErrorCode"], r["Topics"][0]["Partitions"][0]["CommittedOffset"]


try:
    a.create("t")
    a.retry("FindCoordinator", 0, {"Key": "g"})
    t.eq({0}, commit("g", 1), "a commit")
    large = "x" * 30000
    t.eq({-1}, commit(large, 20000), "600 MB of records: UNKNOWN_SERVER_ERROR")
    t.eq((0, -1), committed(large), "nothing of it is there, and the coordinator serves at once")
    t.eq({0}, commit(large, 100), "as many as fit are taken")
    t.eq((0, 99), committed(large), "the last one of a partition counts")
    t.eq((0, 0), committed("g"), "the other group has what it had")
    t.ok("are read again" not in d.text(), "no shard was dropped")
finally:
    d.cleanup()
t.done()
