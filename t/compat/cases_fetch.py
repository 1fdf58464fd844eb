# SPDX-License-Identifier: ISC
"""Fetch: limits at three levels, long polls, epochs, sessions, what is answered for what cannot be read."""
import threading
import time

from batch import GZIP, build, record
from broker import Broker
from case import case


def ask(t, topics, wait=0, least=0, most=50000000, isolation=0, session=0, epoch=-1, forget=(), **kw):
    """topics: [(name, [partition or (partition, offset, limit) or a dict, ...]), ...]"""
    return dict({"MaxWaitMs": wait, "MinBytes": least, "MaxBytes": most, "IsolationLevel": isolation, "SessionId": session,
                 "SessionEpoch": epoch, "Topics": [{"Topic": n, "TopicId": t.id(n), "Partitions": [part(p) for p in ps]}
                                                   for n, ps in topics],
                 "ForgottenTopicsData": [{"Topic": n, "TopicId": t.id(n), "Partitions": ps} for n, ps in forget]}, **kw)


def part(p):
    if isinstance(p, dict):
        return dict({"FetchOffset": 0, "PartitionMaxBytes": 10000000}, **p)
    number, offset, limit = p if isinstance(p, tuple) else (p, 0, 10000000)
    return {"Partition": number, "FetchOffset": offset, "PartitionMaxBytes": limit}


@case("Fetch", "plain", 4)
def _(t):
    name = t.topic(3)
    t.feed(name, build(2, t.t0), build(3, t.t0 + 1))
    t.feed(name, build(1, t.t0 + 2, GZIP), partition=2)
    t.say(ask(t, [(name, [0, 1, 2])]))
    t.say(ask(t, [(name, [2, 0])]), "order")
    t.say(ask(t, []), "nothing")
    t.say(ask(t, [(name, [])]), "no partitions")
    t.say(ask(t, [(name, [0, 0])]), "twice")


@case("Fetch", "offsets", 4)
def _(t):
    name = t.topic()
    t.feed(name, build(2, t.t0), build(3, t.t0), build(1, t.t0))
    for offset in (0, 1, 2, 4, 5, 6, 7, 100, -1, -2):
        t.say(ask(t, [(name, [(0, offset, 10000000)])]), f"offset {offset}")


@case("Fetch", "offsets-after-delete", 4)
def _(t):
    """Below the log start, at it, in the middle of the batch that holds it."""
    name = t.topic()
    t.feed(name, build(4, t.t0), build(4, t.t0), build(4, t.t0))
    t.quiet("DeleteRecords", 2, {"TimeoutMs": 30000, "Topics": [{"Name": name, "Partitions": [{"PartitionIndex": 0, "Offset": 6}]}]})
    for offset in (0, 5, 6, 7, 8, 12, 13):
        t.say(ask(t, [(name, [(0, offset, 10000000)])]), f"offset {offset}")


@case("Fetch", "partition-limit", 4)
def _(t):
    """Three batches of 81 bytes: whole, cut, and the first always."""
    name = t.topic()
    t.feed(name, *[build(2, t.t0)] * 3)
    for limit in (0, 1, 80, 81, 82, 162, 170, 10000, -1):
        t.say(ask(t, [(name, [(0, 0, limit)])]), f"limit {limit}")


@case("Fetch", "total-limit", 4)
def _(t):
    name = t.topic(3)
    for p in range(3):
        t.feed(name, *[build(2, t.t0)] * 2, partition=p)
    for most in (0, 1, 81, 100, 162, 163, 200, 243, 324, 500, -1):
        t.say(ask(t, [(name, [0, 1, 2])], most=most), f"bytes {most}")
    t.say(ask(t, [(name, [(0, 4, 10000000), 1, 2])], most=1), "empty one first")
    t.say(ask(t, [(name, [(0, 9, 10000000), 1, 2])], most=1), "error first")
    t.say(ask(t, [(name, [(0, 0, 1), (1, 0, 1), (2, 0, 1)])]), "tiny partition limits")
    t.say(ask(t, [(name, [(0, 0, 81), (1, 0, 100), (2, 0, 162)])], most=1000), "mixed")


@case("Fetch", "large-first-batch", 4)
def _(t):
    name = t.topic(2)
    t.feed(name, build([record(0, value=b"x" * 100000)], t.t0), build(1, t.t0))
    t.feed(name, build([record(0, value=b"y" * 100000)], t.t0), partition=1)
    t.say(ask(t, [(name, [(0, 0, 1000), (1, 0, 1000)])]), "partition limit")
    t.say(ask(t, [(name, [0, 1])], most=1000), "total limit")


@case("Fetch", "unknown", 4)
def _(t):
    name = t.topic()
    t.feed(name, build(1, t.t0))
    t.say(ask(t, [(t.name(), [0])], wait=500, least=1), "topic")
    t.say(ask(t, [(name, [5])], wait=500, least=1), "partition")
    t.say(ask(t, [(name, [-1])], wait=500, least=1), "negative partition")
    t.say(ask(t, [(name, [0, 5])], wait=500, least=1), "one of two")
    if t.v >= 13:
        other = t.name()
        t.ids[other] = b"\1" * 16
        t.say(ask(t, [(other, [0]), (name, [0])]), "id")


@case("Fetch", "out-of-range-at-once", 4)
def _(t):
    """An error does not wait."""
    name = t.topic()
    t.say(ask(t, [(name, [(0, 5, 1000)])], wait=20000, least=1))


@case("Fetch", "long-poll", 4)
def _(t):
    name = t.topic(2)
    t.say(ask(t, [(name, [0, 1])], wait=100, least=1), "nothing comes")
    t.say(ask(t, [(name, [0])], wait=0, least=1), "no wait")
    t.say(ask(t, [(name, [0])], wait=20000, least=0), "no bytes wanted")
    t.feed(name, build(1, t.t0))
    t.say(ask(t, [(name, [0])], wait=100, least=1000), "too little")
    t.say(ask(t, [(name, [0])], wait=20000, least=1), "enough")
    t.say(ask(t, [(name, [(0, 0, 50)])], wait=20000, least=60), "more than the partition limit")
    t.say(ask(t, [(name, [0])], wait=20000, least=100, most=50), "more than the total limit")


@case("Fetch", "long-poll-woken", 4)
def _(t):
    """A record that comes while the poll waits ends it."""
    name = t.topic(2)
    other = Broker(t.world.address)

    def later():
        time.sleep(0.05)
        other.call("Produce", 9, {"Acks": -1, "TimeoutMs": 1000, "TopicData": [{"Name": name, "PartitionData": [
            {"Index": 1, "Records": build(2, t.t0)}]}]})
        other.close()
    thread = threading.Thread(target=later)
    thread.start()
    t.say(ask(t, [(name, [0, 1])], wait=20000, least=1))
    thread.join()


@case("Fetch", "epochs", 9)
def _(t):
    name = t.topic()
    t.feed(name, build(2, t.t0))
    for step, epoch in (("current", t.epoch), ("none", -1), ("older", t.epoch - 1), ("newer", t.epoch + 1), ("far newer", 1000)):
        t.say(ask(t, [(name, [{"Partition": 0, "CurrentLeaderEpoch": epoch}])], wait=500, least=1), step)


@case("Fetch", "last-fetched-epoch", 12)
def _(t):
    name = t.topic()
    t.feed(name, build(2, t.t0))
    for step, last, offset in (("same", t.epoch, 0), ("same, at the end", t.epoch, 2), ("newer", t.epoch + 1, 1),
                               ("newer at the end", t.epoch + 5, 2), ("beyond the end", t.epoch, 9)):
        t.say(ask(t, [(name, [{"Partition": 0, "FetchOffset": offset, "LastFetchedEpoch": last}])], wait=500, least=1), step)
    t.say(ask(t, [(name, [{"Partition": 0, "FetchOffset": 1, "LastFetchedEpoch": t.epoch, "CurrentLeaderEpoch": t.epoch}])]), "both")


@case("Fetch", "isolation", 4)
def _(t):
    name = t.topic()
    t.feed(name, build(2, t.t0))
    t.say(ask(t, [(name, [0])], isolation=1), "committed")
    t.say(ask(t, [(name, [(0, 2, 1000)])], isolation=1), "committed, at the end")
    t.say(ask(t, [(name, [(0, 3, 1000)])], isolation=1), "committed, beyond")
    t.say(ask(t, [(name, [0])], isolation=2), "level 2")
    t.say(ask(t, [(name, [0])], isolation=-1), "level -1")


@case("Fetch", "rack", 11)
def _(t):
    name = t.topic()
    t.feed(name, build(1, t.t0))
    t.say(ask(t, [(name, [0])], RackId="elsewhere"))


@case("Fetch", "replica", 4)
def _(t):
    """Who says that he is a replica and is none, and the two ids that debuggers use."""
    name = t.topic()
    t.feed(name, build(1, t.t0))
    for replica in (-2, -3, 4711):
        kw = {"ReplicaId": replica} if t.v < 15 else {"ReplicaState": {"ReplicaId": replica, "ReplicaEpoch": -1}}
        t.say(ask(t, [(name, [0])], **kw), f"replica {replica}")


@case("Fetch", "replica-fields", 17)
def _(t):
    name = t.topic()
    t.feed(name, build(1, t.t0))
    t.say(ask(t, [(name, [{"Partition": 0, "ReplicaDirectoryId": b"\7" * 16, "HighWatermark": 0}])]))


@case("Fetch", "cluster-id", 12)
def _(t):
    name = t.topic()
    t.say(ask(t, [(name, [0])], ClusterId="another"))


# ---- sessions

@case("Fetch", "session", 7)
def _(t):
    name = t.topic(3)
    t.feed(name, build(1, t.t0))
    got = t.say(ask(t, [(name, [0, 1])], epoch=0), "create")
    sid = got["SessionId"]
    t.note("has an id", sid != 0)
    t.say(ask(t, [], session=sid, epoch=1), "nothing said: still the same data")
    t.say(ask(t, [(name, [(0, 1, 10000000)])], session=sid, epoch=2), "moved on")
    t.say(ask(t, [], session=sid, epoch=3, wait=50, least=1), "quiet")
    t.feed(name, build(2, t.t0), partition=1)
    t.say(ask(t, [], session=sid, epoch=4, wait=20000, least=1), "data in the other")
    t.say(ask(t, [(name, [(1, 2, 10000000), 2])], session=sid, epoch=5), "a third joins")
    t.feed(name, build(1, t.t0), partition=2)
    t.feed(name, build(1, t.t0), partition=1)
    t.say(ask(t, [], session=sid, epoch=6, forget=[(name, [1])]), "one is forgotten")
    t.say(ask(t, [(name, [(0, 100, 1000)])], session=sid, epoch=7), "out of range")
    t.say(ask(t, [], session=sid, epoch=8), "still out of range")
    t.say(ask(t, [(name, [7])], session=sid, epoch=9), "unknown partition joins")
    t.say(ask(t, [], session=sid, epoch=10), "still unknown")


@case("Fetch", "session-errors", 7)
def _(t):
    name = t.topic()
    t.feed(name, build(1, t.t0))
    sid = t.say(ask(t, [(name, [0])], epoch=0), "create")["SessionId"]
    t.say(ask(t, [], session=sid, epoch=5), "epoch too high")
    t.say(ask(t, [], session=sid, epoch=1), "right after all")
    t.say(ask(t, [], session=sid, epoch=1), "epoch again")
    t.say(ask(t, [], session=0x7ffffff0, epoch=1), "unknown id")
    t.say(ask(t, [], session=0, epoch=1), "id 0, epoch 1")
    t.say(ask(t, [(name, [0])], session=sid, epoch=-2), "epoch -2")
    closed = t.say(ask(t, [(name, [0])], session=sid, epoch=-1), "close")
    t.note("closed id", closed["SessionId"] if closed else None)
    t.say(ask(t, [], session=sid, epoch=2), "after close")
    t.say(ask(t, [(name, [0])], session=sid, epoch=0), "id and epoch 0")


@case("Fetch", "session-of-nothing", 7)
def _(t):
    t.say(ask(t, [], epoch=0), "create")


@case("Fetch", "session-rotates", 7)
def _(t):
    """Whoever had data goes to the back, so that no partition starves."""
    name = t.topic(3)
    for p in range(3):
        t.feed(name, *[build(2, t.t0)] * 3, partition=p)
    sid = t.say(ask(t, [(name, [0, 1, 2])], epoch=0, most=90), "first")["SessionId"]
    for i in range(1, 5):
        t.say(ask(t, [], session=sid, epoch=i, most=90), f"turn {i}")


@case("Fetch", "session-topic-gone", 7)
def _(t):
    """The topic of a session is deleted, and comes back with another id."""
    name = t.topic()
    sid = t.say(ask(t, [(name, [0])], epoch=0), "create")["SessionId"]
    t.quiet("DeleteTopics", 4, {"TopicNames": [name], "TimeoutMs": 30000})
    t.world.gone(name)

    def unknown():
        p = t.quiet("ListOffsets", 1, {"ReplicaId": -1, "Topics": [{"Name": name, "Partitions": [{"PartitionIndex": 0, "Timestamp": -1}]}]})
        return p["Topics"][0]["Partitions"][0]["ErrorCode"] == 3
    t.world.wait(f"no leader of {name}", unknown)
    t.say(ask(t, [], session=sid, epoch=1), "gone")
