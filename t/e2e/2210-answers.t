#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Answers of pipelined requests: in order, none lost, whatever becomes of the others; those that cannot be given; and
requests that never arrive whole, in numbers.  A process that dies of them shows as another process id."""
import os, signal, socket, struct, sys
sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "t", "tap"))
from daemon import *

t = Tap()
d = Daemon("num.network.threads=1", "socket.request.max.bytes=16777216")


def metadata(corr, names):
    return frame(3, 1, corr, struct.pack(">i", len(names)) + b"".join(string(n) for n in names))


def correlation(answer):
    return struct.unpack(">i", answer[:4])[0]


def many(corr, parts):
    """Produce to so many partitions of a topic that is not there."""
    b = string(None) + struct.pack(">hii", 1, 1000, 1) + string("none") + struct.pack(">i", parts)
    return frame(0, 3, corr, b + b"".join(struct.pack(">ii", i, -1) for i in range(parts)))


def describe(corr, names):
    """DescribeTopicPartitions."""
    n, count = names + 1, bytearray()
    while n >= 0x80:
        count.append(n & 0x7F | 0x80)
        n >>= 7
    count.append(n)
    b = b"\0" + bytes(count) + b"".join(b"\x07%06x\0" % i for i in range(names))
    return frame(75, 0, corr, b + struct.pack(">ib", 2000, -1) + b"\0")


def order(s, n):
    return [correlation(read_frame(s)) for _ in range(n)]


try:
    d.start()
    make_topic(d, "t")
    acceptor = d.children()["acceptor.0"]
    one = batch([b"x"])

    s = d.connect()
    s.sendall(produce(1, "t", 0, one, acks=0) + produce(2, "none", 0, one))
    t.eq([2], order(s, 1), "an answer that was ready behind a produce without one is given")

    writer = d.kill("writer", signal.SIGSTOP)
    try:
        s.sendall(produce(3, "t", 0, one, timeout=1000) + produce(4, "none", 0, one))
        s2 = d.connect()
        s2.sendall(produce(5, "t", 0, one, timeout=1000) + produce(6, "t", 0, one, timeout=4000) +
                   metadata(7, ["topic-with-a-long-name-%d" % i for i in range(2000)]))
        got = [read_frame(s) for _ in range(2)]
        t.eq([3, 4], [correlation(r) for r in got], "what waited behind one that timed out")
        t.eq(7, produce_result(got[0])[1], "REQUEST_TIMED_OUT")
        t.eq([5, 6, 7], order(s2, 3), "a large request of another kind waits for all that came before")
    finally:
        os.kill(writer, signal.SIGCONT)

    for parts in (50000, 120000, 180000, 240000, 320000, 420000):
        s = d.connect()
        s.sendall(many(1, parts) + many(2, 3))
        try:
            got = order(s, 2)
        except (ConnectionError, OSError):
            got = "closed"
        t.ok(got in ([1, 2], "closed"), "produce to %d partitions: %s" % (parts, got))
    for names in (20000, 100000, 150000, 200000, 300000, 400000):
        s = d.connect()
        s.sendall(describe(1, names))
        try:
            got = order(s, 1)
        except (ConnectionError, OSError):
            got = "closed"
        t.ok(got in ([1], "closed"), "names of %d topics: %s" % (names, got))
    t.eq(acceptor, d.children().get("acceptor.0"), "the acceptor lives")

    # more of them than the arena has blocks
    half = []
    for i in range(700):
        c = d.connect()
        c.sendall(struct.pack(">ihhi", 8 << 20, 0, 3, i))
        half.append(c)
    s = d.connect()
    t.eq(0, produce_result(call(s, produce(1, "t", 0, one)))[1], "a small request beside 700 that never come whole")
    gone = 0
    for c in half:
        try:
            c.setblocking(False)
            gone += c.recv(1) == b""
        except BlockingIOError:
            pass
    t.eq(0, gone, "... none of which had to be closed for it")
    t.eq(acceptor, d.children().get("acceptor.0"), "the acceptor still lives")
    t.eq(0, d.stop(), "stopped in order")
finally:
    d.cleanup()
t.done()
