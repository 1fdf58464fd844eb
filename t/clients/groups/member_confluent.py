# SPDX-License-Identifier: ISC
"""member_confluent.py JSON - a member of a group: confluent-kafka, the newest librdkafka.  README says what it prints."""
import json
import signal
import sys
import time

from confluent_kafka import Consumer, KafkaException

arg = json.loads(sys.argv[1])
running = True


def say(*words):
    print(int(time.time() * 1e6), *words, flush=True)


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
conf = {"bootstrap.servers": arg["bootstrap"], "group.id": arg["group"], "auto.offset.reset": "earliest", "enable.auto.commit": False,
        "enable.auto.offset.store": False, "topic.metadata.refresh.interval.ms": 1000, "metadata.max.age.ms": 1000,
        "fetch.wait.max.ms": 100, "log_level": 0}
if arg["protocol"] == "consumer" or arg["protocol"].startswith("consumer-"):
    conf["group.protocol"] = "consumer"
    if "-" in arg["protocol"]:
        conf["group.remote.assignor"] = arg["protocol"].split("-")[1]
else:
    conf.update({"partition.assignment.strategy": arg["protocol"], "session.timeout.ms": arg["session_ms"], "heartbeat.interval.ms": 500})
if arg["instance"]:
    conf["group.instance.id"] = arg["instance"]
cooperative = arg["protocol"].startswith(("cooperative", "consumer"))
consumer = Consumer(conf)
mine = {}  # (topic, partition) -> next offset to commit, or None


def names(partitions):
    return ["%s:%d" % p for p in partitions]


def commit():
    from confluent_kafka import TopicPartition
    offsets = [TopicPartition(t, p, o) for (t, p), o in mine.items() if o is not None]
    if not offsets:
        return
    try:
        consumer.commit(offsets=offsets, asynchronous=False)
        for o in offsets:
            mine[o.topic, o.partition] = None
    except KafkaException as e:
        say("error commit:", e.args[0].str())


def assigned(c, partitions):
    for p in partitions:
        mine[p.topic, p.partition] = None
    (c.incremental_assign if cooperative else c.assign)(partitions)
    say("own", *names(mine))


def revoked(c, partitions):
    commit()
    for p in partitions:
        mine.pop((p.topic, p.partition), None)
    say("lose", *names((p.topic, p.partition) for p in partitions))
    if cooperative:
        c.incremental_unassign(partitions)
    else:
        c.unassign()


def lost(c, partitions):
    for p in partitions:
        mine.pop((p.topic, p.partition), None)
    say("lose", *names((p.topic, p.partition) for p in partitions))
    if cooperative:
        c.incremental_unassign(partitions)
    else:
        c.unassign()


topics = ["^" + arg["regex"]] if arg.get("regex") else arg["topics"]
consumer.subscribe(topics, on_assign=assigned, on_revoke=revoked, on_lost=lost)
last = time.monotonic()
while running:
    m = consumer.poll(0.05)
    if m is not None and m.error() is not None:
        say("error", m.error().str())
    elif m is not None:
        say("rec", m.topic(), m.partition(), m.offset())
        mine[m.topic(), m.partition()] = m.offset() + 1
    if time.monotonic() - last > 0.2:
        commit()
        last = time.monotonic()
commit()
left = names(mine)
consumer.close()
if mine:
    say("lose", *left)
