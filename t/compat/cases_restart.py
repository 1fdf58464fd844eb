# SPDX-License-Identifier: ISC
"""What a broker still knows after it was stopped and started: epochs, offsets, producers, topics; and what it must not know."""
from batch import build
from case import restarted


def two_epochs(t):
    """Three records under the first epoch; two more come after the restart."""
    t.feed(t.topic(), build(3, t.t0))


def second(t):
    name = t.names[0]
    t.feed(name, build(2, t.t0 + 10))
    return name


def fetch(t, name, **part):
    return {"MaxWaitMs": 0, "MinBytes": 0, "Topics": [{"Topic": name, "TopicId": t.id(name), "Partitions": [
        dict({"Partition": 0, "FetchOffset": 0, "PartitionMaxBytes": 10000000}, **part)]}]}


@restarted("Fetch", "restart-epochs", two_epochs, 9)
def _(t):
    name = second(t)
    t.note("the epoch grew", t.epoch > t.before)
    for step, epoch in (("before", t.before), ("now", t.epoch), ("next", t.epoch + 1), ("none", -1)):
        t.say(fetch(t, name, CurrentLeaderEpoch=epoch), step)


@restarted("Fetch", "restart-diverging", two_epochs, 12)
def _(t):
    """Who followed the first epoch further than it went is told where it ended."""
    name = second(t)
    for step, epoch, offset in (("before, at 0", t.before, 0), ("before, at its end", t.before, 3), ("before, beyond its end", t.before, 4),
                                ("before, at the end", t.before, 5), ("now, at the end", t.epoch, 5), ("now, where it began", t.epoch, 3),
                                ("now, below its beginning", t.epoch, 1)):
        t.say(fetch(t, name, FetchOffset=offset, LastFetchedEpoch=epoch, CurrentLeaderEpoch=t.epoch), step)


def a_session(t):
    name = t.topic()
    t.feed(name, build(1, t.t0))
    got = t.quiet("Fetch", 12, dict(fetch(t, name), SessionId=0, SessionEpoch=0))
    t.state["session"] = got["SessionId"]


@restarted("Fetch", "restart-session", a_session, 7)
def _(t):
    t.say({"MaxWaitMs": 0, "MinBytes": 0, "SessionId": t.state["session"], "SessionEpoch": 1, "Topics": []})


@restarted("ListOffsets", "restart-epochs", two_epochs, 4)
def _(t):
    name = second(t)
    for ts in (-1, -2, t.t0, t.t0 + 5):
        for step, epoch in (("before", t.before), ("now", t.epoch), ("next", t.epoch + 1)):
            t.say({"ReplicaId": -1, "Topics": [{"Name": name, "Partitions": [
                {"PartitionIndex": 0, "Timestamp": ts, "CurrentLeaderEpoch": epoch}]}]}, f"{step} {ts if ts < 0 else 'T%+d' % (ts - t.t0)}")


@restarted("OffsetForLeaderEpoch", "restart-epochs", two_epochs)
def _(t):
    name = second(t)
    for step, epoch in (("before", t.before), ("now", t.epoch), ("next", t.epoch + 1), ("far", t.epoch + 100), ("none", -1)):
        t.say({"Topics": [{"Topic": name, "Partitions": [{"Partition": 0, "LeaderEpoch": epoch}]}]}, step)
    for step, epoch in (("before", t.before), ("now", t.epoch), ("next", t.epoch + 1)):
        t.say({"Topics": [{"Topic": name, "Partitions": [{"Partition": 0, "LeaderEpoch": t.before, "CurrentLeaderEpoch": epoch}]}]},
              "current " + step)


def cut(t):
    name = t.topic()
    t.feed(name, build(4, t.t0), build(4, t.t0 + 10))
    t.quiet("DeleteRecords", 2, {"TimeoutMs": 30000, "Topics": [{"Name": name, "Partitions": [{"PartitionIndex": 0, "Offset": 5}]}]})


@restarted("ListOffsets", "restart-log-start", cut)
def _(t):
    for ts in (-1, -2, t.t0, t.t0 + 10):
        t.say({"ReplicaId": -1, "Topics": [{"Name": t.names[0], "Partitions": [{"PartitionIndex": 0, "Timestamp": ts}]}]},
              f"{ts if ts < 0 else 'T%+d' % (ts - t.t0)}")


def producing(t):
    name, pid = t.topic(), t.new_pid()
    t.state["pid"] = pid
    for i in range(7):
        t.feed(name, build(2, t.t0 + i, pid=pid, pid_epoch=1, seq=2 * i))


@restarted("Produce", "restart-idempotent", producing, 3)
def _(t):
    name, pid = t.names[0], t.state["pid"]

    def send(step, seq, count=2, epoch=1):
        t.produce(name, build(count, t.t0 + seq // 2, pid=pid, pid_epoch=epoch, seq=seq), step)
    for i in range(7):
        send(f"batch {i} again", 2 * i)
    send("gap", 20)
    send("old epoch", 14, epoch=0)
    send("next", 14)
    send("next again", 14)
    send("new epoch", 0, epoch=2)
    t.say(fetch(t, name), "stored", api="Fetch", v=12)


@restarted("Metadata", "restart", lambda t: t.topic(3))
def _(t):
    t.say({"Topics": [{"Name": t.names[0]}]})


@restarted("DescribeConfigs", "restart", lambda t: t.topic(retention_ms="123456", cleanup_policy="compact"))
def _(t):
    t.say({"Resources": [{"ResourceType": 2, "ResourceName": t.names[0], "ConfigurationKeys": ["retention.ms", "cleanup.policy", "segment.ms"]}]})


def pids(t):
    t.state["greatest"] = max(t.new_pid() for _ in range(3))


@restarted("InitProducerId", "restart", pids)
def _(t):
    t.world.new_pid()
    got = t.say({"TransactionalId": None, "TransactionTimeoutMs": 1000})
    t.note("none is given out twice", got["ProducerId"] > t.state["greatest"])


def deleted(t):
    name = t.topic()
    t.feed(name, build(2, t.t0))
    t.quiet("DeleteTopics", 4, {"TopicNames": [name], "TimeoutMs": 30000})
    t.world.gone(name)
    t.names.remove(name)
    t.state["name"], t.state["id"] = name, t.ids.pop(name).hex()


@restarted("Metadata", "restart-deleted", deleted, 4)
def _(t):
    name = t.state["name"]
    t.names.append(name)
    t.say({"Topics": [{"Name": name}], "AllowAutoTopicCreation": False})
    if t.v >= 12:
        t.say({"Topics": [{"Name": None, "TopicId": bytes.fromhex(t.state["id"])}]}, "by id")
    t.ids[name] = t.world.create(name)["TopicId"]
    t.note("another id", t.ids[name].hex() != t.state["id"])
    t.say({"ReplicaId": -1, "Topics": [{"Name": name, "Partitions": [{"PartitionIndex": 0, "Timestamp": -1}]}]}, "empty", api="ListOffsets", v=4)
