#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A reassignment whose only in-sync replica is on a disk that is out: it is cancelled once, and what it had added is none of
the replicas afterwards."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *

t = Tap()
d = Disks(3)


def alter(*nodes, change=True):
    return a.call("AlterPartitionReassignments", 1, {"TimeoutMs": 30000, "AllowReplicationFactorChange": change, "Topics": [
        {"Name": "o", "Partitions": [{"PartitionIndex": 0, "Replicas": list(nodes) or None}]}]})["Responses"][0]["Partitions"][0]["ErrorCode"]


def ongoing():
    x = a.call("ListPartitionReassignments", 0, {"TimeoutMs": 30000, "Topics": None})["Topics"]
    return [(p["AddingReplicas"], p["RemovingReplicas"]) for y in x for p in y["Partitions"]]


try:
    one, two, three = d.data
    d.begin(one, two, three)
    a = Cluster(d)
    x = a.call("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [{"Name": "o", "NumPartitions": -1, "ReplicationFactor": -1,
        "Assignments": [{"PartitionIndex": 0, "BrokerIds": [3]}]}]})
    t.eq(0, x["Topics"][0]["ErrorCode"], "a topic on the third disk")
    a.put("o", 0, b"x")
    d.reload(one, two)
    until("its leader to be gone", lambda: a.part("o")["LeaderId"] == -1)
    t.eq(0, alter(1), "which is taken out, and its partition is to be on another")
    t.eq([([1], [3])], ongoing(), "that begins")
    t.eq(0, alter(), "it is cancelled")
    t.eq(85, alter(), "once")
    t.eq(([], [3], [3]), (ongoing(), a.part("o")["ReplicaNodes"], a.part("o")["IsrNodes"]), "it is over: nobody waits for the disk")
    t.eq(0, alter(1, change=False), "it begins again: one replica is as many as before")
    t.eq([([1], [3])], ongoing(), "and is the same")
    t.eq(0, alter(2, change=False), "it goes elsewhere")
    t.eq(([2], [1, 3]), [(p, sorted(r)) for p, r in ongoing()][0], "and does not keep where it was to go before")
    t.eq(0, alter(), "and is cancelled")
    t.eq(([], [3]), (ongoing(), a.part("o")["ReplicaNodes"]), "and nothing of it is left")
    d.reload(one, two, three)
    until("the leader", lambda: a.part("o")["LeaderId"] == 3)
    until("the end of it", lambda: ongoing() == [])
    t.eq([3], a.part("o")["ReplicaNodes"], "the disk is back: the partition is there, and only there")
    t.eq([b"x"], a.get("o", 0, 1), "with its record")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
