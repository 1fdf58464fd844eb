# SPDX-License-Identifier: ISC
"""DescribeConfigs, AlterConfigs, IncrementalAlterConfigs, of topics and of brokers."""
from case import case

TOPIC, BROKER, LOGGER, METRICS, GROUP = 2, 4, 8, 16, 32
SET, DELETE, APPEND, SUBTRACT = range(4)

NUMBERS = ("0", "1", "-1", "-2", "14", "1000", "1048576", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808",
           "1.5", "1e3", " 5 ", "+5", "abc", "", None)
FLAGS = ("true", "false", "TRUE", "yes", "1", "", None)
THROTTLED = ("", "*", "0:1", "0:1,1:2", "none", "x", "0", "0:", "*,0:1", " 0:1 ", None)

# Every config of a topic, and what is tried on it.
CONFIGS = {
    "cleanup.policy": ("delete", "compact", "compact,delete", "delete,compact", " compact , delete ", "compact,compact", "", ",", "none",
                       "DELETE", "delete,burn", None),
    "compression.gzip.level": ("-1", "0", "1", "9", "10", "-2", "x", None),
    "compression.lz4.level": ("0", "1", "9", "17", "18", "-1", "x", None),
    "compression.type": ("producer", "uncompressed", "none", "gzip", "snappy", "lz4", "zstd", "GZIP", "", "brotli", None),
    "compression.zstd.level": ("-131072", "-131073", "0", "3", "22", "23", "x", None),
    "delete.retention.ms": NUMBERS,
    "file.delete.delay.ms": NUMBERS,
    "flush.messages": NUMBERS,
    "flush.ms": NUMBERS,
    "follower.replication.throttled.replicas": THROTTLED,
    "index.interval.bytes": NUMBERS,
    "internal.segment.bytes": ("1", "14", "1000", None),
    "leader.replication.throttled.replicas": THROTTLED,
    "local.retention.bytes": NUMBERS,
    "local.retention.ms": NUMBERS,
    "max.compaction.lag.ms": NUMBERS,
    "max.message.bytes": NUMBERS,
    "message.downconversion.enable": FLAGS,
    "message.format.version": ("3.0", "x", None),
    "message.timestamp.after.max.ms": NUMBERS,
    "message.timestamp.before.max.ms": NUMBERS,
    "message.timestamp.difference.max.ms": NUMBERS,
    "message.timestamp.type": ("CreateTime", "LogAppendTime", "createtime", "", "x", None),
    "min.cleanable.dirty.ratio": ("0", "1", "0.5", "1.5", "-0.1", ".5", "1e-2", "NaN", "x", "", None),
    "min.compaction.lag.ms": NUMBERS,
    "min.insync.replicas": NUMBERS,
    "preallocate": FLAGS,
    "remote.log.copy.disable": FLAGS,
    "remote.log.delete.on.disable": FLAGS,
    "remote.storage.enable": FLAGS,
    "retention.bytes": NUMBERS,
    "retention.ms": NUMBERS,
    "segment.bytes": NUMBERS,
    "segment.index.bytes": NUMBERS,
    "segment.jitter.ms": NUMBERS,
    "segment.ms": NUMBERS,
    "unclean.leader.election.enable": FLAGS,
}

# Configs of the broker that clients and tools look at; not those that differ by nature, listeners and directories.
BROKER_CONFIGS = [
    "auto.create.topics.enable", "broker.id", "compression.type", "connections.max.idle.ms",
    "default.replication.factor", "delete.topic.enable", "fetch.max.bytes", "log.cleaner.delete.retention.ms",
    "log.cleaner.min.cleanable.ratio", "log.cleanup.policy", "log.flush.interval.messages", "log.index.interval.bytes",
    "log.index.size.max.bytes", "log.message.timestamp.type", "log.retention.bytes", "log.retention.hours",
    "log.retention.minutes", "log.retention.ms", "log.roll.hours", "log.roll.ms", "log.segment.bytes", "log.segment.delete.delay.ms",
    "max.connections", "max.connections.per.ip", "max.incremental.fetch.session.cache.slots", "message.max.bytes",
    "min.insync.replicas", "node.id", "num.partitions", "offsets.retention.minutes", "producer.id.expiration.ms",
    "socket.request.max.bytes", "transaction.max.timeout.ms", "unclean.leader.election.enable"]


def ask(resources, **kw):
    return dict({"Resources": [{"ResourceType": k, "ResourceName": n, "ConfigurationKeys": keys} for k, n, keys in resources]}, **kw)


# ---- DescribeConfigs

@case("DescribeConfigs", "topic-all")
def _(t):
    t.say(ask([(TOPIC, t.topic(), None)]))


@case("DescribeConfigs", "topic-all-with-synonyms")
def _(t):
    name = t.topic(retention_ms="86400000", cleanup_policy="compact,delete")
    t.say(ask([(TOPIC, name, None)], IncludeSynonyms=True, IncludeDocumentation=t.v >= 3))


@case("DescribeConfigs", "topic-keys")
def _(t):
    name = t.topic(retention_ms="1000")
    t.say(ask([(TOPIC, name, ["retention.ms", "segment.bytes"])]), "two")
    t.say(ask([(TOPIC, name, ["retention.ms", "no.such"])]), "one unknown")
    t.say(ask([(TOPIC, name, ["no.such"])]), "unknown")
    t.say(ask([(TOPIC, name, ["retention.ms", "retention.ms"])]), "twice")
    t.say(ask([(TOPIC, name, [])]), "none", keep=count)
    t.say(ask([]), "nothing")


def count(answer):
    for r in answer["Results"]:
        r["Configs"] = len(r["Configs"])
    return answer


@case("DescribeConfigs", "unknown")
def _(t):
    name = t.topic()
    t.say(ask([(TOPIC, t.name(), None)]), "topic")
    t.say(ask([(TOPIC, "a b", None)]), "invalid topic name")
    t.say(ask([(TOPIC, "", None)]), "empty topic name")
    t.say(ask([(TOPIC, t.name(), None), (TOPIC, name, ["flush.ms"])]), "and a known one")
    t.say(ask([(TOPIC, name, ["flush.ms"]), (TOPIC, name, ["segment.ms"])]), "twice")
    for kind in (0, 1, 3, 7, 127, -1):
        t.say(ask([(kind, "x", None)]), f"type {kind}")


@case("DescribeConfigs", "broker")
def _(t):
    """Each one is compared; what differs by nature is listed as such."""
    t.say(ask([(BROKER, str(t.node), BROKER_CONFIGS)], IncludeSynonyms=True))
    t.say(ask([(BROKER, str(t.node), ["no.such"])]), "unknown config")


@case("DescribeConfigs", "broker-names")
def _(t):
    t.say(ask([(BROKER, "4711", None)]), "another node")
    t.say(ask([(BROKER, "abc", None)]), "not a number")
    t.say(ask([(BROKER, "-1", None)]), "negative")
    t.say(ask([(BROKER, "", None)]), "default")


# ---- AlterConfigs

def alter(*resources, validate=False):
    return {"ValidateOnly": validate, "Resources": [{"ResourceType": k, "ResourceName": n, "Configs": [
        {"Name": name, "Value": value} for name, value in configs]} for k, n, configs in resources]}


def seen(t, name, step, **configs):
    def now():
        answer = t.quiet("DescribeConfigs", 1, ask([(TOPIC, name, None)]))
        return {c["Name"]: c["Value"] for c in answer["Results"][0]["Configs"] if c["ConfigSource"] == 1}
    want = {k.replace("_", "."): v for k, v in configs.items()}
    try:
        t.world.wait(step, lambda: now() == want)
    except TimeoutError:
        pass
    t.note(step, now())


@case("AlterConfigs", "topic")
def _(t):
    """What is set replaces all that was."""
    name = t.topic(retention_ms="1000", flush_ms="5")
    t.say(alter((TOPIC, name, [("segment.ms", "60000")])))
    seen(t, name, "then", segment_ms="60000")
    t.say(alter((TOPIC, name, [("flush.ms", "7")]), validate=True), "only checked")
    seen(t, name, "as before", segment_ms="60000")
    t.say(alter((TOPIC, name, [])), "nothing set")
    seen(t, name, "all gone")


@case("AlterConfigs", "bad")
def _(t):
    name = t.topic()
    for step, configs in (("unknown", [("no.such", "1")]), ("number", [("retention.ms", "abc")]), ("null", [("retention.ms", None)]),
                          ("twice", [("retention.ms", "1000"), ("retention.ms", "2000")]),
                          ("good and bad", [("flush.ms", "9"), ("retention.ms", "abc")])):
        t.say(alter((TOPIC, name, configs)), step)
    t.say(alter((TOPIC, t.name(), [("flush.ms", "9")])), "unknown topic")
    t.say(alter((TOPIC, "", [("flush.ms", "9")])), "empty topic name")
    t.say(alter((TOPIC, name, [("flush.ms", "9")]), (TOPIC, name, [("flush.ms", "8")])), "topic twice", patience=1)
    t.say(alter((TOPIC, name, [("flush.ms", "9")]), (TOPIC, t.name(), [("flush.ms", "8")])), "one unknown")
    t.say(alter((3, "x", [("a", "b")])), "unknown type")
    t.say(alter(), "nothing")
    seen(t, name, "then", flush_ms="9")


@case("AlterConfigs", "broker")
def _(t):
    me = str(t.node)
    t.say(alter((BROKER, "4711", [("log.retention.ms", "1000")])), "another node")
    t.say(alter((BROKER, "abc", [("log.retention.ms", "1000")])), "not a number")
    t.say(alter((BROKER, me, [("num.partitions", "3")])), "read only")
    t.say(alter((BROKER, me, [("message.max.bytes", "abc")])), "bad value")
    t.say(alter((BROKER, me, [("message.max.bytes", "2000000")]), validate=True), "only checked")
    t.say(alter((BROKER, "", [("message.max.bytes", "2000000")]), validate=True), "default, only checked")


# ---- IncrementalAlterConfigs

def change(*resources, validate=False):
    return {"ValidateOnly": validate, "Resources": [{"ResourceType": k, "ResourceName": n, "Configs": [
        {"Name": name, "ConfigOperation": op, "Value": value} for op, name, value in configs]} for k, n, configs in resources]}


@case("IncrementalAlterConfigs", "topic")
def _(t):
    name = t.topic(retention_ms="1000")
    t.say(change((TOPIC, name, [(SET, "flush.ms", "5")])), "set")
    seen(t, name, "after set", retention_ms="1000", flush_ms="5")
    t.say(change((TOPIC, name, [(DELETE, "retention.ms", None), (SET, "flush.ms", "6")])), "delete and set")
    seen(t, name, "after delete", flush_ms="6")
    t.say(change((TOPIC, name, [(DELETE, "segment.ms", None)])), "delete what is not set")
    t.say(change((TOPIC, name, [(DELETE, "flush.ms", "77")])), "delete with a value")
    seen(t, name, "nothing")
    t.say(change((TOPIC, name, [(SET, "flush.ms", "5")]), validate=True), "only checked")
    t.say(change((TOPIC, name, [])), "no configs")
    t.say(change(), "nothing at all")
    seen(t, name, "still nothing")


@case("IncrementalAlterConfigs", "lists")
def _(t):
    name = t.topic()
    for step, op, value, want in (("append to the default", APPEND, "compact", "delete,compact"), ("append again", APPEND, "compact", "delete,compact"),
                                  ("subtract", SUBTRACT, "delete", "compact"), ("subtract what is not there", SUBTRACT, "delete", "compact"),
                                  ("append two", APPEND, "delete,compact", "compact,delete"), ("subtract all", SUBTRACT, "compact,delete", "")):
        t.say(change((TOPIC, name, [(op, "cleanup.policy", value)])), step)
        seen(t, name, "after " + step, cleanup_policy=want)
    t.say(change((TOPIC, name, [(APPEND, "flush.ms", "1")])), "append to a number")
    t.say(change((TOPIC, name, [(SUBTRACT, "flush.ms", "1")])), "subtract from a number")
    t.say(change((TOPIC, name, [(APPEND, "cleanup.policy", "burn")])), "append nonsense")
    t.say(change((TOPIC, name, [(APPEND, "cleanup.policy", None)])), "append null")
    t.say(change((TOPIC, name, [(4, "cleanup.policy", "delete")])), "operation 4")
    t.say(change((TOPIC, name, [(-1, "cleanup.policy", "delete")])), "operation -1")


@case("IncrementalAlterConfigs", "bad")
def _(t):
    name = t.topic()
    for step, configs in (("unknown", [(SET, "no.such", "1")]), ("delete unknown", [(DELETE, "no.such", None)]),
                          ("number", [(SET, "retention.ms", "abc")]), ("null", [(SET, "retention.ms", None)]),
                          ("twice", [(SET, "retention.ms", "1000"), (SET, "retention.ms", "2000")]),
                          ("set and delete", [(SET, "retention.ms", "1000"), (DELETE, "retention.ms", None)]),
                          ("good and bad", [(SET, "flush.ms", "9"), (SET, "retention.ms", "abc")]), ("empty name", [(SET, "", "1")])):
        t.say(change((TOPIC, name, configs)), step)
    t.say(change((TOPIC, t.name(), [(SET, "flush.ms", "9")])), "unknown topic")
    t.say(change((TOPIC, "a b", [(SET, "flush.ms", "9")])), "invalid topic name")
    t.say(change((TOPIC, "", [(SET, "flush.ms", "9")])), "empty topic name")
    t.say(change((TOPIC, name, [(SET, "flush.ms", "9")]), (TOPIC, name, [(SET, "flush.ms", "8")])), "topic twice")
    t.say(change((TOPIC, name, [(SET, "flush.ms", "9")]), (TOPIC, t.name(), [(SET, "flush.ms", "8")])), "one unknown")
    t.say(change((3, "x", [(SET, "a", "b")])), "unknown type")
    seen(t, name, "then", flush_ms="9")


@case("IncrementalAlterConfigs", "every-value", 1)
def _(t):
    """Every config of a topic with every value that is worth trying, checked only: the code and the message."""
    name = t.topic()
    for config, values in CONFIGS.items():
        for value in values:
            r = t.quiet("IncrementalAlterConfigs", 1, change((TOPIC, name, [(SET, config, value)]), validate=True))["Responses"][0]
            t.note(f"{config}={value}", f"{r['ErrorCode']} {t.text(r['ErrorMessage'] or '')}".strip())


@case("IncrementalAlterConfigs", "as-read-back", 1)
def _(t):
    """How odd values come back."""
    for config, value in (("cleanup.policy", " compact , delete "), ("retention.ms", " 5 "), ("retention.ms", "+5"), ("preallocate", "TRUE"),
                          ("min.cleanable.dirty.ratio", "1e-2"), ("compression.type", "gzip"), ("leader.replication.throttled.replicas", "0:1")):
        name = t.topic()
        t.quiet("IncrementalAlterConfigs", 1, change((TOPIC, name, [(SET, config, value)])))
        t.world.wait(config, lambda n=name: any(c["ConfigSource"] == 1 for c in t.quiet("DescribeConfigs", 4, ask([(TOPIC, n, None)]))[
            "Results"][0]["Configs"]))
        t.say(ask([(TOPIC, name, [config])]), f"{config}={value}", api="DescribeConfigs", v=4)


@case("IncrementalAlterConfigs", "broker")
def _(t):
    me = str(t.node)

    def described(step, keys):
        t.say(ask([(BROKER, me, keys)], IncludeSynonyms=True), step, api="DescribeConfigs", v=4)

    def reaches(config, source):
        def there():
            r = t.quiet("DescribeConfigs", 4, ask([(BROKER, me, [config])]))["Results"][0]["Configs"]
            return bool(r) and r[0]["ConfigSource"] == source
        try:
            t.world.wait(config, there)
        except TimeoutError:
            pass
    t.say(change((BROKER, "4711", [(SET, "log.retention.ms", "1000")])), "another node")
    t.say(change((BROKER, "abc", [(SET, "log.retention.ms", "1000")])), "not a number")
    t.say(change((BROKER, me, [(SET, "num.partitions", "3")])), "read only")
    t.say(change((BROKER, me, [(SET, "listeners", "PLAINTEXT://:1")])), "listeners")
    t.say(change((BROKER, me, [(SET, "message.max.bytes", "abc")])), "bad value")
    t.say(change((BROKER, me, [(SET, "no.such.config", "1")]), validate=True), "unknown, only checked")
    t.say(change((BROKER, me, [(SET, "message.max.bytes", "2000000")]), validate=True), "only checked")
    t.say(change((BROKER, me, [(SET, "message.max.bytes", "2000000")])), "set")
    reaches("message.max.bytes", 2)
    described("after set", ["message.max.bytes"])
    name = t.topic()
    t.say(ask([(TOPIC, name, ["max.message.bytes"])], IncludeSynonyms=True), "a topic then", api="DescribeConfigs", v=4)
    t.say(change((BROKER, me, [(DELETE, "message.max.bytes", None)])), "delete")
    reaches("message.max.bytes", 5)
    described("after delete", ["message.max.bytes"])


@case("IncrementalAlterConfigs", "broker-default")
def _(t):
    me = str(t.node)

    def reaches(source):
        def there():
            r = t.quiet("DescribeConfigs", 4, ask([(BROKER, me, ["log.retention.ms"])]))["Results"][0]["Configs"]
            return bool(r) and r[0]["ConfigSource"] == source
        try:
            t.world.wait("log.retention.ms", there)
        except TimeoutError:
            pass
    t.say(change((BROKER, "", [(SET, "log.retention.ms", "123456789")])), "set")
    reaches(3)
    t.say(ask([(BROKER, me, ["log.retention.ms"])], IncludeSynonyms=True), "after set", api="DescribeConfigs", v=4)
    t.say(ask([(BROKER, "", None)], IncludeSynonyms=True), "the default itself", api="DescribeConfigs", v=4)
    t.say(ask([(TOPIC, t.topic(), ["retention.ms"])], IncludeSynonyms=True), "a topic then", api="DescribeConfigs", v=4)
    t.say(change((BROKER, "", [(DELETE, "log.retention.ms", None)])), "delete")
    reaches(5)
    t.say(ask([(BROKER, me, ["log.retention.ms"])], IncludeSynonyms=True), "after delete", api="DescribeConfigs", v=4)
