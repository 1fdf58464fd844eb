#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""ElectLeaders: the preferred replica leads again when it is in sync, asked for or by itself; what is refused."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon("replica.lag.time.max.ms=300", "auto.leader.rebalance.enable=false", disks=3).start()


def elect(kind, version=2, **partitions):
    r = {"TimeoutMs": 30000, "TopicPartitions": [{"Topic": n, "Partitions": p} for n, p in partitions.items()] or None}
    if version > 0:
        r["ElectionType"] = kind
    x = a.call("ElectLeaders", version, r)
    return x.get("ErrorCode", 0), {(y["Topic"], p["PartitionId"]): p["ErrorCode"]
                                   for y in x["ReplicaElectionResults"] for p in y["PartitionResult"]}


def order(name, n, ids):
    x = a.call("AlterPartitionReassignments", 0, {"TimeoutMs": 30000, "Topics": [{"Name": name, "Partitions": [
        {"PartitionIndex": n, "Replicas": ids}]}]})
    return x["Responses"][0]["Partitions"][0]["ErrorCode"]


def part(name, n):
    return sorted(a.topic(name)["Partitions"], key=lambda p: p["PartitionIndex"])[n]


def leads(name, n, node, isr=None):
    def look():
        p = part(name, n)
        return p["LeaderId"] == node and (isr is None or sorted(p["IsrNodes"]) == isr)
    return until("%d to lead %s-%d" % (node, name, n), look, 60)


def put_at(name, n, value):
    def once():
        port = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}[part(name, n)["LeaderId"]]
        s = socket.create_connection(("127.0.0.1", port), 30)
        try:
            return produce_result(call(s, produce(1, name, n, batch([value]), acks=1)))[1] == 0
        finally:
            s.close()
    until("record in %s-%d" % (name, n), once, 60)


try:
    a = Admin(d)
    t.eq((0, None), a.create("m", Assignments=[{"PartitionIndex": i, "BrokerIds": [1, 2, 3]} for i in range(3)],
                             partitions=-1, factor=-1), "a topic on three nodes")
    for n in range(3):
        leads("m", n, 1, [1, 2, 3])
    t.eq((0, {("m", 0): 84}), elect(0, m=[0]), "the preferred one leads: no election is needed")
    t.eq((0, {("m", 0): 84}), elect(1, m=[0]), "nor an unclean one")
    t.eq((0, {}), elect(0), "nor any at all")
    t.eq((0, {("m", 7): 3, ("none", 0): 3}), elect(0, m=[7], none=[0]), "what is not there")
    t.eq(42, elect(7, m=[0])[0], "a kind of election that is not there")

    epoch = part("m", 0)["LeaderEpoch"]
    t.eq([0, 0], [order("m", 0, [2, 1, 3]), order("m", 1, [3, 1, 2])], "others are preferred")
    t.eq([1, 1], [part("m", n)["LeaderId"] for n in (0, 1)], "which does not make them leaders")
    t.eq((0, {("m", 0): 0}), elect(0, m=[0]), "one is elected")
    leads("m", 0, 2)
    t.eq(epoch + 1, part("m", 0)["LeaderEpoch"], "in the next epoch")
    t.eq((0, {("m", 1): 0}), elect(0), "all that are not preferred: the other one")
    leads("m", 1, 3)
    t.eq((0, {("m", 1): 84}), elect(0, version=0, m=[1]), "version 0 knows preferred leaders only")

    t.eq(0, order("m", 2, [3, 1, 2]), "a third one")
    w = d.children()["writer.3"]
    os.kill(w, signal.SIGSTOP)
    put_at("m", 2, b"x")
    leads("m", 2, 1, [1, 2])
    t.eq((0, {("m", 2): 80}), elect(0, m=[2]), "is not in sync")
    os.kill(w, signal.SIGCONT)
    leads("m", 2, 1, [1, 2, 3])
    t.eq((0, {("m", 2): 0}), elect(0, m=[2]), "until it is")
    leads("m", 2, 3)
    t.eq(0, d.stop(), "orderly end")

    d.start("auto.leader.rebalance.enable=true", "leader.imbalance.check.interval.seconds=1")
    a = Admin(d)
    leads("m", 0, 2)
    t.eq(0, order("m", 0, [1, 2, 3]), "another is preferred")
    leads("m", 0, 1)
    t.ok(True, "and leads by itself, after some time")
    t.ok(until("the line", lambda: "led by the preferred replica again" in d.text()), "which is said")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
