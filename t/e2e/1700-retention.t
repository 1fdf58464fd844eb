#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Retention: whoever changes it, topic, cluster, node or file, it holds at once; one odd timestamp holds nothing."""
import os, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

YEAR = 365 * 86400 * 1000
BIG = b"x" * 300000
t = Tap()
# the interval of the check is so long that nothing here can rest on it
d = Daemon("log.retention.check.interval.ms=86400000", "log.segment.delete.delay.ms=0")
conf = os.path.join(d.dir, "conf")
open(conf, "w").close()


def send(topic, value, age=0):
    """One record dated so many ms before now."""
    s = d.connect()
    try:
        return produce_result(call(s, produce(1, topic, 0, batch([value], now=int(time.time() * 1000) - age))))[1]
    finally:
        s.close()


def offset(a, topic, which):
    p = a.call("ListOffsets", 7, {"ReplicaId": -1, "Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": 0, "Timestamp": which}]}]})["Topics"][0]["Partitions"][0]
    return p["Offset"]


def start(a, topic):
    return offset(a, topic, -2)


def becomes(a, topic, n, name):
    got = [None]

    def reached():
        got[0] = start(a, topic)
        return got[0] == n
    try:
        until(name, reached, 15)
    except TimeoutError:
        pass
    t.eq(n, got[0], name)


def files_of(disk, topic, suffix=".log"):
    return sorted(f for f in os.listdir(os.path.join(d.data[disk], topic + "-0")) if f.endswith(suffix))


def files(topic):
    return files_of(0, topic)


try:
    d.start("num.network.threads=1", conf=conf)
    a = Admin(d)
    forever = [("retention.ms", "-1")]
    for name in "time size both".split():
        t.eq((0, None), a.create(name, configs=forever), "topic %s keeps everything" % name)
        for i in range(5):
            send(name, BIG, 3600000)
    a.create("records", configs=forever + [("message.timestamp.after.max.ms", str(2 * YEAR))])
    a.create("broker")
    for i in range(3):
        send("broker", BIG, 3600000)

    t.eq((0, None), a.alter("time", "retention.ms", "60000"), "retention.ms is set")
    becomes(a, "time", 5, "and what is older goes at once, the segment that is written to with it")
    until("the old one to be renamed", lambda: len(files("time")) == 1) # the log start moves first
    t.eq(["%020d.log" % 5], files("time"), "an empty segment takes its place")
    t.eq(5, send("time", b"new") or offset(a, "time", -1) - 1, "which goes on where the old one ended")
    t.eq(0, a.alter("size", "retention.bytes", "0")[0], "retention.bytes is set to nothing")
    becomes(a, "size", 5, "and nothing stays")
    t.eq(0, a.alter("both", "cleanup.policy", "compact")[0], "a topic that is compacted")
    t.eq(0, a.alter("both", "retention.ms", "60000")[0], "is not subject to retention")
    t.eq(0, a.alter("both", "cleanup.policy", "compact,delete")[0], "unless it is deleted, too")
    becomes(a, "both", 5, "then it is")

    # one record a year ahead, and one of the time when nobody wrote any
    for value, age in (b"future", -YEAR), (b"seconds", int(time.time() * 1000 * 0.999)), (b"now", 0):
        t.eq(0, send("records", value, age), "a record of %s" % value.decode())
    t.eq(0, a.alter("records", "retention.ms", "3600000")[0], "an hour")
    s = start(a, "records")
    t.eq(0, s, "a record of 1970 that was appended now is not old")
    t.eq(0, a.alter("records", "retention.ms", "1")[0], "a millisecond")
    becomes(a, "records", 3, "the one a year ahead holds nothing")

    t.eq((0, None), a.alter("", "log.retention.ms", "60000", 4), "the cluster's default is set")
    becomes(a, "broker", 3, "topics without their own follow at once")
    send("broker", BIG, 3600000)
    t.eq((0, None), a.alter("", "log.retention.ms", None, 4), "it is removed")
    t.eq(3, start(a, "broker"), "a week is kept again")
    t.eq((0, None), a.alter("1", "log.retention.ms", "50000", 4), "the node's own is set")
    becomes(a, "broker", 4, "and holds")
    t.eq(("50000", 2), a.config("broker", "retention.ms"), "as DescribeConfigs says, with its source")
    t.eq((0, None), a.alter("1", "log.retention.ms", None, 4), "it is removed")

    # the file, by HUP
    t.eq(0, send("broker", BIG, 3600000), "a record of an hour ago")
    with open(conf, "w") as f:
        f.write("log.retention.minutes=30\n")
    d.p.send_signal(signal.SIGHUP)
    becomes(a, "broker", 5, "log.retention.minutes in the file, read again by HUP, holds")
    until("the controller to read it, too", lambda: a.config("broker", "retention.ms")[0] != "604800000")
    t.eq(("1800000", 5), a.config("broker", "retention.ms"), "as DescribeConfigs says; to Kafka that is a default")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()

# a node's own settings are those of its partitions
d = Daemon("log.retention.check.interval.ms=86400000", "num.network.threads=1", disks=2)
try:
    d.start()
    a = Admin(d)
    one, two = sorted(b["NodeId"] for b in a.metadata()["Brokers"])
    for n in one, two:
        a.create("on%d" % n, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [n]}])
        a.create("own%d" % n, -1, -1, configs=[("retention.ms", "7200000")], Assignments=[{"PartitionIndex": 0, "BrokerIds": [n]}])
    first, second = Admin(d), Admin(d, d.port + 10)
    connect = d.connect
    for n in one, two:
        port = d.port + 10 * (n - one)
        d.connect = lambda port=port: socket.create_connection(("127.0.0.1", port), 30)
        t.eq([0, 0], [send(x % n, BIG, 3600000) for x in ("on%d", "own%d")], "records on node %d" % n)
    d.connect = connect
    t.eq((0, None), second.alter(str(two), "log.retention.ms", "60000", 4), "the second node has a setting of its own")
    becomes(second, "on%d" % two, 1, "it holds there")
    t.eq(0, start(first, "on%d" % one), "and not on the first")
    t.eq(0, start(second, "own%d" % two), "nor for a topic that has its own")
    t.eq(("60000", 2), second.config("on%d" % two, "retention.ms"), "the second node says what it keeps and why")
    t.eq(("604800000", 5), first.config("on%d" % one, "retention.ms"), "so does the first")
    t.eq((0, None), second.alter(str(two), "log.retention.ms", None, 4), "it is removed")

    # those that the one who takes records goes by
    def sends(port, topic, value, age=0):
        d.connect = lambda: socket.create_connection(("127.0.0.1", port), 30)
        try:
            return send(topic, value, age)
        finally:
            d.connect = connect
    here, there = (d.port, "own%d" % one), (d.port + 10, "on%d" % two)
    for key, value, record, error in (("message.max.bytes", "1000", (b"x" * 2000, 0), 10),
                                      ("log.message.timestamp.before.max.ms", "60000", (b"old", 3600000), 32)):
        t.eq((0, None), second.alter(str(two), key, value, 4), "%s of the second node" % key)
        t.eq((error, 0), (sends(*there, *record), sends(*here, *record)), "holds for its partitions alone")
        t.eq((0, None), second.alter(str(two), key, None, 4), "it is removed")
        t.eq(0, sends(*there, *record), "and holds no more")
    t.eq((0, None), second.alter(str(two), "compression.type", "zstd", 4), "compression.type of the second node")
    s = socket.create_connection(("127.0.0.1", d.port + 10))
    before = offset(second, "on%d" % two, -1)
    t.eq(0, produce_result(call(s, produce(1, "on%d" % two, 0, batch([BIG]))))[1], "a record")
    s.close()
    size = os.path.getsize(os.path.join(d.data[1], "on%d-0" % two, files_of(1, "on%d" % two)[-1]))
    t.ok(offset(second, "on%d" % two, -1) == before + 1 and size < 100000, "is compressed there: the segment has %d bytes" % size)
    t.eq((0, None), a.alter("", "log.retention.ms", "60000", 4), "the cluster's")
    becomes(first, "on%d" % one, 1, "holds everywhere")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
