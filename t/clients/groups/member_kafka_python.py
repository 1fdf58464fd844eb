# SPDX-License-Identifier: ISC
"""member_kafka_python.py JSON - a member of a group: kafka-python.  README says what it prints.

Its listeners may not call it, so it commits by itself, also before it gives partitions up.

Its poll() is given all the time that a rebalance may take.  When the time runs out in the middle of one (3.0.12), the commit
in front of it is given up, what came of it is thrown away and asked for again, and where the leader joined because of new
metadata, nothing is asked for again: it stays without partitions and heartbeats until its session has expired.
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
mine = set()


class Stopped(Exception):
    pass


class Consumer(KafkaConsumer):
    """Its poll() ends between two rounds, where no record is under way, when the member is told to stop."""

    def _poll_once(self, *args, **kw):
        if not running:
            raise Stopped
        return super()._poll_once(*args, **kw)


consumer = Consumer(**conf)


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
try:
    while True:
        for records in consumer.poll(timeout_ms=60000).values():
            for r in records:
                say("rec", r.topic, r.partition, r.offset)
except Stopped:
    pass
left = names(mine)
consumer.close()
if mine:
    say("lose", *left)
