#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Reassignments: replicas are added, removed, put in another order and taken back; records and offsets stay."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon(disks=4).start()


def alter(name, version=1, change=True, **targets):
    r = {"TimeoutMs": 30000, "Topics": [{"Name": name, "Partitions": [
        {"PartitionIndex": int(p[1:]), "Replicas": ids} for p, ids in targets.items()]}]}
    if version > 0:
        r["AllowReplicationFactorChange"] = change
    x = a.call("AlterPartitionReassignments", version, r)["Responses"][0]["Partitions"]
    return [(p["ErrorCode"], p["ErrorMessage"]) for p in x]


def ongoing(*names):
    x = a.retry("ListPartitionReassignments", 0, {"TimeoutMs": 30000, "Topics": [
        {"Name": n, "PartitionIndexes": list(range(4))} for n in names] if names else None})
    return {(y["Name"], p["PartitionIndex"]): (p["Replicas"], p["AddingReplicas"], p["RemovingReplicas"])
            for y in x["Topics"] for p in y["Partitions"]}


def part(name, n=0):
    return sorted(a.topic(name)["Partitions"], key=lambda p: p["PartitionIndex"])[n]


def settled(name, n, replicas):
    def look():
        p = part(name, n)
        return p["ReplicaNodes"] == replicas and sorted(p["IsrNodes"]) == sorted(replicas) and p["LeaderId"] in replicas
    return until("%s-%d on %s" % (name, n, replicas), look, 60)


def to_directory(name, n, node):
    """AlterReplicaLogDirs, as kafka-reassign-partitions sends it until the replica is there."""
    b = Admin(d, {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}[node])
    r = b.call("AlterReplicaLogDirs", 2, {"Dirs": [{"Path": d.data[node - 1], "Topics": [{"Name": name, "Partitions": [n]}]}]})
    b.b.close()
    return r["Results"][0]["Partitions"][0]["ErrorCode"]


def put_all(name, n, count):
    for i in range(count):
        put_at(name, n, b"%d" % i)


def connect_leader(name, n):
    port = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}[part(name, n)["LeaderId"]]
    return socket.create_connection(("127.0.0.1", port), 30)


def put_at(name, n, value):
    def once():
        s = connect_leader(name, n)
        try:
            return produce_result(call(s, produce(1, name, n, batch([value]), acks=-1)))[1] == 0
        finally:
            s.close()
    until("record in %s-%d" % (name, n), once, 60)


def read_at(name, n, at):
    """None while it is no leader's answer: one who is told to lead may still begin."""
    s = connect_leader(name, n)
    try:
        r = fetch_result(call(s, fetch(1, name, n, at)))
        return (values(r[3]),) if r[1] == 0 else None
    finally:
        s.close()


def read_all(name, n):
    got, at = [], 0
    while True:
        v = until("an answer of the leader", lambda: read_at(name, n, at))[0]
        if not v:
            return got
        got += [x for o, x in v]
        at = v[-1][0] + 1


try:
    a = Admin(d)
    t.eq((0, None), a.create("m", Assignments=[{"PartitionIndex": i, "BrokerIds": [1, 2]} for i in range(4)],
                             partitions=-1, factor=-1), "a topic on two nodes")
    put_all("m", 0, 50)
    t.eq({}, ongoing(), "nothing is under way")

    t.eq([(0, None)], alter("m", p0=[2, 1]), "another order")
    settled("m", 0, [2, 1])
    t.eq([(0, None)], alter("m", p0=[2, 1, 3]), "one more")
    settled("m", 0, [2, 1, 3])
    t.ok(True, "joins")
    t.eq([(0, None)], alter("m", p0=[3, 4]), "other nodes, but one")
    settled("m", 0, [3, 4])
    t.eq([b"%d" % i for i in range(50)], read_all("m", 0), "all records are there")
    put_all("m", 0, 5)
    t.eq(55, len(read_all("m", 0)), "and more come")
    until("the logs of the others to go", lambda: sorted(
        i for i, x in enumerate(d.data) if os.path.isdir(x + "/m-0")) == [2, 3])
    t.ok(True, "the others delete their logs")
    t.eq([(0, None)], alter("m", p0=[4]), "fewer")
    settled("m", 0, [4])
    t.eq(55, len(read_all("m", 0)), "all records are there still")
    t.eq({}, ongoing(), "nothing is under way any more")

    t.eq([85], [e for e, m in alter("m", p1=None)], "nothing to cancel")
    t.eq([39], [e for e, m in alter("m", p1=[])], "no replicas")
    t.eq([39], [e for e, m in alter("m", p1=[1, 1])], "one twice")
    t.eq([39], [e for e, m in alter("m", p1=[1, 9])], "one that is not there")
    t.eq([3], [e for e, m in alter("m", p7=[1])], "a partition that is not there")
    t.eq([3], [e for e, m in alter("none", p0=[1])], "a topic that is not there")
    t.eq([38], [e for e, m in alter("m", change=False, p1=[1, 2, 3])], "another factor, when it must not change")
    t.eq([0], [e for e, m in alter("m", version=0, p1=[1, 2, 3])], "version 0 lets it change")
    settled("m", 1, [1, 2, 3])

    put_all("m", 2, 20)
    w = d.children()["writer.4"]
    os.kill(w, signal.SIGSTOP)
    t.eq([(0, None)], alter("m", p2=[4, 2]), "to a node that stands still")
    x = until("it to be listed", lambda: ongoing("m").get(("m", 2)))
    t.eq(([4, 2, 1], [4], [1]), x, "what is added and what is to go is shown")
    time.sleep(0.3)
    t.eq(x, ongoing().get(("m", 2)), "it waits for that node")
    t.eq([9, 9, 0], [to_directory("m", 2, n) for n in (4, 3, 2)], "REPLICA_NOT_AVAILABLE where a replica is to be, or is none")
    put_all("m", 2, 5)
    t.eq([(0, None)], alter("m", p2=None), "it is cancelled")
    settled("m", 2, [2, 1])
    t.eq({}, ongoing(), "and nothing is left")
    os.kill(w, signal.SIGCONT)
    t.eq(25, len(read_all("m", 2)), "with all records")

    w = d.children()["writer.3"]
    os.kill(w, signal.SIGSTOP)
    s = connect_leader("m", 1)
    s.sendall(produce(7, "m", 1, batch([b"waits"]), acks=-1))
    t.eq([(0, None)], alter("m", p1=[1, 2]), "one is taken away that stands still")
    t.eq((7, 0), produce_result(read_frame(s))[:2], "who waited for all waits for those that are left, and is not sent away")
    settled("m", 1, [1, 2])
    os.kill(w, signal.SIGCONT)

    w = d.children()["writer.4"]
    os.kill(w, signal.SIGSTOP)
    t.eq([(0, None)], alter("m", p3=[4, 1]), "to a node that stands still")
    for name in ("controller", "replicator"):
        d.kill(name)
    until("it to be listed by the successor", lambda: ongoing("m").get(("m", 3)), 30)
    os.kill(w, signal.SIGCONT)
    settled("m", 3, [4, 1])
    t.ok(True, "the next controller goes on with it")
    t.eq(0, d.stop(), "orderly end")
    d.start()
    a = Admin(d)
    t.eq([4, 1], part("m", 3)["ReplicaNodes"], "and it stays so")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
