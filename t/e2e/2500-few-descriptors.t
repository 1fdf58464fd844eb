#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""More partitions, each of several segments, than descriptors: all are written and read, and neither the descriptors nor the
maps of a process grow with them."""
import os, resource, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

LIMIT, PARTS, ROUNDS = 256, int(os.environ.get("PARTITIONS", "1000")), 3
resource.setrlimit(resource.RLIMIT_NOFILE, (LIMIT, LIMIT))  # the hard one as well: the daemon raises the other
t = Tap()
d = Daemon()
most = {}
START = int(time.time() * 1000) - ROUNDS * 60000
ROUND = [batch([b"%d" % r * 300], now=START + r * 60000) for r in range(ROUNDS)]


def look():
    """{child: lines of its maps}, and the most descriptors that were seen go to most."""
    maps = {}
    for name, pid in list(d.children().items()) + [("supervisor", d.p.pid)]:
        most[name] = max(most.get(name, 0), len(os.listdir("/proc/%d/fd" % pid)))
        with open("/proc/%d/maps" % pid) as f:
            maps[name] = sum(1 for _ in f)
    return maps


def all_of(s, request, good):
    """Sends request(partition) for each, some ahead of the answers; returns the partitions whose answer is not good."""
    bad, ahead = [], 50
    for first in range(0, PARTS, ahead):
        some = range(first, min(first + ahead, PARTS))
        s.sendall(b"".join(request(p) for p in some))
        bad += [p for p in some if not good(read_frame(s))]
    return bad


def read_all(s, offset):
    def good(r):
        got = fetch_result(r)
        return got[1] == 0 and got[2] == ROUNDS and values(got[3])[:1] == [(offset, b"%d" % offset * 300)]
    return all_of(s, lambda p: fetch(p, "many", p, offset), good)


def served():
    with d.connect() as s:
        until("every partition", lambda: not all_of(s, lambda p: fetch(p, "many", p, 0), lambda r: fetch_result(r)[1] == 0), 60, 0.1)


def stays_small(before, what):
    now = look()
    grown = {n: now[n] - before[n] for n in now if n in before and now[n] - before[n] > PARTS // 20}
    t.eq({}, grown, what + ": maps do not grow with partitions")
    t.ok(max(most.values()) < LIMIT, what + ": at most %d of %d descriptors (%s)" % (
        max(most.values()), LIMIT, ", ".join("%s %d" % x for x in sorted(most.items()))))


try:
    d.start()
    with d.connect() as s:
        before = look()
        call(s, create_topic(1, "many", PARTS, [("segment.ms", "1000"), ("retention.ms", "-1")]))
        served()
        for r in range(ROUNDS):
            bad = all_of(s, lambda p: produce(p, "many", p, ROUND[r]), lambda a: produce_result(a)[1:] == (0, r))
            t.eq([], bad, "record %d is taken by each of %d partitions" % (r, PARTS))
            look()
        data = os.path.join(d.data[0], "many-%d" % (PARTS - 1))
        t.eq(ROUNDS, len([n for n in os.listdir(data) if n.endswith(".log")]), "each in a segment of its own")
        for offset in range(ROUNDS):
            t.eq([], read_all(s, offset), "all are read from segment %d" % offset)
            look()
    stays_small(before, "in use")
    t.eq(0, d.stop(), "orderly end")
    d.start()
    served()
    with d.connect() as s:
        t.eq([], read_all(s, 0), "after a start all are read")
        look()
    d.kill_all()
    d.start()
    served()
    with d.connect() as s:
        t.eq([], read_all(s, 1), "and after kill -9 of everything")
    stays_small(before, "after that")
    t.ok("Too many open files" not in d.text(), "nobody was refused a descriptor")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    d.cleanup()
t.done()
