# SPDX-License-Identifier: ISC
"""failures.py HOST:PORT CLIENT[,CLIENT...] SECONDS - producers and consumers while replicas fail; speaks TAP.

Of a topic on three nodes leaders are moved, writers killed and stopped.  Idempotent producers write on with acks=all, and
consumers of each client (groups/) read.  Then: what was acknowledged is there, where it was said to be, once and in order, and
every consumer has received it.

ODRADEK_PID is the supervisor of the broker, whose processes are killed.
"""
import collections
import json
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "..", "python"), os.path.join(here, "..", "groups"), os.path.join(here, "..", "..", "compat")]
from broker import Broker, Closed  # noqa: E402
from commands import COMMANDS, cache  # noqa: E402
from tap import done, test  # noqa: E402

bootstrap, clients, seconds = sys.argv[1], sys.argv[2].split(","), float(sys.argv[3])
topic = "replicas-%x" % (time.time_ns() & 0xffffffff)
PARTITIONS, PATIENCE = 6, int(os.environ.get("PATIENCE", "120"))
acked = collections.defaultdict(dict)       # partition -> offset -> value
somewhere = collections.defaultdict(set)   # partition -> values: retried, and told that they were there already, but not where
errors = []
running = True
node_path = dict(os.environ, NODE_PATH=os.path.join(cache, "kafkajs", "node_modules"))


def until(what, condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("never: " + what)
        time.sleep(0.05)


# ---- producers

def confluent_producer(tag, **more):
    p = Producer(dict({"bootstrap.servers": bootstrap, "linger.ms": 5, "log_level": 0, "acks": "all", "enable.idempotence": True,
                       "delivery.timeout.ms": 120000}, **more))

    def delivered(err, m):
        if err is not None:
            errors.append("%s: %s" % (tag, err))
        elif m.offset() is None or m.offset() < 0:
            somewhere[m.partition()].add(m.value().decode())
        else:
            acked[m.partition()][m.offset()] = m.value().decode()
    n = 0
    while running:
        p.produce(topic, value=b"%s-%d" % (tag.encode(), n), partition=n % PARTITIONS, on_delivery=delivered)
        n += 1
        p.poll(0.002)
    if p.flush(PATIENCE):
        errors.append(tag + ": records are left")


class Reader:
    """A process that prints lines."""

    def __init__(self, command, arg):
        self.process = subprocess.Popen(command + [json.dumps(arg)], stdout=subprocess.PIPE, text=True, env=node_path)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            self.line(line.split())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("it does not end")
        self.thread.join(10)


class JavaProducer(Reader):
    def __init__(self, tag):
        super().__init__(COMMANDS["java"][:-1] + ["Steady"], dict(bootstrap=bootstrap, topic=topic, partitions=PARTITIONS, tag=tag))

    def line(self, words):
        if words[0] == "ack":
            acked[int(words[1])][int(words[2])] = words[3]
        elif words[0] == "error":
            errors.append("java: " + " ".join(words[1:]))


class Member(Reader):
    """A consumer, alone in its group."""

    def __init__(self, client):
        self.got, self.errors = collections.defaultdict(set), []
        super().__init__(COMMANDS[client], dict(bootstrap=bootstrap, group="g-%s-%s" % (client, topic), topics=[topic],
                                                protocol="range", instance="", session_ms=45000))

    def line(self, words):
        if len(words) > 4 and words[1] == "rec":
            self.got[int(words[3])].add(int(words[4]))
        elif len(words) > 1 and words[1] == "error":
            self.errors.append(" ".join(words[2:]))

    def missing(self):
        return sum(len(offsets.keys() - self.got[p]) for p, offsets in acked.items())


# ---- what fails

def ask(api, version, request):
    b = Broker(bootstrap)
    try:
        return b.call(api, version, request)
    except (Closed, OSError):
        return None
    finally:
        b.close()


def writers():
    out = subprocess.run(["pgrep", "-P", os.environ["ODRADEK_PID"], "-a"], capture_output=True, text=True, check=False).stdout
    return [int(line.split()[0]) for line in out.splitlines() if "writer" in line]


def kill_writer():
    pids = writers()
    if pids:
        os.kill(random.choice(pids), signal.SIGKILL)
    return "a writer is killed"


def stop_writer():
    pids = writers()
    if pids:
        pid = random.choice(pids)
        os.kill(pid, signal.SIGSTOP)
        time.sleep(2.5)
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    return "a writer stands still"


def move_leaders():
    orders = [random.sample((1, 2, 3), 3) for _ in range(PARTITIONS)]
    ask("AlterPartitionReassignments", 0, {"TimeoutMs": 10000, "Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": p, "Replicas": o} for p, o in enumerate(orders)]}]})
    ask("ElectLeaders", 2, {"ElectionType": 0, "TimeoutMs": 10000, "TopicPartitions": [
        {"Topic": topic, "Partitions": list(range(PARTITIONS))}]})
    return "other leaders are elected"


def move_replicas():
    for factor in (2, 3):
        ask("AlterPartitionReassignments", 0, {"TimeoutMs": 10000, "Topics": [{"Name": topic, "Partitions": [
            {"PartitionIndex": p, "Replicas": random.sample((1, 2, 3), factor)} for p in range(PARTITIONS)]}]})
        time.sleep(0.5)
    return "replicas go and come"


# ---- what is there in the end

def log_of(partition):
    """[(offset, value)] as a consumer reads it."""
    c = Consumer({"bootstrap.servers": bootstrap, "group.id": "check-" + topic, "log_level": 0, "enable.auto.commit": False})
    try:
        end = c.get_watermark_offsets(TopicPartition(topic, partition), timeout=PATIENCE)[1]
        c.assign([TopicPartition(topic, partition, 0)])
        out, limit = [], time.monotonic() + PATIENCE
        while (not out or out[-1][0] < end - 1) and time.monotonic() < limit:
            out += [(m.offset(), m.value().decode()) for m in c.consume(1000, 0.2) if m.error() is None]
        return out
    finally:
        c.close()


def header(partition, offset):
    """Producer id, its epoch, the first sequence number, leader epoch and how many records, of the batch there."""
    m = ask("Metadata", 12, {"Topics": [{"Name": topic}], "AllowAutoTopicCreation": False})
    leader = {p["PartitionIndex"]: p["LeaderId"] for p in m["Topics"][0]["Partitions"]}[partition]
    b = Broker({n["NodeId"]: "%s:%d" % (n["Host"], n["Port"]) for n in m["Brokers"]}[leader])
    r = b.call("Fetch", 10, {"ReplicaId": -1, "MaxWaitMs": 0, "MinBytes": 1, "MaxBytes": 1 << 20, "IsolationLevel": 0, "SessionId": 0,
                             "SessionEpoch": -1, "ForgottenTopicsData": [], "Topics": [{"Topic": topic, "Partitions": [
                                 {"Partition": partition, "FetchOffset": offset, "PartitionMaxBytes": 1 << 20}]}]})
    b.close()
    d = bytes(r["Responses"][0]["Partitions"][0]["Records"])
    return struct.unpack(">qhi", d[43:57]) + struct.unpack(">i", d[12:16]) + struct.unpack(">i", d[57:61]) + struct.unpack(">q", d[:8])


def twins(partition, log, values):
    out = []
    for v in values:
        at = [o for o, w in log if w == v]
        said = [o for o, w in acked[partition].items() if w == v]
        out.append("%s at %s, acknowledged at %s; producer id, epoch, sequence, leader epoch, records, base: %s" % (
            v, at, said, [header(partition, o) for o in at]))
    return "; ".join(out)


# librdkafka begins a new producer epoch, and sends what it is not sure of once more, when one of its batches is refused as out
# of order: a record that is there twice was taken from two epochs.
def check_log():
    total = 0
    for p in range(PARTITIONS):
        log = log_of(p)
        there = dict(log)
        lost = [(o, v) for o, v in acked[p].items() if there.get(o) != v]
        assert not lost, "%d acknowledged records of partition %d are not there, first %s" % (len(lost), p, min(lost))
        values = [v for _, v in log]
        lost = somewhere[p] - set(values)
        assert not lost, "%d acknowledged records of partition %d are nowhere, first %s" % (len(lost), p, min(lost))
        twice = [v for v, n in collections.Counter(values).items() if n > 1]
        assert not twice, "partition %d has %d records twice: %s" % (p, len(twice), twins(p, log, twice[:4]))
        last = {}
        for v in values:
            tag, n = v.rsplit("-", 1)
            assert last.get(tag, -1) < int(n), "partition %d: %s is out of order" % (p, v)
            last[tag] = int(n)
        total += len(log)
    print("# %d records, %d acknowledged" % (total, sum(map(len, acked.values()))))


def ready():
    a = ask("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [{"Name": topic, "NumPartitions": PARTITIONS, "ReplicationFactor": 3,
                                "Configs": [{"Name": "min.insync.replicas", "Value": "2"}]}]})
    assert a["Topics"][0]["ErrorCode"] == 0, a


ready()
members = {c: Member(c) for c in clients}
java = JavaProducer("java")
# one of them has several requests under way for each partition
threads = [threading.Thread(target=confluent_producer, args=("confluent",)),
           threading.Thread(target=confluent_producer, args=("single",), kwargs={"linger.ms": 0, "batch.num.messages": 1})]
for thread in threads:
    thread.start()
until("all producers write", lambda: len({v.split("-")[0] for p in list(acked.values()) for v in list(p.values())}) == 3)
random.seed(os.environ.get("SEED"))
end = time.monotonic() + seconds
while time.monotonic() < end:
    fault = random.choice((kill_writer, kill_writer, stop_writer, move_leaders, move_replicas))
    before = sum(len(p) for p in list(acked.values()))

    @test(fault())
    def _():
        until("records are acknowledged again", lambda: sum(len(p) for p in list(acked.values())) > before + 50)
    time.sleep(random.uniform(0.2, 1))
running = False
for thread in threads:
    thread.join()
java.stop()


@test("no producer gave up a record")
def _():
    assert not errors, errors[:5]


@test("what was acknowledged is there, once and in order")
def _():
    check_log()


for name, m in members.items():
    @test("%s has received it" % name)
    def _():
        try:
            until("all acknowledged records (%d missing)" % m.missing(), lambda: m.missing() == 0)
        except AssertionError as e:
            raise AssertionError("%s, %d missing, it said: %s" % (e, m.missing(), m.errors[-3:])) from None
        finally:
            m.stop()
done()
