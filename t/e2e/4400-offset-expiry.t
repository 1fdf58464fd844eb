#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Committed offsets go when offsets.retention.minutes have passed and nobody needs them, and empty groups go with their last
one; what stays is what Kafka keeps.  Nobody waits for minutes: the stamps in the log are made older while the daemon is down."""
import glob, os, signal, struct, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *
from batch import records, seal

AGAIN = (14, 15, 16)
OLD = ("simple", "live", "emptied", "just-emptied")     # groups whose commits are made older
LONG_EMPTY = ("emptied",)                               # and those that have been empty as long
AGE = 2 * 3600000
t = Tap()
d = Daemon("offsets.topic.num.partitions=1", "offsets.retention.minutes=60", "group.initial.rebalance.delay.ms=0")
conf = os.path.join(d.dir, "conf")


def configure(interval):
    with open(conf, "w") as f:
        f.write("offsets.retention.check.interval.ms = %d\n" % interval)


def start():
    d.start(conf=conf)
    until("the coordinator", lambda: a.retry("FindCoordinator", 1, {"Key": "g", "KeyType": 0})["ErrorCode"] == 0)


def ask(api, v, **request):
    def once():
        r = a.retry(api, v, request)
        return None if r.get("ErrorCode") in AGAIN else r
    return until("answer to " + api, once)


def commit(group, topics, v=8, generation=-1, member="", **more):
    def once():
        r = a.retry("OffsetCommit", v, dict(more, GroupId=group, GenerationIdOrMemberEpoch=generation, MemberId=member, Topics=[
            {"Name": name, "Partitions": [{"PartitionIndex": p, "CommittedOffset": 7, "CommittedMetadata": ""} for p in (0, 1)]}
            for name in topics]))
        errors = {p["ErrorCode"] for x in r["Topics"] for p in x["Partitions"]}
        return None if errors & set(AGAIN) else errors
    return until("answer to a commit", once)


def committed(group):
    """Topics of which the group has offsets, each for both partitions."""
    topics = ask("OffsetFetch", 5, GroupId=group, Topics=None)["Topics"]
    assert all([(p["PartitionIndex"], p["CommittedOffset"]) for p in sorted(x["Partitions"], key=lambda p: p["PartitionIndex"])]
               == [(0, 7), (1, 7)] for x in topics), topics
    return sorted(x["Name"] for x in topics)


def groups():
    return sorted(g["GroupId"] for g in ask("ListGroups", 5)["Groups"])


def everything():
    return {g: committed(g) for g in groups()}


def come_and_go(group):
    """A classic group with the consumers' protocol type that commits, and is empty then."""
    join = dict(GroupId=group, SessionTimeoutMs=30000, RebalanceTimeoutMs=30000, GroupInstanceId=None, ProtocolType="consumer",
                Protocols=[{"Name": "range", "Metadata": struct.pack(">hihBi", 0, 1, 1, ord("a"), -1)}])
    member = ask("JoinGroup", 5, MemberId="", **join)["MemberId"]
    generation = ask("JoinGroup", 5, MemberId=member, **join)["GenerationId"]
    ask("SyncGroup", 3, GroupId=group, GenerationId=generation, MemberId=member, GroupInstanceId=None,
        Assignments=[{"MemberId": member, "Assignment": b""}])
    errors = commit(group, ["a"], generation=generation, member=member)
    ask("LeaveGroup", 3, GroupId=group, Members=[{"MemberId": member, "GroupInstanceId": None}])
    return errors


def segments():
    return sorted(glob.glob(os.path.join(d.data[0], "__consumer_offsets-0", "*.log")))


def string_at(data, at):
    n = struct.unpack_from(">h", data, at)[0]
    return data[at + 2:at + 2 + max(n, 0)].decode(), at + 2 + max(n, 0)


def key_of(key):
    """(type, group, (topic, partition) of an offset)."""
    kind = struct.unpack_from(">h", key)[0]
    group, at = string_at(key, 2)
    if kind > 1:
        return kind, group, None
    topic, at = string_at(key, at)
    return kind, group, (topic, struct.unpack_from(">i", key, at)[0])


def stamp_at(key, value):
    """Where the value has the stamp that is to be made older, if it is one of those."""
    kind, group, _ = key_of(key)
    if kind <= 1 and group in OLD:
        # version, offset, leader epoch; metadata, which is empty: since version 4 a compact string
        return 16 if struct.unpack_from(">h", value)[0] < 4 else 15
    if kind == 2 and group in LONG_EMPTY:
        at = string_at(value, 2)[1] + 4         # version, protocol type; generation
        return string_at(value, string_at(value, at)[1])[1]
    return None


def make_older():
    """Every such stamp in the log.  Returns their number."""
    n = 0
    for name in segments():
        with open(name, "rb") as f:
            data = f.read()
        out, at = b"", 0
        for _, _, _, _, content in records(data):
            size = 12 + struct.unpack_from(">i", data, at + 8)[0]
            whole = data[at:at + size]
            at += size
            for _, key, value, _ in content:
                where = stamp_at(key, value) if value is not None else None
                if where is not None:
                    stamp = struct.unpack_from(">q", value, where)[0]
                    older = value[:where] + struct.pack(">q", stamp - AGE) + value[where + 8:]
                    whole = whole.replace(key + varint(len(value)) + value, key + varint(len(value)) + older)
                    n += 1
            out += seal(whole)
        with open(name, "r+b") as f:
            f.write(out)
    return n


def latest():
    """What the log has: the last value of each key."""
    last = {}
    for name in segments():
        with open(name, "rb") as f:
            for batch in records(f.read()):
                last.update({key_of(key): value for _, key, value, _ in batch[4]})
    return last


try:
    configure(86400000)
    d.start(conf=conf)
    a = Admin(d)
    for name in "ab":
        a.create(name, 2)
    until("the coordinator", lambda: a.retry("FindCoordinator", 1, {"Key": "g", "KeyType": 0})["ErrorCode"] == 0)
    beat = until("a member", lambda: next((r for r in [a.retry("ConsumerGroupHeartbeat", 1, {
        "GroupId": "live", "MemberId": "m", "MemberEpoch": 0, "InstanceId": None, "RackId": None, "RebalanceTimeoutMs": 60000,
        "SubscribedTopicNames": ["a"], "SubscribedTopicRegex": None, "ServerAssignor": None, "TopicPartitions": []})]
        if r["ErrorCode"] == 0), None))
    t.eq([{0}] * 6, [commit("simple", "ab"), commit("young", "ab"), commit("live", "ab", v=9, generation=beat["MemberEpoch"], member="m"),
                     come_and_go("emptied"), come_and_go("just-emptied"), commit("asked", "a", v=4, RetentionTimeMs=1)],
         "commits of all kinds of groups")
    t.eq(0, d.stop(), "the daemon stops")
    t.ok(make_older() > 2 * 6, "stamps in the log are made older")

    start()
    all_of_it = {"asked": ["a"], "emptied": ["a"], "just-emptied": ["a"], "live": ["a", "b"], "simple": ["a", "b"], "young": ["a", "b"]}
    t.eq(all_of_it, everything(), "nothing goes before offsets.retention.check.interval.ms have passed")
    configure(50)
    d.p.send_signal(signal.SIGHUP)
    want = {"just-emptied": ["a"], "live": ["a"], "young": ["a", "b"]}
    until("end of what is old", lambda: not {"asked", "emptied", "simple"} & set(groups()) and committed("live") == ["a"])
    t.eq(want, everything(), "a shorter interval counts from the reload on: what is old goes, and groups with their last offset; "
         "what a member subscribes to stays, and what a group has that has just become empty")

    d.kill("coordinator")
    t.eq(want, everything(), "the same after the death of the coordinator")
    d.kill_all()
    gone = {k for k, v in latest().items() if v is None}
    t.eq({(1, g, (x, p)) for g, x in [("asked", "a"), ("emptied", "a"), ("simple", "a"), ("simple", "b"), ("live", "b")]
          for p in (0, 1)} | {(2, "emptied", None)}, {k for k in gone if k[0] <= 2},
         "the log has a tombstone for each of them, and for the group that had a record of its own")
    configure(86400000)
    start()
    t.eq(want, everything(), "and it is so after the death of all, where nothing expires")

    configure(50)
    d.p.send_signal(signal.SIGHUP)
    t.eq([0], Admin(d).delete("a"), "a topic is deleted")
    want = {"live": [], "young": ["b"]}
    until("end of its offsets", lambda: everything() == want)
    t.ok(True, "its offsets go, an empty group that had no others, too; a live one stays")
    d.kill("coordinator")
    t.eq(want, everything(), "for good")
finally:
    d.cleanup()
t.done()
