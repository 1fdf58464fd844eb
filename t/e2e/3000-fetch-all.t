#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Fetch: every batch as it was produced, in steps of every size, over segments, behind DeleteRecords, past dying processes."""
import os
import random
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *

t = Tap()
rnd = random.Random(3)
d = Daemon("num.network.threads=2").start()
try:
    create(d, "a", 2, segment_bytes=1 << 20)
    c = client(d)
    sizes = [1, 50, 1000, 4000, 4096, 5000, 16000, 17000, 60000]
    made = {n: batch([rnd.randbytes(n), b"x" * (n % 7)], now=1700000000000 + n) for n in sizes}
    stored, offset = [], 0      # (base, what follows the writer's prefix)
    for i in range(700):
        b = made[sizes[rnd.randrange(len(sizes)) if i % 10 == 0 else rnd.randrange(6)]]
        if produce(c, "a", 0, b) != offset:
            t.ok(False, "produced at %d" % offset)
        stored.append((offset, b))
        offset += 2
    big = made[60000]
    for i in range(60):
        produce(c, "a", 0, big)
        stored.append((offset, big))
        offset += 2
    want = dict(stored)
    logs = [f for f in os.listdir(os.path.join(d.data[0], "a-0")) if f.endswith(".log")]
    t.ok(len(logs) > 3, "several segments")

    def read_all(conn, limit, start=0, end=None, most=1 << 26, version=11):
        """Reads from start to end; the number of fetches, or a text that says what was wrong."""
        at, n = start, 0
        end = offset if end is None else end
        while at < end:
            p = one(conn.call("Fetch", version, ask({"a": [(0, at, limit)]}, most=most)))
            n += 1
            if p["ErrorCode"]:
                return "error %d at %d" % (p["ErrorCode"], at)
            got = batches(data_of(p))
            if not got:
                return "nothing at %d" % at
            if not got[0][0] <= at < got[0][0] + got[0][1]:
                return "batch %d for offset %d" % (got[0][0], at)
            for base, count, whole in got:
                if base >= end:
                    break  # written just now
                if base > at or want[base][16:] != whole[16:]:
                    return "batch %d is not what was produced" % base
                at = base + count
        return n

    for limit in (1, 100, 1000, 4200, 16384, 16385, 20000, 65536, 100000, 1 << 20, 1 << 24):
        r = read_all(c, limit)
        t.ok(isinstance(r, int), "all of it in steps of %d bytes: %s" % (limit, r))
    r = read_all(c, 1 << 24, most=3000)
    t.ok(isinstance(r, int), "all of it, the whole answer limited: %s" % r)
    bad = None
    for i in range(300):
        at = rnd.randrange(offset)
        bad = bad or (lambda r: r if isinstance(r, str) else None)(
            read_all(c, rnd.choice((1, 500, 20000, 70000)), at, min(at + 10, offset), version=rnd.randrange(4, 13)))
    t.eq(None, bad, "from anywhere")

    def evict():
        """Takes the log out of the page cache, as far as the file system lets us."""
        for name in os.listdir(os.path.join(d.data[0], "a-0")):
            fd = os.open(os.path.join(d.data[0], "a-0", name), os.O_RDWR)
            os.fsync(fd)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)
    for limit in (1000, 30000, 1 << 20):
        evict()
        r = read_all(c, limit)
        t.ok(isinstance(r, int), "all of it from the medium, in steps of %d bytes: %s" % (limit, r))
    for i in range(50):
        evict()
        at = rnd.randrange(offset)
        bad = bad or (lambda r: r if isinstance(r, str) else None)(read_all(c, 70000, at, min(at + 10, offset)))
    t.eq(None, bad, "and from anywhere")

    # several at once, each in steps of its own, while more is written behind them
    results = []

    def reader(limit):
        conn = client(d)
        results.append(read_all(conn, limit, end=fixed))
        conn.close()
    fixed = offset
    threads = [threading.Thread(target=reader, args=(limit,)) for limit in (3000, 17000, 65536, 1 << 20)]
    for th in threads:
        th.start()
    for i in range(100):
        b = made[sizes[i % 8]]
        if produce(c, "a", 0, b) == offset:
            want[offset] = b
            offset += 2
    for th in threads:
        th.join()
    t.ok(all(isinstance(r, int) for r in results), "four readers and a producer: %s" % results)

    # whoever dies meanwhile, what is read is right
    for name in ("acceptor.0", "writer.1", "acceptor.1", "controller"):
        d.kill(name)
        r = retry(d, lambda conn: read_all(conn, 50000))
        if isinstance(r, str) and r.startswith("error 6"):
            until("a leader", lambda: isinstance(retry(d, lambda conn: read_all(conn, 50000)), int))
            r = 1
        t.ok(isinstance(r, int), "all of it after the death of %s: %s" % (name, r))

    c.close()
    c = client(d)
    cut = offset // 2 + 1
    got = c.call("DeleteRecords", 1, {"TimeoutMs": 30000, "Topics": [{"Name": "a", "Partitions": [
        {"PartitionIndex": 0, "Offset": cut}]}]})["Topics"][0]["Partitions"][0]
    t.eq((0, cut), (got["ErrorCode"], got["LowWatermark"]), "records below the middle are deleted")
    t.eq(1, one(c.call("Fetch", 11, ask({"a": [(0, cut - 1, 1000)]})))["ErrorCode"], "they are out of range")
    p = one(c.call("Fetch", 11, ask({"a": [(0, cut, 1000)]})))
    t.eq(cut, p["LogStartOffset"], "the log start is told")
    r = read_all(c, 30000, cut)
    t.ok(isinstance(r, int), "the rest is there: %s" % r)
    r = retry(d, lambda conn: read_all(conn, 1 << 20, cut))
    t.ok(isinstance(r, int), "on another connection, too: %s" % r)
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
