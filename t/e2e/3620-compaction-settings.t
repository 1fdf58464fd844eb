#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Compaction under its settings: a rate for all cleaners, LogAppendTime, compact together with delete, a cleaner for each
disk, and the log of committed offsets, from which a killed coordinator loads what was acknowledged."""
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import Admin
from fetching import *
import batch as b

t = Tap()
d = Daemon("log.cleaner.backoff.ms=100", "log.retention.check.interval.ms=200",
           "offsets.topic.num.partitions=1", "offsets.topic.replication.factor=1", "offsets.topic.segment.bytes=1048576", disks=2).start()
FILLER = b"x" * 60000
SMALL = {"segment_bytes": 1 << 20, "cleanup_policy": "compact", "min_cleanable_dirty_ratio": 0.01, "file_delete_delay_ms": 0}


def disk_of(topic, partition=0):
    return next(p for p in d.data if os.path.isdir(os.path.join(p, "%s-%d" % (topic, partition))))


def segments(topic, partition=0):
    path = os.path.join(disk_of(topic, partition), "%s-%d" % (topic, partition))
    return sorted(int(f[:20]) for f in os.listdir(path) if f.endswith(".log"))


def checkpoint(topic, partition=0):
    try:
        lines = open(os.path.join(disk_of(topic, partition), "cleaner-offset-checkpoint")).read().split("\n")
    except OSError:
        return -1
    return next((int(x.split()[2]) for x in lines[2:] if x.startswith("%s %d " % (topic, partition))), -1)


def leader(topic, partition=0):
    """A connection to the node that leads it."""
    m = a.metadata(topic)
    ports = {x["NodeId"]: x["Port"] for x in m["Brokers"]}
    parts = {p["PartitionIndex"]: p["LeaderId"] for p in m["Topics"][0]["Partitions"]}
    return Broker("127.0.0.1:%d" % ports[parts[partition]], "test")


def make(topic, partitions=1, **more):
    configs = [(k.replace("_", "."), str(v)) for k, v in dict(SMALL, **more).items()]
    code, text = a.create(topic, partitions, configs=configs)
    if code:
        raise RuntimeError("creating %s: %s" % (topic, text))


def fill(topic, n=40, partition=0, stamp=None):
    """n batches that overwrite three keys; the newest (offset, value) of each."""
    pairs = [(b"k%d" % i, b"%d" % i + FILLER) for i in range(3)]
    batches = [b.build([b.record(0, 0, k, v)], stamp or int(time.time() * 1000)) for k, v in pairs]
    c, newest = leader(topic, partition), {}
    for i in range(n):
        base = produce(c, topic, partition, batches[i % 3])
        if base < 0:
            raise RuntimeError("produce: error %d" % -base)
        newest[pairs[i % 3][0]] = base, pairs[i % 3][1]
    c.close()
    return newest


def read(topic, partition=0):
    """[(offset, key, value, batch's attributes, timestamp)]"""
    c, out = leader(topic, partition), []
    at, end = bounds(c, topic, partition)
    while at < end:
        p = one(c.call("Fetch", 11, ask({topic: [(partition, at, 1 << 20)]})))
        if p["ErrorCode"]:
            raise RuntimeError("fetching %s at %d: error %d" % (topic, at, p["ErrorCode"]))
        for base, last, attributes, max_time, recs in b.records(data_of(p)):
            out += [(o, k, v, attributes, ts) for o, k, v, ts in recs if o >= at]
            at = max(at, base + last + 1)
    c.close()
    return out


def newest_of(recs):
    return {r[1]: (r[0], r[2]) for r in recs}


def compacted(topic, partition=0, timeout=40):
    until("compaction of %s-%d" % (topic, partition), lambda: checkpoint(topic, partition) >= segments(topic, partition)[-1] > 0,
          timeout)


def two_disks():
    make("two", 2)
    want = [fill("two", partition=p) for p in (0, 1)]
    t.ok(disk_of("two", 0) != disk_of("two", 1), "two partitions are on two disks")
    t.eq({"cleaner.1", "cleaner.2"}, {n for n in d.children() if n.startswith("cleaner")}, "each has its cleaner")
    for p in (0, 1):
        compacted("two", p)
        t.eq(want[p], newest_of(read("two", p)), "the log on disk %d is compacted, the newest of each key is left" % p)


def append_time():
    began = int(time.time() * 1000)
    make("stamped", message_timestamp_type="LogAppendTime")
    want = fill("stamped", stamp=began - 3600000)
    compacted("stamped")
    got = read("stamped")
    t.eq(want, newest_of(got), "LogAppendTime: the newest of each key is left")
    t.ok(all(r[3] & b.APPEND_TIME for r in got), "its batches still say that the log stamped them")
    c = leader("stamped")
    found = c.call("ListOffsets", 4, {"ReplicaId": -1, "Topics": [{"Name": "stamped", "Partitions": [
        {"PartitionIndex": 0, "Timestamp": began - 1000}]}]})["Topics"][0]["Partitions"][0]
    c.close()
    t.ok(found["ErrorCode"] == 0 and found["Offset"] >= 0 and found["Timestamp"] >= began - 1000,
         "a search by time finds the time of the append: %s" % found)


def compact_and_delete():
    make("both", cleanup_policy="compact,delete", retention_ms=3600000)
    want = fill("both", stamp=int(time.time() * 1000))
    compacted("both")
    t.eq(want, newest_of(read("both")), "compact,delete: compacted while it is young")
    end = segments("both")[-1]
    t.eq(0, a.alter("both", "retention.ms", "1")[0], "retention.ms=1")
    until("retention", lambda: segments("both")[0] >= end, 20)
    c = leader("both")
    t.ok(bounds(c, "both", 0)[0] >= end, "what was compacted is deleted when it is old")
    before = segments("both")[-1]
    t.eq(0, a.alter("both", "retention.ms", "3600000")[0], "a long retention again")
    c.close()
    want = fill("both")
    compacted("both")
    t.ok(checkpoint("both") > before and want.items() <= newest_of(read("both")).items(), "and compaction goes on")


def rate():
    a.alter("", "log.cleaner.io.max.bytes.per.second", "20000", 4)
    make("slow")
    want = fill("slow")   # 2 MB are read twice, at ten thousand bytes a second for each disk: minutes
    time.sleep(1)         # where it would long be done otherwise
    t.ok('compacted "slow-0"' not in d.text(), "log.cleaner.io.max.bytes.per.second: compaction takes its time")
    a.alter("", "log.cleaner.io.max.bytes.per.second", None, 4)
    compacted("slow")
    t.eq(want, newest_of(read("slow")), "without it, it is")


def coordinator():
    """The port of the node that coordinates group g."""
    def once():
        r = a.call("FindCoordinator", 3, {"Key": "g", "KeyType": 0})
        return r["ErrorCode"] == 0 and r["Port"]
    return until("coordinator", once, 20)


def offsets():
    to = Admin(d, coordinator())

    def note(n):
        return ("%d " % n).ljust(4000, "m")

    def call(api, v, request):
        return to.retry(api, v, request)

    def commit(n):
        r = call("OffsetCommit", 8, {"GroupId": "g", "GenerationIdOrMemberEpoch": -1, "MemberId": "", "Topics": [
            {"Name": "two", "Partitions": [{"PartitionIndex": p, "CommittedOffset": n, "CommittedMetadata": note(n)}
                                           for p in (0, 1)]}]})
        return [p["ErrorCode"] for p in r["Topics"][0]["Partitions"]] == [0, 0]

    def fetched():
        r = call("OffsetFetch", 5, {"GroupId": "g", "Topics": [{"Name": "two", "PartitionIndexes": [0, 1]}]})
        return r["ErrorCode"] == 0 and [(p["CommittedOffset"], p["Metadata"]) for p in r["Topics"][0]["Partitions"]]
    t.eq(0, a.alter("__consumer_offsets", "min.cleanable.dirty.ratio", "0.01")[0], "committed offsets are compacted early")
    until("commit", lambda: commit(0), 20)
    n = 0
    for _ in range(3):
        was = d.text().count('compacted "__consumer_offsets-0"')
        until("compaction of offsets", lambda: commit(n) and d.text().count('compacted "__consumer_offsets-0"') > was, 120)
        for n in range(n + 1, n + 200):
            until("commit", lambda: commit(n), 20)
        d.kill("coordinator")
        t.eq([(n, note(n))] * 2, until("offsets", fetched, 20), "the coordinator loads the newest of %d commits from what "
             "compaction left" % n)


try:
    a = Admin(d)
    two_disks()
    append_time()
    compact_and_delete()
    offsets()
    rate()
    t.eq(0, d.stop(), "stops in order")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-4000:])
finally:
    d.cleanup()
t.done()
