# SPDX-License-Identifier: ISC
"""member_kafka_python.py JSON - a member of a group: kafka-python.  README says what it prints.

Its listeners may not call it, so it commits by itself, also before it gives partitions up.
"""
import json
import re
import signal
import sys
import time

from kafka import ConsumerRebalanceListener, KafkaConsumer
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

arg = json.loads(sys.argv[1])
running = True
assignors = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor}


def say(*words):
    print(int(time.time() * 1e6), *words, flush=True)


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
conf = dict(bootstrap_servers=arg["bootstrap"], group_id=arg["group"], auto_offset_reset="earliest", enable_auto_commit=True, auto_commit_interval_ms=200,
            session_timeout_ms=arg["session_ms"], heartbeat_interval_ms=500, metadata_max_age_ms=1000, fetch_max_wait_ms=100,
            partition_assignment_strategy=[assignors[arg["protocol"]]])
if arg["instance"]:
    conf["group_instance_id"] = arg["instance"]
consumer = KafkaConsumer(**conf)
mine = set()


def names(partitions):
    return ["%s:%d" % (p.topic, p.partition) for p in partitions]


class Listener(ConsumerRebalanceListener):
    def on_partitions_revoked(self, revoked):
        lost = names(mine)
        mine.clear()
        if lost:
            say("lose", *lost)

    def on_partitions_assigned(self, assigned):
        mine.update(assigned)
        say("own", *names(mine))


if arg.get("regex"):
    consumer.subscribe(pattern="^" + arg["regex"], listener=Listener())
else:
    consumer.subscribe(topics=arg["topics"], listener=Listener())
while running:
    for p, records in consumer.poll(timeout_ms=50).items():
        for r in records:
            say("rec", r.topic, r.partition, r.offset)
left = names(mine)
consumer.close()
if mine:
    say("lose", *left)
