# SPDX-License-Identifier: ISC
"""confluent.py HOST:PORT TOPIC - confluent-kafka (the newest librdkafka); speaks TAP."""
import sys
import time

import confluent_kafka
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic, OffsetSpec,
                                   ResourceType)

from tap import PARTITIONS, PATIENCE, done, equal, fails, kinds, stored_codecs, test, until

bootstrap, topic = sys.argv[1:3]
common = {"bootstrap.servers": bootstrap, "log_level": 0}
admin = AdminClient(common)
print(f"# confluent-kafka {confluent_kafka.version()}, librdkafka {confluent_kafka.libversion()[0]}")


def result(futures):
    """The answers of an admin call, by their keys."""
    return {k: f.result(PATIENCE) for k, f in futures.items()}


def refused(code, body):
    e = fails(KafkaException, body)
    equal(code, e.args[0].code(), str(e))


def produce(records, **options):
    """records: produce()'s arguments.  The delivered messages, in order."""
    p = Producer(dict(common, **{"acks": "all", "linger.ms": 2, "message.timeout.ms": 30000, **options}))
    out, errors = [], []

    def delivered(err, msg):
        (errors if err else out).append(err or msg)
    for r in records:
        while True:
            try:
                p.produce(on_delivery=delivered, **r)
                break
            except BufferError:
                p.poll(0.1)
        p.poll(0)
    equal(0, p.flush(PATIENCE), "left in the queue")
    if errors:
        raise KafkaException(errors[0])
    return out


def consumer(**options):
    return Consumer(dict(common, **{"group.id": "none", "enable.auto.commit": False, "auto.offset.reset": "error",
                                    "fetch.wait.max.ms": 200, **options}))


def read(c, want):
    assert want, "there is nothing to read"
    out, got = {}, 0
    end = time.monotonic() + PATIENCE
    while got < want:
        if time.monotonic() > end:
            raise AssertionError(f"only {got} of {want} records")
        for m in c.consume(1000, 0.2):
            if m.error():
                raise KafkaException(m.error())
            mine = out.setdefault(m.partition(), [])
            if mine:
                equal(mine[-1].offset() + 1, m.offset(), "offset")
            mine.append(m)
            got += 1
    return out


def parts(m):
    return (m.key(), m.value(), m.headers() or [], m.timestamp()[1])


def names():
    return admin.list_topics(timeout=PATIENCE).topics


sent = {p: [] for p in range(PARTITIONS)}
START = int(time.time() * 1000) - 3600000


@test("describe the cluster")
def _():
    got = admin.describe_cluster(include_authorized_operations=True).result(PATIENCE)
    assert got.nodes and got.cluster_id and got.controller is not None, got


@test("create a topic")
def _():
    result(admin.create_topics([NewTopic(topic, num_partitions=PARTITIONS, replication_factor=1, config={"max.message.bytes": "2000000"})]))
    until("listed", lambda: topic in names() and len(names()[topic].partitions) == PARTITIONS)


@test("create it again, and badly")
def _():
    refused(KafkaError.TOPIC_ALREADY_EXISTS, lambda: result(admin.create_topics([NewTopic(topic, 1, 1)])))
    refused(KafkaError.TOPIC_EXCEPTION, lambda: result(admin.create_topics([NewTopic("a b", 1, 1)])))
    refused(KafkaError.INVALID_CONFIG, lambda: result(admin.create_topics([NewTopic(topic + "x", 1, 1, config={"no.such": "1"})])))
    result(admin.create_topics([NewTopic(topic + "x", 1, 1)], validate_only=True))
    assert topic + "x" not in names()


@test("describe it")
def _():
    got = result(admin.describe_topics(confluent_kafka.TopicCollection([topic])))[topic]
    equal(PARTITIONS, len(got.partitions))
    assert got.partitions[0].leader.id >= 0 and not got.is_internal and got.topic_id, got


@test("a topic that is not there")
def _():
    refused(KafkaError.UNKNOWN_TOPIC_OR_PART, lambda: result(admin.describe_topics(confluent_kafka.TopicCollection([topic + "-not"]))))


for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
    @test(f"produce with {codec}")
    def _():
        for n in range(PARTITIONS):
            records = kinds(codec, START)
            got = produce([{"topic": topic, "partition": n, "key": k, "value": v, "headers": h, "timestamp": at} for k, v, h, at in records],
                          **{"compression.type": codec})
            equal([(n, len(sent[n]) + i) for i in range(len(records))], [(m.partition(), m.offset()) for m in got])
            sent[n] += records


@test("the batches have the codecs that were asked for")
def _():
    equal(["none", "gzip", "snappy", "lz4", "zstd"], stored_codecs(bootstrap, topic, 0))


@test("consume everything, byte for byte")
def _():
    c = consumer()
    c.assign([TopicPartition(topic, p, 0) for p in range(PARTITIONS)])
    got = read(c, sum(map(len, sent.values())))
    for p, records in sent.items():
        for want, m in zip(records, got[p]):
            equal(want, parts(m), f"offset {m.offset()}")
        equal(len(records), len(got[p]))
    c.close()


@test("consume in small pieces")
def _():
    c = consumer(**{"fetch.max.bytes": 2000, "message.max.bytes": 2000, "max.partition.fetch.bytes": 1000})
    c.assign([TopicPartition(topic, p, 0) for p in range(PARTITIONS)])
    read(c, sum(map(len, sent.values())))
    c.close()


@test("offsets: earliest, latest, by time, greatest time")
def _():
    tp = TopicPartition(topic, 1)
    c = consumer()
    equal((0, len(sent[1])), c.get_watermark_offsets(tp, timeout=PATIENCE))
    for i in (0, 1, 17, 39):
        equal(i, c.offsets_for_times([TopicPartition(topic, 1, START + 10 * i - 3)], timeout=PATIENCE)[0].offset)
    equal(-1, c.offsets_for_times([TopicPartition(topic, 1, START + 401)], timeout=PATIENCE)[0].offset)
    c.close()

    def listed(spec):
        return result(admin.list_offsets({tp: spec}))[tp]
    equal(0, listed(OffsetSpec.earliest()).offset)
    equal(len(sent[1]), listed(OffsetSpec.latest()).offset)
    equal((40, START + 400), (listed(OffsetSpec.max_timestamp()).offset, listed(OffsetSpec.max_timestamp()).timestamp))
    equal(17, listed(OffsetSpec.for_timestamp(START + 170)).offset)


@test("seek and read again")
def _():
    c = consumer()
    c.assign([TopicPartition(topic, 1, 0)])
    read(c, 1)
    for at in (100, 3, 0, 57):
        c.seek(TopicPartition(topic, 1, at))
        m = read(c, 1)[1][0]
        equal((at, sent[1][at]), (m.offset(), parts(m)))
    c.close()


@test("out of range: an error, or a reset")
def _():
    c = consumer()
    c.assign([TopicPartition(topic, 1, 1000000)])
    refused(KafkaError._AUTO_OFFSET_RESET, lambda: read(c, 1))
    c.close()
    c = consumer(**{"auto.offset.reset": "earliest"})
    c.assign([TopicPartition(topic, 1, 1000000)])
    equal(0, read(c, 1)[1][0].offset())
    c.close()


@test("6000 records, idempotently")
def _():
    result(admin.create_topics([NewTopic(topic + "-i", PARTITIONS, 1)]))
    until("listed", lambda: topic + "-i" in names())
    produce([{"topic": topic + "-i", "partition": i % PARTITIONS, "value": b"record %d" % i} for i in range(6000)],
            **{"enable.idempotence": True, "batch.num.messages": 50, "linger.ms": 0})
    c = consumer()
    c.assign([TopicPartition(topic + "-i", p, 0) for p in range(PARTITIONS)])
    got = read(c, 6000)
    for i in range(6000):
        equal(b"record %d" % i, got[i % PARTITIONS][i // PARTITIONS].value())
    equal([], c.consume(1, 0.05), "more")
    c.close()


@test("acks 1 and 0")
def _():
    for acks in (1, 0):
        produce([{"topic": topic + "-i", "partition": 0, "value": b"acks %d" % acks}], acks=acks)
    c = consumer()
    c.assign([TopicPartition(topic + "-i", 0, 2000)])
    equal([b"acks 1", b"acks 0"], [m.value() for m in read(c, 2)[0]])
    c.close()


@test("auto-creation by producing")
def _():
    produce([{"topic": topic + "-auto", "value": b"v"}])
    assert topic + "-auto" in names()


@test("a record that is too large")
def _():
    refused(KafkaError.MSG_SIZE_TOO_LARGE, lambda: produce([{"topic": topic + "-i", "partition": 0, "value": b"x" * 1500000}],
                                                           **{"message.max.bytes": 5000000}))


@test("a consumer at the end gets what comes")
def _():
    c = consumer()
    ends = [c.get_watermark_offsets(TopicPartition(topic + "-i", p), timeout=PATIENCE)[1] for p in range(PARTITIONS)]
    c.assign([TopicPartition(topic + "-i", p, ends[p]) for p in range(PARTITIONS)])
    for i in range(20):
        produce([{"topic": topic + "-i", "partition": i % PARTITIONS, "value": b"late %d" % i}])
        equal(b"late %d" % i, read(c, 1)[i % PARTITIONS][0].value())
    c.close()


@test("create partitions")
def _():
    result(admin.create_partitions([NewPartitions(topic, 5)]))
    until("five partitions", lambda: len(names()[topic].partitions) == 5)
    refused(KafkaError.INVALID_PARTITIONS, lambda: result(admin.create_partitions([NewPartitions(topic, 4)])))


@test("configs")
def _():
    resource = ConfigResource(ResourceType.TOPIC, topic)

    def change(name, op, value):
        result(admin.incremental_alter_configs([ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[
            ConfigEntry(name, value, incremental_operation=op)])]))

    def now(name):
        return result(admin.describe_configs([resource]))[resource][name].value
    change("flush.messages", AlterConfigOpType.SET, "77")
    change("cleanup.policy", AlterConfigOpType.APPEND, "compact")
    until("flush.messages", lambda: now("flush.messages") == "77" and now("cleanup.policy") == "delete,compact")
    change("flush.messages", AlterConfigOpType.DELETE, None)
    change("cleanup.policy", AlterConfigOpType.SUBTRACT, "compact")
    until("the defaults", lambda: now("flush.messages") == "9223372036854775807" and now("cleanup.policy") == "delete")
    refused(KafkaError.INVALID_CONFIG, lambda: change("retention.ms", AlterConfigOpType.SET, "x"))
    node = next(iter(admin.list_topics(timeout=PATIENCE).brokers))
    broker = ConfigResource(ResourceType.BROKER, str(node))
    assert "log.retention.ms" in result(admin.describe_configs([broker]))[broker]


@test("delete records")
def _():
    tp = TopicPartition(topic, 0, 10)
    equal(10, result(admin.delete_records([tp]))[tp].low_watermark)
    c = consumer()
    equal(10, c.get_watermark_offsets(TopicPartition(topic, 0), timeout=PATIENCE)[0])
    c.close()


@test("delete the topics")
def _():
    result(admin.delete_topics([topic, topic + "-i", topic + "-auto"]))
    until("gone", lambda: topic not in names())
    refused(KafkaError.UNKNOWN_TOPIC_OR_PART, lambda: result(admin.delete_topics([topic])))


done()
