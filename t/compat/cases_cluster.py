# SPDX-License-Identifier: ISC
"""What a client asks first: ApiVersions, Metadata, DescribeCluster, DescribeTopicPartitions, DescribeLogDirs, InitProducerId,
and what a connection answers to nonsense."""
import struct

import batch
from broker import APIS, Closed
from case import case

NAMED = {"ClientSoftwareName": "compat", "ClientSoftwareVersion": "4.1.0"}
OURS = {api.key for api in APIS.values()}


def our_keys(answer):
    """Only the APIs that are compared; the features by name."""
    answer["ApiKeys"] = [k for k in answer["ApiKeys"] if k["ApiKey"] in OURS]
    return answer


# ---- ApiVersions and the connection

@case("ApiVersions", "plain")
def _(t):
    t.say(NAMED, keep=our_keys)


@case("ApiVersions", "bad-client-name", 3)
def _(t):
    for i, name in enumerate(("", " ", "-x", "x-", "a b", "x" * 1000, "A.b-1", "é")):
        t.say({"ClientSoftwareName": name, "ClientSoftwareVersion": "1"}, f"name {i}", keep=our_keys)
    t.say({"ClientSoftwareName": "a", "ClientSoftwareVersion": ""}, "no version", keep=our_keys)
    t.say({"ClientSoftwareName": "a", "ClientSoftwareVersion": "1.0-SNAPSHOT.x"}, "version", keep=our_keys)


@case("ApiVersions", "version-99", 0, 0)
def _(t):
    """The answer is in version 0, whatever the body; the header is that of a flexible version."""
    from codec import Cursor
    b = t.world.broker
    for step, v, body in (("no body", 99, b""), ("a body", 99, b"\xff\xff\xff"), ("next", t.world.offered["ApiVersions"][1] + 1, b"\1\1\0"),
                          ("greatest", 32767, b"")):
        b.send_bytes(struct.pack(">ihhih", 11 + len(body), 18, v, 77, -1) + b"\0" + body)
        correlation, data = b.frame()
        answer = APIS["ApiVersions"].response.decode(0, Cursor(data))
        answer["ApiKeys"] = [k for k in answer["ApiKeys"] if k["ApiKey"] == 18]
        t.note(step, t.normal(answer, ()))
        t.note(step + " correlation", correlation)
    raw(t, "negative", struct.pack(">ihhih", 10, 18, -1, 1, -1))
    raw(t, "no tags in the header", struct.pack(">ihhih", 10, 18, 99, 1, -1))


@case("ApiVersions", "twice", 0)
def _(t):
    """On one connection, without a client id, with tags that nobody knows."""
    t.world.broker.close()
    t.world.broker.client_id = None
    t.say(NAMED, "first", keep=lambda a: {"ErrorCode": a["ErrorCode"]})
    t.world.broker.client_id = "compat"
    t.say(dict(NAMED, _tags={7: b"abc", 9: b""}), "second", keep=lambda a: {"ErrorCode": a["ErrorCode"]})


def raw(t, step, data, more=b""):
    """What happens to a connection after these bytes: an answer, or the end of it."""
    b = t.world.broker
    b.close()
    try:
        b.connect()
        b.sock.settimeout(5)
        b.send_bytes(data)
        if more:
            b.send_bytes(more)
        b.frame()
        t.note(step, "answered")
    except Closed:
        t.note(step, "closed")
    except TimeoutError:
        t.note(step, "silent")
    b.close()


@case("ApiVersions", "frames", 0, 0)
def _(t):
    good = struct.pack(">hhih", 18, 0, 1, -1)
    raw(t, "good", struct.pack(">i", len(good)) + good)
    raw(t, "size 0", struct.pack(">i", 0))
    raw(t, "size -1", struct.pack(">i", -1))
    raw(t, "size over socket.request.max.bytes", struct.pack(">i", 104857601))
    raw(t, "cut header", struct.pack(">ihh", 4, 18, 0))
    raw(t, "unknown key", struct.pack(">ihhih", 10, 999, 0, 1, -1))
    raw(t, "retired key", struct.pack(">ihhih", 10, 4, 0, 1, -1))
    raw(t, "controller key", struct.pack(">ihhih", 10, 52, 0, 1, -1))
    raw(t, "negative version", struct.pack(">ihhih", 10, 3, -1, 1, -1))
    raw(t, "client id longer than the frame", struct.pack(">ihhih", 10, 18, 0, 1, 100))
    raw(t, "trailing bytes", struct.pack(">ihhih", 14, 18, 0, 1, -1) + b"more")


@case("ApiVersions", "versions-out-of-range", 0, 0)
def _(t):
    """One above and one below what is offered, of every API."""
    for name, api in APIS.items():
        least, most = t.world.offered[name]
        for v in (least - 1, most + 1, 99):
            if name != "ApiVersions":
                raw(t, f"{name} {'below' if v < least else 'above' if v < 99 else 'far'}",
                    struct.pack(">ihhih", 10, api.key, v, 1, -1))
    raw(t, "Produce 2", struct.pack(">ihhih", 18, 0, 2, 1, -1) + struct.pack(">hii", 1, 1000, 0))


@case("ApiVersions", "broken-bodies", 0, 0)
def _(t):
    """Bodies that do not parse: no error frame, the connection ends."""
    def bad(step, name, v, body):
        api = APIS[name]
        head = struct.pack(">hhih", api.key, v, 1, -1) + (b"\0" if api.flexible(v) else b"")
        raw(t, step, struct.pack(">i", len(head) + len(body)) + head + body)
    bad("empty Metadata", "Metadata", 1, b"")
    bad("a count of a billion", "Metadata", 1, struct.pack(">i", 1000000000))
    bad("a negative count", "Metadata", 0, struct.pack(">i", -1))
    bad("a compact count of a billion", "Metadata", 9, b"\xff\xff\xff\xff\x07")
    bad("null topic name", "Metadata", 1, struct.pack(">ih", 1, -1))
    bad("endless varint", "Metadata", 9, b"\xff" * 12)
    bad("a tag beyond the end", "Metadata", 9, b"\x01\x00\x00\x00\x01\x05\x7f")
    bad("null TopicData", "Produce", 9, b"\0" + struct.pack(">hi", 1, 1000) + b"\0\0")
    bad("null Topics", "Fetch", 12, struct.pack(">iiiibii", -1, 0, 0, 0, 0, 0, 0) + b"\0\0\0\0")


@case("ApiVersions", "pipelined", 0, 0)
def _(t):
    """Answers come in the order of the requests."""
    b = t.world.broker
    name = t.topic()
    asked = [("Fetch", 4, {"MaxWaitMs": 200, "MinBytes": 1, "Topics": [{"Topic": name, "Partitions": [
        {"Partition": 0, "FetchOffset": 0, "PartitionMaxBytes": 1000}]}]}), ("ApiVersions", 0, {}), ("Metadata", 1, {"Topics": []})]
    sent = [(api, v, b.send(api, v, request)) for api, v, request in asked]
    t.note("", [api for api, v, c in sent if b.receive(api, v, c) is not None])


# ---- Metadata

def only(t, *names):
    """The named topics of an answer that has them all."""
    def keep(answer):
        answer["Topics"] = [x for x in answer["Topics"] if x["Name"] in names]
        return answer
    return keep


@case("Metadata", "no-topics", 1)
def _(t):
    t.say({"Topics": []})


@case("Metadata", "all")
def _(t):
    name = t.topic(2)
    t.say({"Topics": [] if t.v == 0 else None}, keep=only(t, name))


@case("Metadata", "named")
def _(t):
    one, two = t.topic(3), t.topic()
    t.say({"Topics": [{"Name": one}, {"Name": two}]})
    t.say({"Topics": [{"Name": one}, {"Name": one}]}, "twice")


@case("Metadata", "unknown-no-auto-create", 4)
def _(t):
    t.say({"Topics": [{"Name": t.name()}], "AllowAutoTopicCreation": False})


@case("Metadata", "auto-create")
def _(t):
    name = t.name()
    t.say({"Topics": [{"Name": name}], "AllowAutoTopicCreation": True}, "first")
    t.settled(name)
    t.say({"Topics": [{"Name": name}], "AllowAutoTopicCreation": True}, "then")


@case("Metadata", "invalid-name")
def _(t):
    for i, name in enumerate(("", ".", "..", "a b", "x" * 250, "é", "a/b")):
        t.say({"Topics": [{"Name": name}], "AllowAutoTopicCreation": True}, f"auto-create {i}")
        if t.v >= 4:
            t.say({"Topics": [{"Name": name}], "AllowAutoTopicCreation": False}, f"not {i}")


@case("Metadata", "auto-create-collision")
def _(t):
    name = t.name()
    t.world.create(name + ".a")
    t.say({"Topics": [{"Name": name + "_a"}], "AllowAutoTopicCreation": True})
    t.say({"Topics": [{"Name": name + "_a"}], "AllowAutoTopicCreation": True}, "again")


@case("Metadata", "by-id", 10)
def _(t):
    name = t.topic(2)
    t.say({"Topics": [{"TopicId": t.id(name), "Name": None}]})
    t.say({"Topics": [{"TopicId": b"\1" * 16, "Name": None}]}, "unknown")
    t.say({"Topics": [{"TopicId": bytes(16), "Name": None}]}, "zero id, no name")
    t.say({"Topics": [{"TopicId": t.id(name), "Name": name}]}, "id and name")
    t.say({"Topics": [{"TopicId": t.id(name), "Name": None}, {"TopicId": b"\1" * 16, "Name": None}]}, "mixed")


@case("Metadata", "null-name", 10)
def _(t):
    t.say({"Topics": [{"Name": None}]})


@case("Metadata", "authorized-operations", 8)
def _(t):
    name = t.topic()
    t.say({"Topics": [{"Name": name}], "IncludeClusterAuthorizedOperations": t.v <= 10, "IncludeTopicAuthorizedOperations": True})


# ---- DescribeCluster

@case("DescribeCluster", "plain")
def _(t):
    t.say({})


@case("DescribeCluster", "authorized-operations")
def _(t):
    t.say({"IncludeClusterAuthorizedOperations": True})


@case("DescribeCluster", "endpoint-type", 1)
def _(t):
    for kind in (0, 2, 3, -1):
        t.say({"EndpointType": kind}, f"type {kind}")


@case("DescribeCluster", "fenced", 2)
def _(t):
    t.say({"IncludeFencedBrokers": True})


# ---- DescribeTopicPartitions

@case("DescribeTopicPartitions", "named")
def _(t):
    one, two = sorted((t.topic(3), t.topic(1)))
    t.say({"Topics": [{"Name": one}, {"Name": two}]})
    t.say({"Topics": [{"Name": two}, {"Name": one}, {"Name": one}]}, "unsorted")


@case("DescribeTopicPartitions", "unknown")
def _(t):
    name = t.topic()
    t.say({"Topics": [{"Name": t.name()}, {"Name": name}]})
    t.say({"Topics": [{"Name": "a b"}]}, "invalid name")
    t.say({"Topics": [{"Name": ""}]}, "empty name")


@case("DescribeTopicPartitions", "all")
def _(t):
    name = t.topic(2)
    t.say({"Topics": []}, keep=only(t, name))


@case("DescribeTopicPartitions", "paging")
def _(t):
    one, two = sorted((t.topic(3), t.topic(3)))
    both = [{"Name": one}, {"Name": two}]
    t.say({"Topics": both, "ResponsePartitionLimit": 2}, "first")
    t.say({"Topics": both, "ResponsePartitionLimit": 2, "Cursor": {"TopicName": one, "PartitionIndex": 2}}, "second")
    t.say({"Topics": both, "ResponsePartitionLimit": 2, "Cursor": {"TopicName": two, "PartitionIndex": 1}}, "third")
    t.say({"Topics": both, "ResponsePartitionLimit": 3}, "exact")
    t.say({"Topics": both, "ResponsePartitionLimit": 6}, "all")
    t.say({"Topics": both, "ResponsePartitionLimit": 1, "Cursor": {"TopicName": two, "PartitionIndex": 9}}, "cursor past the end")
    t.say({"Topics": both, "Cursor": {"TopicName": one, "PartitionIndex": -1}}, "negative cursor")
    t.say({"Topics": [{"Name": one}], "Cursor": {"TopicName": two, "PartitionIndex": 0}}, "cursor of another topic")
    t.say({"Topics": both, "ResponsePartitionLimit": 0}, "limit 0")
    t.say({"Topics": both, "ResponsePartitionLimit": -1}, "limit -1")


# ---- DescribeLogDirs

@case("DescribeLogDirs", "named")
def _(t):
    name = t.topic(2)
    t.feed(name, batch.build(3, t.t0))
    t.say({"Topics": [{"Topic": name, "Partitions": [0, 1]}]})
    t.say({"Topics": [{"Topic": name, "Partitions": [1]}]}, "one")
    t.say({"Topics": [{"Topic": name, "Partitions": [9]}]}, "unknown partition")
    t.say({"Topics": [{"Topic": name, "Partitions": []}]}, "no partitions")


@case("DescribeLogDirs", "all")
def _(t):
    name = t.topic(2)
    t.feed(name, batch.build(1, t.t0))

    def keep(answer):
        for d in answer["Results"]:
            d["Topics"] = [x for x in d["Topics"] if x["Name"] == name]
        return answer
    t.say({"Topics": None}, keep=keep)


@case("DescribeLogDirs", "none")
def _(t):
    t.say({"Topics": []})
    t.say({"Topics": [{"Topic": t.name(), "Partitions": [0]}]}, "unknown")


# ---- InitProducerId

def init(t, tid, timeout=60000, **kw):
    return dict({"TransactionalId": tid, "TransactionTimeoutMs": timeout}, **kw)


@case("InitProducerId", "null-id")
def _(t):
    first = t.say(init(t, None))
    second = t.say(init(t, None), "again")
    t.note("distinct", first["ProducerId"] != second["ProducerId"])
    t.say(init(t, None, 0), "timeout 0")
    t.say(init(t, None, 2147483647), "greatest timeout")


@case("InitProducerId", "null-id-with-producer", 3)
def _(t):
    got = t.say(init(t, None))
    t.say(init(t, None, ProducerId=got["ProducerId"], ProducerEpoch=0), "id and epoch")
    t.say(init(t, None, ProducerId=got["ProducerId"]), "id alone")
    t.say(init(t, None, ProducerEpoch=3), "epoch alone")


@case("InitProducerId", "empty-id")
def _(t):
    t.say(init(t, ""))


@case("InitProducerId", "transactional")
def _(t):
    t.say(init(t, f"tx-{t.world.tag}"))
    t.say(init(t, f"tx-{t.world.tag}", 0), "timeout 0")
    t.say(init(t, f"tx-{t.world.tag}", -1), "timeout -1")
    t.say(init(t, f"tx-{t.world.tag}", 900001), "timeout over the limit")
