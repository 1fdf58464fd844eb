#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Damage in segments: the good part is served, the damaged batch is refused with CORRUPT_MESSAGE and named once, the rest is
reached by seeking.  Pages that the daemon did not write itself and pages that come from the medium, small fetches and large."""
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *

CORRUPT = 2
BATCHES, SEGMENT, VICTIM = 40, 100000, 11
# byte of the batch, bit: one of each kind of field
KINDS = [("base offset up", 5, 0), ("base offset up a little", 7, 5), ("length down", 10, 5), ("length up", 10, 7),
         ("length absurd", 8, 7), ("leader epoch", 12, 3), ("magic", 16, 1), ("crc", 18, 4), ("attributes", 22, 0),
         ("last offset delta up", 25, 2), ("last offset delta down", 26, 0), ("max timestamp", 36, 6),
         ("producer id", 45, 1), ("record count", 60, 1), ("first record", 61, 0), ("a value", 1500, 3), ("last byte", -1, 7)]
t = Tap()
rnd = random.Random(11)
d = Daemon("num.network.threads=1").start()


def path(part):
    return os.path.join(d.data[0], "c-%d" % part)


def flip(part, at, bit):
    name = sorted(f for f in os.listdir(path(part)) if f.endswith(".log"))[0]
    fd = os.open(os.path.join(path(part), name), os.O_RDWR)
    b = os.pread(fd, 1, at)
    os.pwrite(fd, bytes([b[0] ^ (1 << bit)]), at)
    os.fsync(fd)
    return fd


def drop(fd):
    """Out of the page cache: the next reader gets it from the medium."""
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def consume(c, part, most, start=0):
    """As a consumer that seeks behind what is refused: ({base: bytes}, [offsets refused])."""
    got, refused, o, end = {}, [], start, bounds(c, "c", part)[1]
    while o < end:
        p = one(c.call("Fetch", 11, ask({"c": [(part, o, most)]}, most=most)))
        bs = batches(data_of(p)) if p["ErrorCode"] == 0 else []
        if p["ErrorCode"] == 0 and bs:
            for base, count, data in bs:
                got[base] = data
                o = max(o, base + count)
        elif p["ErrorCode"] == CORRUPT:
            refused.append(o)
            o += 1
        else:
            refused.append("error %d, %d bytes at %d" % (p["ErrorCode"], len(data_of(p)), o))
            break
    return got, refused


def serving():
    """A connection, once all partitions are there after a start."""
    c = client(d)
    until("partitions", lambda: all(latest(c, "c", p) > 0 for p in range(len(KINDS))))
    return c


def wanted(part, victim):
    return {b: v for b, v in sent[part].items() if b != victim}


try:
    create(d, "c", len(KINDS), **{"internal.segment.bytes": SEGMENT, "index.interval.bytes": 8192})
    c, sent, places = client(d), {}, {}
    for part in range(len(KINDS)):
        sent[part], at = {}, 0
        for i in range(BATCHES):
            b = batch([rnd.randbytes(rnd.randrange(900, 1100)) for _ in range(4)], now=1700000000000 + i * 1000)
            base = produce(c, "c", part, b)
            sent[part][base] = b
            places[part, base] = at
            at += len(b)
    victim = VICTIM * 4
    t.ok(len([f for f in os.listdir(path(0)) if f.endswith(".log")]) >= 2, "several segments")
    got, refused = consume(c, 3, 50000)
    t.ok(refused == [] and all(got[b][21:] == sent[3][b][21:] for b in sent[3]), "all is well before")

    # bytes from the medium while the daemon runs: what it wrote itself left the page cache
    last = len(KINDS) - 1
    if pages_leave(d.dir):
        drop(flip(last, places[last, victim] + 700, 2))
        got, refused = consume(c, last, 50000)
        t.eq([victim + i for i in range(4)], refused, "bytes that changed on the medium are refused while the daemon runs")
        t.ok(sorted(got) == sorted(wanted(last, victim)), "... and everything else is served")
        fd = flip(last, places[last, victim] + 700, 2)
        drop(fd)
    else:
        t.skip("bytes that changed on the medium", "nothing leaves the page cache of this file system")
    c.close()
    t.eq(0, d.stop(), "orderly end")

    # every kind of field, in pages that somebody else brought into the page cache
    for part, (what, at, bit) in enumerate(KINDS):
        size = len(sent[part][victim])
        os.close(flip(part, places[part, victim] + (at if at >= 0 else size + at), bit))
    open(d.log, "w").close()
    d.start()
    c = serving()
    for most in (1000000, 20000, 3000):
        for part, (what, at, bit) in enumerate(KINDS):
            got, refused = consume(c, part, most)
            t.eq([victim + i for i in range(4)], refused, "%s, by %d bytes: exactly its records are refused" % (what, most))
            good = sorted(b for b in got if got[b][21:] == sent[part][b][21:])
            t.eq(sorted(wanted(part, victim)), good, "... and all others are served as they were sent")
            t.ok(victim not in got, "... and it is not")
    named = re.findall(r'"([^"]*c-(\d+)/0+\.log)" is damaged from position (\d+) to (\d+): offsets (\d+) to (\d+)', d.text())
    t.eq([(p, places[p, victim], victim, victim + 3) for p in range(len(KINDS))],
         sorted((int(n[1]), int(n[2]), int(n[4]), int(n[5])) for n in named), "the log names each of them, once")

    # a reader that comes to the middle of it, and to the batch behind it
    for part in range(len(KINDS)):
        for o, want in ((victim + 2, CORRUPT), (victim + 4, 0), (victim - 1, 0)):
            p = one(c.call("Fetch", 11, ask({"c": [(part, o, 1000)]})))
            if p["ErrorCode"] != want:
                t.ok(False, "%s: offset %d: error %d" % (KINDS[part][0], o, p["ErrorCode"]))
    # in one request with others
    a = c.call("Fetch", 11, ask({"c": [(0, victim, 100000), (1, 0, 100000), (2, victim + 4, 100000)]}))
    p = parts_of(a)
    t.eq([CORRUPT, 0, 0], [p["c", i]["ErrorCode"] for i in range(3)], "other partitions of the same request are served")
    t.ok(len(data_of(p["c", 1])) > 40000 and len(data_of(p["c", 2])) > 40000, "... in full")

    def by_time(ts):
        x = c.call("ListOffsets", 5, {"ReplicaId": -1, "Topics": [{"Name": "c", "Partitions": [
            {"PartitionIndex": 14, "Timestamp": ts}]}]})["Topics"][0]["Partitions"][0]
        return x["ErrorCode"], x["Offset"]
    t.eq((CORRUPT, -1), by_time(1700000000000 + VICTIM * 1000), "a search by time that needs the damaged batch says so")
    t.eq((0, 8), by_time(1700000000000 + 2000), "... and one that does not is answered")

    # DeleteRecords up to behind it: gone with its segment or not, the rest is served
    e = c.call("DeleteRecords", 1, {"TimeoutMs": 30000, "Topics": [{"Name": "c", "Partitions": [
        {"PartitionIndex": 2, "Offset": victim + 4}]}]})["Topics"][0]["Partitions"][0]["ErrorCode"]
    got, refused = consume(c, 2, 100000, victim + 4)
    t.ok(e == 0 and refused == [] and min(got) == victim + 4, "records can be deleted up to behind it")
    c.close()

    # a second start meets the same damage and does not cut it away
    before = {p: sum(os.path.getsize(os.path.join(path(p), f)) for f in os.listdir(path(p)) if f.endswith(".log"))
              for p in range(len(KINDS)) if p != 2}
    d.kill_all()
    d.start()
    c = serving()
    bad = [KINDS[p][0] for p in before if consume(c, p, 100000)[1] != [victim + i for i in range(4)]]
    t.eq([], bad, "after the death of everything: the same is refused, the same is served")
    after = {p: sum(os.path.getsize(os.path.join(path(p), f)) for f in os.listdir(path(p)) if f.endswith(".log"))
             for p in range(len(KINDS)) if p != 2}
    t.eq(before, after, "... and nothing was cut away")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
