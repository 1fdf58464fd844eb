# SPDX-License-Identifier: ISC
"""The classic group protocol: JoinGroup, SyncGroup, Heartbeat, LeaveGroup; DescribeGroups and OffsetCommit of groups that have
members.  Each member is a connection of its own.  The broker is started with group.initial.rebalance.delay.ms=0."""
from broker import Broker
from case import case
from cases_groups import awake

# subscriptions: Kafka looks into them, and never ends a rebalance in which one is malformed
META = {p: b"\0\0\0\0\0\1\0\5topic\0\0\0" + bytes([len(p)]) + p.encode() for p in ("range", "sticky", "one", "two", "three", "alien")}
JOIN, SYNC = 5, 3               # of calls that only prepare


class Member:
    """One client.  Its calls are steps of the case where they are given a name."""

    def __init__(self, t, group, instance=None, protocols=("range",), **kw):
        self.t, self.group, self.instance = t, group, instance
        self.broker = Broker(t.world.address, "client")
        self.id, self.generation, self.under_way = "", -1, None
        self.join_fields = dict({"SessionTimeoutMs": 30000, "RebalanceTimeoutMs": 60000, "ProtocolType": "consumer"}, **kw)
        self.protocols = protocols

    def identity(self, v, since):
        out = {"GroupId": self.group, "MemberId": self.id}
        if v >= since:
            out["GroupInstanceId"] = self.instance
        return out

    def call(self, api, v, request, step=None):
        answer = self.broker.call(api, v, request)
        self.hear(answer, step)
        return answer

    def hear(self, answer, step):
        for one in [answer] + answer.get("Members", []):
            if one.get("MemberId") and one["MemberId"] not in self.t.names:
                self.t.names.append(one["MemberId"])
        if step is not None:
            self.t.steps.append((step, self.t.normal(answer, ())))

    def join_request(self, v, **kw):
        protocols = [{"Name": p, "Metadata": META[p]} for p in self.protocols]
        return dict(self.identity(v, 5), **{**self.join_fields, "Protocols": protocols, **kw})

    def send_join(self, v=JOIN, **kw):
        self.under_way = v, self.broker.send("JoinGroup", v, self.join_request(v, **kw))

    def joined(self, step=None):
        v, correlation = self.under_way
        answer = self.broker.receive("JoinGroup", v, correlation)
        self.hear(answer, step)
        if answer["MemberId"]:
            self.id = answer["MemberId"]
        if answer["ErrorCode"] == 0:
            self.generation = answer["GenerationId"]
        return answer

    def join(self, step=None, v=JOIN, **kw):
        """Joins; with a new id, where one is given out, once more."""
        self.send_join(v, **kw)
        answer = self.joined(step and step + ": id" if v >= 4 and not self.id and not self.instance else step)
        if answer["ErrorCode"] == 79:
            self.send_join(v, **kw)
            answer = self.joined(step)
        return answer

    def sync_request(self, v, given=(), **kw):
        out = dict(self.identity(v, 3), GenerationId=self.generation,
                   Assignments=[{"MemberId": m.id, "Assignment": a} for m, a in given])
        if v >= 5:
            out.update(ProtocolType="consumer", ProtocolName="range")
        return dict(out, **kw)

    def sync(self, step=None, v=SYNC, given=(), **kw):
        return self.call("SyncGroup", v, self.sync_request(v, given, **kw), step)

    def send_sync(self, v=SYNC, **kw):
        self.under_way = v, self.broker.send("SyncGroup", v, self.sync_request(v, **kw))

    def synced(self, step=None):
        v, correlation = self.under_way
        answer = self.broker.receive("SyncGroup", v, correlation)
        self.hear(answer, step)
        return answer

    def beat(self, step=None, v=3, **kw):
        return self.call("Heartbeat", v, dict(self.identity(v, 3), GenerationId=self.generation, **kw), step)

    def leave(self, step=None, v=3, **kw):
        one = {"MemberId": self.id, "GroupInstanceId": self.instance, **kw}
        return self.call("LeaveGroup", v, {"GroupId": self.group, "MemberId": one["MemberId"]} if v < 3 else
                         {"GroupId": self.group, "Members": [one]}, step)


def new_group(t):
    name = t.world.name()
    t.names.append(name)
    awake(t, name)
    return name


def state(t, group):
    return t.quiet("DescribeGroups", 1, {"Groups": [group]})["Groups"][0]["GroupState"]


def reaches(t, group, what):
    t.world.wait(f"{group} {what}", lambda: state(t, group) == what)


def pair(t, stable=True, **kw):
    """A group of two, who have joined, and are assigned if stable; the first leads."""
    group = new_group(t)
    a, b = Member(t, group, **kw), Member(t, group, **kw)
    a.join()
    a.sync(given=[(a, b"all")])
    b.send_join()
    b.joined()                  # its id
    b.send_join()
    reaches(t, group, "PreparingRebalance")
    a.join()
    b.joined()
    if stable:
        b.send_sync()
        a.sync(given=[(a, b"one"), (b, b"two")])
        b.synced()
    return group, a, b


@case("JoinGroup", "life")
def _(t):
    group = new_group(t)
    a, b = Member(t, group, protocols=("range", "sticky")), Member(t, group, protocols=("range",))
    a.join("first", t.v, **({"Reason": "because"} if t.v >= 8 else {}))
    a.sync(given=[(a, b"all")])
    if t.v >= 4:
        b.send_join(t.v)
        b.joined("second: id")
    b.send_join(t.v)
    reaches(t, group, "PreparingRebalance")
    a.beat()
    a.join("first again", t.v)
    b.joined("second")
    b.join("second repeats", t.v)
    a.join("first repeats", t.v)
    b.send_sync()
    a.sync(given=[(a, b"one"), (b, b"two")])
    b.synced()
    b.join("follower in a stable group", t.v)
    a.send_join(t.v)
    reaches(t, group, "PreparingRebalance")
    b.join("leader wants a rebalance", t.v)
    a.joined("and gets it")


@case("JoinGroup", "errors")
def _(t):
    group, a, b = pair(t)
    x = Member(t, group)
    for step, kw in (("no group id", {"GroupId": ""}), ("session too short", {"SessionTimeoutMs": 5999}),
                     ("session too long", {"SessionTimeoutMs": 1800001}), ("unknown member", {"MemberId": "nobody"}),
                     ("no protocols", {"Protocols": []}), ("other type", {"ProtocolType": "connect"}), ("no type", {"ProtocolType": ""}),
                     ("alien protocol", {"Protocols": [{"Name": "alien", "Metadata": b""}]}),
                     ("unknown group and member", {"GroupId": group + "x", "MemberId": "nobody"}),
                     ("known member, alien protocol", {"MemberId": b.id, "Protocols": [{"Name": "alien", "Metadata": b""}]})):
        x.call("JoinGroup", t.v, x.join_request(t.v, **kw), step)
    fresh = new_group(t)
    x.call("JoinGroup", t.v, x.join_request(t.v, GroupId=fresh, Protocols=[]), "new group without protocols")
    reaches(t, fresh, "Empty")
    if t.v >= 5:
        x.call("JoinGroup", t.v, x.join_request(t.v, MemberId=b.id, GroupInstanceId="nobody"), "unknown instance")


@case("JoinGroup", "votes")
def _(t):
    group = new_group(t)
    a, b, c = (Member(t, group, protocols=p) for p in (("one", "two", "three"), ("three", "two"), ("alien", "three", "two")))
    a.join()
    a.sync(given=[(a, b"")])
    for m in (b, c):
        m.send_join()
        m.joined()
        m.send_join()
    reaches(t, group, "PreparingRebalance")
    t.world.wait("all of them", lambda: len(t.quiet("DescribeGroups", 1, {"Groups": [group]})["Groups"][0]["Members"]) == 3)
    a.join("chosen", t.v)


@case("JoinGroup", "static", 5)
def _(t):
    group = new_group(t)
    a = Member(t, group, instance="inst", protocols=("range", "sticky"))
    a.join("first", t.v)
    a.sync(given=[(a, b"mine")])
    back = Member(t, group, instance="inst", protocols=("range", "sticky"))
    back.join("back", t.v)
    a.beat("the old id")
    a.call("JoinGroup", t.v, a.join_request(t.v), "the old id joins")
    back.generation = a.generation
    back.sync("its assignment")
    back.beat("the new id")
    other = Member(t, group, instance="inst", protocols=("sticky", "range"))
    other.join("back with another choice", t.v)
    again = Member(t, group, instance="inst", protocols=("sticky", "range"))
    again.join("back before it has synced", t.v)
    again.leave()
    t.note("state", state(t, group))


@case("JoinGroup", "static-pair", 5)
def _(t):
    """A follower that comes back, and one that takes the id of another who waits."""
    group = new_group(t)
    a, b = Member(t, group, instance="a"), Member(t, group, instance="b")
    a.join()
    a.sync(given=[(a, b"all")])
    b.send_join(t.v)
    reaches(t, group, "PreparingRebalance")
    thief = Member(t, group, instance="b")
    thief.send_join(t.v)
    b.joined("fenced while it waits")
    a.join("leader", t.v)
    thief.joined("in its place")
    thief.send_sync()
    a.sync(given=[(a, b"one"), (thief, b"two")])
    thief.synced()
    back = Member(t, group, instance="b")
    back.join("follower back", t.v)
    back.generation = a.generation
    back.sync("its assignment")


@case("SyncGroup", "life")
def _(t):
    group, a, b = pair(t, stable=False)
    for step, m, kw in (("old generation", b, {"GenerationId": 1}), ("unknown member", b, {"MemberId": "nobody"}),
                        ("unknown group", b, {"GroupId": group + "x"}), ("no group id", b, {"GroupId": ""})):
        m.sync(step, t.v, **kw)
    if t.v >= 3:
        b.sync("unknown instance", t.v, GroupInstanceId="nobody")
    if t.v >= 5:
        b.sync("other type", t.v, ProtocolType="connect")
        b.sync("other protocol", t.v, ProtocolName="sticky")
        b.sync("no type", t.v, ProtocolType=None)
        b.sync("no protocol", t.v, ProtocolName=None)
    b.send_sync(t.v)
    a.sync("leader", t.v, given=[(b, b"all of it")])
    b.synced("follower")
    b.sync("once more", t.v)
    a.sync("the leader once more", t.v, given=[(b, b"other")])
    b.sync("which changes nothing", t.v)
    a.send_join()
    reaches(t, group, "PreparingRebalance")
    b.sync("in a rebalance", t.v)
    b.join()
    a.joined()
    a.send_sync(t.v, given=[(a, b"x" * 2000000), (b, b"y")])
    a.synced("an assignment that is too large")
    reaches(t, group, "PreparingRebalance")
    t.note("state", state(t, group))


@case("Heartbeat", "life")
def _(t):
    group, a, b = pair(t, stable=False)
    b.beat("before sync", t.v)
    b.send_sync()
    a.sync(given=[(a, b"one"), (b, b"two")])
    b.synced()
    b.beat("stable", t.v)
    generation, me = b.generation, b.id
    b.generation = generation - 1
    b.beat("old generation", t.v)
    b.generation = generation + 1
    b.beat("future generation", t.v)
    b.generation, b.id = generation, "nobody"
    b.beat("unknown member", t.v)
    b.id, b.group = me, group + "x"
    b.beat("unknown group", t.v)
    b.group = ""
    b.beat("no group id", t.v)
    b.group = group
    if t.v >= 3:
        b.instance = "nobody"
        b.beat("unknown instance", t.v)
        b.instance = None
    a.send_join()
    reaches(t, group, "PreparingRebalance")
    b.beat("in a rebalance", t.v)
    b.leave()
    a.joined()
    a.leave()
    b.beat("empty group", t.v)


@case("LeaveGroup", "life")
def _(t):
    group, a, b = pair(t)
    b.id, me = "nobody", b.id
    b.leave("unknown member", t.v)
    b.group = group + "x"
    b.leave("unknown group", t.v)
    b.group = ""
    b.leave("no group id", t.v)
    b.id, b.group = me, group
    b.leave("leaves", t.v)
    b.leave("twice", t.v)
    t.note("state", state(t, group))
    waiting = Member(t, group)
    waiting.send_join()
    waiting.joined()
    waiting.leave("with an id that was given out", t.v)
    a.leave("the last", t.v)
    t.note("then", state(t, group))


@case("LeaveGroup", "batch", 3)
def _(t):
    group = new_group(t)
    a, b = Member(t, group, instance="a"), Member(t, group, instance="b")
    a.join()
    a.sync(given=[(a, b"")])
    b.send_join()
    reaches(t, group, "PreparingRebalance")
    a.join()
    b.joined()
    ask = [{"MemberId": "", "GroupInstanceId": "a"}, {"MemberId": "", "GroupInstanceId": "nobody"}, {"MemberId": "", "GroupInstanceId": None},
           {"MemberId": b.id, "GroupInstanceId": "a"}, {"MemberId": "nobody", "GroupInstanceId": "b"}, {"MemberId": b.id, "GroupInstanceId": "b"}]
    a.call("LeaveGroup", t.v, {"GroupId": group, "Members": ask}, "six")
    a.call("LeaveGroup", t.v, {"GroupId": group, "Members": []}, "none")
    t.note("state", state(t, group))


@case("DescribeGroups", "classic")
def _(t):
    group, a, b = pair(t)
    t.say({"Groups": [group]}, "stable")
    a.send_join()
    reaches(t, group, "PreparingRebalance")
    t.say({"Groups": [group]}, "in a rebalance")
    b.join()
    a.joined()
    t.say({"Groups": [group]}, "before sync")
    a.leave()
    reaches(t, group, "PreparingRebalance")
    b.leave()
    reaches(t, group, "Empty")
    t.say({"Groups": [group]}, "empty")


@case("OffsetCommit", "member")
def _(t):
    topic = t.topic()
    group, a, b = pair(t, stable=False)

    def commit(step, generation, member):
        t.say({"GroupId": group, "GenerationIdOrMemberEpoch": generation, "MemberId": member, "Topics": [
            {"Name": topic, "TopicId": t.id(topic), "Partitions": [{"PartitionIndex": 0, "CommittedOffset": 1}]}]}, step)
    commit("before sync", b.generation, b.id)
    b.send_sync()
    a.sync(given=[(a, b"one"), (b, b"two")])
    b.synced()
    commit("stable", b.generation, b.id)
    commit("old generation", b.generation - 1, b.id)
    commit("unknown member", b.generation, "nobody")
    commit("nobody", -1, "")
    commit("no generation", -1, b.id)
    a.send_join()
    reaches(t, group, "PreparingRebalance")
    commit("in a rebalance", b.generation, b.id)
