#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The cleaner looks at sealed segments in the background: damage is named once and stays visible until it is gone, and what was
read for that does not stay in the page cache."""
import ctypes
import os
import random
import re
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *

libc = ctypes.CDLL(None, use_errno=True)
t = Tap()
rnd = random.Random(9)
d = Daemon("num.network.threads=1", "log.scrub.interval.ms=200", "log.scrub.bytes.per.second=100000000").start()


def cached(path):
    fd = os.open(path, os.O_RDONLY)
    rng, st = (ctypes.c_uint64 * 2)(0, 0), (ctypes.c_uint64 * 5)()
    r = libc.syscall(451, fd, rng, st, 0)
    os.close(fd)
    return st[0] if r == 0 else -1


def logs(part):
    p = os.path.join(d.data[0], "x-%d" % part)
    return [os.path.join(p, f) for f in sorted(os.listdir(p)) if f.endswith(".log")]


def dump():
    """What SIGUSR2 says of the cleaner: its counters, and the lines about its looks, up to the last of the ranges."""
    before = len(d.text())
    d.p.send_signal(signal.SIGUSR2)

    def whole():
        text = d.text()[before:]
        m = re.search(r"damaged ranges: (\d+)\n", text)
        return m and len(re.findall(r"slot \d+ is damaged: .*\n", text)) >= int(m[1]) and text
    text = until("report", whole)
    w = re.search(r"counters of cleaner\S*:(.*)", text)
    w = w.group(1).split() if w else []
    return dict(zip(w[::2], map(int, w[1::2]))), text


def looks(n):
    """So many whole looks later."""
    base = dump()[0].get("scrubs", 0)
    until("looks", lambda: dump()[0].get("scrubs", 0) >= base + n, step=0.2)


def flip(path, at):
    fd = os.open(path, os.O_RDWR)
    os.pwrite(fd, bytes([os.pread(fd, 1, at)[0] ^ 16]), at)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


try:
    create(d, "x", 2, **{"internal.segment.bytes": 40000})
    c = client(d)
    some = [batch([rnd.randbytes(1000) for _ in range(4)]) for _ in range(7)]
    for part in range(2):
        for i in range(35):
            produce(c, "x", part, some[i % 7])
    looks(2)
    counters, text = dump()
    t.ok("damaged ranges: 0" in text and counters.get("scrubbed_bytes", 0) >= sum(os.path.getsize(p) for q in range(2) for p in logs(q)[:-1]),
         "all sealed segments are looked at, and are sound")
    cold = logs(1)[0]
    fd = os.open(cold, os.O_RDWR)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)
    if cached(cold) == 0:
        looks(2)    # and the next one may be at it
        t.ok(until("an empty page cache", lambda: cached(cold) == 0), "what was not in the page cache is not there afterwards")
    else:
        t.skip("page cache", "no cachestat, or pages that stay")
    bad = logs(0)[1]
    base = int(os.path.basename(bad)[:20])
    flip(bad, 200)
    named = lambda: re.findall(r'"(\S+)" is damaged from position (\d+) to (\d+): offsets (\d+) to (\d+)', d.text())
    until("the finding", lambda: len(named()) > 0)
    want = (bad, "0", str(len(some[base // 4 % 7])), str(base), str(base + 3))
    looks(2)
    t.eq([want], named(), "damage is named with file, position and offsets, once, before anybody reads it")
    counters, text = dump()
    t.eq(1, counters.get("bad_ranges"), "... counted")
    t.ok("damaged ranges: 1" in text and re.search(r"slot \d+ is damaged: segment %d, position 0 to" % base, text), "... and shown")
    d.kill("cleaner.1")
    until("a new cleaner", lambda: len(named()) == 2)
    t.eq(want, named()[1], "a new cleaner finds it again")
    flip(bad, 200)
    until("gone", lambda: "1 damaged range of" in d.text())
    t.ok("damaged ranges: 0" in dump()[1], "mended: it is not shown any more")
    t.eq(0, d.stop(), "orderly end")
except Exception:
    t.diag(d.text()[-3000:])
    raise
finally:
    d.cleanup()
t.done()
