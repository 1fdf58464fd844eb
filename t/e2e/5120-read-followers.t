#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Consumers and followers: preferred replicas by rack, reading from a follower, epochs, and who is told of which leader."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *
from admin import Admin

SELECTOR = "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector"
t = Tap()
d = Daemon("broker.rack=a, b,c", SELECTOR, "auto.leader.rebalance.enable=false", disks=3).start()


def at(node):
    return Broker("127.0.0.1:%d" % (d.port + 10 * (node - 1)), "test")


def request(topic, offset=0, rack="", wait=0, epoch=-1, last=-1, session=0, session_epoch=-1, replica=-1, version=12, isolation=0):
    r = {"MaxWaitMs": wait, "MinBytes": 1, "MaxBytes": 1 << 26, "IsolationLevel": isolation, "SessionId": session,
         "SessionEpoch": session_epoch, "ForgottenTopicsData": [], "Topics": [dict(
             {"TopicId": ids[topic]} if version >= 13 else {"Topic": topic},
             Partitions=[{"Partition": 0, "FetchOffset": offset, "PartitionMaxBytes": 1 << 20, "CurrentLeaderEpoch": epoch,
                          "LastFetchedEpoch": last}])]}
    if version >= 11:
        r["RackId"] = rack
    if version < 15:
        r["ReplicaId"] = replica
    elif replica != -1:
        r["ReplicaState"] = {"ReplicaId": replica, "ReplicaEpoch": -1}
    return r


def ask(node, topic, version=12, **more):
    c = at(node)
    try:
        r = c.call("Fetch", version, request(topic, version=version, **more))
        return r, r["Responses"][0]["Partitions"][0]
    finally:
        c.close()


def records(p):
    return len(values(data_of(p))) if p["ErrorCode"] == 0 else -p["ErrorCode"]


def has(node, topic, n):
    until("%d records at node %d" % (n, node), lambda: records(ask(node, topic)[1]) == n, 60)


def offsets(node, topic, which=-1, epoch=-1, replica=-1):
    p = at(node).call("ListOffsets", 4, {"ReplicaId": replica, "IsolationLevel": 0, "Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": 0, "CurrentLeaderEpoch": epoch, "Timestamp": which}]}]})["Topics"][0]["Partitions"][0]
    return p["Offset"] if p["ErrorCode"] == 0 else -p["ErrorCode"]


def end_of_epoch(node, topic, epoch):
    p = at(node).call("OffsetForLeaderEpoch", 4, {"ReplicaId": -1, "Topics": [{"Topic": topic, "Partitions": [
        {"Partition": 0, "CurrentLeaderEpoch": epoch, "LeaderEpoch": 0}]}]})["Topics"][0]["Partitions"][0]
    return p["ErrorCode"]


def put(topic, value, node=1):
    """Its offset; one who is told to lead may still begin."""
    def once():
        offset = produce(c, topic, 0, batch([value]))
        return (offset,) if offset >= 0 else None
    c = at(node)
    try:
        return until("record in " + topic, once, 60)[0]
    finally:
        c.close()


def lead(nodes):
    """The first of them leads; all are in sync."""
    r = [{"Topic": "three", "Partitions": [0]}]
    a.call("AlterPartitionReassignments", 0, {"TimeoutMs": 30000, "Topics": [{"Name": "three", "Partitions": [
        {"PartitionIndex": 0, "Replicas": nodes}]}]})

    def done():
        a.call("ElectLeaders", 2, {"ElectionType": 0, "TimeoutMs": 30000, "TopicPartitions": r})
        p = a.topic("three")["Partitions"][0]
        return p["LeaderId"] == nodes[0] and sorted(p["IsrNodes"]) == sorted(nodes)
    until("node %d to lead" % nodes[0], done, 60, 0.1)


try:
    a = Admin(d)
    t.eq(["a", "b", "c"], [b["Rack"] for b in sorted(a.metadata()["Brokers"], key=lambda b: b["NodeId"])], "each directory has its rack")
    t.eq(["a", "b", "c"], [b["Rack"] for b in sorted(a.call("DescribeCluster", 1, {"EndpointType": 1})["Brokers"],
                                                   key=lambda b: b["BrokerId"])], "also in DescribeCluster")
    for name, nodes in (("three", [2, 1, 3]), ("one", [1])):
        t.eq((0, None), a.create(name, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": nodes}]), "%s: on %s" % (name, nodes))
    lead([1, 2, 3])
    ids = {n: x["TopicId"] for n, x in a.topics().items()}
    epoch = a.epochs("three")[0]
    for i in range(5):
        put("three", b"%d" % i)
    put("one", b"x")

    for rack, node in (("b", 2), ("c", 3)):
        r, p = ask(1, "three", 11, rack=rack)
        t.eq((0, node, b"", 5), (p["ErrorCode"], p["PreferredReadReplica"], bytes(data_of(p)), p["HighWatermark"]),
             "a consumer in rack %s is sent to node %d" % (rack, node))
    for rack in ("a", "", "elsewhere", "bb"):
        p = ask(1, "three", 11, rack=rack)[1]
        t.eq((-1, 5), (p["PreferredReadReplica"], records(p)), "in rack \"%s\" it reads from the leader" % rack)
    t.eq(2, ask(1, "three", 12, rack="b", offset=5, wait=60000)[1]["PreferredReadReplica"], "also at the end, and at once")
    t.eq(-1, ask(1, "three", 12, rack="b", offset=99)[1]["PreferredReadReplica"], "not for what nobody has")
    t.eq(-1, ask(1, "one", 12, rack="b")[1]["PreferredReadReplica"], "nor where there is no replica")
    c = at(1)
    r = c.call("Fetch", 12, request("three", rack="b", session_epoch=0))
    t.ok(r["SessionId"] > 0 and one(r)["PreferredReadReplica"] == 2, "a session is told, too")
    r = c.call("Fetch", 12, dict(request("three", rack="b", session=r["SessionId"], session_epoch=1), Topics=[]))
    t.eq(2, one(r)["PreferredReadReplica"], "and again, as long as it asks")

    for node in (2, 3):
        has(node, "three", 5)
        t.eq(-6, records(ask(node, "three", 10)[1]), "node %d follows: before version 11 it does not serve" % node)
        p = ask(node, "three", 12)[1]
        t.eq((5, 5, 0, -1), (records(p), p["HighWatermark"], p["LogStartOffset"], p["PreferredReadReplica"]),
             "then it does, up to its own high watermark")
        p = ask(node, "three", 17, rack="a")[1]
        t.eq((5, -1), (records(p), p["PreferredReadReplica"]), "and sends nobody elsewhere")
        t.eq((5, []), (records(ask(node, "three", isolation=1)[1]), ask(node, "three", isolation=1)[1]["AbortedTransactions"]),
             "read_committed likewise")
        t.eq(0, records(ask(node, "three", offset=5)[1]), "nothing behind the end")
        t.eq(-1, records(ask(node, "three", offset=6)[1]), "what lies farther is out of range")
        t.eq([-74, -75, 5], [records(ask(node, "three", epoch=epoch + i)[1]) for i in (-1, 1, 0)], "epochs are checked")
        t.eq(5, records(ask(node, "three", last=epoch)[1]), "so is what the reader has")
        t.eq(5, records(ask(node, "three", replica=-2)[1]), "a debugging consumer reads here")
        t.eq(-6, records(ask(node, "three", replica=2)[1]), "a follower does not")
        t.eq([-6, 5], [offsets(node, "three", replica=i) for i in (-1, -2)], "only a debugging consumer is told offsets here")
        t.eq(6, end_of_epoch(node, "three", epoch), "nobody the ends of epochs")
    t.eq([-74, -75, 5], [offsets(1, "three", epoch=epoch + i) for i in (-1, 1, 0)], "the leader checks epochs in ListOffsets")
    t.eq([74, 75, 0], [end_of_epoch(1, "three", epoch + i) for i in (-1, 1, 0)], "and in OffsetForLeaderEpoch")
    t.eq([-74, -75, 5], [records(ask(1, "three", epoch=epoch + i)[1]) for i in (-1, 1, 0)], "and in Fetch")

    for node, topic, kw, want in ((2, "one", {}, 6), (2, "three", {"epoch": epoch - 1}, 74)):
        r, p = ask(node, topic, 17, **kw)
        e = r.get("NodeEndpoints") or []
        t.eq((want, 1, a.epochs(topic)[0], [(1, "127.0.0.1", d.port, "a")]),
             (p["ErrorCode"], p["CurrentLeader"]["LeaderId"], p["CurrentLeader"]["LeaderEpoch"],
              [(x["NodeId"], x["Host"], x["Port"], x["Rack"]) for x in e]), "error %d names the leader, and where it is" % want)

    c = at(2)
    c.patience = 60
    for i in range(5, 8):
        n = c.send("Fetch", 12, request("three", offset=i, wait=50000, rack="b"))
        time.sleep(0.05)
        began = time.monotonic()
        t.eq(i, put("three", b"%d" % i), "a record")
        p = one(c.receive("Fetch", 12, n))
        t.eq([b"%d" % i], [v for o, v in values(data_of(p)) if o == i], "who waits at the follower gets it")
        t.ok(time.monotonic() - began < 40, "before its time is up")
    n = c.send("Fetch", 12, request("three", offset=8, wait=50000, rack="b"))
    x = a.call("AlterPartitionReassignments", 0, {"TimeoutMs": 30000, "Topics": [{"Name": "three", "Partitions": [
        {"PartitionIndex": 0, "Replicas": [1, 3]}]}]})
    t.eq(0, x["Responses"][0]["Partitions"][0]["ErrorCode"], "node 2 is no replica any more")
    t.eq(6, one(c.receive("Fetch", 12, n))["ErrorCode"], "who waits there is sent away")
    t.eq(-1, ask(1, "three", 12, rack="b", wait=0)[1]["PreferredReadReplica"], "and the leader sends nobody there")
    # with fewer replicas an epoch begins, and who has not followed into it yet is not named
    t.ok(until("node 3 to be named", lambda: ask(1, "three", 12, rack="c", wait=0)[1]["PreferredReadReplica"] == 3),
         "but to the one that is left")

    # the leader changes under a reader of the follower
    has(3, "three", 8)
    lead([3, 1])
    t.eq(8, put("three", b"8", 3), "node 3 leads")
    has(1, "three", 9)
    t.eq(1, until("node 1 in sync", lambda: ask(3, "three", 12, rack="a")[1]["PreferredReadReplica"] == 1, 60) and 1,
         "the former leader follows, serves, and is named")
    t.eq(list(range(9)), [o for o, v in values(data_of(ask(1, "three")[1]))], "with the same records")
    t.eq(0, d.stop(), "orderly end")

    d.start("broker.rack=all")
    t.eq(["all"] * 3, [b["Rack"] for b in Admin(d).metadata()["Brokers"]], "one rack for all")
    until("a leader", lambda: records(ask(1, "one", 12, rack="all")[1]) == 1, 60)
    t.eq(0, d.stop(), "orderly end")
    d.start("broker.rack=all", "log.dirs=" + ",".join(d.data[:2]))
    a = Admin(d)
    until("node 1 to lead", lambda: a.topic("three")["Partitions"][0]["LeaderId"] == 1, 60)
    p = a.topic("three")["Partitions"][0]
    t.eq((0, [3, 1], [1], [3]), (p["ErrorCode"], p["ReplicaNodes"], p["IsrNodes"], p["OfflineReplicas"]), "without a disk: Metadata")
    p = [x for x in a.call("Metadata", 0, {"Topics": []})["Topics"] if x["Name"] == "three"][0]["Partitions"][0]
    t.eq((9, 1, [1], [1]), (p["ErrorCode"], p["LeaderId"], p["ReplicaNodes"], p["IsrNodes"]), "version 0 leaves out who is offline, and says so")
    p = a.call("DescribeTopicPartitions", 0, {"Topics": [{"Name": "three"}]})["Topics"][0]["Partitions"][0]
    t.eq((0, 1, [3, 1], [1], [3], [], []), tuple(p[k] for k in (
        "ErrorCode", "LeaderId", "ReplicaNodes", "IsrNodes", "OfflineReplicas", "EligibleLeaderReplicas", "LastKnownElr")),
        "DescribeTopicPartitions")
    t.eq((0, None), a.alter("three", "min.insync.replicas", "2"), "two in-sync replicas are wanted")
    c, end, late = at(1), [9], [0]

    def refused():
        offset = produce(c, "three", 0, batch([b"no"]))
        end[0] = max(end[0], offset + 1)
        late[0] += offset == -20        # it was in the log already when they became too few
        return offset == -19
    until("it to count", refused, 30)
    t.eq(end[0] + late[0], produce(c, "three", 0, batch([b"9"]), acks=1), "one is not enough for acks=all, but for acks=1")
    p = a.call("DescribeTopicPartitions", 0, {"Topics": [{"Name": "three"}]})["Topics"][0]["Partitions"][0]
    t.eq(end[0], until("an end", lambda: max(0, records(ask(1, "three")[1]))), "which nobody sees")
    t.eq((0, None), a.alter("three", "min.insync.replicas", "7"), "more than there are replicas")
    t.eq((0, None), a.alter("one", "min.insync.replicas", "7"), "also here")
    t.eq(1, put("one", b"y"), "are as many as there are")
    t.eq(0, d.stop(), "orderly end")
    for o, text in (("broker.rack=a,b", "log.dirs has 3 directories"), ("broker.rack=a,,c", "one for each"),
                    ("replica.selector.class=my.Selector", "expected org.apache.kafka.common.replica.RackAwareReplicaSelector")):
        x = subprocess.run([ODRADEKD, "-n", "-f", "/dev/null"] + [y for z in d.options + [o] for y in ("-o", z)],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        t.ok(x.returncode != 0 and text in x.stdout, "%s is refused: %s" % (o, x.stdout.strip()[-250:]))
finally:
    d.cleanup()
t.done()
