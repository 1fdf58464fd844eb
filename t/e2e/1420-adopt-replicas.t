#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The metadata store is lost, or the disks are those of a Kafka cluster: a partition that is on several disks has a replica on each.
The one whose log reaches farthest leads, whatever its segments are called; what ends before it follows, and nothing that was
acknowledged is lost."""
import os, shutil, signal, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *

t = Tap()
d = Daemon("replica.lag.time.max.ms=1000", "broker.session.timeout.ms=1000", disks=3)
meta = os.path.join(d.dir, "meta")
PARTS = {"three": 6, "two": 3, "one": 3}


def setting(name, value):
    return config_record(2, "three", name, value)


def ids(*nodes):
    return uvarint(len(nodes) + 1) + b"".join(struct.pack(">i", n) for n in nodes)


def placed(topic, partition, *nodes):
    return b"\1\3\0" + struct.pack(">i", partition) + topic + ids(*nodes) + ids(*nodes) + ids() + ids() + struct.pack(">iii", nodes[0], 7, 7) + b"\0"


def moved(topic, partition, *nodes):
    """Type 5: of the tagged fields only number 2, the replicas."""
    tag = ids(*nodes)
    return b"\1\5\0" + struct.pack(">i", partition) + topic + b"\1\2" + uvarint(len(tag)) + tag


def kafka_log(disk, *records):
    path = os.path.join(d.data[disk], "__cluster_metadata-0")
    os.makedirs(path)
    with open(os.path.join(path, "0" * 20 + ".log"), "wb") as f:
        for i, r in enumerate(records):
            f.write(struct.pack(">q", i) + batch([r])[8:])


def parts(name):
    return sorted(c.topic(name)["Partitions"], key=lambda p: p["PartitionIndex"])


def level(name):
    until("all replicas of %s are in sync" % name,
          lambda: all(sorted(p["IsrNodes"]) == sorted(p["ReplicaNodes"]) and p["LeaderId"] >= 0 for p in parts(name)), 60)


def lost():
    """The store is gone, and with it who was in sync."""
    d.kill_all()
    shutil.rmtree(meta)


def all_there(what):
    bad = [(n, p) for n in written for p in range(PARTS[n])]
    end = time.monotonic() + 20
    while bad and time.monotonic() < end: # what is committed is counted anew
        bad = [(n, p) for n, p in bad if c.get(n, p) != written[n][p]]
    t.eq([], bad, what + ": every acknowledged record, and no other")


def add(count, *topics):
    for n in topics:
        for p in range(PARTS[n]):
            for i in range(count):
                value = b"%s-%d-%d" % (n.encode(), p, len(written[n][p])) + b"." * 3000 # the index has entries
                c.put(n, p, value)
                written[n][p].append(value)


try:
    d.start()
    c = Cluster(d)
    written = {n: [[] for _ in range(k)] for n, k in PARTS.items()}
    for factor, name in enumerate(("one", "two", "three"), 1):
        t.eq((0, None), c.create(name, PARTS[name], factor, [("min.insync.replicas", str(min(factor, 2)))]), "topic " + name)
    add(3, *PARTS)
    was = {n: [sorted(p["ReplicaNodes"]) for p in parts(n)] for n in PARTS}
    for n in PARTS:
        level(n)

    # node 3 falls behind, and it begins a new segment: a later name than that of the log which has more
    d.kill("writer.3", signal.SIGSTOP)
    until("node 3 leads nothing and is not in sync", lambda: all(3 not in p["IsrNodes"] and p["LeaderId"] != 3 for p in parts("three")), 60)
    add(5, "three")
    lost()
    for p in range(PARTS["three"]):
        open(os.path.join(d.data[2], "three-%d" % p, "%020d.log" % 3), "w").close()
    d.start()
    c = Cluster(d)
    t.eq(was, {n: [sorted(p["ReplicaNodes"]) for p in parts(n)] for n in PARTS}, "each directory is a replica, on the node where it lies")
    until("leaders", lambda: all(p["LeaderId"] >= 0 for n in PARTS for p in parts(n)))
    t.ok(all(p["LeaderId"] != 3 for p in parts("three")), "who misses records does not lead")
    t.ok("have 24 replicas: 6 reach less far than another one" in d.text(), "the log says how many are behind")
    all_there("one disk was behind")
    for n in PARTS:
        level(n)
    t.ok(True, "which catches up, and is in sync")
    leaders = [p["LeaderId"] for p in parts("three")]
    t.ok({1, 2} <= set(leaders), "leaders are spread: %s" % leaders)
    t.eq([[1, 2, 3], [2, 3, 1], [3, 1, 2]], [p["ReplicaNodes"] for p in parts("three")][:3], "and so are those who are preferred")
    add(2, *PARTS)

    # killed, and not left in order: what was not synced is there, and is checked
    lost()
    d.start()
    c = Cluster(d)
    for n in PARTS:
        level(n)
    all_there("once more, after a kill")
    three = c.topic("three")["TopicId"]
    t.eq(0, d.stop(), "orderly end")

    # logs of a Kafka cluster: the one that reaches farthest counts, not that of the last disk
    shutil.rmtree(meta)
    kafka_log(0, setting("retention.ms", "1"))
    kafka_log(1, setting("retention.ms", "1"), setting("flush.ms", "5"), placed(three, 0, 3, 1, 2), placed(three, 1, 1, 2, 3),
              setting("retention.ms", "987654321"), moved(three, 1, 3, 2, 1))
    kafka_log(2, setting("retention.ms", "1"), setting("flush.ms", "6"), placed(three, 0, 2, 3, 1))
    d.start()
    c = Cluster(d)
    t.eq([[3, 1, 2], [3, 2, 1], [3, 1, 2]], [p["ReplicaNodes"] for p in parts("three")][:3], "replicas in the order that Kafka's log tells, and where it tells none, in turn")
    t.eq(("987654321", 1), c.config("three", "retention.ms"), "a configuration of the newest log")
    t.eq(("5", 1), c.config("three", "flush.ms"), "and another one")
    until("the preferred ones lead", lambda: [p["LeaderId"] for p in parts("three")][:3] == [3, 3, 3], 60)
    for n in PARTS:
        level(n)
    all_there("with logs of a cluster")
    t.eq(0, d.stop(), "orderly end")
    tool = os.path.join(BUILDDIR, "odradek")
    if os.path.exists(tool):
        r = subprocess.run([tool, "replica", "check"] + d.data, capture_output=True, text=True)
        t.eq(0, r.returncode, "replicas are the same: " + r.stdout.strip())
finally:
    d.cleanup()
t.done()
