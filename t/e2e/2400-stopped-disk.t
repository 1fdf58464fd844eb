#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk whose writer stands still, with more requests for it than its rings hold: who writes to another disk goes on,
and everything is answered in order when it moves again."""
import os, signal, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

CONNS, EACH = 80, 60
t = Tap()
d = Daemon(disks=2)
d.start()


def at(port):
    s = socket.create_connection(("127.0.0.1", port), 30)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


try:
    s = d.connect()
    call(s, create_topic(1, "a", 2))
    ports = [d.port, d.port + 10]
    one = batch([b"x" * 200])
    leads = {}  # partition -> port of its node
    for part in (0, 1):
        def find():
            for port in ports:
                c = at(port)
                r = produce_result(call(c, produce(1, "a", part, one)))
                c.close()
                if r[1] == 0:
                    leads[part] = port
                    return True
        until("a leader of partition %d" % part, find)
    t.ok(leads[0] != leads[1], "two partitions on two nodes")
    names = sorted(n for n in d.children() if n.startswith("writer"))
    stopped = d.kill(names[ports.index(leads[0])], signal.SIGSTOP)
    crowd = [at(leads[0]) for _ in range(CONNS)]
    for i, c in enumerate(crowd):
        c.sendall(b"".join(produce(k, "a", 0, one) for k in range(EACH)))
    c = at(leads[1])
    good = all(produce_result(call(c, produce(k, "a", 1, one)))[:2] == (k, 0) for k in range(500))
    t.ok(good, "%d requests wait for the one disk, 500 for the other are answered" % (CONNS * EACH))
    os.kill(stopped, signal.SIGCONT)
    seen, ordered = [], True
    for c in crowd:
        r = [produce_result(read_frame(c)) for _ in range(EACH)]
        ordered &= [x[0] for x in r] == list(range(EACH)) and all(x[1] == 0 for x in r)
        ordered &= [x[2] for x in r] == sorted(x[2] for x in r)
        seen += [x[2] for x in r]
    t.ok(ordered, "all are answered, in order, without an error")
    t.eq(CONNS * EACH, len(set(seen)), "each was appended once")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
