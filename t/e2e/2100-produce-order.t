#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Produce: pipelined requests, every way that bytes can be cut, large requests, order of answers."""
import os, random, struct, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

t = Tap()
d = Daemon("message.max.bytes=20000000", "log.segment.bytes=100000000").start()
try:
    make_topic(d, "a", 4)
    s = d.connect()
    n = 500
    s.sendall(b"".join(produce(i, "a", 0, batch([b"v%d" % i])) for i in range(n)))
    got = [produce_result(read_frame(s)) for i in range(n)]
    t.eq([(i, 0, i) for i in range(n)], got, "%d pipelined requests are appended and answered in order" % n)

    mixed = b"".join(produce(i, "a", 1, batch([b"m%d" % i])) + fetch(1000 + i, "a", 1, i) for i in range(100))
    s.sendall(mixed)
    good = True
    for i in range(100):
        good &= produce_result(read_frame(s)) == (i, 0, i)
        corr, err, hw, data = fetch_result(read_frame(s))
        good &= corr == 1000 + i and err == 0 and values(data)[0] == (i, b"m%d" % i)
    t.ok(good, "a fetch behind a produce sees it, and answers keep their order")

    rnd = random.Random(1)
    sent = []
    good = True
    for size in (1, 100, 4096, 16370, 16384, 16400, 65400, 65536, 65700, 131072, 1000000, 5000000):
        value = rnd.randbytes(size)
        req = produce(size, "a", 2, batch([value, b"tail"]))
        p = 0
        while p < len(req):
            k = rnd.choice((1, 2, 3, 4, 5, 100, 5000, 16384, 65536, 300000, 2000000))
            s.sendall(req[p:p + k])
            p += k
        r = produce_result(read_frame(s))
        good &= t.eq((size, 0), r[:2], "a record of %d bytes, sent in pieces" % size)
        sent += [value, b"tail"]
    off, back = 0, []
    while len(back) < len(sent):
        _, err, hw, data = fetch_result(call(s, fetch(1, "a", 2, off, max_bytes=30000000, part_max=30000000)))
        v = [x for x in values(data) if x[0] >= off]
        if err or not v:
            break
        back += [x[1] for x in v]
        off = v[-1][0] + 1
    t.ok(back == sent, "all come back as they were sent")

    # two connections fill the same blocks of the arena in turns
    a, b = d.connect(), d.connect()
    for i in range(200):
        ra, rb = produce(i, "a", 3, batch([b"a%d" % i * 300])), produce(i, "a", 3, batch([b"b%d" % i * 300]))
        a.sendall(ra[:50])
        b.sendall(rb)
        a.sendall(ra[50:])
        if produce_result(read_frame(a))[1] or produce_result(read_frame(b))[1]:
            t.ok(False, "interleaved request %d" % i)
    off, back = 0, []
    while off < 400:
        _, err, hw, data = fetch_result(call(a, fetch(1, "a", 3, off)))
        v = [x for x in values(data) if x[0] >= off]
        back += [x[1] for x in v]
        off = v[-1][0] + 1
    t.ok(sorted(back) == sorted([b"a%d" % i * 300 for i in range(200)] + [b"b%d" % i * 300 for i in range(200)]),
         "interleaved connections do not mix")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
