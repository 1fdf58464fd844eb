#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Idempotent producers with five requests under way: whatever happened to processes, leaders and logs, each of the last five is
known when it is sent again; what comes behind a refused one is refused like it, not called out of order, and not taken for
the first of a new producer."""
import glob, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

RING, PIPELINE = 1024, 64  # messages between two processes; requests of a connection under way
t = Tap()
d = Daemon("replica.lag.time.max.ms=1000", disks=3).start()


def part(name):
    return a.topic(name)["Partitions"][0]


def leader(name):
    return until("leader of " + name, lambda: max(part(name)["LeaderId"], 0))


def send(name, node, *requests):
    """(error, base offset) of each of (batch, acks), all of them sent before the first answer is read."""
    with connect(node) as s:
        return send_on(s, name, *requests)


def connect(node):
    return socket.create_connection(("127.0.0.1", ports[node]), 30)


def send_on(s, name, *requests):
    s.sendall(b"".join(produce(i, name, 0, data, acks) for i, (data, acks) in enumerate(requests)))
    return [produce_result(read_frame(s))[1:] for _ in requests]


def again(name, batches, timeout=60):
    """All of them in order, as a producer does: from the first one again as long as one is refused for the time being."""
    def once():
        try:
            got = send(name, leader(name), *[(b, -1) for b in batches])
        except (OSError, KeyError, struct.error):
            return None
        return None if {e for e, _ in got} & {3, 5, 6, 7, 19, 56} else got
    return until("answers", once, timeout)


def elect(name, ids):
    for api, v, r in (("AlterPartitionReassignments", 0, {"Topics": [{"Name": name, "Partitions": [
            {"PartitionIndex": 0, "Replicas": ids}]}]}),
            ("ElectLeaders", 2, {"ElectionType": 0, "TopicPartitions": [{"Topic": name, "Partitions": [0]}]})):
        a.call(api, v, dict(r, TimeoutMs=30000))
    until("node %d to lead" % ids[0], lambda: part(name)["LeaderId"] == ids[0])


def in_sync(name):
    until("all in sync", lambda: len(part(name)["IsrNodes"]) == 3)


def start(*options):
    global a
    d.start(*options)
    a = Admin(d)


def on_disks(value):
    """How many replicas of d have it."""
    def has(name):
        try:
            with open(name, "rb") as f:
                return value in f.read()
        except FileNotFoundError:
            return False    # a segment that was cut off meanwhile
    return sum(any(map(has, glob.glob(p + "/d-0/*.log"))) for p in d.data)


def known(what):
    t.eq(want, again("d", five), what)


try:
    a = Admin(d)
    ports = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}

    # behind one that is refused: as a producer does, all on one connection, for each acceptor remembers what it refused itself
    producer = connect(1)

    def taken(*requests):
        return send_on(producer, "b", *requests)

    def errors(*requests):
        return [e for e, _ in taken(*requests)]

    t.eq((0, None), a.create("b", Assignments=[{"PartitionIndex": 0, "BrokerIds": [1, 2]}], partitions=-1, factor=-1,
                             configs=[("min.insync.replicas", "2")]), "a topic of two replicas")
    pid = a.producer_id()[1]
    first, one, two = [batch([b"%d" % i], pid, 0, i) for i in range(3)]
    t.eq([(0, 0)], taken((first, -1)), "a batch")
    stopped = d.kill("writer.2", signal.SIGSTOP)
    t.eq([(0, 1)], taken((batch([b"x"]), 1)), "one replica stands still")
    until("only one in sync", lambda: part("b")["IsrNodes"] == [1])
    for _ in range(5): # an acceptor knows for three seconds what it refused, and a machine may stand still for longer
        began = time.monotonic()
        both, later = errors((one, -1), (two, 1)), errors((two, 1))
        if time.monotonic() - began < 2:
            break
    t.eq([19, 19], both, "too few in sync for the next batch: the one behind it is not out of order")
    t.eq([19], later, "nor when it comes a moment later")
    until("out of order", lambda: errors((two, 1)) == [45], 20)
    t.ok(True, "who goes on without the refused one is told that it is missing")
    t.eq([19, 19], errors((one, -1), (two, 1)), "both again")
    t.eq([(0, 2), (0, 3)], taken((one, 1), (two, 1)), "when the first is taken, so is the second")
    t.eq([45], errors((batch([b"9"], pid, 0, 9), 1)), "a gap is a gap again")
    t.eq([19, 45], errors((batch([b""], pid, 0, 3), -1), (batch([b""], pid, 1, 9), 1)), "another epoch has an order of its own")
    pid = a.producer_id()[1]
    one, two = [batch([b"%d" % i], pid, 0, i) for i in range(2)]
    t.eq([19, 19], errors((one, -1), (two, 1)), "the first batch of a producer is refused: the second is not taken for it")
    t.eq([(0, 4), (0, 5)], taken((one, 1), (two, 1)), "both again")
    producer.close()
    os.kill(stopped, signal.SIGCONT)
    d.stop()
    start("replica.lag.time.max.ms=60000") # who is made to stand still below is in sync until it leads

    # five batches over two segments, not acknowledged as far as their producer knows
    t.eq((0, None), a.create("d", 1, 3, [("segment.bytes", "1048576")]), "a topic of three replicas")
    pid = a.producer_id()[1]
    five = [batch([b"%d" % i * 300000], pid, 0, i) for i in range(5)]
    t.eq([(0, 0)], send("d", leader("d"), (batch([b"x"]), -1)), "a record of somebody else")
    want = [(0, i + 1) for i in range(5)]
    known("five batches")
    t.ok(len(glob.glob(d.data[0] + "/d-0/*.log")) > 1, "in more than one segment")
    known("again: they are known")
    d.kill("writer.%d" % leader("d"))
    known("after the death of the leader's writer")
    in_sync("d")
    was = leader("d")
    others = [n for n in ports if n != was]
    elect("d", others + [was])
    known("when another one leads")
    in_sync("d")

    # what the leader has is cut off again behind the five
    late = others[1]
    stopped = d.kill("writer.%d" % late, signal.SIGSTOP)
    t.eq([(0, 6)], send("d", others[0], (batch([b"one more"]), 1)), "one more that a follower does not get")
    until("two copies", lambda: on_disks(b"one more") == 2)
    elect("d", [late, others[0], was])
    os.kill(stopped, signal.SIGCONT)
    known("which leads then")
    in_sync("d")
    until("cut", lambda: not on_disks(b"one more"))
    t.ok(True, "the others are cut")
    elect("d", [others[0], was, late])
    known("one that was cut leads")
    in_sync("d")

    d.stop()
    start()
    known("after an orderly restart")
    in_sync("d")
    d.stop()
    for p in d.data:
        os.unlink(p + "/.odradek-state")
    start()
    known("... without what was saved of all logs: snapshots know of one each, the log of the rest")
    in_sync("d")
    d.kill_all()
    start()
    known("after the death of everything")
    t.eq([(0, 6)], again("d", [batch([b"z"], pid, 0, 5)]), "and their producer goes on")
finally:
    d.cleanup()

# a new producer's first batch takes the last place of a ring, the second waits for one: then the writer dies
d = Daemon("num.network.threads=1")
try:
    a = Admin(d.start())
    ports = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}
    t.eq([(0, None)] * 2, [a.create(n) for n in ("f", "p")], "two topics")
    pid = a.producer_id()[1]
    one, two = [batch([b"%d" % i], pid, 0, i) for i in range(2)]
    leader("p"), send("f", leader("f"), (batch([b"x"]), 1))
    d.kill("writer", signal.SIGSTOP)
    crowd = [d.connect() for _ in range(RING // PIPELINE)]
    for c in crowd:
        c.sendall(b"".join(produce(i, "f", 0, batch([b"x"])) for i in range(PIPELINE - (c is crowd[0]))))
    for _ in range(10):
        a.metadata()
    s = d.connect()
    s.sendall(produce(1, "p", 0, one) + produce(2, "p", 0, two))
    for _ in range(10):
        a.metadata()
    d.kill("writer")
    t.eq([6, 6], [produce_result(read_frame(s))[1] for _ in range(2)], "the first is lost: the second is not taken for it")
    t.eq([(0, 0), (0, 1)], again("p", [one, two]), "both again, in order")
finally:
    d.cleanup()
t.done()
