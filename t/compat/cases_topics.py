# SPDX-License-Identifier: ISC
"""CreateTopics, DeleteTopics, CreatePartitions."""
from case import case


def topic(name, partitions=1, replication=1, assign=(), **configs):
    return {"Name": name, "NumPartitions": partitions, "ReplicationFactor": replication,
            "Assignments": [{"PartitionIndex": i, "BrokerIds": b} for i, b in assign],
            "Configs": [{"Name": k.replace("_", "."), "Value": v} for k, v in configs.items()]}


def create(*topics, validate=False):
    return {"timeoutMs": 30000, "validateOnly": validate, "Topics": list(topics)}


def brief(answer):
    """Without the configs, which one case looks at."""
    for x in answer["Topics"]:
        x.pop("Configs", None)
    return answer


@case("CreateTopics", "plain", 2)
def _(t):
    name = t.name()
    t.say(create(topic(name, 3)))
    t.settled(name, 3)
    t.say(create(topic(name, 3)), "again", keep=brief)


@case("CreateTopics", "none", 2)
def _(t):
    t.say(create())


@case("CreateTopics", "with-configs", 2)
def _(t):
    name = t.name()
    t.say(create(topic(name, 1, 1, cleanup_policy="compact", retention_ms="12345", segment_bytes="1048576")))


@case("CreateTopics", "many", 2)
def _(t):
    """The good ones are made, each bad one has its own error."""
    names = [t.name() for _ in range(4)]
    t.say(create(topic(names[0]), topic(names[1], 0), topic(names[2], 1, 5), topic(names[3], 2)), keep=brief)


@case("CreateTopics", "validate-only", 2)
def _(t):
    name = t.name()
    t.say(create(topic(name, 2), validate=True), "good", keep=brief)
    t.note("not there", t.world.describe(name) is None)
    t.say(create(topic(name, 0), validate=True), "bad", keep=brief)
    there = t.topic()
    t.say(create(topic(there, 1), validate=True), "exists", keep=brief)


@case("CreateTopics", "partitions", 2)
def _(t):
    for n in (0, -1, -2, -2147483648):
        t.say(create(topic(t.name(), n)), f"partitions {n}", keep=brief)


@case("CreateTopics", "replication", 2)
def _(t):
    for n in (0, -1, -2, 2, 32767):
        t.say(create(topic(t.name(), 1, n)), f"factor {n}", keep=brief)
    t.say(create(topic(t.name(), -1, -1)), "both default", keep=brief)


@case("CreateTopics", "assignment", 2)
def _(t):
    me = t.node
    for step, partitions, factor, assign in (
            ("good", -1, -1, [(0, [me]), (1, [me])]),
            ("partitions given", 1, -1, [(0, [me])]),
            ("factor given", -1, 1, [(0, [me])]),
            ("not from 0", -1, -1, [(1, [me])]),
            ("gap", -1, -1, [(0, [me]), (2, [me])]),
            ("unordered", -1, -1, [(1, [me]), (0, [me])]),
            ("twice", -1, -1, [(0, [me]), (0, [me])]),
            ("no replicas", -1, -1, [(0, [])]),
            ("unknown node", -1, -1, [(0, [4711])]),
            ("same node twice", -1, -1, [(0, [me, me])]),
            ("negative node", -1, -1, [(0, [-1])]),
            ("uneven", -1, -1, [(0, [me]), (1, [me, 4711])])):
        t.say(create(topic(t.name(), partitions, factor, assign)), step, keep=brief)


@case("CreateTopics", "names", 2)
def _(t):
    for i, name in enumerate(("", ".", "..", "a b", "a/b", "a:b", "é", "x" * 250, "\0", "__cluster_metadata")):
        t.say(create(topic(name)), f"name {i}", keep=brief)
    base = t.name()
    t.say(create(topic(base + "x" * (249 - len(base)))), "249 characters", keep=brief)
    t.say(create(topic(base + ".-_Z9")), "every kind of character", keep=brief)


@case("CreateTopics", "collision", 2)
def _(t):
    base = t.name()
    t.world.create(base + ".a")
    t.say(create(topic(base + "_a")), keep=brief)
    t.say(create(topic(base + ".b"), topic(base + "_b")), "in one request", keep=brief)


@case("CreateTopics", "duplicate", 2)
def _(t):
    name = t.name()
    t.say(create(topic(name), topic(name, 2)), keep=brief)
    t.note("not there", t.world.describe(name) is None)
    t.say(create(topic(name), topic(name, 2), topic(t.name())), "and another", keep=brief)


@case("CreateTopics", "bad-configs", 2)
def _(t):
    for step, configs in (("unknown", {"no.such.config": "1"}), ("bad number", {"retention.ms": "abc"}), ("null", {"retention.ms": None}),
                          ("empty", {"retention.ms": ""}), ("below", {"segment.bytes": "1"}), ("choice", {"cleanup.policy": "burn"}),
                          ("broker's name", {"log.retention.ms": "1"}), ("two bad", {"retention.ms": "x", "no.such": "y"}),
                          ("empty name", {"": "1"})):
        name = t.name()
        t.say(create(dict(topic(name), Configs=[{"Name": k, "Value": v} for k, v in configs.items()])), step, keep=brief)
    name = t.name()
    t.say(create(dict(topic(name), Configs=[{"Name": "retention.ms", "Value": "1000"}, {"Name": "retention.ms", "Value": "2000"}])),
          "twice", keep=brief)


@case("CreateTopics", "order-of-checks", 2)
def _(t):
    there = t.topic()
    t.say(create(topic(there, 0)), "exists and no partitions", keep=brief)
    t.say(create(topic("a b", 0)), "name and partitions", keep=brief)
    t.say(create(topic(t.name(), 0, 0)), "partitions and factor", keep=brief)
    t.say(create(topic(t.name(), 0, 1, no_such="1")), "partitions and config", keep=brief)
    t.say(create(topic(t.name(), 1, 9, no_such="1")), "factor and config", keep=brief)


@case("CreateTopics", "too-many", 2)
def _(t):
    """Kafka refuses more than 10,000 partitions in one request."""
    t.say(create(topic(t.name(), 10001)), "10001 in one", keep=brief)
    t.say(create(topic(t.name(), 2000000000)), "two thousand million", keep=brief)


# ---- DeleteTopics

def delete(t, *names):
    return {"TopicNames": list(names), "Topics": [{"Name": n} for n in names], "TimeoutMs": 30000}


@case("DeleteTopics", "plain", 1)
def _(t):
    one, two = t.topic(2), t.topic()
    t.say(delete(t, one, two))
    t.world.gone(one)
    t.say(delete(t, one), "again")
    t.say(delete(t), "nothing")


@case("DeleteTopics", "unknown", 1)
def _(t):
    name = t.topic()
    t.say(delete(t, t.name()))
    t.say(delete(t, "a b"), "invalid name")
    t.say(delete(t, ""), "empty name")
    t.say(delete(t, t.name(), name), "and a known one")


@case("DeleteTopics", "duplicate", 1)
def _(t):
    name = t.topic()
    t.say(delete(t, name, name))
    t.note("still there", t.world.describe(name) is not None)


@case("DeleteTopics", "by-id", 6)
def _(t):
    one, two, three, four = t.topic(), t.topic(), t.topic(), t.topic()

    def ids(*items):
        return {"Topics": [{"Name": n, "TopicId": i} for n, i in items], "TimeoutMs": 30000}
    t.say(ids((None, t.id(one))), "good")
    t.say(ids((None, b"\1" * 16)), "unknown")
    t.say(ids((two, t.id(two))), "name and id")
    t.say(ids((None, bytes(16))), "neither")
    t.say(ids((None, t.id(two)), (None, t.id(two))), "twice")
    t.say(ids((None, t.id(three)), (three, bytes(16))), "by id and by name")
    t.say(ids((None, t.id(four)), (None, b"\2" * 16)), "one unknown")


@case("DeleteTopics", "and-again", 1)
def _(t):
    """The name is free at once, and the topic is another one."""
    name = t.topic()
    old = t.id(name)
    t.say(delete(t, name))
    t.world.gone(name)
    new = t.world.create(name)
    t.note("another id", new["TopicId"] != old)


# ---- CreatePartitions

def grow(*items, validate=False):
    return {"TimeoutMs": 30000, "ValidateOnly": validate, "Topics": [
        {"Name": n, "Count": c, "Assignments": None if a is None else [{"BrokerIds": b} for b in a]} for n, c, a in items]}


@case("CreatePartitions", "plain")
def _(t):
    name = t.topic(2)
    t.say(grow((name, 4, None)))
    t.settled(name, 4)
    t.say(grow((name, 4, None)), "same")
    t.say(grow((name, 3, None)), "fewer")
    t.say(grow((name, 0, None)), "zero")
    t.say(grow((name, -1, None)), "negative")
    t.say(grow(), "nothing")


@case("CreatePartitions", "validate-only")
def _(t):
    name = t.topic(1)
    t.say(grow((name, 3, None), validate=True))
    t.note("partitions", len(t.world.describe(name)["Partitions"]))
    t.say(grow((name, 1, None), validate=True), "same")


@case("CreatePartitions", "assignment")
def _(t):
    me = t.node
    name = t.topic(1)
    t.say(grow((name, 3, [[me]])), "too short")
    t.say(grow((name, 3, [[me], [me], [me]])), "too long")
    t.say(grow((name, 3, [[me], [4711]])), "unknown node")
    t.say(grow((name, 3, [[me], []])), "no replicas")
    t.say(grow((name, 3, [[me], [me, me]])), "same node twice")
    t.say(grow((name, 3, [])), "empty")
    t.say(grow((name, 3, [[me], [me]])), "good")
    t.settled(name, 3)


@case("CreatePartitions", "unknown")
def _(t):
    name = t.topic()
    t.say(grow((t.name(), 3, None)))
    t.say(grow(("a b", 3, None)), "invalid name")
    t.say(grow((t.name(), 3, None), (name, 2, None)), "and a known one")


@case("CreatePartitions", "duplicate")
def _(t):
    name = t.topic()
    t.say(grow((name, 2, None), (name, 3, None)))
