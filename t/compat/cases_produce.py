# SPDX-License-Identifier: ISC
"""Produce: what is refused and why, what the broker changes in a batch, and idempotent producing."""
import struct

from batch import APPEND_TIME, CODECS, CONTROL, GZIP, NONE, TRANSACTIONAL, ZSTD, build, compress, record
from case import case, produce_request


def look(t, topic, step="stored", partition=0):
    """What is in the log now."""
    t.say({"MaxWaitMs": 0, "MinBytes": 0, "Topics": [{"Topic": topic, "Partitions": [
        {"Partition": partition, "FetchOffset": 0, "PartitionMaxBytes": 50000000}]}]}, step, api="Fetch", v=12)


# ---- plain

@case("Produce", "one", 3)
def _(t):
    name = t.topic(2)
    t.produce(name, build(2, t.t0), "first")
    t.produce(name, build(3, t.t0), "second")
    t.produce(name, build(1, t.t0), "other partition", partition=1)
    look(t, name)


@case("Produce", "acks-1", 3)
def _(t):
    t.produce(t.topic(), build(1, t.t0), acks=1)


@case("Produce", "acks-0", 3)
def _(t):
    """No answer, whatever happens; an error closes the connection."""
    name = t.topic()
    b = t.world.broker
    b.send("Produce", t.v, produce_request(t, [(name, [(0, build(1, t.t0))])], 0))
    t.say({}, "next answer", api="ApiVersions", v=0, keep=lambda a: {"ErrorCode": a["ErrorCode"]})
    look(t, name)
    b.send("Produce", t.v, produce_request(t, [(t.name(), [(0, build(1, t.t0))])], 0))
    t.say({}, "after an error", api="ApiVersions", v=0, keep=lambda a: {"ErrorCode": a["ErrorCode"]})


@case("Produce", "acks-bad", 3)
def _(t):
    name = t.topic(2)
    for acks in (2, -2, 32767):
        t.say(produce_request(t, [(name, [(0, build(1, t.t0)), (1, build(1, t.t0))])], acks), f"acks {acks}")
    look(t, name)


@case("Produce", "no-topics", 3)
def _(t):
    t.say(produce_request(t, []))
    t.say(produce_request(t, [(t.topic(), [])]), "no partitions")


@case("Produce", "many", 3)
def _(t):
    """One bad partition does not harm the others."""
    one, two = t.topic(3), t.topic(1)
    t.say(produce_request(t, [(one, [(0, build(1, t.t0)), (2, build(1, t.t0, crc=1)), (1, build(2, t.t0))]),
                              (two, [(0, build(4, t.t0))])]))


@case("Produce", "same-partition-twice", 3)
def _(t):
    name = t.topic()
    t.say(produce_request(t, [(name, [(0, build(1, t.t0)), (0, build(2, t.t0))])]), "in one topic")
    t.say(produce_request(t, [(name, [(0, build(1, t.t0))]), (name, [(0, build(2, t.t0))])]), "as two topics")
    look(t, name)


@case("Produce", "unknown", 3)
def _(t):
    t.produce(t.name(), build(1, t.t0), "topic")
    t.produce(t.topic(), build(1, t.t0), "partition", partition=7)
    t.produce(t.topic(), build(1, t.t0), "negative partition", partition=-1)
    if t.v >= 13:
        name = t.name()
        t.ids[name] = b"\1" * 16
        t.produce(name, build(1, t.t0), "id")


@case("Produce", "invalid-name", 3, 12)
def _(t):
    for i, name in enumerate(("", "a b", "..")):
        t.produce(name, build(1, t.t0), f"name {i}")


@case("Produce", "shapes", 3)
def _(t):
    """What is not exactly one batch of format 2."""
    name = t.topic()
    good = build(1, t.t0)
    for step, data in (("null", None), ("nothing", b""), ("two batches", good + good), ("one and a part", good + good[:-1]),
                       ("one and eight bytes", good + good[:8]), ("a part", good[:-1]), ("sixteen bytes", good[:16]),
                       ("five bytes", good[:5])):
        t.produce(name, data, step, patience=1)
    look(t, name)


@case("Produce", "lengths", 3)
def _(t):
    name = t.topic()
    for length in (0, 13, 14, 48, 49, -1, 0x7fffffff):
        t.produce(name, build(1, t.t0, length=length), f"length {length}")
    look(t, name)


@case("Produce", "magic", 3)
def _(t):
    name = t.topic()
    for magic in (0, 1, 3, -1):
        t.produce(name, build(1, t.t0, magic=magic), f"magic {magic}")
    body = struct.pack(">bbqii", 1, 0, t.t0, -1, 1) + b"v"
    import zlib
    message = struct.pack(">qiI", 0, len(body) + 4, zlib.crc32(body)) + body
    t.produce(name, message, "a message of format 1")
    look(t, name)


@case("Produce", "bad-crc", 3)
def _(t):
    name = t.topic()
    t.produce(name, build(1, t.t0, crc=0x12345678))
    look(t, name)


@case("Produce", "base-offset", 3)
def _(t):
    name = t.topic()
    t.produce(name, build(1, t.t0, base_offset=5), "five")
    t.produce(name, build(1, t.t0, base_offset=-1), "minus one")
    look(t, name)


@case("Produce", "leader-epoch-in-batch", 3)
def _(t):
    """Whatever it says, the broker stamps its own."""
    name = t.topic()
    t.produce(name, build(1, t.t0, epoch=77))
    look(t, name)


@case("Produce", "too-large", 3)
def _(t):
    name = t.topic(max_message_bytes="1000")
    body = 1000 - 61 - len(record(0, value=b"x" * 900)) + 900
    for step, n in (("equal", body), ("one more", body + 1)):
        b = build([record(0, value=b"x" * n)], t.t0)
        t.note(step + " size", len(b))
        t.produce(name, b, step)
    t.produce(name, build([record(0, value=b"x" * 5000)], t.t0, GZIP), "shrinks by gzip")
    t.produce(t.topic(), build([record(0, value=b"x" * 1048588)], t.t0), "default limit")
    look(t, name)


@case("Produce", "larger-than-segment", 3)
def _(t):
    name = t.topic(segment_bytes="1048576", max_message_bytes="3000000")
    t.produce(name, build([record(0, value=b"x" * 1200000)], t.t0))


@case("Produce", "counts", 3)
def _(t):
    name = t.topic()
    t.produce(name, build(2, t.t0, count=1), "count less")
    t.produce(name, build(2, t.t0, count=3), "count more")
    t.produce(name, build(2, t.t0, count=0), "count 0")
    t.produce(name, build(2, t.t0, count=-1), "count -1")
    t.produce(name, build(2, t.t0, last_delta=0), "last delta less")
    t.produce(name, build(2, t.t0, last_delta=5), "last delta more")
    t.produce(name, build(2, t.t0, count=3, last_delta=2), "both more")
    t.produce(name, build(2, t.t0, count=1, last_delta=0), "both less")
    t.produce(name, build([], t.t0, count=0, last_delta=0), "no records")
    t.produce(name, build([], t.t0, count=0, last_delta=-1), "no records, delta -1")
    look(t, name)


@case("Produce", "control-batch", 3)
def _(t):
    name = t.topic()
    marker = [record(0, key=struct.pack(">hh", 0, 1), value=struct.pack(">hi", 0, 0))]
    t.produce(name, build(marker, t.t0, attributes=CONTROL), "plain")
    t.produce(name, build(marker, t.t0, attributes=CONTROL | TRANSACTIONAL, pid=t.new_pid(), pid_epoch=0), "marker")
    look(t, name)


@case("Produce", "attributes", 3)
def _(t):
    name = t.topic()
    t.produce(name, build(1, t.t0, attributes=64), "delete horizon")
    t.produce(name, build(1, t.t0, attributes=0x100), "unknown bit")
    t.produce(name, build(1, t.t0, codec=5), "codec 5")
    t.produce(name, build(1, t.t0, codec=7), "codec 7")
    look(t, name)


@case("Produce", "broken-records", 3)
def _(t):
    """The batch is whole and its CRC right; what is inside is not."""
    name = t.topic()
    good = record(0)
    for codec in (NONE, GZIP):
        c = "" if codec == NONE else " in gzip"

        def send(step, body, count=1):
            t.produce(name, build([b""] * count, t.t0, codec=codec, body=compress(codec, body)), step + c)
        send("bytes after the records", good + b"\0\0\0")
        send("record too long", b"\x7e" + good[1:])
        send("record of no length", b"\x00")
        send("negative length", b"\x01")
        send("endless length", b"\xff" * 12)
        send("key too long", b"\x10\x00\x00\x00\x7ekv\x00\x00")
        send("value too long", b"\x10\x00\x00\x00\x02k\x7ev\x00")
        send("header count too great", b"\x0e\x00\x00\x00\x02k\x02v\x7e"[:8] + b"\x7e")
        send("header count negative", b"\x10\x00\x00\x00\x02k\x02v\x01")
        send("header key null", b"\x14\x00\x00\x00\x02k\x02v\x02\x01\x01")
        send("bytes after the headers", b"\x14\x00\x00\x00\x02k\x02v\x00zz")
        send("nothing at all", b"")
    look(t, name)


@case("Produce", "inner-offsets", 3)
def _(t):
    """Deltas that are not 0, 1, 2: the broker numbers them anew."""
    for codec in (NONE, GZIP):
        for step, deltas in (("gap", (0, 2)), ("backwards", (1, 0)), ("same", (0, 0)), ("shifted", (1, 2)), ("negative", (-1, 0))):
            name = t.topic()
            b = build([record(d, value=b"%d" % i) for i, d in enumerate(deltas)], t.t0, codec=codec)
            t.produce(name, b, f"{step} codec {codec}")
            t.say({"MaxWaitMs": 0, "MinBytes": 0, "Topics": [{"Topic": name, "Partitions": [
                {"Partition": 0, "FetchOffset": 0, "PartitionMaxBytes": 50000000}]}]}, f"{step} codec {codec} stored",
                api="Fetch", v=12, keep=without_body)


def without_body(answer):
    """Recompressed data differs by library; the sizes, too."""
    import batch
    for topic in answer["Responses"]:
        for p in topic["Partitions"]:
            p["Batches"] = [{k: x for k, x in b.items() if k not in ("Body", "Size")} for b in batch.summary(p.pop("Records") or b"")]
    return answer


@case("Produce", "codecs", 3)
def _(t):
    name = t.topic()
    for codec, number in CODECS.items():
        t.produce(name, build([record(i, value=b"some value %d" % i) for i in range(50)], t.t0, number), codec)
    look(t, name)


@case("Produce", "snappy-raw", 3)
def _(t):
    """librdkafka sends the raw format, without xerial's frame."""
    from batch import SNAPPY, snappy_raw
    name = t.topic()
    t.produce(name, build(3, t.t0, SNAPPY, body=snappy_raw(b"".join(record(i, value=b"v%d" % i) for i in range(3)))))
    look(t, name)


@case("Produce", "codec-variants", 3)
def _(t):
    """Frames that some libraries write and others do not read."""
    from batch import LZ4, SNAPPY, lz4_frame, snappy_framed, snappy_raw, zstd_frame
    name = t.topic()
    body = b"".join(record(i, value=b"some value %d" % i) for i in range(20))

    def send(step, codec, data):
        t.produce(name, build(20, t.t0, codec, body=data), step)
    send("lz4, linked blocks", LZ4, lz4_frame(body, 0x40))
    send("lz4, content size", LZ4, lz4_frame(body, 0x68))
    send("lz4, content checksum", LZ4, lz4_frame(body, 0x64))
    send("lz4, block checksums", LZ4, lz4_frame(body, 0x70))
    send("lz4, bad header checksum", LZ4, lz4_frame(body)[:6] + b"\0" + lz4_frame(body)[7:])
    send("lz4, no end mark", LZ4, lz4_frame(body)[:-4])
    send("lz4, two frames", LZ4, lz4_frame(body[:100]) + lz4_frame(body[100:]))
    send("gzip, two members", GZIP, compress(GZIP, body[:100]) + compress(GZIP, body[100:]))
    send("gzip, no trailer", GZIP, compress(GZIP, body)[:-8])
    send("gzip, wrong checksum", GZIP, compress(GZIP, body)[:-8] + bytes(4) + compress(GZIP, body)[-4:])
    send("zstd, two frames", ZSTD, zstd_frame(body[:100]) + zstd_frame(body[100:]))
    send("zstd, size too great", ZSTD, zstd_frame(body)[:5] + struct.pack("<I", 1 << 30) + zstd_frame(body)[9:])
    send("snappy raw, wrong length", SNAPPY, b"\x05" + snappy_raw(body)[2:])
    send("snappy framed, two pieces", SNAPPY, snappy_framed(body[:100]) + snappy_framed(body[100:])[16:])
    send("snappy framed, another version", SNAPPY, snappy_framed(body)[:8] + struct.pack(">ii", 2, 1) + snappy_framed(body)[16:])
    send("snappy framed, piece of no bytes", SNAPPY, snappy_framed(body) + bytes(4))


@case("Produce", "corrupt-compressed", 3)
def _(t):
    name = t.topic()
    for codec, number in CODECS.items():
        if number == NONE:
            continue
        whole = compress(number, b"".join(record(i, value=b"some value %d" % i) for i in range(50)))
        t.produce(name, build(50, t.t0, number, body=b"not compressed"), f"{codec} garbage")
        t.produce(name, build(50, t.t0, number, body=whole[:len(whole) // 2]), f"{codec} cut")
        t.produce(name, build(50, t.t0, number, body=b""), f"{codec} empty")
        t.produce(name, build(50, t.t0, number, body=whole + b"tail"), f"{codec} with a tail")
    look(t, name)


@case("Produce", "topic-compression", 3)
def _(t):
    for kind in ("uncompressed", "gzip", "snappy", "lz4", "zstd"):
        name = t.topic(compression_type=kind)
        t.produce(name, build(20, t.t0), f"{kind} plain")
        t.produce(name, build(20, t.t0, GZIP), f"{kind} gzip")
        t.say({"MaxWaitMs": 0, "MinBytes": 0, "Topics": [{"Topic": name, "Partitions": [
            {"Partition": 0, "FetchOffset": 0, "PartitionMaxBytes": 50000000}]}]}, f"{kind} stored", api="Fetch", v=12,
            keep=without_body)


# ---- time

@case("Produce", "append-time", 3)
def _(t):
    name = t.topic(message_timestamp_type="LogAppendTime")
    t.produce(name, build(3, t.t0), "create time")
    t.produce(name, build(3, t.t0, attributes=APPEND_TIME), "bit set")
    t.produce(name, build(3, t.t0, GZIP), "gzip")
    t.produce(name, build(1, 1), "long ago")
    look(t, name)


@case("Produce", "append-time-bit", 3)
def _(t):
    """A client may not say that the broker set the time."""
    name = t.topic()
    t.produce(name, build(1, t.t0, attributes=APPEND_TIME))
    look(t, name)


@case("Produce", "max-timestamp", 3)
def _(t):
    """The greatest time in the header is the broker's to reckon."""
    name = t.topic()
    for codec in (NONE, GZIP):
        three = [record(0, 5), record(1, 9), record(2, 7)]
        t.produce(name, build(three, t.t0, codec, max_ts=t.t0 + 9), f"right codec {codec}")
        t.produce(name, build(three, t.t0, codec, max_ts=t.t0 + 1), f"less codec {codec}")
        t.produce(name, build(three, t.t0, codec, max_ts=t.t0 + 10000), f"more codec {codec}")
        t.produce(name, build([record(0, -5), record(1, -9)], t.t0, codec, max_ts=t.t0 - 5), f"before base codec {codec}")
    look(t, name)


@case("Produce", "timestamps", 3)
def _(t):
    hour = 3600 * 1000
    now = t.t0 + 12 * hour
    name = t.topic()
    t.produce(name, build(1, now + 2 * hour), "two hours ahead", keep=no_time)
    t.produce(name, build([record(0, 0), record(1, 3 * hour)], now, max_ts=now + 3 * hour), "second record ahead", keep=no_time)
    t.produce(name, build(1, now + hour // 2), "half an hour ahead")
    t.produce(name, build(1, 0), "zero")
    t.produce(name, build(1, -1), "minus one")
    t.produce(name, build(1, -5), "minus five", keep=no_time)
    late = t.topic(message_timestamp_before_max_ms="3600000")
    t.produce(late, build(1, t.t0), "too old", keep=no_time)
    t.produce(late, build([record(0, 0), record(1, -3 * hour), record(2, 0), record(3, -4 * hour)], now), "two too old", keep=no_time)
    look(t, name)


def no_time(answer):
    """Kafka's message names the moment: only whether there is one can be compared."""
    import re
    for topic in answer["Responses"]:
        for p in topic["PartitionResponses"]:
            for e in p.get("RecordErrors", []):
                e["BatchIndexErrorMessage"] = re.sub(r"-?\b\d{8,}\b", "N", e["BatchIndexErrorMessage"] or "")
    return answer


# ---- compacted topics

@case("Produce", "keyless", 3)
def _(t):
    name = t.topic(cleanup_policy="compact")
    for codec in (NONE, GZIP):
        t.produce(name, build([record(0), record(1, key=None), record(2), record(3, key=None)], t.t0, codec), f"two of four codec {codec}")
        t.produce(name, build([record(0, key=b"")], t.t0, codec), f"empty key codec {codec}")
    t.produce(name, build([record(i, key=None) for i in range(30)], t.t0), "thirty")
    both = t.topic(cleanup_policy="compact,delete")
    t.produce(both, build([record(0, key=None)], t.t0), "compact,delete")
    look(t, name)


# ---- idempotent producing

@case("Produce", "idempotent", 3)
def _(t):
    name, pid = t.topic(), t.new_pid()

    def send(step, seq, count=2, epoch=0):
        t.produce(name, build(count, t.t0, pid=pid, pid_epoch=epoch, seq=seq), step)
    for i in range(7):
        send(f"batch {i}", 2 * i)
    for i in range(7):
        send(f"batch {i} again", 2 * i)
    send("gap", 20)
    send("first half of a batch", 12, 1)
    send("second half", 13, 1)
    send("longer than the last", 12, 3)
    send("next", 14)
    send("new epoch, sequence 5", 5, epoch=1)
    send("new epoch, sequence 0", 0, epoch=1)
    send("old epoch", 16, epoch=0)
    send("old epoch, known batch", 14, epoch=0)
    send("new epoch, again", 0, epoch=1)
    send("two epochs on", 0, epoch=3)
    send("epoch between", 0, epoch=2)
    look(t, name)


@case("Produce", "idempotent-unknown", 3)
def _(t):
    """A producer that the partition does not know may start anywhere."""
    name = t.topic()
    t.produce(name, build(2, t.t0, pid=t.new_pid(), pid_epoch=0, seq=1000), "sequence 1000")
    t.produce(name, build(2, t.t0, pid=t.new_pid(), pid_epoch=7, seq=3), "epoch 7")
    t.produce(name, build(2, t.t0, pid=99999999, pid_epoch=0, seq=0), "an id that nobody gave out")


@case("Produce", "idempotent-wrap", 3)
def _(t):
    name, pid = t.topic(), t.new_pid()

    def send(step, seq, count):
        t.produce(name, build(count, t.t0, pid=pid, pid_epoch=0, seq=seq), step)
    send("near the end", 2147483640, 4)
    send("over it", 2147483644, 8)
    send("over it again", 2147483644, 8)
    send("gap", 5, 1)
    send("next", 4, 1)
    send("to the end", 2147483647, 1)
    other = t.new_pid()
    t.produce(name, build(1, t.t0, pid=other, pid_epoch=0, seq=2147483647), "the last")
    t.produce(name, build(1, t.t0, pid=other, pid_epoch=0, seq=0), "then zero")


@case("Produce", "idempotent-bad", 3)
def _(t):
    name, pid = t.topic(), t.new_pid()
    t.produce(name, build(1, t.t0, pid=pid, pid_epoch=0, seq=-1), "sequence -1")
    t.produce(name, build(1, t.t0, pid=pid, pid_epoch=0, seq=-2), "sequence -2")
    t.produce(name, build(1, t.t0, pid=pid, pid_epoch=-1, seq=0), "epoch -1")
    t.produce(name, build(1, t.t0, pid=-1, pid_epoch=0, seq=0), "no id, sequence 0")
    t.produce(name, build(1, t.t0, pid=-2, pid_epoch=0, seq=0), "id -2")
    look(t, name)


@case("Produce", "idempotent-mixed", 3)
def _(t):
    """Two producers and a plain one into one partition, compressed, at acks 1."""
    name, one, two = t.topic(), t.new_pid(), t.new_pid()
    t.produce(name, build(2, t.t0, pid=one, pid_epoch=0, seq=0), "one", acks=1)
    t.produce(name, build(2, t.t0, GZIP, pid=two, pid_epoch=0, seq=0), "two", acks=1)
    t.produce(name, build(2, t.t0), "plain", acks=1)
    t.produce(name, build(2, t.t0, pid=one, pid_epoch=0, seq=0), "one again", acks=1)
    t.produce(name, build(2, t.t0, pid=one, pid_epoch=0, seq=2), "one more", acks=1)
    t.produce(name, build(3, t.t0, GZIP, pid=two, pid_epoch=0, seq=2), "two more", acks=1)
    look(t, name)


@case("Produce", "idempotent-many", 3)
def _(t):
    """Several partitions of several producers in one request: only the broken one is refused."""
    name, one, two = t.topic(3), t.new_pid(), t.new_pid()
    for step in ("first", "again"):
        t.say(produce_request(t, [(name, [(0, build(1, t.t0, pid=one, pid_epoch=0, seq=0)),
                                          (1, build(1, t.t0, pid=two, pid_epoch=0, seq=0)),
                                          (2, build(1, t.t0, pid=one, pid_epoch=0, seq=5))])]), step)
    t.say(produce_request(t, [(name, [(0, build(1, t.t0, pid=one, pid_epoch=0, seq=3)),
                                      (1, build(1, t.t0, pid=two, pid_epoch=0, seq=1))])]), "one gap")


@case("Produce", "append-time-duplicate", 3)
def _(t):
    """The answer to a duplicate has the first append's time."""
    name, pid = t.topic(message_timestamp_type="LogAppendTime"), t.new_pid()
    b = build(1, t.t0, pid=pid, pid_epoch=0, seq=0)
    first = t.produce(name, b, "first")
    again = t.produce(name, b, "again")
    if first and again:
        time = [a["Responses"][0]["PartitionResponses"][0]["LogAppendTimeMs"] for a in (first, again)]
        t.note("same time", time[0] == time[1])


# ---- transactions and internal topics

@case("Produce", "transactional", 3)
def _(t):
    name = t.topic()
    b = build(1, t.t0, pid=t.new_pid(), pid_epoch=0, seq=0, attributes=TRANSACTIONAL)
    t.produce(name, b, "batch without a transactional id")
    t.say(produce_request(t, [(name, [(0, build(1, t.t0))])], transactional="tx"), "plain batch with one")
    t.say(produce_request(t, [(name, [(0, b)])], transactional="tx"), "both")
    look(t, name)


@case("Produce", "internal-topic", 3)
def _(t):
    name = "__consumer_offsets"
    if t.world.describe(name) is None:
        t.quiet("CreateTopics", 4, {"timeoutMs": 30000, "Topics": [
            {"Name": name, "NumPartitions": 1, "ReplicationFactor": 1, "Configs": [{"Name": "cleanup.policy", "Value": "compact"}]}]})
    topic = t.world.wait(name, lambda: t.world.describe(name))
    t.ids[name] = topic["TopicId"]
    t.names.append(name)
    t.produce(name, build(1, t.t0))


@case("Produce", "zstd-old-version", 3)
def _(t):
    """zstd may be produced from version 7 on."""
    t.produce(t.topic(), build(1, t.t0, ZSTD))


@case("Produce", "order-of-checks", 3)
def _(t):
    """Of several faults, which one is told."""
    name = t.topic(max_message_bytes="1000", cleanup_policy="compact")
    large = [record(0, key=None, value=b"x" * 2000)]
    t.produce(name, build(large, t.t0, crc=1), "too large and bad crc")
    t.produce(name, build(large, t.t0, base_offset=3), "too large and base offset")
    t.produce(name, build(1, t.t0, crc=1, base_offset=3), "bad crc and base offset")
    t.produce(name, build(1, t.t0, crc=1, count=5), "bad crc and count")
    t.produce(name, build([record(0, key=None)], t.t0, count=5), "keyless and count")
    t.produce(name, build([record(0, key=None)], t.t0 + 10 ** 9), "keyless and time", keep=no_time)
    t.produce(name, build([record(0, key=None)], t.t0, pid=t.new_pid(), pid_epoch=0, seq=-1), "keyless and sequence")
    pid = t.new_pid()
    t.produce(name, build([record(0)], t.t0, pid=pid, pid_epoch=0, seq=0), "in order")
    t.produce(name, build([record(0, key=None)], t.t0, pid=pid, pid_epoch=0, seq=9), "keyless and out of order")
    t.produce(name, build([record(0)], t.t0, pid=pid, pid_epoch=0, seq=9, count=2), "count and out of order")
