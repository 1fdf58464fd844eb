#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What a client may send for a group, and should not: each is answered with an error or taken for what it is; the coordinator
lives, keeps its memory and says nothing, or one line where an operator can act."""
import os, re, select, struct, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon("offsets.topic.num.partitions=2", "group.max.size=50", "group.consumer.max.size=50").start()
a = Admin(d)
until("the coordinator", lambda: a.retry("FindCoordinator", 1, {"Key": "g", "KeyType": 0})["ErrorCode"] == 0)
a.create("t", 4)
pid = d.children()["coordinator"]


def memory():
    kb = re.search(r"^Pss:\s+(\d+)", open("/proc/%d/smaps_rollup" % pid).read(), re.M).group(1)
    return int(kb) / 1024


def settled(ask, error):
    """The first answer that is about the request, and not about a coordinator that is still reading its partition."""
    return until("an answer", lambda: (lambda r: None if error(r) in (14, 15, 16) else r)(ask()))


def beat(group="g", member="m", epoch=0, topics=("t",), regex=None, instance=None, version=1):
    request = {"GroupId": group, "MemberId": member, "MemberEpoch": epoch, "InstanceId": instance, "RackId": None,
               "RebalanceTimeoutMs": 60000, "SubscribedTopicNames": list(topics), "SubscribedTopicRegex": regex,
               "ServerAssignor": None, "TopicPartitions": []}
    return settled(lambda: a.retry("ConsumerGroupHeartbeat", version, request), lambda r: r["ErrorCode"])


def join(group="g", member="", session=10000, metadata=b"", instance=None, protocols=1, version=5, protocol_type="consumer"):
    request = {"GroupId": group, "SessionTimeoutMs": session, "RebalanceTimeoutMs": 10000, "MemberId": member,
               "GroupInstanceId": instance, "ProtocolType": protocol_type,
               "Protocols": [{"Name": "p%d" % i, "Metadata": metadata} for i in range(protocols)]}
    return settled(lambda: a.retry("JoinGroup", version, request), lambda r: r["ErrorCode"])


def commit(group="g", topic="t", partition=0, metadata="", version=8):
    request = {"GroupId": group, "GenerationIdOrMemberEpoch": -1, "MemberId": "", "GroupInstanceId": None, "Topics": [
        {"Name": topic, "Partitions": [{"PartitionIndex": partition, "CommittedOffset": 1, "CommittedLeaderEpoch": -1,
                                        "CommittedMetadata": metadata}]}]}
    error = lambda r: r["Topics"][0]["Partitions"][0]["ErrorCode"]
    return error(settled(lambda: a.retry("OffsetCommit", version, request), error))


# ---- NULs, in every text ----
t.eq(0, beat("nul", "m", topics=("t\0x", "t", "\0"))["ErrorCode"], "a subscription to a name with a NUL")
t.eq(0, beat("nul", "n", topics=("t\0y", "u\0"))["ErrorCode"], "and to another")
t.eq(42, beat("nul", "m\0x")["ErrorCode"], "a member id with a NUL")
t.eq(0, beat("nul\0x", "m")["ErrorCode"], "a group id with a NUL is another group")
t.eq(0, beat("nul", "m", epoch=-1)["ErrorCode"], "and the members go")
t.eq(0, beat("nul", "n", epoch=-1)["ErrorCode"], "one by one")

# ---- ids ----
t.eq(24, join("")["ErrorCode"], "JoinGroup with an empty group id")
t.eq(42, beat("")["ErrorCode"], "ConsumerGroupHeartbeat with an empty group id")
t.eq(42, beat(" ")["ErrorCode"], "or a blank one")
t.eq(42, beat(member="")["ErrorCode"], "or an empty member id")
t.eq(25, join("unknown", "nobody")["ErrorCode"], "an unknown member")
t.eq(69, beat("unknown", "nobody", epoch=5)["ErrorCode"], "an unknown group")
t.eq(26, join("timeouts", session=1)["ErrorCode"], "a session timeout that is too short")
t.eq(23, join("types", protocols=0)["ErrorCode"], "no protocol at all")
t.eq(0, commit("o", metadata="m" * 4096), "metadata of the largest size")
t.eq(12, commit("o", metadata="m" * 4097), "and one byte more")
t.eq(3, commit("o", partition=4), "a partition that is not there")
t.eq(3, commit("o", "t\0x"), "a topic that cannot be")

# ---- sizes ----
t.eq(-1, beat("big", topics=["topic-%090d" % i for i in range(100000)])["ErrorCode"], "a subscription of 10 MB fits into no record")
r = join("big-classic", metadata=b"\0" * 10000000, version=3)
t.ok(r["ErrorCode"] in (0, 81, 10, -1), "10 MB of metadata: %d" % r["ErrorCode"])
for n, pattern in enumerate(("(a+)+$", "(.*)*b", "((((((((((a?){30}){30}){30}){30}){30}){30}){30}){30}){30})", "(", "a{1000000}", "[[:foo:]]", "x" * 30000)):
    began = time.monotonic()
    r = beat("pattern", "m%d" % n, topics=(), regex=pattern)
    t.ok(r["ErrorCode"] in (0, 128, -1) and time.monotonic() - began < 20, "a pattern like %.12s: %d" % (pattern, r["ErrorCode"]))

# ---- numbers ----
got = [beat("full", "m%03d" % i)["ErrorCode"] for i in range(60)]
t.eq([0] * 50 + [81] * 10, got, "group.consumer.max.size")
t.eq(81, beat("full", "late")["ErrorCode"], "is not passed later")
crowd = [d.connect() for i in range(70)]
for s in crowd:
    s.sendall(frame(11, 0, 7, string("crowd") + struct.pack(">i", 10000) + string("") + string("consumer") +
                    struct.pack(">i", 1) + string("p") + struct.pack(">i", 0)))
refused, end = set(), time.monotonic() + 30
while len(refused) < 20 and time.monotonic() < end:
    for s in select.select([s for s in crowd if s not in refused], [], [], 1)[0]:
        error = struct.unpack(">h", read_frame(s)[4:6])[0]
        if error == 81:
            refused.add(s)
t.eq(20, len(refused), "group.max.size turns away whoever comes too late, while others wait")
for s in crowd:
    s.close()

t.eq(pid, d.children()["coordinator"], "the coordinator never died")
before = memory()
t.ok(before < 100, "and is small: %.0f MB" % before)
lines = [x for x in d.text().splitlines() if "coordinator" in x or "group" in x]
t.ok(len(lines) < 20, "and said little: %d lines" % len(lines)) or t.diag("\n".join(lines[:40]))
d.stop()
t.done()
