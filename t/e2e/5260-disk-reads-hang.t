#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk that does not answer reads holds up those who read from it alone: consumers of old data, searches by time and groups
of other disks are served meanwhile, by processes that were there and by new ones; and the daemon stops."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *
import faults
from faults import *

t = Tap()
d = Daemon("offsets.topic.num.partitions=2", "offsets.topic.replication.factor=1", "num.network.threads=1", disks=2)
f = Faults(d.dir, BUILDDIR)
if not f.usable():
    skip_all("no preloaded faults here")
os.environ.update(f.env)
d.start()
WANT = [b"%d" % i * 3000 for i in range(100)]


def evict(node):
    """What the disk holds of the topic leaves the page cache."""
    at = os.path.join(d.data[node - 1], topic[node] + "-0")
    for name in os.listdir(at):
        try:
            fd = os.open(os.path.join(at, name), os.O_RDWR)
        except FileNotFoundError:
            continue # a checkpoint that had its first name
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def asked(node):
    s = socket.create_connection(("127.0.0.1", d.port + 10 * (node - 1)), 30)
    s.sendall(fetch(1, topic[node], 0, 0))
    return s


def read(node):
    r = fetch_result(read_frame(asked(node)))
    return [v for o, v in values(r[3])] if r[1] == 0 else r[1]


def search(node, by=None):
    return (by or at[node]).b.send("ListOffsets", 4, {"ReplicaId": -1, "IsolationLevel": 0, "Topics": [{"Name": topic[node], "Partitions": [
        {"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": 1}]}]})


def found(node, n):
    return at[node].b.receive("ListOffsets", 4, n)["Topics"][0]["Partitions"][0]["Offset"]


def committed(node):
    r = at[node].call("OffsetFetch", 5, {"GroupId": group[node], "Topics": [{"Name": "one", "PartitionIndexes": [0]}]})
    return -r["ErrorCode"] or r["Topics"][0]["Partitions"][0]["CommittedOffset"]


def commit(node):
    return at[node].call("OffsetCommit", 8, {"GroupId": group[node], "GenerationIdOrMemberEpoch": -1, "MemberId": "", "Topics": [
        {"Name": "one", "Partitions": [{"PartitionIndex": 0, "CommittedOffset": 5, "CommittedMetadata": ""}]}]}
        )["Topics"][0]["Partitions"][0]["ErrorCode"]


try:
    at = {n: Admin(d, d.port + 10 * (n - 1)) for n in (1, 2)}
    topic, group = {1: "one", 2: "two"}, {}
    for n in (1, 2):
        t.eq((0, None), at[1].create(topic[n], -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [n]}]), "a topic on disk %d" % n)
        s = socket.create_connection(("127.0.0.1", d.port + 10 * (n - 1)), 30)
        until("records", lambda: [produce_result(call(s, produce(1, topic[n], 0, batch([v]))))[1] for v in WANT[:1]] == [0])
        t.ok(all(produce_result(call(s, produce(1, topic[n], 0, batch([v]))))[1] == 0 for v in WANT[1:]), "its records")
    for name in ("a", "b", "c", "d"):
        group[until("coordinator", lambda: max(0, at[1].call("FindCoordinator", 1, {"Key": name, "KeyType": 0})["NodeId"]))] = name
    for n in (1, 2):
        until("commit", lambda: commit(n) == 0)

    # the groups of partition 0 would be read first
    slow = [p["LeaderId"] for p in at[1].topic("__consumer_offsets")["Partitions"] if p["PartitionIndex"] == 0][0]
    other = 3 - slow
    for n in (1, 2):
        evict(n)
    f.arm(faults.SLOW, n=1 << 60, mask=faults.MEDIUM, slow_ms=600000, only="/data%d/" % (slow - 1))
    stuck, waits = [asked(slow), asked(slow)], Admin(d, d.port + 10 * (slow - 1))
    search(slow, waits)
    until("a read to hang", lambda: f.hits() > 0)
    t.eq(WANT, read(other), "a disk does not answer: who reads old data from the other one gets it")
    t.eq(0, found(other, search(other)), "so does who looks for a time")

    hits, old = f.hits(), d.kill("coordinator")
    until("another coordinator", lambda: d.children().get("coordinator") not in (None, old))
    t.ok(until("a coordinator that loads", lambda: committed(slow) == -14), "the groups of the disk cannot be read")
    until("a read to hang", lambda: f.hits() > hits)
    t.eq(5, until("the others", lambda: max(0, committed(other))), "those of the other are")
    t.eq(0, commit(other), "and are served")
    f.off()
    t.eq(0, d.stop(), "orderly end")
finally:
    f.off()
    d.cleanup()
    f.close()
t.done()
