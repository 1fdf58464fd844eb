#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Several disks are several nodes: partitions are spread, assignments are obeyed, a disk may be missing and come back."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon(disks=3).start()


def leaders(name):
    return [p["LeaderId"] for p in sorted(a.topic(name)["Partitions"], key=lambda p: p["PartitionIndex"])]


def create(name, **more):
    x = a.call("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [dict({"Name": name}, **more)]})["Topics"][0]
    return x["ErrorCode"], x["ErrorMessage"]


def put_to(port, topic, partition, value):
    s = socket.create_connection(("127.0.0.1", port), 30)
    try:
        return produce_result(call(s, produce(1, topic, partition, batch([value]))))[1]
    finally:
        s.close()


try:
    a = Admin(d)
    m = a.metadata()
    ports = {b["NodeId"]: b["Port"] for b in m["Brokers"]}
    t.eq({1: d.port, 2: d.port + 10, 3: d.port + 20}, ports, "three nodes, ten ports apart")
    t.ok(m["ControllerId"] in ports, "the controller is one of them")
    t.eq((0, None), a.create("spread", 9), "nine partitions")
    t.eq([3, 3, 3], [leaders("spread").count(i) for i in (1, 2, 3)], "are spread evenly")
    t.eq((0, None), create("mine", NumPartitions=-1, ReplicationFactor=-1, Assignments=[
        {"PartitionIndex": 1, "BrokerIds": [3]}, {"PartitionIndex": 0, "BrokerIds": [2]}]), "an assignment by hand")
    t.eq([2, 3], leaders("mine"), "is obeyed")
    t.eq((0, None), a.create("two", 6, 2), "two replicas each")
    pairs = sorted(p["ReplicaNodes"] for p in a.topic("two")["Partitions"])
    t.eq([[1, 2], [1, 3], [2, 1], [2, 3], [3, 1], [3, 2]], pairs, "lie on all pairs of nodes")
    t.ok(all(p["ReplicaNodes"] == p["IsrNodes"] and p["LeaderId"] == p["ReplicaNodes"][0] for p in a.topic("two")["Partitions"]),
         "all in sync, the first leads")
    code, text = a.create("r", 1, 4)
    t.ok(code == 38 and "only 3 broker(s)" in text, "more than there are nodes are refused: %s" % text)
    t.eq((0, None), create("r", NumPartitions=-1, ReplicationFactor=-1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [3, 1]}]),
         "an assignment to two")
    t.eq([3, 1], a.topic("r")["Partitions"][0]["ReplicaNodes"], "is obeyed")
    t.eq([0, 0], [a.delete(n)[0] for n in ("two", "r")], "and they go again")
    t.eq(0, Admin(d, ports[3]).create("by3", 3)[0], "any node takes requests for the controller")
    b = Admin(d, ports[2])
    t.eq("2", b.config("2", "node.id", 4)[0], "a node describes itself")
    t.eq((0, None), b.alter("2", "message.max.bytes", "2000000", 4), "and takes settings of its own")
    t.eq(("2000000", 2), b.config("2", "message.max.bytes", 4), "which it shows")
    t.eq(("1048588", 5), a.config("1", "message.max.bytes", 4), "and the others do not have")
    t.eq(42, a.alter("2", "message.max.bytes", "1", 4)[0], "nobody sets another node's")
    for p, n in enumerate(leaders("spread")):
        if put_to(ports[n], "spread", p, b"r%d" % p):
            t.ok(False, "record for %d" % p)
    before = a.topics()
    t.eq(6, put_to(ports[1], "mine", 0, b"x"), "a node that does not lead says so")

    logs = {n: [r for r in Admin(d, ports[n]).call("DescribeLogDirs", 4, {"Topics": None})["Results"]] for n in ports}
    t.eq(d.data, [logs[n][0]["LogDir"] for n in (1, 2, 3)], "each node has one log directory")
    t.eq(14, sum(len(x["Partitions"]) for n in ports for x in logs[n][0]["Topics"]), "and its own partitions there")
    t.eq(0, d.stop(), "orderly end")

    d.start("log.dirs=" + ",".join(d.data[:2]))
    a = Admin(d)
    t.eq([1, 2], sorted(x["NodeId"] for x in a.metadata()["Brokers"]), "without the third disk there are two nodes")
    lost = [p for p in a.topic("spread")["Partitions"] if p["LeaderId"] == -1]
    t.ok(len(lost) == 3 and all(p["ErrorCode"] == 5 and p["ReplicaNodes"] == [3] and p["OfflineReplicas"] == [3] for p in lost),
         "its partitions have no leader, and their replicas are offline")
    t.eq((0, None), a.create("later", 4), "topics can be made")
    t.eq([2, 2], [leaders("later").count(i) for i in (1, 2)], "on the nodes that are there")
    t.eq([0], a.delete("by3"), "and deleted, though one of them is on the disk that is missing")
    t.eq(0, d.stop(), "orderly end")

    d.start()
    a = Admin(d)
    t.eq([1, 2, 3], sorted(x["NodeId"] for x in a.metadata()["Brokers"]), "the disk is back")
    t.eq(9, sum(l > 0 for l in leaders("spread")), "all have leaders again")
    got = []
    for p, n in enumerate(leaders("spread")):
        s = socket.create_connection(("127.0.0.1", ports[n]), 30)
        until("its log to be open", lambda: fetch_result(call(s, fetch(1, "spread", p, 0)))[1] == 0)
        got += [v for o, v in values(fetch_result(call(s, fetch(1, "spread", p, 0)))[3])]
        s.close()
    t.eq([b"r%d" % p for p in range(9)], got, "with their records")
    t.ok("by3" not in a.topics(), "what was deleted stays deleted")
    until("its directory to go", lambda: not any(n.startswith("by3-") and "-delete" not in n for x in d.data for n in os.listdir(x)))
    t.ok(True, "and goes from the disk that was missing")
    t.eq({n: x["TopicId"] for n, x in before.items() if n != "by3"},
         {n: x["TopicId"] for n, x in a.topics().items() if n != "later"}, "no topic changed its id")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
