#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""An answer that waits for a slow client: its pages leave the page cache, and what comes back from the medium is looked at
again before it is sent, while others are served."""
import ctypes
import os
import random
import re
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *
from daemon import fetch as fetch_frame

MB = 1 << 20
BATCHES, VALUE = 96, 250000
t = Tap()
rnd = random.Random(5)
d = Daemon("num.network.threads=1")
if not pages_leave(d.dir):
    skip_all("nothing leaves the page cache of this file system")
d.start()


def counter(key):
    return d.counter("acceptor", key)


def path():
    p = os.path.join(d.data[0], "s-0")
    return os.path.join(p, sorted(f for f in os.listdir(p) if f.endswith(".log"))[0])


def evict(at=-1):
    """Out of the page cache; at: with another bit there on the medium."""
    fd = os.open(path(), os.O_RDWR)
    if at >= 0:
        os.pwrite(fd, bytes([os.pread(fd, 1, at)[0] ^ 4]), at)
    os.fsync(fd)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)


def cached():
    """Pages of the segment in the page cache; -1: that cannot be told."""
    fd = os.open(path(), os.O_RDONLY)
    rng, st = (ctypes.c_uint64 * 2)(0, 0), (ctypes.c_uint64 * 5)()
    r = ctypes.CDLL(None).syscall(451, fd, rng, st, 0)
    os.close(fd)
    return st[0] if r == 0 else -1


def slow():
    """A client that has asked for everything, and reads no more than the length of the answer."""
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    s.connect(("127.0.0.1", d.port))
    s.settimeout(60)
    s.sendall(fetch_frame(1, "s", 0, 0, max_bytes=64 * MB, part_max=64 * MB))
    return s, struct.unpack(">i", read_exact(s, 4))[0]


def rest(s, n):
    """What comes of n bytes, up to the end of the connection."""
    got = bytearray()
    try:
        while len(got) < n:
            b = s.recv(min(MB, n - len(got)))
            if not b:
                break
            got += b
    except ConnectionResetError:
        pass
    s.close()
    return bytes(got)


try:
    create(d, "s")
    c = client(d)
    some = [batch([rnd.randbytes(VALUE)]) for _ in range(5)]
    for i in range(BATCHES):
        produce(c, "s", 0, some[i % 5])
    whole = open(path(), "rb").read()
    places = [0]
    for base, count, data in batches(whole):
        places.append(places[-1] + len(data))

    checks = 0
    for _ in range(5): # somebody else may have emptied the page cache meanwhile, of which nothing is left to be seen
        s, n = slow()
        got = rest(s, n)
        before, checks = checks, counter("delayed_checks")
        if checks == before or not (n > len(whole) and got.endswith(whole)):
            break
    t.ok(n > len(whole), "the answer is one piece of %d MB" % (n >> 20))
    t.ok(got.endswith(whole), "a slow client gets every byte")
    if checks > before and cached() < (len(whole) + 4095) // 4096:
        t.skip("pages that stay", "somebody else empties the page cache")
    else:
        t.eq(before, checks, "... and pages that stay are not checked again")
    s, n = slow()
    evict()
    # the loop serves others meanwhile
    p = one(c.call("Fetch", 11, ask({"s": [(0, BATCHES - 1, 1000)]}, most=1000)))
    t.eq(0, p["ErrorCode"], "others are served")
    got = rest(s, n)
    t.ok(len(got) == n and got.endswith(whole), "a slow client whose pages were evicted gets every byte")
    t.ok(counter("delayed_checks") > checks, "... which were read and checked before they were sent")

    victim = BATCHES * 3 // 4
    s, n = slow()
    evict(places[victim] + 5000)
    got = rest(s, n)
    head = n - len(whole)
    t.ok(len(got) < n, "a bit that changed meanwhile: the answer is not completed")
    t.ok(len(got) <= head + places[victim] and got[head:] == whole[:len(got) - head], "... and what was sent of it is as it was")
    until("the log", lambda: "is damaged" in d.text())
    named = re.findall(r"s-0/0+\.log\" is damaged from position (\d+) to (\d+): offsets (\d+) to (\d+)", d.text())
    t.eq([(str(places[victim]), str(places[victim + 1]), str(victim), str(victim))], named, "the log names the batch, once")
    c.close()
    c = client(d)
    o, ok = 0, []
    while o < BATCHES:
        p = one(c.call("Fetch", 11, ask({"s": [(0, o, 64 * MB)]}, most=64 * MB)))
        if p["ErrorCode"] != 0:
            ok.append(("refused", o))
            o += 1
            continue
        bs = batches(data_of(p))
        ok.append((o, bs[-1][0] + 1, data_of(p) == whole[places[o]:places[o] + len(data_of(p))]))
        o = bs[-1][0] + 1
    t.eq([(0, victim, True), ("refused", victim), (victim + 1, BATCHES, True)], ok, "asked again: all but that batch is served")
    c.close()
    t.eq(0, d.stop(), "orderly end")
except Exception:
    t.diag(d.text()[-3000:])
    raise
finally:
    d.cleanup()
t.done()
