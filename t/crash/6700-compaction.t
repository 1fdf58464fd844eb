#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Cleaners, writers and everything die while logs are compacted under idempotent producers that overwrite and delete keys, and
readers that begin again and again.  Whatever a reader sees is what was sent, at the offset where it was; of every key it
sees the newest acknowledged record, and a deleted key stays deleted."""
import os, re, signal, struct, sys, threading, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *
from fetching import *  # its produce()
import random
import batch as b

SECONDS = float(os.environ.get("CRASH_SECONDS", "8"))
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.randrange(1, 1 << 30)
KEYS, DELETED_FOR = 40, 4  # DELETED_FOR: seconds, delete.retention.ms
t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
rnd = random.Random(SEED)
d = Daemon("log.cleaner.backoff.ms=20", "num.network.threads=1").start()
T0 = int(time.time() * 1000)  # a record's timestamp is T0 plus its number
T = "c"
stop = threading.Event()
faults = []


class Partition:
    """One partition, its producer and its reader."""

    def __init__(self, index):
        self.index, self.rnd = index, random.Random(SEED + index)
        self.sent = []     # number -> (key, value)
        self.offset = {}   # number -> offset, as acknowledged or seen
        self.newest = {}   # key -> number of the newest acknowledged record
        self.acked = self.passes = self.judged = 0
        self.threads = [threading.Thread(target=self.run, args=(f,), daemon=True) for f in (self.produce, self.read)]

    def run(self, fn):
        c = None
        while not stop.is_set():
            try:
                c = c or client(d)
                fn(c)
            except (Closed, OSError) as e:
                c, self.last = None, e
                stop.wait(0.02)
            except Exception as e:
                faults.append("%s: %s: %s" % (fn.__name__, type(e).__name__, e))
                stop.set()

    def ask(self, c, *call):
        p = c.call(*call)
        if p.get("ErrorCode"):
            raise OSError("error %d" % p["ErrorCode"])
        return p

    def produce(self, c):
        if not hasattr(self, "pid"):
            p = self.ask(c, "InitProducerId", 1, {"TransactionalId": None, "TransactionTimeoutMs": 60000})
            self.pid, self.epoch, self.pending = p["ProducerId"], p["ProducerEpoch"], None
        if self.pending is None:
            first = len(self.sent)
            for _ in range(self.rnd.randrange(1, 6)):
                n = len(self.sent)
                self.sent.append((b"k%d" % self.rnd.randrange(KEYS), None if self.rnd.random() < 0.2 else b"%d" % n * 9))
            recs = [b.record(i, i, *kv) for i, kv in enumerate(self.sent[first:])]
            self.pending = first, b.build(recs, T0 + first, self.rnd.choice((b.NONE, b.GZIP)), max_ts=T0 + len(self.sent) - 1,
                                          pid=self.pid, pid_epoch=self.epoch, seq=first)
        first, data = self.pending
        base = produce(c, T, self.index, data)
        if base < 0 and base != -46:  # a duplicate was appended before
            if base in (-45, -47, -59):
                faults.append("produce: error %d at number %d" % (-base, first))
                stop.set()
            raise OSError("error %d" % -base)
        for n in range(first, len(self.sent)):
            if base >= 0:
                self.at(n, base + n - first)
            self.newest[self.sent[n][0]] = n
        self.acked, self.pending = len(self.sent), None

    def at(self, n, offset):
        if self.offset.setdefault(n, offset) != offset:
            faults.append("%d: number %d is at offset %d, was at %d" % (self.index, n, offset, self.offset[n]))

    def read(self, c):
        """From the beginning to the end, over any number of connections."""
        began, want = time.monotonic(), dict(self.newest)
        if not want:
            stop.wait(0.02)
            return
        seen, last, at, end = {}, -1, 0, latest(c, T, self.index)
        if end < 0:
            raise OSError("error %d" % -end)
        while at < end and not (stop.is_set() and self.threads[0].is_alive()):
            try:
                c = c or client(d)
                p = one(c.call("Fetch", 11, ask({T: [(self.index, at, 1 << 15)]})))
                if p["ErrorCode"] == 1:
                    faults.append("%d: offset %d is out of range" % (self.index, at))
                    return
                if p["ErrorCode"]:
                    raise OSError
            except (Closed, OSError):
                c = None
                time.sleep(0.02)
                continue
            for base, delta, _, _, recs in b.records(data_of(p)):
                for offset, key, value, ts in recs:
                    n = ts - T0
                    if offset < at:
                        continue
                    if not 0 <= n < len(self.sent) or self.sent[n] != (key, value) or offset <= last:
                        faults.append("%d: offset %d behind %d has number %d, %r %r" % (self.index, offset, last, n, key, value))
                        return
                    self.at(n, offset)
                    seen[key], last = n, offset
                at = max(at, base + delta + 1)
        if at >= end:
            self.judge(want, seen, time.monotonic() - began < DELETED_FOR / 2)

    def judge(self, want, seen, quick):
        self.passes += 1
        self.judged += quick
        for key, n in want.items():
            deleted = self.sent[n][1] is None
            if seen.get(key, -1) < n and not (deleted and (key not in seen or not quick)):
                faults.append("%d: of %r number %d was acknowledged, seen is %s" % (self.index, key, n, seen.get(key)))


def kill_for(seconds, kinds):
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end and not stop.is_set():
        victims = [p for name, p in d.children().items() if name.split(".")[0] in kinds]
        if victims:
            try:
                os.kill(rnd.choice(victims), signal.SIGKILL)
                n += 1
            except ProcessLookupError:
                pass
        time.sleep(rnd.uniform(0.05, 0.6))  # not for a state: the pace of dying
    return n


def sync_ms():
    """How long the disk takes for a sync: each segment needs several, and what compaction wants to sync waits its turn."""
    with open(os.path.join(d.dir, "sync"), "wb", buffering=0) as f:
        begun = time.monotonic()
        for _ in range(5):
            f.write(b"x" * 4096)
            os.fsync(f.fileno())
    return (time.monotonic() - begun) * 200


def compactions():
    return re.findall(r'compacted "c-\d"', d.text())


def on(what):
    """Everybody gets on."""
    was = [(p.acked, p.passes) for p in parts]
    until(what, lambda: stop.is_set() or all(p.acked > a + 50 and p.passes > n for p, (a, n) in zip(parts, was)), 40)


parts = [Partition(i) for i in range(2)]
try:
    segment_ms = int(max(150, 30 * sync_ms()))
    t.diag("segment.ms=%d" % segment_ms)
    create(d, T, 2, segment_ms=segment_ms, cleanup_policy="compact", min_cleanable_dirty_ratio=0.01, file_delete_delay_ms=0,
           delete_retention_ms=DELETED_FOR * 1000)
    for p in parts:
        for th in p.threads:
            th.start()
    on("the beginning")
    t.ok(kill_for(SECONDS / 2, ("cleaner",)) > 0, "cleaners died")
    on("life without deaths")
    t.ok(kill_for(SECONDS, ("cleaner", "writer")) > 0, "cleaners and writers died")
    for _ in range(max(2, int(SECONDS / 8))):
        time.sleep(rnd.uniform(0, 0.5))
        d.kill_all()
        d.start()
        on("life after the death of everything")
    until("compactions", lambda: stop.is_set() or len(compactions()) > 3, 60, 0.1)
    stop.set()
    for p in parts:
        for th in p.threads:
            th.join(30)
    for p in parts:
        p.threads[0] = threading.Thread()
        for _ in range(3):
            retry(d, p.read)
    t.eq([], faults[:10], "every reader saw what was sent, the newest of every key, and nothing that was deleted")
    t.ok(all(p.judged > 3 for p in parts), "readings: %s" % [p.passes for p in parts])
    t.ok(len(compactions()) > 3, "%d compactions of %s records" % (len(compactions()), [p.acked for p in parts]))
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    for f in faults[:10]:
        t.diag(f)
    t.diag("%s" % [(p.acked, p.passes, getattr(p, "last", None)) for p in parts])
    t.diag(d.text()[-3000:])
finally:
    stop.set()
    d.cleanup()
t.done()
