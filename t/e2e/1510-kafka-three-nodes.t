#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The disks of three nodes of Apache Kafka 4.1 are opened together: replicas stay replicas; one that was down long before the others
has old records and an old idea of the cluster, and neither counts."""
import os, shutil, signal, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *

cache = os.environ.get("ODRADEK_TEST_CACHE", os.path.expanduser("~/.cache/odradek-test"))
if not os.path.isdir(os.path.join(cache, "kafka-4.1.0")) or shutil.which("java") is None:
    skip_all("no Apache Kafka 4.1 (t/clients/setup java)")

t = Tap()
d = Daemon(disks=3)
kafka = os.path.join(HERE, "../compat/kafka")
where = os.path.join(d.dir, "kafka")
d.data = [os.path.join(where, "data" + s) for s in ("", ".2", ".3")]
d.options = [o for o in d.options if not o.startswith(("log.dirs=", "metadata.dir="))] + ["log.dirs=" + ",".join(d.data)]
port = free_port()


class Away:
    """Kafka as the helpers of these tests see a daemon."""
    port = port


def known(name):
    """Kafka's node 1 hears of topics later than the controller."""
    until("topic " + name, lambda: [p for p in parts(k, name) if p["LeaderId"] >= 0], 60)


def parts(c, name):
    return sorted(c.topic(name)["Partitions"], key=lambda p: p["PartitionIndex"])


try:
    r = subprocess.run([kafka, "start", where, str(port), "replica.lag.time.max.ms=2000",
                        "broker.session.timeout.ms=3000", "broker.heartbeat.interval.ms=500"],
                       capture_output=True, text=True, env=dict(os.environ, KAFKA_NODES="3", KAFKA_HEAP="-Xmx300M"))
    if r.returncode:
        skip_all("Apache Kafka does not start here: " + r.stderr.replace("\n", " ")[-300:])
    k = Cluster(Away())
    order = [[1, 2, 3], [3, 1, 2], [2, 3, 1], [3, 2, 1]]
    t.eq((0, None), k.create("r", -1, -1, [("min.insync.replicas", "2"), ("retention.ms", "123456")],
                             Assignments=[{"PartitionIndex": i, "BrokerIds": o} for i, o in enumerate(order)]), "Kafka makes a topic with three replicas")
    k.create("s", -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [2]}])
    known("r")
    known("s")
    for i in range(10):
        for p in range(4):
            k.put("r", p, b"r-%d-%d" % (p, i))
    k.put("s", 0, b"only here")
    k.create("moved", -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [1, 3]}])
    known("moved")
    k.put("moved", 0, b"moved")
    k.in_sync("moved", 0, [1, 3])
    for n in ("gone", "anew"):
        k.create(n, 1, 3)
        known(n)
        k.put(n, 0, b"old")
        k.in_sync(n, 0, [1, 2, 3])
    os.kill(int(open(os.path.join(where, "pid.3")).read()), signal.SIGKILL)
    until("node 3 is not in sync", lambda: all(3 not in p["IsrNodes"] and p["LeaderId"] in (1, 2) for p in parts(k, "r")), 60)
    k.alter("r", "retention.ms", "7777777777")
    earlier = k.topic("anew")["TopicId"]
    k.delete("gone", "anew")
    until("another topic of this name", lambda: k.create("anew", 1, 2)[0] == 0)
    until("the later one", lambda: k.topic("anew")["TopicId"] not in (bytes(16), earlier))
    known("anew")
    k.put("anew", 0, b"new")
    k.create("late", -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [2, 3]}])
    known("late")
    k.put("late", 0, b"late")
    t.eq(0, k.move("moved", 0, 1, 2), "a replica is taken away from it, too")
    until("that to be done", lambda: parts(k, "moved")[0]["ReplicaNodes"] == [1, 2], 60)
    for i in range(10, 20):
        for p in range(4):
            k.put("r", p, b"r-%d-%d" % (p, i))
    cluster, was = k.metadata()["ClusterId"], k.topic("r")["TopicId"]
    k.b.close()
    for pid in ("pid", "pid.2"): # without a majority an orderly end would not come to one
        os.kill(int(open(os.path.join(where, pid)).read()), signal.SIGKILL)
    subprocess.run([kafka, "stop", where], check=True)

    d.start()
    c = Cluster(d)
    t.eq(cluster, c.metadata()["ClusterId"], "the cluster id is Kafka's")
    t.eq([1, 2, 3], sorted(b["NodeId"] for b in c.metadata()["Brokers"]), "and so are those of the nodes")
    t.eq(was, c.topic("r")["TopicId"], "and that of the topic")
    t.eq(order, [p["ReplicaNodes"] for p in parts(c, "r")], "the replicas, in Kafka's order")
    t.eq(("7777777777", 1), c.config("r", "retention.ms"), "what was set while node 3 was down")
    until("leaders", lambda: all(p["LeaderId"] >= 0 for p in parts(c, "r")))
    for p in range(4):
        wanted = [b"r-%d-%d" % (p, i) for i in range(20)]
        until("all of them to be counted as committed", lambda: len(c.get("r", p)) >= len(wanted))
        t.eq(wanted, c.get("r", p), "all records of r-%d" % p)
        c.put("r", p, b"ours")
        c.in_sync("r", p, [1, 2, 3])
    t.ok(True, "node 3 has caught up, and is in sync")
    until("records of the others", lambda: all(c.get(n, 0) for n in ("s", "anew", "moved", "late")))
    t.eq([b"only here"], c.get("s", 0, 1), "a partition with one replica")
    t.eq(([1, 2], [b"moved"]), (parts(c, "moved")[0]["ReplicaNodes"], c.get("moved", 0, 1)), "what was taken away from node 3 does not come back")
    c.in_sync("late", 0, [2, 3])
    t.eq(([2, 3], [b"late"]), (parts(c, "late")[0]["ReplicaNodes"], c.get("late", 0, 1)), "what it was to have and had not made yet, it gets")
    t.ok("gone" not in c.topics(), "a topic that was deleted while node 3 was down stays deleted")
    t.eq(([1, 2], [b"new"]), (sorted(parts(c, "anew")[0]["ReplicaNodes"]), c.get("anew", 0, 1)), "and of two of one name the later one is there")
    t.eq(0, d.stop(), "orderly end")
    tool = os.path.join(BUILDDIR, "odradek")
    if os.path.exists(tool):
        r = subprocess.run([tool, "replica", "check"] + d.data, capture_output=True, text=True)
        t.eq(0, r.returncode, "replicas are the same: " + r.stdout.strip())
    r = subprocess.run(["java", "-Xmx128M", "-cp", os.path.join(cache, "kafka-4.1.0", "*"), "kafka.tools.DumpLogSegments", "--deep-iteration",
                        "--files", os.path.join(d.data[2], "r-0", "0" * 20 + ".log")], capture_output=True, text=True)
    t.ok(r.returncode == 0 and "offset: 20 " in r.stdout and "isvalid: false" not in r.stdout, "Kafka's dump reads what node 3 has copied")
finally:
    subprocess.run([kafka, "stop", where], capture_output=True)
    d.cleanup()
t.done()
