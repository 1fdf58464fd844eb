#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Topics: created, grown, configured, deleted and made again; all of it is there after a restart."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon("num.partitions=3", "partitions.max=64").start()
try:
    a = Admin(d)
    t.eq((0, None), a.create("a", 2, configs=[("retention.ms", "10000000"), ("segment.bytes", "1048576")]), "a topic is created")
    t.eq(0, put(d, "a", 1, b"one"), "and takes records at once")
    t.eq([b"one"], get(d, "a", 1), "which come back")
    t.eq(("10000000", 1), a.config("a", "retention.ms"), "with its configuration")
    t.eq((0, None), a.create("b", -1, -1), "a topic with the defaults")
    t.eq(3, len(a.topic("b")["Partitions"]), "has num.partitions")
    t.eq(36, a.create("a")[0], "a name is there once")
    t.eq(0, a.grow("a", 5), "partitions are added")
    t.eq([0, 1, 2, 3, 4], sorted(p["PartitionIndex"] for p in a.topic("a")["Partitions"]), "and shown")
    t.eq(0, put(d, "a", 4, b"four"), "and take records")
    t.eq(37, a.grow("a", 5), "but the same number is refused")
    t.eq((0, None), a.alter("a", "retention.ms", "20000000"), "a configuration is changed")
    t.eq((0, None), a.alter("a", "segment.bytes", None), "another one is removed")
    t.eq((0, None), a.alter("", "log.retention.ms", "12345678", 4), "a default of the cluster is set")
    t.eq(("12345678", 3), a.config("b", "retention.ms"), "and topics have it")
    t.eq(("20000000", 1), a.config("a", "retention.ms"), "unless they have their own")

    code, text = a.create("much", 60)
    t.ok(code == 37 and "partitions.max" in text, "more than partitions.max are refused: %s" % text)
    code, text = a.create("two", 1, 2)
    t.eq(38, code, "more replicas than nodes are refused")

    ids = {n: x["TopicId"] for n, x in a.topics().items()}
    before = {n: a.epochs(n) for n in ids}
    t.eq(0, d.stop(), "orderly end")
    d.start()
    a = Admin(d)
    t.eq(ids, {n: x["TopicId"] for n, x in a.topics().items()}, "after a restart the same topics are there")
    t.eq({n: [e + 1 for e in v] for n, v in before.items()}, {n: a.epochs(n) for n in ids}, "in the next leader epoch")
    t.eq([b"one"], get(d, "a", 1), "with their records")
    t.eq(("20000000", 1), a.config("a", "retention.ms"), "and their configurations")
    t.eq(("1073741824", 5), a.config("a", "segment.bytes"), "but not what was removed")
    t.eq(("12345678", 3), a.config("b", "retention.ms"), "and the cluster's")

    t.eq([0], a.delete("a"), "a topic is deleted")
    t.eq(3, a.topic("a")["ErrorCode"], "and gone")
    t.eq((0, None), a.create("a", 1), "a new one of its name is made at once")
    t.ok(a.topic("a")["TopicId"] != ids["a"], "with another id")
    t.eq(0, put(d, "a", 0, b"new"), "it begins at offset 0")
    t.eq(1, len(a.topic("a")["Partitions"]), "with its own partitions")
    for i in range(40):
        if a.create("again", 50)[0] != 0 or a.delete("again") != [0]:
            t.ok(False, "round %d" % i)
            break
        until("room", lambda: a.call("CreateTopics", 7, {"timeoutMs": 1000, "validateOnly": True, "Topics": [
            {"Name": "x", "NumPartitions": 50, "ReplicationFactor": 1}]})["Topics"][0]["ErrorCode"] == 0)
    t.ok(True, "deleted ones give their places back")
    t.eq([b"new"], get(d, "a", 0), "and nobody else's")

    d.kill_all()
    d.start()
    a = Admin(d)
    t.eq(["a", "b"], sorted(a.topics()), "after kill -9 of everything, too, the right topics are there")
    t.eq([b"new"], get(d, "a", 0), "with their records")
    seen = set()
    for i in range(2500):
        code, pid = a.producer_id()
        if code or pid in seen:
            t.ok(False, "producer id %d: error %d" % (pid, code))
            break
        seen.add(pid)
    d.kill_all()
    d.start()
    a = Admin(d)
    t.ok(a.producer_id()[1] > max(seen), "2500 producer ids, none twice, none again after kill -9")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
