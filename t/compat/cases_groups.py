# SPDX-License-Identifier: ISC
"""What groups committed, and requests about many groups: FindCoordinator, OffsetCommit, OffsetFetch, OffsetDelete, ListGroups,
DescribeGroups, DeleteGroups, ConsumerGroupDescribe.  The groups here have no members: see cases_classic and cases_consumer."""
from case import case

LOADING = (14, 15, 16)


def group(t):
    """The name of a new group, once its coordinator serves."""
    name = t.world.name()
    t.names.append(name)
    awake(t, name)
    return name


def awake(t, name):
    t.world.wait("coordinator of " + name, lambda: t.quiet("FindCoordinator", 1, {"Key": name, "KeyType": 0})["ErrorCode"] == 0)
    t.world.wait("group " + name, lambda: t.quiet("OffsetFetch", 2, {"GroupId": name, "Topics": []})["ErrorCode"] not in LOADING)
    t.world.wait("all groups", lambda: t.quiet("ListGroups", 4, {})["ErrorCode"] == 0)     # others than this one are asked for, too


def commit(t, g, topics, generation=-1, member="", **kw):
    """topics: [(name, [(partition, offset[, metadata[, epoch]])])]"""
    return dict({"GroupId": g, "GenerationIdOrMemberEpoch": generation, "MemberId": member, "Topics": [
        {"Name": n, "TopicId": t.id(n), "Partitions": [
            {"PartitionIndex": p[0], "CommittedOffset": p[1], "CommittedMetadata": p[2] if len(p) > 2 else "",
             "CommittedLeaderEpoch": p[3] if len(p) > 3 else -1} for p in ps]} for n, ps in topics]}, **kw)


def ask(t, v, *groups, stable=False):
    """groups: (name, None or [(topic, [partition])][, member, epoch])"""
    def topics(g):
        return None if g[1] is None else [{"Name": n, "TopicId": t.id(n), "PartitionIndexes": ps} for n, ps in g[1]]
    if v < 8:
        return {"GroupId": groups[0][0], "Topics": topics(groups[0]), "RequireStable": stable}
    return {"RequireStable": stable, "Groups": [
        {"GroupId": g[0], "Topics": topics(g), "MemberId": g[2] if len(g) > 2 else None,
         "MemberEpoch": g[3] if len(g) > 3 else -1} for g in groups]}


@case("FindCoordinator", "group")
def _(t):
    g = group(t)
    for step, key in (("own", g), ("empty", ""), ("least hash", "polygenelubricants"), ("not ascii", "\u00e9\U0001f600")):
        t.say({"Key": key, "KeyType": 0, "CoordinatorKeys": [key]}, step)


@case("FindCoordinator", "many", 4)
def _(t):
    group(t)
    t.say({"KeyType": 0, "CoordinatorKeys": ["a", "b", "a"]}, "three")
    t.say({"KeyType": 0, "CoordinatorKeys": []}, "none")
    t.say({"KeyType": 7, "CoordinatorKeys": ["a"]}, "type 7")


@case("OffsetCommit", "simple")
def _(t):
    a, b, g = t.topic(partitions=3), t.topic(), group(t)
    t.say(commit(t, g, [(a, [(0, 5), (1, 7, "text", 3)]), (b, [(0, 2 ** 40)])]), "three")
    t.say(commit(t, g, [(a, [(0, 4)])]), "back")
    t.say(commit(t, g, [(a, [(0, -1)])]), "minus one")
    t.say(commit(t, g, [(a, [(2, 1, None)])]), "null metadata")
    t.say(commit(t, g, []), "nothing")
    t.say(commit(t, g, [(a, [])]), "no partition")
    t.say(commit(t, g, [(a, [(1, 1), (1, 2)])]), "twice")
    t.say(ask(t, 5, (g, None)), "then", api="OffsetFetch", v=5)


@case("OffsetCommit", "unknown")
def _(t):
    a, g = t.topic(), group(t)
    t.say(commit(t, g, [(a, [(7, 5), (0, 6), (-1, 7)])]), "partition")
    t.names.append("nowhere")
    t.say(commit(t, g, [("nowhere", [(0, 5)]), (a, [(0, 6)])]), "topic first")
    t.say(commit(t, g, [(a, [(0, 6)]), ("nowhere", [(0, 5)])]), "topic last")
    t.say(commit(t, g, [("nowhere", [(0, 5)])]), "topic alone")
    t.say(commit(t, g, [("nowhere", [(0, 5)])], 3, "m"), "topic alone, with a generation")


@case("OffsetCommit", "generation")
def _(t):
    a, g = t.topic(), group(t)
    for n, member in ((0, ""), (3, "m"), (-1, "m"), (-2, ""), (2 ** 31 - 1, "m")):
        fresh = t.world.name()
        t.names.append(fresh)
        t.say(commit(t, fresh, [(a, [(0, 5)])], n, member), f"new group {n} {member}")
    t.quiet("OffsetCommit", 5, commit(t, g, [(a, [(0, 5)])]))
    for n, member in ((0, ""), (3, "m"), (-1, "m"), (-2, "")):
        t.say(commit(t, g, [(a, [(0, 5)])], n, member), f"group {n} {member}")
    t.say(commit(t, g, [(a, [(0, 5)])], GroupInstanceId="i"), "instance")


@case("OffsetCommit", "metadata")
def _(t):
    a, g = t.topic(partitions=3), group(t)
    t.say(commit(t, g, [(a, [(0, 1, "x" * 4096), (1, 2, "x" * 4097), (2, 3, "\u00e9" * 2049)])]), "")
    t.say(ask(t, 5, (g, [(a, [1, 2])])), "then", api="OffsetFetch", v=5)


@case("OffsetCommit", "retention", 2, 4)
def _(t):
    a, g = t.topic(), group(t)
    for ms in (-1, 0, 100000, -5):
        t.say(commit(t, g, [(a, [(0, 5)])], RetentionTimeMs=ms), str(ms))
    t.say(ask(t, 5, (g, None)), "then", api="OffsetFetch", v=5)


@case("OffsetCommit", "empty-id")
def _(t):
    a = t.topic()
    awake(t, "")
    t.say(commit(t, "", [(a, [(0, 5)])]), "commit")
    t.say(ask(t, 5, ("", [(a, [0])])), "fetch", api="OffsetFetch", v=5)


@case("OffsetFetch", "some")
def _(t):
    a, b, g = t.topic(partitions=2), t.topic(), group(t)
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5, "text", 3)]), (b, [(0, 9)])]))
    t.say(ask(t, t.v, (g, [(b, [0]), (a, [1, 0])])), "some")
    t.say(ask(t, t.v, (g, [(a, [0, 0, 99, -1])])), "odd partitions")
    t.say(ask(t, t.v, (g, [])), "none")
    t.say(ask(t, t.v, (g, [(a, [])])), "no partition")
    t.say(ask(t, t.v, (g, [(a, [0])]), stable=True), "stable")
    if t.v >= 2:
        t.say(ask(t, t.v, (g, None)), "all")
    t.names.append("nowhere")
    t.say(ask(t, t.v, (g, [("nowhere", [0]), (a, [0])])), "unknown topic")
    t.names.append(t.world.name())
    t.say(ask(t, t.v, (t.names[-1], [(a, [0])])), "unknown group")


@case("OffsetFetch", "many", 8)
def _(t):
    a, g, h = t.topic(partitions=2), group(t), group(t)
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5)])]))
    t.quiet("OffsetCommit", 8, commit(t, h, [(a, [(1, 6)])]))
    t.say(ask(t, t.v, (g, [(a, [0])]), (h, None), (g, None)), "three")
    t.say(ask(t, t.v), "none")
    t.say(ask(t, t.v, (g, [(a, [0])], "m", 5), (h, None, "m", -1)), "member")


@case("OffsetFetch", "deleted-topic")
def _(t):
    a, b, g = t.topic(), t.topic(), group(t)
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5)]), (b, [(0, 6)])]))
    t.quiet("DeleteTopics", 5, {"TopicNames": [a], "TimeoutMs": 30000})
    t.world.gone(a)
    t.world.wait("offsets to go", lambda: len(t.quiet("OffsetFetch", 5, ask(t, 5, (g, None)))["Topics"]) == 1)
    if t.v >= 2:
        t.say(ask(t, t.v, (g, None)), "all")


@case("OffsetDelete", "simple")
def _(t):
    a, b, g = t.topic(partitions=2), t.topic(), group(t)

    def drop(g, *topics):
        return {"GroupId": g, "Topics": [{"Name": n, "Partitions": [{"PartitionIndex": p} for p in ps]} for n, ps in topics]}
    t.say(drop(g, (a, [0])), "unknown group")
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5), (1, 6)]), (b, [(0, 6)])]))
    t.say(drop(g, (a, [0, 7])), "one")
    t.say(drop(g, ("nowhere", [0]), (a, [0])), "unknown topic")
    t.say(drop(g), "none")
    t.say(drop(""), "empty id")
    t.say(ask(t, 5, (g, None)), "then", api="OffsetFetch", v=5)
    t.say(drop(g, (a, [1]), (b, [0])), "the rest")
    t.say(ask(t, 5, (g, None)), "nothing", api="OffsetFetch", v=5)
    t.say({"Groups": [g]}, "still there", api="DescribeGroups", v=5)


@case("DescribeGroups", "simple")
def _(t):
    a, g = t.topic(), group(t)
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5)])]))
    t.say({"Groups": [g]}, "one")
    t.say({"Groups": [g, g]}, "twice")
    t.say({"Groups": []}, "none")
    t.names.append("nobody")
    t.say({"Groups": ["nobody"]}, "unknown")
    t.say({"Groups": [""]}, "empty id")
    if t.v >= 3:
        t.say({"Groups": [g, "nobody"], "IncludeAuthorizedOperations": True}, "operations")


@case("ListGroups", "simple")
def _(t):
    a, g = t.topic(), group(t)
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5)])]))

    def mine(answer):
        return dict(answer, Groups=[x for x in answer["Groups"] if x["GroupId"] == g])
    t.say({}, "all", keep=mine)
    if t.v >= 4:
        for states in (["Empty"], ["empty"], ["Stable"], ["Nonsense"], ["Stable", "EMPTY"]):
            t.say({"StatesFilter": states}, "states " + ",".join(states), keep=mine)
    if t.v >= 5:
        for types in (["classic"], ["Classic"], ["consumer"], ["nonsense"], ["share", "classic"]):
            t.say({"TypesFilter": types}, "types " + ",".join(types), keep=mine)


@case("DeleteGroups", "simple")
def _(t):
    a, g, h = t.topic(), group(t), group(t)
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5)])]))
    t.quiet("OffsetCommit", 8, commit(t, h, [(a, [(0, 5)])]))
    t.names.append("nobody")
    t.say({"GroupsNames": ["nobody"]}, "unknown")
    t.say({"GroupsNames": []}, "none")
    t.say({"GroupsNames": [g]}, "one")
    t.say({"GroupsNames": [g]}, "again")
    t.say({"GroupsNames": [h, "nobody"]}, "two")
    t.say({"GroupsNames": [""]}, "empty id")
    t.say({"GroupId": g, "Topics": None}, "offsets", api="OffsetFetch", v=5)
    t.say({"Groups": [g]}, "then", api="DescribeGroups", v=5)


@case("ConsumerGroupDescribe", "not-one")
def _(t):
    a, g = t.topic(), group(t)
    t.quiet("OffsetCommit", 8, commit(t, g, [(a, [(0, 5)])]))
    t.names.append("nobody")
    t.say({"GroupIds": [g]}, "classic")
    t.say({"GroupIds": ["nobody"]}, "unknown")
    t.say({"GroupIds": [""]}, "empty id")
    t.say({"GroupIds": []}, "none")
    t.say({"GroupIds": [g, "nobody"], "IncludeAuthorizedOperations": True}, "operations")
