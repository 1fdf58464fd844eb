#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Many short-lived idempotent producers with acks=all, several batches under way each, while leaders move and processes die:
a producer that the log does not know yet may begin with any sequence, so what is behind a lost first batch must not be
taken for it.  CRASH_SECONDS=n: of faults; else 10."""
import collections, os, random, signal, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
from admin import *

SECONDS = float(os.environ.get("CRASH_SECONDS", "10"))
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.randrange(1, 1 << 30)
PARTITIONS, WORKERS, WINDOW, TRIES = 6, 12, 5, 400
# not leader, leader not available, timed out, too few replicas (before, after), a disk that failed, an unknown topic
RETRIABLE = {3, 5, 6, 7, 19, 20, 56}
t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
d = Daemon("replica.lag.time.max.ms=1500", disks=3)
acked, wrong, answers, leads, ports = {}, [], collections.Counter(), {}, {}


def look():
    a = Admin(d)
    try:
        ports.update({b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]})
        leads.update({p["PartitionIndex"]: p["LeaderId"] for p in a.topic("s")["Partitions"]})
    finally:
        a.b.close()


def connect(part):
    # others may take what is known of the leader for wrong at any time
    port = until("leader", lambda: ports.get(leads.get(part, -1)) or look(), 30, 0.1)
    s = socket.create_connection(("127.0.0.1", port), 10)
    s.settimeout(40)
    return s


def live(rnd, a):
    """The life of one producer: its batches, in order, until all are acknowledged."""
    x = a.retry("InitProducerId", 4, {"TransactionalId": None, "TransactionTimeoutMs": 60000})
    if x["ErrorCode"] != 0:
        time.sleep(rnd.random() * 0.1)
        return                          # there is no controller
    pid = x["ProducerId"]
    part = rnd.randrange(PARTITIONS)
    batches = [batch([b"%d.%d.%s" % (pid, i, b"x" * rnd.choice((10, 100, 20000)))], pid, 0, i) for i in range(rnd.randrange(2, 12))]
    done, s = 0, None
    for _ in range(TRIES):
        if done == len(batches):
            break
        now = batches[done:done + WINDOW]
        try:
            s = s or connect(part)
            for i, b in enumerate(now):
                s.sendall(produce(done + i, "s", part, b, -1, timeout=5000))
                if rnd.random() < 0.3:
                    time.sleep(rnd.random() * 0.004)    # a death may come in between
            got = [produce_result(read_frame(s))[1:3] for _ in now]
        except (OSError, Closed, TimeoutError):
            got = []
        for i, (err, offset) in enumerate(got):
            answers[err] += 1
            if err == 0 and acked.setdefault((part, pid, done + i), offset) != offset:
                wrong.append("another offset for batch %d of %d" % (done + i, pid))
            if err != 0 and err not in RETRIABLE:
                wrong.append("batch %d of producer %d: error %d, of the window %s" % (done + i, pid, err, got))
                return
        done += next((i for i, (err, _) in enumerate(got) if err != 0), len(got))
        if len(got) < len(now) or any(err != 0 for err, _ in got):
            s = s and s.close()
            time.sleep(rnd.random() * 0.1)
            leads.pop(part, None)
    else:
        wrong.append("producer %d does not get on from batch %d" % (pid, done))
    answers["lives"] += 1


def worker(n):
    rnd, a = random.Random(SEED + n), Admin(d)
    while time.monotonic() < stop_at and not wrong:
        try:
            live(rnd, a)
        except (OSError, Closed):
            a.b.close()


def elect(rnd):
    a, ids = Admin(d), list(ports)
    for p in range(PARTITIONS):
        rnd.shuffle(ids)
        a.call("AlterPartitionReassignments", 0, {"TimeoutMs": 5000, "Topics": [
            {"Name": "s", "Partitions": [{"PartitionIndex": p, "Replicas": ids}]}]})
    a.call("ElectLeaders", 2, {"ElectionType": 0, "TimeoutMs": 5000, "TopicPartitions": [
        {"Topic": "s", "Partitions": list(range(PARTITIONS))}]})
    a.b.close()


def fault(rnd):
    kind = rnd.choice(("writer",) * 6 + ("acceptor", "controller", "stop", "elect"))
    writer = "writer.%d" % rnd.choice(list(ports))
    try:
        if kind == "elect":
            elect(rnd)
        elif kind == "stop":
            pid = d.kill(writer, signal.SIGSTOP)
            time.sleep(rnd.random() * 2)
            os.kill(pid, signal.SIGCONT)
        else:
            d.kill(writer if kind == "writer" else kind)
    except (OSError, Closed):
        pass                            # it had died already, or who was asked died


def read(part):
    """All records of a partition: {producer: [batch, ...]}, {(producer, batch): offset}."""
    order, at, where = collections.defaultdict(list), 0, {}
    s = connect(part)

    def answer():
        """None while it is no leader's: one who is told to lead may still begin."""
        r = fetch_result(call(s, fetch(1, "s", part, at, part_max=4 << 20, max_bytes=8 << 20)))
        return [values(r[3])] if r[1] == 0 else None
    while True:
        values_ = until("an answer of the leader of partition %d" % part, answer)[0]
        if not values_:
            return order, where
        for offset, value in values_:
            pid, i = map(int, value.split(b".")[:2])
            order[pid].append(i)
            where[pid, i] = offset
        at = values_[-1][0] + 1


try:
    d.start()
    a = Admin(d)
    t.eq(0, a.create("s", PARTITIONS, 3, [("min.insync.replicas", "2")])[0], "six partitions on three disks")
    look()
    stop_at = time.monotonic() + SECONDS
    threads = [threading.Thread(target=worker, args=(n,)) for n in range(WORKERS)]
    for x in threads:
        x.start()
    rnd = random.Random(SEED)
    while time.monotonic() < stop_at - 1:
        time.sleep(rnd.uniform(0.1, 0.9))
        fault(rnd)
    for x in threads:
        x.join()
    t.eq([], wrong[:5], "%d producers: no batch is refused for good; answers %s" % (answers.pop("lives"), dict(answers)))
    a = Admin(d)
    until("all in sync", lambda: all(len(p["IsrNodes"]) == 3 for p in a.topic("s")["Partitions"]), 60, 0.1)
    look()
    gaps, lost = [], []
    for part in range(PARTITIONS):
        order, where = read(part)
        gaps += [(part, pid, l) for pid, l in order.items() if l != list(range(len(l)))]
        lost += [(k, o, where.get(k[1:])) for k, o in acked.items() if k[0] == part and where.get(k[1:]) != o]
    t.eq([], gaps[:5], "each has its batches in order, once, without a gap")
    t.eq([], lost[:5], "%d acknowledged batches are where they were said to be" % len(acked))
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-4000:])
finally:
    d.cleanup()
t.done()
