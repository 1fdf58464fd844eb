# SPDX-License-Identifier: ISC
"""topic_settings.py HOST:PORT TOPIC - the settings of a topic that change or refuse records; confluent-kafka; speaks TAP."""
import sys
import threading
import time

import confluent_kafka
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType

from tap import PATIENCE, done, equal, kinds, stored_codecs, stored_sizes, test, until

bootstrap, topic = sys.argv[1:3]
common = {"bootstrap.servers": bootstrap, "log_level": 0}
admin = AdminClient(common)
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
DAY = 86400000
print(f"# confluent-kafka {confluent_kafka.version()}, librdkafka {confluent_kafka.libversion()[0]}")


def now():
    return int(time.time() * 1000)


def create(name, **config):
    """A topic of one partition; the dots in the names of its settings are written as underscores."""
    config = {k.replace("_", "."): str(v) for k, v in config.items()}
    for f in admin.create_topics([NewTopic(name, 1, 1, config=config)]).values():
        f.result(PATIENCE)
    until("listed", lambda: name in admin.list_topics(timeout=PATIENCE).topics)
    return name


def alter(name, **config):
    """None deletes a setting."""
    entries = [ConfigEntry(k.replace("_", "."), v and str(v),
                           incremental_operation=AlterConfigOpType.SET if v is not None else AlterConfigOpType.DELETE)
               for k, v in config.items()]
    for f in admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, name, incremental_configs=entries)]).values():
        f.result(PATIENCE)


def produce(name, records, codec="none"):
    """Sends (key, value, headers, timestamp) as one batch if it fits: flush() ends it.  The (error code, message) of each, in order."""
    p = Producer(dict(common, **{"acks": "all", "linger.ms": 10000, "compression.type": codec, "batch.size": 2000000,
                                 "message.max.bytes": 2000000, "message.timeout.ms": PATIENCE * 1000}))
    out = []
    for key, value, headers, at in records:
        p.produce(name, value, key, 0, lambda e, m: out.append((e and e.code(), m)), timestamp=at, headers=headers)
    equal(0, p.flush(PATIENCE), "left in the queue")
    return out


def accepted(name, records, codec="none"):
    out = produce(name, records, codec)
    equal([None] * len(records), [code for code, _ in out])
    return [m for _, m in out]


def refused(want, name, records, codec="none"):
    """Every record of the batch, and none of it is stored."""
    before = end(name)
    equal([want] * len(records), [code for code, _ in produce(name, records, codec)])
    equal(before, end(name), "the end of the partition")


def consumer():
    return Consumer(dict(common, **{"group.id": "none", "enable.auto.commit": False, "auto.offset.reset": "error",
                                    "fetch.wait.max.ms": 100}))


def end(name):
    c = consumer()
    try:
        return c.get_watermark_offsets(TopicPartition(name, 0), timeout=PATIENCE)[1]
    finally:
        c.close()


def read(name, start=0):
    """Everything from the offset to the end."""
    want, out = end(name) - start, []
    c = consumer()
    c.assign([TopicPartition(name, 0, start)])
    deadline = time.monotonic() + PATIENCE
    while len(out) < want:
        assert time.monotonic() < deadline, f"only {len(out)} of {want} records"
        for m in c.consume(1000, 0.2):
            if m.error():
                raise KafkaException(m.error())
            equal(start + len(out), m.offset(), "offset")
            out.append(m)
    c.close()
    return out


def parts(m):
    return (m.key(), m.value(), m.headers() or [], m.timestamp()[1])


def text(n):
    """Words that repeat now and then: a better level finds more of it."""
    return b" ".join(b"%x" % (i * i * 7919 % 4093) for i in range(n))


# ---- compression.type

for kind in ("uncompressed",) + CODECS[1:]:
    @test(f"compression.type={kind}: what any codec sent is stored in it, and reads back byte for byte")
    def _():
        name, sent = create(f"{topic}-{kind}", compression_type=kind), []
        for codec in CODECS:
            records = kinds(codec, now() - DAY)
            if codec != "lz4":
                records.pop()                   # one large record is enough
            offsets = [m.offset() for m in accepted(name, records, codec)]
            equal(list(range(len(sent), len(sent) + len(records))), offsets)
            sent += records
        equal(["none" if kind == "uncompressed" else kind], stored_codecs(bootstrap, name, 0))
        equal(sent, [parts(m) for m in read(name)])


for kind, low, high in (("gzip", 1, 9), ("lz4", 1, 17), ("zstd", -5, 19)):
    @test(f"compression.{kind}.level: {high} stores less than {low}")
    def _():
        setting, sizes, records = f"compression_{kind}_level", [], [(None, text(20000), [], now())] * 3
        for level in (low, high):
            name = create(f"{topic}-{kind}{level}", compression_type=kind, **{setting: level})
            accepted(name, records)
            equal([parts(m) for m in read(name)], records)
            sizes.append(stored_sizes(bootstrap, name, 0)[kind])
        assert sizes[1] < sizes[0], sizes
        # the new level holds for what comes after, and a batch in the topic's codec already is left as it came
        alter(name, **{setting: low})

        def follows():
            before = stored_sizes(bootstrap, name, 0)[kind]
            accepted(name, records)
            return stored_sizes(bootstrap, name, 0)[kind] - before == sizes[0]
        until("the new level", follows)


# ---- message.timestamp.*

@test("message.timestamp.type=LogAppendTime: one time for a batch, the broker's, told to both sides")
def _():
    name, start = create(f"{topic}-append", message_timestamp_type="LogAppendTime", message_timestamp_before_max_ms=1000), now()
    for codec in CODECS:
        records = kinds(codec, start - 30 * DAY)[:-1]   # old, but only a producer's own time is judged
        at = end(name)
        sent, got = accepted(name, records, codec), read(name, at)
        equal([r[:3] for r in records], [parts(m)[:3] for m in got])
        equal({(confluent_kafka.TIMESTAMP_LOG_APPEND_TIME, got[0].timestamp()[1])}, {m.timestamp() for m in got})
        equal({got[0].timestamp()[1]}, {m.timestamp()[1] for m in sent}, "what the producer was told")
        assert start <= got[0].timestamp()[1] <= now(), got[0].timestamp()
    equal(list(CODECS), stored_codecs(bootstrap, name, 0))


@test("message.timestamp.before.max.ms and after.max.ms: INVALID_TIMESTAMP, for the whole batch")
def _():
    name = create(f"{topic}-time", message_timestamp_before_max_ms=DAY, message_timestamp_after_max_ms=DAY)
    good = [(None, b"good", [], now())]
    for codec in ("none", "lz4"):
        for off in (-2 * DAY, 2 * DAY):
            refused(KafkaError.INVALID_TIMESTAMP, name, [(None, b"bad", [], now() + off)], codec)
            accepted(name, [(None, b"at the edge", [], now() + off // 4)], codec)
    at = end(name)
    codes = [code for code, _ in produce(name, good + [(None, b"bad", [], now() - 2 * DAY)] + good, "gzip")]
    assert KafkaError.INVALID_TIMESTAMP in codes and None not in codes, codes
    equal(at, end(name))
    print(f"# a good, a bad and a good record in one batch: {codes}")


# ---- max.message.bytes

@test("max.message.bytes: of the batch as it comes, and as it is stored")
def _():
    zeros, size = [(None, bytes(200000), [], now())], 100000
    name = create(f"{topic}-max", max_message_bytes=size)
    refused(KafkaError.MSG_SIZE_TOO_LARGE, name, zeros)
    accepted(name, zeros, "gzip")
    plain = create(f"{topic}-max-plain", max_message_bytes=size, compression_type="uncompressed")
    refused(KafkaError.MSG_SIZE_TOO_LARGE, plain, zeros, "zstd")
    small = create(f"{topic}-max-zstd", max_message_bytes=size, compression_type="zstd")
    refused(KafkaError.MSG_SIZE_TOO_LARGE, small, zeros)
    equal(zeros, [parts(m) for m in read(name)])


# ---- changed while producing

@test("settings altered while a producer goes on: they hold for what comes after, and nothing is lost")
def _():
    name, stop, sent, errors = create(f"{topic}-live"), threading.Event(), [], []

    def go():
        p = Producer(dict(common, **{"acks": "all", "linger.ms": 0, "enable.idempotence": True}))
        while not stop.is_set():
            sent.append((b"k%d" % len(sent), b"value %d" % len(sent), [("h", None)], now()))
            key, value, headers, at = sent[-1]
            p.produce(name, value, key, 0, lambda e, m: e and errors.append(e), timestamp=at, headers=headers)
            p.poll(0.005)
        equal(0, p.flush(PATIENCE), "left in the queue")
    producer = threading.Thread(target=go)
    producer.start()
    try:
        for kind in ("gzip", "zstd", "lz4", "snappy"):
            alter(name, compression_type=kind)
            until(kind, lambda: stored_codecs(bootstrap, name, 0)[-1:] == [kind])
        alter(name, message_timestamp_type="LogAppendTime", compression_type=None)
        until("LogAppendTime", lambda: read(name, max(0, end(name) - 1))[-1].timestamp()[0] == 2)
        alter(name, message_timestamp_type=None, max_message_bytes=50)
        until("refused", lambda: errors)
    finally:
        stop.set()
        producer.join()
    equal({KafkaError.MSG_SIZE_TOO_LARGE}, {e.code() for e in errors})
    got = read(name)
    equal(sent[:len(got)], [parts(m)[:3] + (want[3],) for m, want in zip(got, sent)])
    equal(len(sent), len(got) + len(errors))
    alter(name, max_message_bytes=None)
    until("accepted again", lambda: produce(name, sent[:1])[0][0] is None)


done()
