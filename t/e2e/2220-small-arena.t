#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The smallest arena that there may be: large requests that together do not fit are taken one after the other, and room that
comes back is given to those who wait for it at once, also where followers copy out of it."""
import os, sys, threading
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

CLIENTS, REQUESTS = 8, 25
t = Tap()
large = batch([b"w" * 900000])
d = Daemon("socket.request.max.bytes=1048576", "message.max.bytes=1048000", "queued.max.request.bytes=1", "num.network.threads=1",
           disks=3).start()


def rush(topic):
    """How long it takes; all at once ask for more than there is room for."""
    errors, request = [], produce(1, topic, 0, large, acks=-1)

    def run():
        s = d.connect(timeout=60)
        for i in range(REQUESTS):
            errors.append(produce_result(call(s, request))[1])
        s.close()
    began = time.monotonic()
    threads = [threading.Thread(target=run) for i in range(CLIENTS)]
    for x in threads:
        x.start()
    for x in threads:
        x.join()
    t.eq((CLIENTS * REQUESTS, set([0])), (len(errors), set(errors)), "%s: all requests are taken" % topic)
    return time.monotonic() - began


try:
    a = Admin(d)
    for name, nodes in (("one", [1]), ("three", [1, 2, 3])):
        t.eq((0, None), a.create(name, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": nodes}]), "%s: on %s" % (name, nodes))
        put(d, name, 0, b"first")
    s = d.connect()
    t.eq(0, produce_result(call(s, produce(1, "one", 0, batch([b"w" * 1040000]), acks=-1)))[1], "the largest request")
    took = max(rush("one") for i in range(12))
    # what stayed for followers until the next tick made each wait for a second; a disk may be slow, and a machine stand still
    most = CLIENTS * REQUESTS / 10 + 5 * took
    t.ok(any(rush("three") < most for i in range(3)), "and nobody waits for more than its turn")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
