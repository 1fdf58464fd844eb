#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk whose writer stands still, with more requests for it than its rings hold: who writes to another disk goes on,
so do all who read, who waits too long is told to try again, it is said once, and everything else is answered in order
when it moves again."""
import os, signal, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

CONNS, EACH = 80, 60
t = Tap()
d = Daemon("num.network.threads=1", disks=2) # with many, none might have a full ring
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
    late = at(leads[0])
    t.eq((3, 7), produce_result(call(late, produce(3, "a", 0, one, timeout=500)))[:2],
         "a producer that does not wait for ever gets REQUEST_TIMED_OUT, which clients try again")
    crowd = [at(leads[0]) for _ in range(CONNS)]
    for i, c in enumerate(crowd):
        c.sendall(b"".join(produce(k, "a", 0, one) for k in range(EACH)))
    c = at(leads[1])
    good = all(produce_result(call(c, produce(k, "a", 1, one)))[:2] == (k, 0) for k in range(500))
    t.ok(good, "%d requests wait for the one disk, 500 for the other are answered" % (CONNS * EACH))
    full = at(leads[0])
    full.sendall(b"".join(produce(k, "a", 0, one, timeout=300) for k in range(4)))
    t.eq([(k, 7) for k in range(4)], [produce_result(read_frame(full))[:2] for _ in range(4)],
         "behind a full ring, too, and those that were sent behind it")
    got = fetch_result(call(c, fetch(1, "a", 1, 0)))
    t.ok(got[1] == 0 and got[2] == 501 and got[3], "what the other holds is read")
    got = fetch_result(call(late, fetch(2, "a", 0, 0)))
    t.ok(got[1] == 0 and got[3], "and what is in the logs of the one that stands")
    stands = "%s[%d] has done nothing for" % (names[ports.index(leads[0])], stopped)
    until("the line that it stands", lambda: stands in d.text(), 30, 0.1)
    good = all(produce_result(call(c, produce(k, "a", 1, one)))[:2] == (k, 0) for k in range(100))
    t.ok(good and fetch_result(call(c, fetch(4, "a", 1, 600)))[1:3] == (0, 601), "the other goes on all the while")
    os.kill(stopped, signal.SIGCONT)
    seen, ordered = [], True
    for c in crowd:
        r = [produce_result(read_frame(c)) for _ in range(EACH)]
        ordered &= [x[0] for x in r] == list(range(EACH)) and all(x[1] == 0 for x in r)
        ordered &= [x[2] for x in r] == sorted(x[2] for x in r)
        seen += [x[2] for x in r]
    t.ok(ordered, "all are answered, in order, without an error")
    t.eq(CONNS * EACH, len(set(seen)), "each was appended once")
    until("the line that it goes on", lambda: "goes on after" in d.text(), 30, 0.1)
    t.eq(0, produce_result(call(late, produce(5, "a", 0, one)))[1], "who was told to try again is served")
    t.eq((6, 0, 3 + CONNS * EACH), produce_result(call(full, produce(6, "a", 0, one)))[:3],
         "what found no room in the ring before its time was over was not appended")
    t.eq((1, 1), (d.text().count("has done nothing for"), d.text().count("goes on after")), "that is said once each")
    t.eq(names, sorted(n for n, pid in d.children().items() if n.startswith("writer")), "both writers are there")
    t.eq(stopped, d.children()[names[ports.index(leads[0])]], "the one that stood is the same, it was not killed")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
