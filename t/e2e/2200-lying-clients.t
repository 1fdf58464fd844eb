#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Slow, silent and lying clients cost only themselves; no set of half-sent requests stops the others."""
import os, resource, struct, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

t = Tap()
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
d = Daemon("request.min.rate=100000").start()


def works(name):
    s = d.connect(timeout=20)
    err = produce_result(call(s, produce(7, "a", 0, batch([b"x" * 1000]))))[1]
    r = fetch_result(call(s, fetch(8, "a", 0, 0)))
    s.close()
    return t.ok(err == 0 and r[1] == 0 and len(r[3]) > 0, name)


def closed(s):
    try:
        return s.recv(1) == b""
    except ConnectionResetError:
        return True


try:
    make_topic(d, "a", 1)
    works("an honest client is served")

    for what, data in (("a negative length", struct.pack(">i", -5)), ("a length beyond the limit", struct.pack(">i", 2000000000)),
                       ("a length too short for a header", struct.pack(">i", 3) + b"abc"),
                       ("an unknown API", frame(999, 0, 1, b"")), ("an unknown version", frame(3, 99, 1, b"")),
                       ("a body that ends early", frame(3, 1, 1, struct.pack(">i", 5))),
                       ("a count of two thousand million topics", frame(3, 1, 1, struct.pack(">i", 2000000000))),
                       ("a Produce that names 200,000 partitions", frame(0, 3, 1, string(None) + struct.pack(">hii", 1, 1000, 1) +
                        string("a") + struct.pack(">i", 200000) + struct.pack(">ii", 0, -1) * 200000)),
                       ("noise", os.urandom(16).replace(b"\0", b"\xff"))):
        s = d.connect()
        s.sendall(data)
        t.ok(closed(s), what + " closes the connection")
        s.close()
    works("and the others are served")

    before = d.pss_mb()
    idle = [d.connect() for _ in range(500)]
    for s in idle:
        s.sendall(produce(1, "a", 0, batch([b"y" * 10000]))[:9000])
    works("500 connections that stopped in the middle of a small request")
    big = struct.pack(">i", 90 << 20) + produce(1, "a", 0, batch([b"z"]))[4:40]
    liars = [d.connect() for _ in range(200)]
    for s in liars:
        s.sendall(big)
    works("200 connections that announced 90 MB and sent 40 bytes")
    t.ok(d.pss_mb() < before + 60, "memory grows by what was sent, not by what was announced (%.0f to %.0f MB)" % (before, d.pss_mb()))
    for s in liars:
        s.setblocking(False)
        try:
            s.send(b"q" * 200000)
        except OSError:
            pass
    works("the same, each with 200 KB more")
    s = d.connect(timeout=60)
    r = produce_result(call(s, produce(3, "a", 0, batch([b"w" * 900000]))))
    t.eq(0, r[1], "a large honest request is admitted in its turn: those that do not get on are closed")
    for s in idle + liars:
        s.close()

    s = d.connect()
    for i in range(300):
        s.sendall(produce(i, "a", 0, batch([b"f" * 100000])))
        if produce_result(read_frame(s))[1]:
            t.ok(False, "filling")
    slow = [d.connect() for _ in range(50)]
    for x in slow:
        x.sendall(b"".join(fetch(i, "a", 0, 0, max_bytes=50 << 20, part_max=50 << 20) for i in range(20)))
    works("50 connections that ask for much and read nothing")
    t.ok(d.pss_mb() < before + 80, "memory stays bounded (%.0f MB)" % d.pss_mb())
    t.ok("crash" not in d.text() and "signal" not in d.text(), "no process died")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
