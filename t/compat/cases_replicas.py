# SPDX-License-Identifier: ISC
"""Cases: replicas, on the one node that there is: reassignments, elections, directories, nodes that there are not."""
from case import case, restarted

NOWHERE = 4711      # no broker has this id


# ---- AlterPartitionReassignments

def alter(topics, timeout=30000, **more):
    """topics: [(name, [(partition, replicas), ...]), ...]"""
    return dict({"TimeoutMs": timeout, "Topics": [{"Name": n, "Partitions": [
        {"PartitionIndex": p, "Replicas": r} for p, r in ps]} for n, ps in topics]}, **more)


@case("AlterPartitionReassignments", "to-where-it-is")
def _(t):
    name = t.topic(2)
    t.say(alter([(name, [(0, [t.node])])]))
    t.say(alter([(name, [(0, [t.node]), (1, [t.node])])]), "both")
    t.say({"Topics": [{"Name": name}]}, "epochs", "Metadata", 12, keep=parts)


def parts(answer):
    return [{k: p[k] for k in ("PartitionIndex", "LeaderEpoch", "ReplicaNodes", "IsrNodes")} for p in
            sorted(answer["Topics"][0]["Partitions"], key=lambda p: p["PartitionIndex"])]


@case("AlterPartitionReassignments", "bad-targets")
def _(t):
    name = t.topic()
    for what, target in (("none", []), ("unknown", [NOWHERE]), ("known and unknown", [t.node, NOWHERE]), ("twice", [t.node, t.node]),
                         ("unknown twice", [NOWHERE, NOWHERE]), ("negative", [-1]), ("negative known", [t.node, -7])):
        t.say(alter([(name, [(0, target)])]), what)


@case("AlterPartitionReassignments", "cancel")
def _(t):
    name = t.topic()
    t.say(alter([(name, [(0, None)])]), "nothing to cancel")
    t.say(alter([(name, [(7, None)])]), "unknown partition")


@case("AlterPartitionReassignments", "unknown")
def _(t):
    name, other = t.topic(), t.name()
    t.say(alter([(other, [(0, [t.node])])]), "topic")
    t.say(alter([(other, [(0, None)])]), "cancel of a topic")
    t.say(alter([(name, [(1, [t.node]), (-1, [t.node])])]), "partitions")
    t.say(alter([(name, [(0, [t.node]), (1, [t.node])]), (other, [(0, [t.node])])]), "some")


@case("AlterPartitionReassignments", "shapes")
def _(t):
    name = t.topic(2)
    t.say(alter([]), "no topics")
    t.say(alter([(name, [])]), "no partitions")
    t.say(alter([("", [(0, [t.node])])]), "empty name")


@case("AlterPartitionReassignments", "factor", 1)
def _(t):
    name = t.topic()
    t.say(alter([(name, [(0, [t.node])])], AllowReplicationFactorChange=False), "the same")
    t.say(alter([(name, [(0, [])])], AllowReplicationFactorChange=False), "none")
    t.say(alter([(name, [(0, [t.node, NOWHERE])])], AllowReplicationFactorChange=False), "unknown")
    t.say(alter([(name, [(0, None)])], AllowReplicationFactorChange=False), "cancel")


# ---- ListPartitionReassignments

def listing(topics):
    return {"TimeoutMs": 30000, "Topics": topics and [{"Name": n, "PartitionIndexes": ps} for n, ps in topics]}


@case("ListPartitionReassignments", "none-under-way")
def _(t):
    name = t.topic(2)
    t.say(listing(None), "all")
    t.say(listing([]), "no topics")
    t.say(listing([(name, [0, 1])]), "named")
    t.say(listing([(name, [])]), "no partitions")
    t.say(listing([(name, [9]), (t.name(), [0])]), "unknown")


# ---- ElectLeaders

def elect(t, kind, topics, timeout=30000):
    r = {"TimeoutMs": timeout, "TopicPartitions": topics and [{"Topic": n, "Partitions": ps} for n, ps in topics]}
    return r if t.v < 1 else dict(r, ElectionType=kind)


def both(answer):
    """By topic and partition: Kafka keeps them in hash maps."""
    out = dict(answer, ReplicaElectionResults=sorted(answer["ReplicaElectionResults"], key=lambda r: r["Topic"]))
    for r in out["ReplicaElectionResults"]:
        r["PartitionResult"] = sorted(r["PartitionResult"], key=lambda p: p["PartitionId"])
    return out


@case("ElectLeaders", "not-needed")
def _(t):
    name = t.topic(2)
    for kind in (0, 1):
        t.say(elect(t, kind, [(name, [0, 1])]), f"kind {kind}", keep=both)


@case("ElectLeaders", "unknown")
def _(t):
    name, other = t.topic(), t.name()
    t.say(elect(t, 0, [(name, [1])]), "partition", keep=both)
    t.say(elect(t, 0, [(name, [-1])]), "negative", keep=both)
    t.say(elect(t, 0, [(other, [0])]), "topic", keep=both)
    t.say(elect(t, 1, [(name, [0, 7]), (other, [0])]), "some", keep=both)


@case("ElectLeaders", "all")
def _(t):
    name = t.topic(2)

    def keep(answer):
        answer["ReplicaElectionResults"] = [r for r in answer["ReplicaElectionResults"] if r["Topic"] == name]
        return answer
    t.say(elect(t, 0, None), "preferred", keep=keep)
    if t.v > 0:
        t.say(elect(t, 1, None), "unclean", keep=keep)


@case("ElectLeaders", "shapes")
def _(t):
    name = t.topic()
    t.say(elect(t, 0, []), "no topics")
    t.say(elect(t, 0, [(name, [])]), "no partitions")
    t.say(elect(t, 0, [(name, [0, 0])]), "twice", keep=both)


@case("ElectLeaders", "kinds", 1)
def _(t):
    name = t.topic()
    for kind in (2, -1, 127):
        t.say(elect(t, kind, [(name, [0])]), f"kind {kind}")


# ---- AlterReplicaLogDirs

def dirs(*moves):
    return {"Dirs": [{"Path": path, "Topics": [{"Name": n, "Partitions": ps} for n, ps in topics]} for path, topics in moves]}


def home(t):
    return t.quiet("DescribeLogDirs", 4, {"Topics": []})["Results"][0]["LogDir"]


@case("AlterReplicaLogDirs", "to-where-it-is")
def _(t):
    name = t.topic(2)
    t.say(dirs((home(t), [(name, [0, 1])])))


@case("AlterReplicaLogDirs", "elsewhere")
def _(t):
    name = t.topic()
    t.say(dirs(("/nowhere", [(name, [0])])), "no such directory")
    t.say(dirs(("relative", [(name, [0])])), "no absolute path")
    t.say(dirs(("", [(name, [0])])), "empty")
    t.say(dirs((home(t) + "/", [(name, [0])])), "with a slash")


@case("AlterReplicaLogDirs", "unknown")
def _(t):
    name = t.topic()
    t.say(dirs((home(t), [(name, [3])])), "partition")
    t.say(dirs((home(t), [(t.name(), [0])])), "topic")
    t.say(dirs(("/nowhere", [(t.name(), [0])])), "topic and directory")


@case("AlterReplicaLogDirs", "shapes")
def _(t):
    name = t.topic()
    t.say(dirs(), "none")
    t.say(dirs((home(t), [])), "no topics")
    t.say(dirs((home(t), [(name, [])])), "no partitions")


# ---- UnregisterBroker.  The node that answers is not asked for: Kafka forgets it, and nobody answers any more.

@case("UnregisterBroker", "unknown")
def _(t):
    for node in (NOWHERE, 0x7fffffff, t.node + 1, -1, -0x80000000):
        t.say({"BrokerId": node}, f"node {node if node != t.node + 1 else 'next'}")


@restarted("UnregisterBroker", "restart-gone", lambda t: None)
def _(t):
    """A second node was there before the restart, for a moment; it never had a replica."""
    t.say({"BrokerId": t.node + 1})
    t.say({"IncludeFencedBrokers": True}, "the nodes", "DescribeCluster", 2, keep=lambda a: {"n": len(a["Brokers"])})
    t.say({"BrokerId": t.node + 1}, "again")
