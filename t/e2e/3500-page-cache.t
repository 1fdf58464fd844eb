#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The page cache: log.cache.bytes is kept, what a lagging reader needs is kept for it and dropped behind it, and it does not
push out what the ends of the logs are read from."""
import ctypes
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *

KLOAD = os.path.join(BUILDDIR, "t/bench/kload")
if not os.path.exists(KLOAD):
    skip_all("t/bench/kload is not built")
if not pages_leave(os.environ.get("TMPDIR", "/tmp")):
    skip_all("nothing leaves the page cache of this file system")
MB = 1 << 20
BOUND = 48 * MB
libc = ctypes.CDLL(None, use_errno=True)
t = Tap()


def cachestat(path, off=0, length=0):
    """(cached, dirty) bytes of a range of a file; length 0: to its end."""
    fd = os.open(path, os.O_RDWR)
    try:
        rng, st = (ctypes.c_uint64 * 2)(off, length), (ctypes.c_uint64 * 5)()
        if libc.syscall(451, fd, rng, st, 0) == -1:
            skip_all("cachestat: " + os.strerror(ctypes.get_errno()))
        return st[0] * 4096, (st[1] + st[2]) * 4096
    finally:
        os.close(fd)


def logs(d):
    return sorted(os.path.join(p, f) for p, _, fs in os.walk(d.data[0]) for f in fs if f.endswith(".log"))


def held(d):
    return sum(cachestat(p)[0] for p in logs(d))


def size(d):
    return sum(os.path.getsize(p) for p in logs(d))


class Witness:
    """A file beside the logs that nobody touches: where it leaves the page cache, somebody else empties that, and what should
    have stayed proves nothing."""

    def __init__(self, d):
        self.path = os.path.join(d.dir, "witness")
        with open(self.path, "wb") as f:
            f.write(bytes(MB))
            f.flush()
            os.fsync(f.fileno())

    def ok(self, stayed, name):
        if stayed or cachestat(self.path)[0] >= MB:
            t.ok(stayed, name)
        else:
            t.skip(name, "somebody else empties the page cache")


def produce_for(d, topic, seconds, conns=4):
    r = subprocess.run([KLOAD, "produce", "-b", "127.0.0.1:%d" % d.port, "-t", topic, "-c", str(conns), "-d", "4", "-n", "100",
                        "-s", "1000", "-S", str(seconds)], capture_output=True, text=True)
    if r.returncode != 0 or "errors 0" not in r.stdout:
        raise RuntimeError(r.stdout + r.stderr)


def drop_all(d):
    for p in logs(d):
        fd = os.open(p, os.O_RDWR)
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def read_on(c, topic, part, offset, upto, most=MB):
    """Fetches from offset until `upto` bytes came; the next offset."""
    got = 0
    while got < upto:
        p = one(c.call("Fetch", 11, ask({topic: [(part, offset, most)]}, most=most)))
        bs = batches(data_of(p))
        if p["ErrorCode"] or not bs:
            raise RuntimeError("error %d, %d bytes at %d" % (p["ErrorCode"], len(data_of(p)), offset))
        got += len(data_of(p))
        offset = bs[-1][0] + bs[-1][1]
    return offset


# ---- a bound
d = Daemon("num.network.threads=1", "log.cache.bytes=%d" % BOUND).start()
try:
    create(d, "few", 4, segment_bytes=32 * MB)
    create(d, "many", 400, segment_bytes=32 * MB)
    while size(d) < 6 * BOUND:
        produce_for(d, "few", 0.3)
    t.ok(until("bound", lambda: held(d) <= BOUND + 4 * MB), "%d MB written, %d MB held" % (size(d) / MB, held(d) / MB))
    witness = Witness(d)
    ends = []
    for part in range(4):           # the connections of a producer that was held up do not write equally: one log may lie far behind
        tail = [p for p in logs(d) if "/few-%d/" % part in p][-1]
        end = os.path.getsize(tail) # of a segment that may have just been begun
        ends.append(cachestat(tail, max(0, end - MB))[0] >= min(end, MB) // 2)
    witness.ok(any(ends), "... among them the end of a log")
    before = size(d)
    while size(d) < before + 2 * BOUND:
        produce_for(d, "many", 0.3, 16)
    t.ok(until("bound", lambda: held(d) <= BOUND + 8 * MB), "400 logs with a little each: %d MB held" % (held(d) / MB))
    t.ok(until("writeback", lambda: d.counter("writer", "writeback_bytes") > size(d) - 34 * MB, step=0.1),
         "nearly all was given to the medium early")

    # a lagging reader: what lies in front of it stays, however much is written; what is behind it goes
    c = client(d)
    o = read_on(c, "few", 0, 0, 4 * MB)
    first = [p for p in logs(d) if "/few-0/" in p][0]
    near = cachestat(first, 3 * MB, 3 * MB)[0]
    witness.ok(near >= MB // 2, "a reader of old data: what is around it is held (%d KB)" % (near >> 10))
    o = read_on(c, "few", 0, o, 24 * MB)
    t.ok(until("drop", lambda: cachestat(first, 0, 8 * MB)[0] < 2 * MB), "what it has read is dropped behind it")
    t.ok(until("bound", lambda: held(d) <= BOUND + 40 * MB), "%d MB held while it reads" % (held(d) / MB))
    t.ok(until("a count", lambda: d.counter("acceptor", "dropped_bytes") >= 8 * MB, step=0.1), "... and counted")
    t.eq(0, d.counter("acceptor", "bad_ranges"), "nothing was taken for damage")
    c.close()
    d.kill_all()
    d.start()
    t.ok(until("bound", lambda: held(d) <= BOUND + 8 * MB), "what an earlier life left in the page cache counts, too: %d MB"
         % (held(d) / MB))
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()

# ---- without a bound
d = Daemon("num.network.threads=1").start()
try:
    create(d, "old", 1, segment_bytes=16 * MB)
    create(d, "new", 1)
    while size(d) < 160 * MB:
        produce_for(d, "old", 0.2)
    drop_all(d)
    t.diag("left after dropping: %d KB" % (held(d) >> 10))
    produce_for(d, "new", 0.05, 1)
    new = [p for p in logs(d) if "/new-" in p][0]
    hot = cachestat(new)[0]
    witness = Witness(d)
    c = client(d)
    n, before = 0, d.counter("acceptor", "cold_reads")
    read_on(c, "old", 0, 0, 130 * MB)
    old = [p for p in logs(d) if "/old-" in p]
    kept = lambda: sum(cachestat(p)[0] for p in old)
    t.ok(until("drop", lambda: kept() <= 48 * MB), "130 MB of old data were read, %d MB of it are held" % (kept() / MB))
    there = cachestat(new)[0]       # all but a few pages: some kernels give back what has not been touched for seconds
    witness.ok(there >= hot - hot // 10, "another log is where it was: %d of %d KB" % (there >> 10, hot >> 10))
    reads, checked = d.counter("acceptor", "cold_reads") - before, d.counter("acceptor", "checked_bytes")
    t.ok(reads >= 30 and checked >= 130 * MB, "all of it went through the helper, and was checked: %d reads, %d MB"
         % (reads, checked / MB))
    # what two readers want at the same place is read once
    drop_all(d)
    c2 = client(d)
    before = d.counter("acceptor", "checked_bytes")
    o = o2 = 0
    for _ in range(8):
        o = read_on(c, "old", 0, o, 4 * MB)
        o2 = read_on(c2, "old", 0, o2, 4 * MB)
    again = d.counter("acceptor", "checked_bytes") - before
    witness.ok(again <= 48 * MB, "two readers in step: %d MB were read for 64 MB" % (again / MB))
    c.close()
    c2.close()
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
