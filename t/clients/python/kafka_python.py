# SPDX-License-Identifier: ISC
"""kafka_python.py HOST:PORT TOPIC [API_VERSION] - kafka-python, new or old; speaks TAP.

API_VERSION, like 0.11, makes the client talk as if the broker were that old.  What a release does not have is left out.
"""
import logging
import sys
import time

import kafka
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic
from kafka.errors import (InvalidPartitionsError, KafkaError, MessageSizeTooLargeError, OffsetOutOfRangeError, TopicAlreadyExistsError,
                          UnknownTopicOrPartitionError)

from tap import PARTITIONS, PATIENCE, done, equal, fails, kinds, stored_codecs, test, until

logging.basicConfig(level=logging.CRITICAL)
bootstrap, topic = sys.argv[1:3]
common = {"bootstrap_servers": bootstrap}
if len(sys.argv) > 3:
    common["api_version"] = tuple(int(n) for n in sys.argv[3].split("."))
RELEASE = tuple(int(n) for n in kafka.__version__.split(".")[:2])
NEW = RELEASE >= (2, 2)
MODERN = RELEASE >= (3, 0)
OLD_BROKER = common.get("api_version", (9,)) < (2, 1)
CODECS = [None, "gzip", "snappy", "lz4"] + ([] if OLD_BROKER else ["zstd"])

admin = KafkaAdminClient(**common)
print(f"# kafka-python {kafka.__version__}, as for a broker {common.get('api_version', 'that is asked')}")


def producer(**kw):
    """Older ones try nothing again unless they are told to, not even what asks for it: a leader that has still to begin."""
    again = {} if NEW and not OLD_BROKER else {"retries": 100, "max_in_flight_requests_per_connection": 1}
    return KafkaProducer(**dict(again, **dict(common, acks="all", linger_ms=5, max_request_size=3000000, **kw)))


def consumer(**kw):
    options = dict(common, enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=200, group_id=None)
    return KafkaConsumer(**dict(options, **kw))


def assigned(name, partitions, **kw):
    c = consumer(**kw)
    c.assign([TopicPartition(name, p) for p in partitions])
    c.seek_to_beginning()
    return c


def read(c, want):
    """{partition: records}; offsets follow each other."""
    assert want, "there is nothing to read"
    out, got = {}, 0
    end = time.monotonic() + PATIENCE
    while got < want:
        if time.monotonic() > end:
            raise AssertionError(f"only {got} of {want} records")
        for tp, records in c.poll(200).items():
            for r in records:
                mine = out.setdefault(tp.partition, [])
                if mine:
                    equal(mine[-1].offset + 1, r.offset, "offset")
                mine.append(r)
                got += 1
    return out


def parts(r):
    return (r.key, r.value, [(k, v) for k, v in r.headers], r.timestamp)


def names():
    return admin.list_topics()


def codes(answer):
    """Error codes out of an admin answer of whatever shape."""
    if hasattr(answer, "topic_errors"):
        return {t[0]: t[1] for t in answer.topic_errors}
    return answer


sent = {p: [] for p in range(PARTITIONS)}
START = int(time.time() * 1000) - 3600000


@test("describe the cluster")
def _():
    got = admin.describe_cluster()
    assert got["brokers"], got
    if "cluster_id" in got:
        assert got["cluster_id"], got


@test("create a topic")
def _():
    admin.create_topics([NewTopic(topic, num_partitions=PARTITIONS, replication_factor=1, topic_configs={"max.message.bytes": "2000000"})])
    until("listed", lambda: topic in names())


@test("create it again")
def _():
    fails(TopicAlreadyExistsError, admin.create_topics, [NewTopic(topic, num_partitions=1, replication_factor=1)])


@test("describe it")
def _():
    def there():
        got = admin.describe_topics([topic])[0]
        return len(got["partitions"]) == PARTITIONS and got
    got = until("three partitions", there)
    p = got["partitions"][0]
    assert p.get("leader", p.get("leader_id", -1)) >= 0, p


@test("a topic that is not there")
def _():
    c = consumer(allow_auto_create_topics=False) if MODERN else None
    if c:
        assert not c.partitions_for_topic(topic + "-not")
        c.close()
    assert topic + "-not" not in names()


for codec in CODECS:
    @test(f"produce with {codec or 'none'}")
    def _():
        p = producer(compression_type=codec)
        for n in range(PARTITIONS):
            futures = []
            for key, value, headers, at in kinds(codec or "none", START):
                if key is None and value is None:       # which this client refuses to send
                    key = b"k"
                futures.append((p.send(topic, value=value, key=key, headers=headers, partition=n, timestamp_ms=at), (key, value, headers, at)))
            p.flush(timeout=PATIENCE)
            for f, r in futures:
                meta = f.get(timeout=PATIENCE)
                equal((n, len(sent[n])), (meta.partition, meta.offset), "partition and offset")
                sent[n].append(r)
        p.close()


@test("the batches have the codecs that were asked for")
def _():
    equal([c or "none" for c in CODECS], stored_codecs(bootstrap, topic, 0))


@test("consume everything, byte for byte")
def _():
    c = assigned(topic, range(PARTITIONS), max_partition_fetch_bytes=2000000)
    got = read(c, sum(map(len, sent.values())))
    for p, records in sent.items():
        equal(len(records), len(got[p]), "records")
        for want, r in zip(records, got[p]):
            equal(want, parts(r), f"offset {r.offset}")
    c.close()


@test("consume in small pieces")
def _():
    c = assigned(topic, range(PARTITIONS), max_partition_fetch_bytes=1000, fetch_max_bytes=2000)
    read(c, sum(map(len, sent.values())))
    c.close()


@test("offsets: beginning, end, by time")
def _():
    tp = TopicPartition(topic, 1)
    c = consumer()
    equal({tp: 0}, c.beginning_offsets([tp]))
    equal({tp: len(sent[1])}, c.end_offsets([tp]))
    for i in (0, 1, 17, 39):
        got = c.offsets_for_times({tp: START + 10 * i - 3})[tp]
        equal((i, START + 10 * i), (got.offset, got.timestamp))
    assert c.offsets_for_times({tp: START + 401})[tp] is None
    c.close()


@test("seek and read again")
def _():
    tp = TopicPartition(topic, 1)
    c = consumer(max_poll_records=7)
    c.assign([tp])
    for at in (100, 3, 0, 57):
        if at >= len(sent[1]):
            continue
        c.seek(tp, at)
        r = read(c, 1)[1][0]
        equal((at, sent[1][at]), (r.offset, parts(r)))
    c.seek_to_end(tp)
    equal(len(sent[1]), c.position(tp))
    c.close()


@test("out of range: reset, or an error")
def _():
    tp = TopicPartition(topic, 1)
    c = consumer()
    c.assign([tp])
    c.seek(tp, 1000000)
    equal(0, read(c, 1)[1][0].offset)
    c.close()
    c = consumer(auto_offset_reset="none")
    c.assign([tp])
    c.seek(tp, 1000000)

    def refused():
        try:
            c.poll(200)
        except OffsetOutOfRangeError:
            return True
    until("OffsetOutOfRange", refused)
    c.close()


@test("5000 records in order" + (", idempotently" if NEW else ""))
def _():
    admin.create_topics([NewTopic(topic + "-i", num_partitions=PARTITIONS, replication_factor=1)])
    until("listed", lambda: topic + "-i" in names())
    options = {"enable_idempotence": True} if NEW and not OLD_BROKER else {}
    p = producer(batch_size=2000, **options)
    futures = [p.send(topic + "-i", value=b"record %d" % i, partition=i % PARTITIONS) for i in range(5000)]
    p.flush(timeout=PATIENCE)
    for f in futures:
        f.get(timeout=PATIENCE)
    p.close()
    c = assigned(topic + "-i", range(PARTITIONS))
    got = read(c, 5000)
    for i in range(5000):
        equal(b"record %d" % i, got[i % PARTITIONS][i // PARTITIONS].value)
    c.close()


@test("acks 1 and 0")
def _():
    tp = TopicPartition(topic + "-i", 0)
    c = consumer()
    c.assign([tp])
    c.seek_to_end(tp)
    c.position(tp)
    for acks in (1, 0):
        p = KafkaProducer(**dict(common, acks=acks, **({"enable_idempotence": False} if NEW else {})))
        p.send(topic + "-i", value=b"acks %d" % acks, partition=0)
        p.flush(timeout=PATIENCE)
        p.close()
    equal([b"acks 1", b"acks 0"], [r.value for r in read(c, 2)[0]])
    c.close()


@test("auto-creation by producing")
def _():
    p = producer()
    p.send(topic + "-auto", value=b"v").get(timeout=PATIENCE)
    p.close()
    assert topic + "-auto" in names()


@test("a record that is too large")
def _():
    p = producer(compression_type=None)
    f = p.send(topic + "-i", value=b"x" * 1500000, partition=0)
    fails(MessageSizeTooLargeError, f.get, timeout=PATIENCE)
    p.close()


@test("create partitions")
def _():
    admin.create_partitions({topic: NewPartitions(total_count=5)} if not MODERN else {topic: NewPartitions(5)})
    until("five partitions", lambda: len(admin.describe_topics([topic])[0]["partitions"]) == 5)
    fails(InvalidPartitionsError, admin.create_partitions, {topic: NewPartitions(4)})


@test("configs")
def _():
    resource = ConfigResource(ConfigResourceType.TOPIC, topic, configs={"flush.messages": "77", "max.message.bytes": "2000000"})
    admin.alter_configs([resource])

    def value():
        got = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        return "77" in str(got)
    until("flush.messages", value)


if NEW:
    @test("delete records")
    def _():
        tp = TopicPartition(topic, 0)
        admin.delete_records({tp: 10})
        c = consumer()
        equal({tp: 10}, c.beginning_offsets([tp]))
        c.close()

    @test("log directories")
    def _():
        assert topic in str(admin.describe_log_dirs())


@test("delete the topics")
def _():
    admin.delete_topics([topic, topic + "-i", topic + "-auto"])
    until("gone", lambda: topic not in names())
    fails((UnknownTopicOrPartitionError, KafkaError), admin.delete_topics, [topic])


admin.close()
done()
