# SPDX-License-Identifier: ISC
"""ListOffsets, OffsetForLeaderEpoch, DeleteRecords."""
from batch import GZIP, build, record
from case import case


def ask(parts, isolation=0, replica=-1, **kw):
    """parts: [(topic, [(partition, timestamp) or a dict, ...]), ...]"""
    return dict({"ReplicaId": replica, "IsolationLevel": isolation, "TimeoutMs": 1000, "Topics": [{"Name": n, "Partitions": [
        p if isinstance(p, dict) else {"PartitionIndex": p[0], "Timestamp": p[1]} for p in ps]} for n, ps in parts]}, **kw)


@case("ListOffsets", "special")
def _(t):
    name = t.topic()
    for step in ("empty", "filled"):
        for ts in (-1, -2, -3, -4, -5, -6, -7, -100):
            t.say(ask([(name, [(0, ts)])]), f"{step} {ts}")
        if step == "empty":
            t.feed(name, build([record(0), record(1, 7), record(2, 3)], t.t0, max_ts=t.t0 + 7), build(2, t.t0 + 5))


@case("ListOffsets", "after-delete")
def _(t):
    name = t.topic()
    t.feed(name, build(3, t.t0), build(3, t.t0 + 10))
    t.quiet("DeleteRecords", 2, {"TimeoutMs": 30000, "Topics": [{"Name": name, "Partitions": [{"PartitionIndex": 0, "Offset": 2}]}]})
    for ts in (-1, -2, -3, -4, t.t0 - 1, t.t0, t.t0 + 10):
        t.say(ask([(name, [(0, ts)])]), f"{ts if ts < 0 else 'T%+d' % (ts - t.t0)}")


@case("ListOffsets", "by-time")
def _(t):
    """In a batch, between batches, before, after, out of order, compressed."""
    name = t.topic()
    t.feed(name, build([record(0), record(1, 10), record(2, 20)], t.t0, max_ts=t.t0 + 20),
           build([record(0), record(1, 10), record(2, 5)], t.t0 + 100, GZIP, max_ts=t.t0 + 110),
           build([record(0), record(1, 1)], t.t0 + 50, max_ts=t.t0 + 51),
           build(1, t.t0 + 200))
    for delta in (-1000, 0, 1, 10, 11, 20, 21, 50, 51, 60, 100, 101, 105, 106, 110, 111, 199, 200, 201, 10 ** 6):
        t.say(ask([(name, [(0, t.t0 + delta)])]), "T%+d" % delta)
    t.say(ask([(name, [(0, 0)])]), "zero")
    t.say(ask([(name, [(0, 2 ** 63 - 1)])]), "greatest")


@case("ListOffsets", "max-timestamp", 7)
def _(t):
    for step, codec in (("plain", 0), ("gzip", GZIP)):
        name = t.topic()
        t.feed(name, build([record(0), record(1, 10), record(2, 10)], t.t0, codec, max_ts=t.t0 + 10), build(2, t.t0 + 3, codec),
               build(2, t.t0 + 10, codec))
        t.say(ask([(name, [(0, -3)])]), step)
    name = t.topic(message_timestamp_type="LogAppendTime")
    t.feed(name, build(3, t.t0))
    t.say(ask([(name, [(0, -3)])]), "append time")


@case("ListOffsets", "isolation", 2)
def _(t):
    name = t.topic()
    t.feed(name, build(2, t.t0))
    for level in (0, 1):
        t.say(ask([(name, [(0, -1), ])], level), f"latest, level {level}")
        t.say(ask([(name, [(0, t.t0)])], level), f"by time, level {level}")


@case("ListOffsets", "many")
def _(t):
    one, two = t.topic(3), t.topic()
    t.feed(one, build(2, t.t0), partition=1)
    t.say(ask([(one, [(2, -1), (0, -1), (1, -1)]), (two, [(0, -2)])]))
    t.say(ask([]), "nothing")
    t.say(ask([(one, [])]), "no partitions")


@case("ListOffsets", "duplicate")
def _(t):
    name = t.topic(2)
    t.feed(name, build(2, t.t0))
    t.say(ask([(name, [(0, -1), (0, -2), (1, -1)])]))
    t.say(ask([(name, [(0, -1)]), (name, [(0, -2)])]), "in two topics")


@case("ListOffsets", "unknown")
def _(t):
    name = t.topic()
    t.say(ask([(t.name(), [(0, -1)])]), "topic")
    t.say(ask([(name, [(9, -1), (0, -1)])]), "partition")
    t.say(ask([(name, [(-1, -1)])]), "negative partition")


@case("ListOffsets", "epochs", 4)
def _(t):
    name = t.topic()
    t.feed(name, build(2, t.t0))
    for ts in (-1, -2, t.t0):
        for step, epoch in (("current", t.epoch), ("older", t.epoch - 1), ("newer", t.epoch + 1)):
            t.say(ask([(name, [{"PartitionIndex": 0, "Timestamp": ts, "CurrentLeaderEpoch": epoch}])]),
                  f"{step} {ts if ts < 0 else 'by time'}")


@case("ListOffsets", "replica")
def _(t):
    name = t.topic()
    t.feed(name, build(2, t.t0))
    for replica in (-2, -3, 4711):
        t.say(ask([(name, [(0, -1)])], replica=replica), f"replica {replica}")


# ---- OffsetForLeaderEpoch

@case("OffsetForLeaderEpoch", "plain")
def _(t):
    name = t.topic()
    for step in ("empty", "filled"):
        for delta in (-1, 0, 1, 100):
            t.say({"Topics": [{"Topic": name, "Partitions": [{"Partition": 0, "LeaderEpoch": t.epoch + delta}]}]}, f"{step} E%+d" % delta)
        t.say({"Topics": [{"Topic": name, "Partitions": [{"Partition": 0, "LeaderEpoch": -1}]}]}, f"{step} none")
        if step == "empty":
            t.feed(name, build(3, t.t0))


@case("OffsetForLeaderEpoch", "current-epoch")
def _(t):
    name = t.topic()
    t.feed(name, build(3, t.t0))
    for step, epoch in (("current", t.epoch), ("older", t.epoch - 1), ("newer", t.epoch + 1)):
        t.say({"Topics": [{"Topic": name, "Partitions": [{"Partition": 0, "CurrentLeaderEpoch": epoch, "LeaderEpoch": t.epoch}]}]}, step)


@case("OffsetForLeaderEpoch", "unknown")
def _(t):
    name = t.topic()
    t.say({"Topics": [{"Topic": t.name(), "Partitions": [{"Partition": 0, "LeaderEpoch": 0}]}]}, "topic")
    t.say({"Topics": [{"Topic": name, "Partitions": [{"Partition": 4, "LeaderEpoch": 0}]}]}, "partition")
    t.say({"Topics": []}, "nothing")


# ---- DeleteRecords

def delete(parts):
    return {"TimeoutMs": 30000, "Topics": [{"Name": n, "Partitions": [{"PartitionIndex": p, "Offset": o} for p, o in ps]}
                                           for n, ps in parts]}


@case("DeleteRecords", "plain")
def _(t):
    name = t.topic(2)
    t.feed(name, build(4, t.t0), build(4, t.t0))
    for offset in (0, 3, 2, 9, 100, -2, 8, -1):
        t.say(delete([(name, [(0, offset)])]), f"to {offset}")
    t.say(delete([(name, [(1, -1)])]), "an empty one")
    t.say(delete([(name, [(1, 1)])]), "an empty one to 1")
    t.feed(name, build(1, t.t0))
    t.say(delete([(name, [(0, -1)])]), "all of the next")


@case("DeleteRecords", "many")
def _(t):
    one, two = t.topic(2), t.topic()
    t.feed(one, build(4, t.t0))
    t.feed(two, build(4, t.t0))
    t.say(delete([(one, [(0, 2), (1, 5), (7, 0)]), (two, [(0, -1)])]))
    t.say(delete([]), "nothing")
    t.say(delete([(one, [])]), "no partitions")


@case("DeleteRecords", "unknown")
def _(t):
    t.say(delete([(t.name(), [(0, 1)])]), "topic")
    t.say(delete([(t.topic(), [(6, 1)])]), "partition")


@case("DeleteRecords", "policies")
def _(t):
    for policy in ("compact", "compact,delete", "delete", ""):
        name = t.topic(cleanup_policy=policy)
        t.feed(name, build(4, t.t0))
        t.say(delete([(name, [(0, 2)])]), f"cleanup.policy={policy}")


@case("DeleteRecords", "internal")
def _(t):
    t.names.append("__consumer_offsets")
    if t.world.describe("__consumer_offsets") is None:
        t.quiet("CreateTopics", 4, {"timeoutMs": 30000, "Topics": [{"Name": "__consumer_offsets", "NumPartitions": 1,
                                                                    "ReplicationFactor": 1, "Configs": [
                                                                        {"Name": "cleanup.policy", "Value": "compact"}]}]})
        t.world.wait("__consumer_offsets", lambda: t.world.describe("__consumer_offsets"))
    t.say(delete([("__consumer_offsets", [(0, 0)])]))
