#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What the architecture promises, by the daemon's own counters: few doorbells under bulk load, segments sent by sendfile,
several batches in a write, connections spread evenly over the acceptors."""
import os, signal, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

KLOAD = os.path.join(BUILDDIR, "t/bench/kload")
if not os.path.exists(KLOAD):
    skip_all("t/bench/kload is not built")
t = Tap()
d = Daemon("num.network.threads=2").start()


def total(c, key, kind=""):
    return sum(v.get(key, 0) for n, v in c.items() if n.startswith(kind))


def kload(mode, *args):
    r = subprocess.run([KLOAD, mode, "-b", "127.0.0.1:%d" % d.port] + list(args), capture_output=True, text=True)
    t.ok(r.returncode == 0 and "errors 0" in r.stdout, "%s %s" % (mode, " ".join(args)))
    t.diag(r.stdout)


def spread():
    """How many of 40 connections each acceptor has taken."""
    before = d.counters()
    conns = [d.connect() for _ in range(40)]
    for s in conns:
        call(s, frame(18, 0, 1, b""))
    after = d.counters()
    for s in conns:
        s.close()
    return [v.get("connections", 0) - before[n].get("connections", 0) for n, v in after.items() if n.startswith("acceptor")]


try:
    for _ in range(10): # while one stands still, the other takes them all
        got = spread()
        if max(got) - min(got) <= 2:
            break
    t.ok(len(got) == 2 and max(got) - min(got) <= 2, "40 connections on two acceptors: %s" % got)

    make_topic(d, "small", 4)
    before = d.counters()
    kload("produce", "-t", "small", "-c", "16", "-d", "8", "-n", "1", "-s", "1000", "-S", "2")
    after = d.counters()
    requests = total(after, "requests") - total(before, "requests")
    bells = total(after, "bells") - total(before, "bells")
    writes = total(after, "writes", "writer") - total(before, "writes", "writer")
    t.diag("%d requests, %d doorbells (%.4f a request), %d writes" % (requests, bells, bells / requests, writes))
    t.ok(requests > 1000 and bells < requests / 10, "bulk load: far fewer doorbells than requests")
    t.ok(writes < requests / 2, "bulk load: several batches in a write")

    make_topic(d, "large", 4)
    kload("produce", "-t", "large", "-c", "4", "-d", "4", "-n", "100", "-s", "1000", "-S", "1")
    before = d.counters()
    kload("fetch", "-t", "large", "-c", "4", "-n", "100", "-s", "1000", "-m", "1048576", "-S", "1")
    after = d.counters()
    sent = total(after, "sendfile_bytes") - total(before, "sendfile_bytes")
    copied = total(after, "copied_bytes") - total(before, "copied_bytes")
    t.diag("%d bytes by sendfile, %d copied" % (sent, copied))
    t.ok(sent > 10 << 20 and copied <= sent * 0.05, "1 MB fetches: at most 5 % pass through user space")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
