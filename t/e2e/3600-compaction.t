#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Compaction in a running daemon: the newest record of each key stays at its offset, tombstones go after their time, a cleaner
that dies or meets a bad batch goes on where it can, and everybody can see what it cannot clean."""
import os
import re
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "compat"))
from fetching import *
import batch as b

t = Tap()
d = Daemon("log.cleaner.backoff.ms=200", "log.message.timestamp.before.max.ms=%d" % (1 << 62)).start()


def directory(topic):
    return os.path.join(d.data[0], topic + "-0")


def segments(topic):
    return sorted(int(f[:20]) for f in os.listdir(directory(topic)) if f.endswith(".log"))


def send(c, topic, pairs, codec=b.NONE):
    """One batch of (key, value) records; its base offset."""
    return produce(c, topic, 0, b.build([b.record(i, 0, k, v) for i, (k, v) in enumerate(pairs)], int(time.time() * 1000), codec))


def read(c, topic):
    """(offset, key, value) of everything that a consumer gets, in order."""
    (at, end), out = bounds(c, topic, 0), []
    while at < end:
        p = one(c.call("Fetch", 11, ask({topic: [(0, at, 1 << 20)]})))
        if p["ErrorCode"]:
            raise RuntimeError("fetching %s at %d: error %d" % (topic, at, p["ErrorCode"]))
        for base, last, _, _, recs in b.records(data_of(p)):
            out += [r[:3] for r in recs if r[0] >= at]
            at = max(at, base + last + 1)
    return out


def newest(recs):
    return {k: (o, v) for o, k, v in recs}


def checkpoint(topic):
    try:
        lines = open(os.path.join(d.data[0], "cleaner-offset-checkpoint")).read().split("\n")
    except OSError:
        return -1
    return next((int(x.split()[2]) for x in lines[2:] if x.startswith(topic + " 0 ")), -1)


try:
    filler = b"x" * 60000
    small = {"segment_bytes": 1 << 20, "cleanup_policy": "compact", "min_cleanable_dirty_ratio": 0.01,
             "file_delete_delay_ms": 0}
    create(d, "k", 1, **small)
    c = client(d)
    sent = []
    for i in range(80):
        codec = b.GZIP if i % 3 == 0 else b.NONE
        pairs = [(b"k%d" % (i % 7), b"%d" % i + filler), (b"only%d" % i, b"%d" % i), (b"k%d" % (i % 5), b"second %d" % i)]
        base = send(c, "k", pairs, codec)
        sent += [(base + n, k, v) for n, (k, v) in enumerate(pairs)]
    # what lies below the active segment when everything settles is clean
    active = segments("k")[-1]
    until("compaction", lambda: checkpoint("k") >= active, 60)
    got = read(c, "k")
    want = newest(sent)
    t.eq(want, newest(got), "the newest record of every key, at its offset")
    t.ok(set(got) <= set(sent), "nothing that was not sent")
    below = [r for r in sent if r[0] < active]
    last = newest(sent)
    kept = [r for r in below if r[0] >= max(o for o, k, v in sent if k == r[1] and o < active)]
    t.eq([r for r in got if r[0] < active], kept, "below the active segment each key is there once")
    t.ok(not [f for f in os.listdir(directory("k")) if f.endswith((".cleaned", ".swap"))], "no unfinished files")
    t.eq((0, 240), (latest(c, "k", 0, -2), latest(c, "k", 0)), "offsets begin and end where they did")

    # tombstones: first they get their horizon, after it they go
    def churn(topic, until_what, cond):
        sealed = -1
        def turn():
            nonlocal sealed
            if checkpoint(topic) >= sealed: # no more than a cleaner can do whose disk takes its time
                for _ in range(7):          # a segment and more
                    send(c, topic, [(b"churn", filler * 3)])
                sealed = segments(topic)[-1]
            time.sleep(0.02)
            return cond()
        until(until_what, turn, 60)

    def with_tombstone(topic, retention):
        create(d, topic, 1, delete_retention_ms=retention, **small)
        send(c, topic, [(b"a", b"1" + filler), (b"b", b"2" + filler), (b"a", None), (b"c", b"3")])
        churn(topic, "first compaction", lambda: 'compacted "%s-0"' % topic in d.text())
    with_tombstone("dead", 3600000)
    got = newest(read(c, "dead"))
    t.eq((None, b"2" + filler), (got[b"a"][1], got[b"b"][1]), "a tombstone outlives what it deletes")
    first = open(os.path.join(directory("dead"), "%020d.log" % 0), "rb").read()
    base, _, attributes, stamp, _ = next(b.records(first))
    t.ok(attributes & 0x40 and abs(stamp - time.time() * 1000 - 3600000) < 600000, "its batch has the delete horizon")
    with_tombstone("gone", 100)
    churn("gone", "the end of the tombstone", lambda: b"a" not in newest(read(c, "gone")))
    t.ok(True, "after delete.retention.ms it goes")

    # a cleaner that dies again and again
    create(d, "kill", 1, **small)
    sent = []
    for i in range(70):
        pairs = [(b"k%d" % (i % 11), b"%d" % i + filler)]
        sent.append((send(c, "kill", pairs), *pairs[0]))
        if i % 30 == 7:
            d.kill("cleaner")
    active = segments("kill")[-1]
    until("compaction after deaths", lambda: checkpoint("kill") >= active, 60)
    t.eq(newest(sent), newest(read(c, "kill")), "a cleaner that dies loses nothing, and its successor finishes")

    # a bad batch
    create(d, "bad", 1, **dict(small, min_cleanable_dirty_ratio=1))
    for i in range(40):
        send(c, "bad", [(b"k%d" % (i % 3), b"%d" % i + filler)])
    path = os.path.join(directory("bad"), "%020d.log" % 0)
    with open(path, "r+b") as f:
        f.seek(30000)
        f.write(b"damage")
    before = [open(os.path.join(directory("bad"), f), "rb").read() for f in sorted(os.listdir(directory("bad"))) if f.endswith(".log")]
    c.call("IncrementalAlterConfigs", 1, {"Resources": [{"ResourceType": 2, "ResourceName": "bad", "Configs": [
        {"Name": "min.cleanable.dirty.ratio", "ConfigOperation": 0, "Value": "0.01"}]}], "ValidateOnly": False})
    until("a word about it", lambda: "could not compact \"bad-0\"" in d.text(), 30)
    t.ok(re.search(r'could not compact "bad-0": a batch whose checksum.*segment 0 at position', d.text()), "a bad batch is named")
    after = [open(os.path.join(directory("bad"), f), "rb").read() for f in sorted(os.listdir(directory("bad"))) if f.endswith(".log")]
    t.ok(before == after, "nothing of that log was changed")
    os.kill(d.p.pid, signal.SIGUSR2)
    until("the dump", lambda: re.search(r"1 partition cannot be compacted", d.text()))
    t.ok(until("its lines", lambda: re.search(r"slot \d+ cannot be compacted: .*segment 0", d.text())), "the counters name it")
    time.sleep(0.5)
    t.eq(1, d.text().count("could not compact \"bad-0\""), "it is said once")
    create(d, "next", 1, **small)
    for i in range(40):
        send(c, "next", [(b"k%d" % (i % 3), b"%d" % i + filler)])
    until("others are compacted", lambda: checkpoint("next") > 0, 30)
    t.ok(True, "others are compacted meanwhile")
    c.call("DeleteTopics", 1, {"TopicNames": ["bad"], "TimeoutMs": 30000})
    os.kill(d.p.pid, signal.SIGUSR2)
    until("health", lambda: re.search(r"; 0 partitions cannot be compacted", d.text().split("could not compact")[-1]) or
          os.kill(d.p.pid, signal.SIGUSR2), 20, 0.2)
    t.ok(True, "a deleted one is no problem any more")

    # a start goes on where it was
    mark = checkpoint("k")
    c.close()
    d.stop()
    d.start()
    c = client(d)
    t.eq(mark, checkpoint("k"), "the checkpoint is kept over a stop")
    t.eq(want, newest(read(c, "k")), "and so are the records")
    t.ok(d.stop() == 0, "stops in order")
finally:
    d.cleanup()
t.done()
