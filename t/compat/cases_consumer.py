# SPDX-License-Identifier: ISC
"""Groups of the consumer protocol with members: ConsumerGroupHeartbeat, ConsumerGroupDescribe, commits of members, and members
of the classic protocol in such a group.  Member ids are the client's, so that answers can be compared; ids whose order is the
same by text and by Java's hash decide ties alike."""
import struct

from case import case
from cases_groups import ask, commit, group


def beat(t, g, member, epoch, step=None, v=None, keep=None, **kw):
    """A heartbeat; step None: it only prepares."""
    request = {"GroupId": g, "MemberId": member, "MemberEpoch": epoch, "InstanceId": None, "RackId": None, "RebalanceTimeoutMs": -1,
               "SubscribedTopicNames": None, "SubscribedTopicRegex": None, "ServerAssignor": None, "TopicPartitions": None}
    request.update(kw)
    if step is None:
        return t.quiet("ConsumerGroupHeartbeat", 1, request)
    return t.say(request, step, api="ConsumerGroupHeartbeat", v=t.v if v is None else v, keep=keep)


def joined(t, g, member, topics, step=None, **kw):
    return beat(t, g, member, 0, step, **dict(dict(RebalanceTimeoutMs=60000, SubscribedTopicNames=topics, TopicPartitions=[]), **kw))


def parts(t, topic, *partitions):
    return [{"TopicId": t.id(topic), "Partitions": list(partitions)}]


def about(t, g, step):
    def in_order(r):
        return dict(r, Groups=[dict(x, Members=sorted(x["Members"], key=lambda m: m["MemberId"])) for x in r["Groups"]])
    t.say({"GroupIds": [g]}, step, api="ConsumerGroupDescribe", v=1, keep=in_order)


@case("ConsumerGroupHeartbeat", "faults")
def _(t):
    a, g = t.topic(), group(t)
    joined(t, g, "m1", [a], "no member id" if t.v else None, **({"MemberId": ""} if t.v else {}))
    joined(t, g, "m1", [a], "blank instance", InstanceId="  ")
    joined(t, g, "m1", [a], "empty rack", RackId="")
    joined(t, g, "m1", [a], "no rebalance timeout", RebalanceTimeoutMs=-1)
    joined(t, g, "m1", [a], "null partitions", TopicPartitions=None)
    joined(t, g, "m1", [a], "partitions", TopicPartitions=parts(t, a, 0))
    joined(t, g, "m1", None, "no subscription")
    joined(t, "", "m1", [a], "empty group")
    joined(t, g, "m1", [a], "assignor", ServerAssignor="sticky")
    t.names.append("nobody")
    for epoch in (-3, -2, -1, 1):
        beat(t, "nobody", "m1", epoch, f"unknown group {epoch}")
        beat(t, "nobody", "", epoch, f"unknown group, no member {epoch}")
    joined(t, g, "m1", [a])
    for epoch in (-3, -2, -1, 1):
        beat(t, g, "nobody", epoch, f"unknown member {epoch}")
    beat(t, g, "m1", 1, "unknown instance", InstanceId="i")
    beat(t, g, "m1", -2, "unknown instance leaves", InstanceId="i")
    beat(t, g, "m1", 2, "epoch ahead")
    beat(t, g, "m1", 1, "null of everything")


@case("ConsumerGroupHeartbeat", "classic-group")
def _(t):
    a, g = t.topic(), group(t)
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5)])]))
    beat(t, g, "m1", 1, "not one")
    beat(t, g, "m1", -1, "leaves what is not one")
    joined(t, g, "m1", [a], "takes over the offsets' group")
    t.say(ask(t, 5, (g, None)), "offsets", api="OffsetFetch", v=5)


@case("ConsumerGroupHeartbeat", "life")
def _(t):
    a, g = t.topic(partitions=4), group(t)
    joined(t, g, "m1", [a], "first", RackId="r")
    about(t, g, "one")
    beat(t, g, "m1", 1, "nothing new")
    joined(t, g, "m2", [a], "second")
    about(t, g, "two")
    beat(t, g, "m1", 1, "to give up")
    beat(t, g, "m1", 1, "still to give up")
    beat(t, g, "m2", 2, "waits")
    about(t, g, "under way")
    beat(t, g, "m1", 1, "has not given up", TopicPartitions=parts(t, a, 0, 1, 2, 3))
    beat(t, g, "m1", 1, "has given up", TopicPartitions=parts(t, a, 0, 1))
    beat(t, g, "m1", 1, "the answer was lost", TopicPartitions=parts(t, a, 0, 1))
    beat(t, g, "m1", 1, "the answer was lost, other partitions", TopicPartitions=parts(t, a, 2))
    beat(t, g, "m1", 1, "the answer was lost, no partitions")
    beat(t, g, "m2", 2, "gets")
    about(t, g, "stable")
    beat(t, g, "m2", 2, "full", RebalanceTimeoutMs=60000, SubscribedTopicNames=[a], TopicPartitions=parts(t, a, 2, 3))
    joined(t, g, "m2", [a], "joins again")
    beat(t, g, "m1", 2, "no topics", SubscribedTopicNames=[])
    about(t, g, "of no topics")
    beat(t, g, "m1", -1, "leaves")
    beat(t, g, "m1", 3, "is gone")
    beat(t, g, "m2", -1, "the last one leaves")
    about(t, g, "empty")
    t.say({"GroupsNames": [g]}, "delete", api="DeleteGroups", v=2)
    about(t, g, "deleted")


@case("ConsumerGroupHeartbeat", "range")
def _(t):
    a, g = t.topic(partitions=5), group(t)
    for m in ("m1", "m2", "m3"):
        joined(t, g, m, [a], ServerAssignor="range")
    about(t, g, "three")
    t.quiet("CreatePartitions", 3, {"Topics": [{"Name": a, "Count": 7, "Assignments": None}], "TimeoutMs": 30000, "ValidateOnly": False})
    t.world.settled(a, 7)
    t.world.wait("the new partitions", lambda: beat(t, g, "m3", 3)["MemberEpoch"] == 4)
    about(t, g, "grown")


@case("ConsumerGroupHeartbeat", "static")
def _(t):
    a, g = t.topic(partitions=2), group(t)
    joined(t, g, "m1", [a], "joins", InstanceId="i")
    joined(t, g, "m2", [a], "in use", InstanceId="i")
    beat(t, g, "m2", 1, "fenced", InstanceId="i")
    beat(t, g, "m2", -2, "fenced leaves", InstanceId="i")
    beat(t, g, "m1", -2, "for a while", InstanceId="i")
    about(t, g, "away")
    beat(t, g, "m1", 1, "away", InstanceId="i")
    joined(t, g, "m2", [a], "follows", InstanceId="i")
    about(t, g, "followed")
    beat(t, g, "m1", 1, "old one", InstanceId="i")
    beat(t, g, "m2", -1, "for good", InstanceId="i")
    about(t, g, "empty")


@case("ConsumerGroupHeartbeat", "pattern", 1)
def _(t):
    a, g = t.topic(partitions=2), group(t)
    for p in ("(a", "a)", "[a", "*a", "a**", "a{1001}", "a{2,1}", "\\", "(?=a)", "(?<!a)b", "(a)\\1", "[b-a]", "(?P<n", "\\Z"):
        joined(t, g, "m1", None, "bad " + p, SubscribedTopicRegex=p)
    joined(t, g, "m1", None, "empty", SubscribedTopicRegex="")
    joined(t, g, "m2", None, "good", SubscribedTopicRegex=a[:-1] + "[" + a[-1] + "]", keep=lambda r: dict(r, MemberEpoch=0))
    t.world.wait("the pattern", lambda: len((beat(t, g, "m2", beat(t, g, "m2", 2)["MemberEpoch"], RebalanceTimeoutMs=60000, SubscribedTopicNames=[], TopicPartitions=[])["Assignment"] or {"TopicPartitions": []})["TopicPartitions"]) == 1)


@case("ConsumerGroupHeartbeat", "offsets")
def _(t):
    a, g = t.topic(partitions=2), group(t)
    joined(t, g, "m1", [a])
    for v in (8, 9):
        for step, epoch, m in (("good", 1, "m1"), ("ahead", 2, "m1"), ("behind", 0, "m1"), ("unknown", 1, "m9"), ("nobody", -1, "")):
            t.say(commit(t, g, [(a, [(0, 5)])], epoch, m), f"commit {v} {step}", api="OffsetCommit", v=v)
    for step, m, epoch in (("good", "m1", 1), ("ahead", "m1", 2), ("unknown", "m9", 1), ("nobody", None, -1), ("no epoch", "m1", -1)):
        t.say(ask(t, 9, (g, [(a, [0])], m, epoch)), "fetch " + step, api="OffsetFetch", v=9)
    t.say({"GroupsNames": [g]}, "delete", api="DeleteGroups", v=2)
    t.say({"Groups": [g]}, "describe as classic", api="DescribeGroups", v=6)


def subscription(topics, owned=()):
    """ConsumerProtocolSubscription, version 1"""
    out = struct.pack(">hi", 1, len(topics)) + b"".join(struct.pack(">h", len(n)) + n.encode() for n in topics) + struct.pack(">i", -1)
    out += struct.pack(">i", len(owned))
    for name, ps in owned:
        out += struct.pack(">h", len(name)) + name.encode() + struct.pack(">i", len(ps)) + b"".join(struct.pack(">i", p) for p in ps)
    return out


def nameless(t, assignment):
    """Its bytes without the length and the name of the first topic."""
    name = t.names[0].encode()
    return assignment.replace(struct.pack(">h", len(name)) + name, b"")


def join(t, g, member, topics, step=None, owned=(), protocol="range", kind="consumer", instance=None, v=7):
    request = {"GroupId": g, "SessionTimeoutMs": 30000, "RebalanceTimeoutMs": 60000, "MemberId": member, "GroupInstanceId": instance,
               "ProtocolType": kind, "Protocols": [{"Name": protocol, "Metadata": subscription(topics, owned)}], "Reason": ""}
    if step is None:
        return t.quiet("JoinGroup", v, request)
    return t.say(request, step, api="JoinGroup", v=v)


def sync(t, g, member, generation, step, protocol="range", kind="consumer"):
    t.say({"GroupId": g, "GenerationId": generation, "MemberId": member, "GroupInstanceId": None, "ProtocolType": kind,
           "ProtocolName": protocol, "Assignments": []}, step, api="SyncGroup", v=5,
          keep=lambda r: dict(r, Assignment=nameless(t, r["Assignment"])))


def heart(t, g, member, generation, step):
    t.say({"GroupId": g, "GenerationId": generation, "MemberId": member, "GroupInstanceId": None}, step, api="Heartbeat", v=4)


@case("ConsumerGroupHeartbeat", "classic-members", 1)
def _(t):
    a, g = t.topic(partitions=4), group(t)
    joined(t, g, "m1", [a])
    join(t, g, "m2", [a], "other type", kind="connect")
    join(t, g, "m2", [a], "joins")
    about(t, g, "two")
    join(t, g, "m3", [a], "other protocol", protocol="roundrobin")
    heart(t, g, "m2", 2, "waits")
    sync(t, g, "m2", 2, "nothing yet")
    sync(t, g, "m2", 1, "generation")
    sync(t, g, "m2", 2, "protocol", protocol="roundrobin")
    sync(t, g, "m9", 2, "unknown")
    sync(t, g, "m1", 1, "not a classic one")
    beat(t, g, "m1", 1, "to give up")
    beat(t, g, "m1", 1, "gave up", TopicPartitions=parts(t, a, 0, 1))
    heart(t, g, "m2", 2, "to join")
    join(t, g, "m2", [a], "joins again")
    sync(t, g, "m2", 2, "gets")
    heart(t, g, "m2", 2, "stable")
    about(t, g, "stable")
    t.say(commit(t, g, [(a, [(2, 5)])], 2, "m2"), "commit", api="OffsetCommit", v=8)
    t.say(commit(t, g, [(a, [(2, 5)])], 1, "m2"), "commit before", api="OffsetCommit", v=8)
    beat(t, g, "m1", -1, "the other leaves")
    t.say({"Groups": [g]}, "classic again", api="DescribeGroups", v=5,
          keep=lambda r: {"Groups": [dict(x, Members=[dict(m, MemberMetadata=b"", MemberAssignment=nameless(t, m["MemberAssignment"])) for m in x["Members"]]) for x in r["Groups"]]})
    heart(t, g, "m2", 3, "to rebalance")
    heart(t, g, "m2", 2, "to rebalance, before")


@case("ConsumerGroupHeartbeat", "leave-classic", 1)
def _(t):
    a, g = t.topic(partitions=4), group(t)
    joined(t, g, "m1", [a])
    join(t, g, "m2", [a])
    t.say({"GroupId": g, "Members": [{"MemberId": m, "GroupInstanceId": i, "Reason": None} for m, i in
           (("m2", None), ("m9", None), ("", "i"))]}, "leave", api="LeaveGroup", v=5)
    about(t, g, "one")


@case("ConsumerGroupHeartbeat", "upgrade", 1)
def _(t):
    a, g = t.topic(partitions=4), group(t)
    got = join(t, g, "", [a], v=3)
    member = got["MemberId"]
    t.quiet("SyncGroup", 3, {"GroupId": g, "GenerationId": got["GenerationId"], "MemberId": member, "GroupInstanceId": None, "Assignments": [
        {"MemberId": member, "Assignment": struct.pack(">hih", 1, 1, len(a)) + a.encode() + struct.pack(">iiiiii", 4, 0, 1, 2, 3, -1)}]})
    joined(t, g, "m1", [a], "upgrades")

    def theirs(r):
        return {"Groups": [dict(x, Members=[dict(m, MemberId="") for m in x["Members"] if m["MemberId"] == "m1"]) for x in r["Groups"]]}
    t.say({"GroupIds": [g]}, "both", api="ConsumerGroupDescribe", v=1, keep=theirs)
    heart(t, g, member, 1, "to join")
    beat(t, g, "m1", -1, "leaves")
    t.say({"Groups": [g]}, "classic again", api="DescribeGroups", v=5, keep=lambda r: {"Groups": [dict(x, Members=[]) for x in r["Groups"]]})
    t.say({"GroupId": g, "GenerationId": -1, "MemberId": member, "GroupInstanceId": None}, "generation", api="Heartbeat", v=4)
