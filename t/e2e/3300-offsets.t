#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""ListOffsets by time over many segments, DeleteRecords while writers stop and die, OffsetForLeaderEpoch after restarts."""
import os
import random
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *

t = Tap()
rnd = random.Random(5)
d = Daemon().start()
try:
    create(d, "o", 3, segment_bytes=1 << 20, message_timestamp_before_max_ms=1 << 62)
    c = client(d)
    t0, stamps = 1700000000000, []
    filler = b"f" * 30000
    for i in range(120):
        ts = t0 + i * 100 + rnd.randrange(-2000, 2000)
        b = batch([b"%d" % i, filler, b""], now=ts)
        produce(c, "o", 0, b)
        stamps += [ts] * 3
    t.ok(len([f for f in os.listdir(os.path.join(d.data[0], "o-0")) if f.endswith(".log")]) > 2, "several segments")

    def by_time(ts, version=5):
        p = c.call("ListOffsets", version, {"ReplicaId": -1, "Topics": [{"Name": "o", "Partitions": [
            {"PartitionIndex": 0, "Timestamp": ts}]}]})["Topics"][0]["Partitions"][0]
        return p["ErrorCode"], p["Offset"], p["Timestamp"]

    def wanted(ts, start=0):
        for i in range(start, len(stamps)):
            if stamps[i] >= ts:
                return 0, i, stamps[i]
        return 0, -1, -1
    bad = [(ts, by_time(ts), wanted(ts)) for ts in [rnd.randrange(t0 - 3000, t0 + 15000) for _ in range(200)] + [0, 1 << 62]
           if by_time(ts) != wanted(ts)]
    t.eq([], bad[:3], "200 timestamps, each found exactly")
    top = max(stamps)
    t.eq((0, stamps.index(top), top), by_time(-3, 7), "the greatest")
    big = {"ReplicaId": -1, "Topics": [{"Name": "o", "Partitions": [{"PartitionIndex": p, "Timestamp": ts}
                                                                    for p, ts in ((0, t0 + 5000), (1, t0), (2, -1), (7, 0))]}]}
    got = [(p["PartitionIndex"], p["ErrorCode"], p["Offset"]) for p in c.call("ListOffsets", 6, big)["Topics"][0]["Partitions"]]
    t.eq([(0, 0, wanted(t0 + 5000)[1]), (1, 0, -1), (2, 0, 0), (7, 3, -1)], got, "several partitions in one request")

    def delete(parts, timeout=30000, conn=c):
        return [(p["PartitionIndex"], p["ErrorCode"], p["LowWatermark"]) for p in conn.call(
            "DeleteRecords", 1, {"TimeoutMs": timeout, "Topics": [{"Name": "o", "Partitions": [
                {"PartitionIndex": p, "Offset": o} for p, o in parts]}]})["Topics"][0]["Partitions"]]
    t.eq([(0, 0, 200), (1, 0, 0), (2, 1, -1)], delete([(0, 200), (1, -1), (2, 5)]), "records are deleted, partition by partition")
    bad = [ts for ts in [rnd.randrange(t0 - 3000, t0 + 15000) for _ in range(50)] if by_time(ts) != wanted(ts, 200)]
    t.eq([], bad[:3], "what is deleted is found no more")
    t.eq(200, latest(c, "o", 0, -2), "earliest")

    pid = d.kill("writer", signal.SIGSTOP)
    t.eq([(0, 7, -1)], delete([(0, 201)], 500), "a writer that does not answer: the client's timeout")
    t.eq(360, latest(c, "o", 0), "meanwhile others are answered")
    corr = c.send("DeleteRecords", 1, {"TimeoutMs": 60000, "Topics": [{"Name": "o", "Partitions": [
        {"PartitionIndex": 0, "Offset": 210}]}]})
    os.kill(pid, signal.SIGKILL)
    p = c.receive("DeleteRecords", 1, corr)["Topics"][0]["Partitions"][0]
    t.ok(p["ErrorCode"] in (6, 7) or (p["ErrorCode"], p["LowWatermark"]) == (0, 210), "a writer that dies: an error that can be retried (%d)" % p["ErrorCode"])
    until("a writer", lambda: delete([(0, 220)]) == [(0, 0, 220)])
    t.eq(220, latest(c, "o", 0, -2), "and it goes on")

    def epoch_end(epoch):
        p = c.call("OffsetForLeaderEpoch", 3, {"ReplicaId": -1, "Topics": [{"Topic": "o", "Partitions": [
            {"Partition": 0, "CurrentLeaderEpoch": -1, "LeaderEpoch": epoch}]}]})["Topics"][0]["Partitions"][0]
        return p["ErrorCode"], p["LeaderEpoch"], p["EndOffset"]
    first = None
    history = []
    for start in range(3):
        p = c.call("ListOffsets", 4, {"ReplicaId": -1, "Topics": [{"Name": "o", "Partitions": [
            {"PartitionIndex": 0, "Timestamp": -1}]}]})["Topics"][0]["Partitions"][0]
        history.append((p["LeaderEpoch"], p["Offset"]))
        t.eq((0, p["LeaderEpoch"], p["Offset"]), epoch_end(p["LeaderEpoch"]), "start %d: the current epoch ends at the end" % start)
        t.eq((0, -1, -1), epoch_end(p["LeaderEpoch"] + 1), "start %d: the next one is not known" % start)
        for epoch, end in history[:-1]:
            t.eq((0, epoch, end), epoch_end(epoch), "start %d: epoch %d ended at %d" % (start, epoch, end))
        c.close()
        if start < 2:
            # what is written after a start is of a new epoch
            d.stop()
            d.start()
            c = client(d)
            until("a leader", lambda: latest(c, "o", 0) >= 0)
            if start == 0:
                produce(c, "o", 0, batch([b"after"], now=t0))
            history[-1] = (history[-1][0], history[-1][1])
            p = c.call("ListOffsets", 4, {"ReplicaId": -1, "Topics": [{"Name": "o", "Partitions": [
                {"PartitionIndex": 0, "Timestamp": -1}]}]})["Topics"][0]["Partitions"][0]
            t.ok(p["LeaderEpoch"] > history[-1][0], "start %d: a new epoch" % (start + 1))
            e = c.call("Fetch", 12, {"MaxWaitMs": 0, "MinBytes": 0, "MaxBytes": 1000, "IsolationLevel": 0, "SessionId": 0,
                                     "SessionEpoch": -1, "Topics": [{"Topic": "o", "Partitions": [
                                         {"Partition": 0, "CurrentLeaderEpoch": history[-1][0], "FetchOffset": 220,
                                          "PartitionMaxBytes": 1000}]}], "ForgottenTopicsData": []})
            t.eq(74, one(e)["ErrorCode"], "start %d: who knows the old one only is fenced" % (start + 1))
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
