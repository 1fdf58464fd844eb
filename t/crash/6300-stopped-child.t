#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A child that is stopped for five seconds stops only what needs it."""
import os, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *

STOPPED = float(os.environ.get("CRASH_STOPPED", "5"))
t = Tap()
d = Daemon("num.network.threads=2", disks=2).start()
loads = []


def while_stopped(name, fn):
    """fn is called while the child is stopped, and has to return before it goes on; the stop lasts STOPPED seconds at least."""
    pid = d.children()[name]
    end = time.monotonic() + STOPPED
    os.kill(pid, signal.SIGSTOP)
    try:
        fn()
        until("the end of the stop", lambda: time.monotonic() > end, STOPPED + 30, 0.05)
    finally:
        os.kill(pid, signal.SIGCONT)
    t.eq(pid, d.children().get(name), "%s was stopped, not replaced" % name)


def some(load, least, n=300):
    """At least so many producers go on."""
    was = list(load.acked)
    until("%d producers to go on: %s since %s" % (least, load.acked, was),
          lambda: sum(a >= b + n // len(was) for a, b in zip(load.acked, was)) >= least)


try:
    # partitions of both disks: leaders are spread over the nodes
    loads = [Load(d.port, "a", "-i", "-d", "5", "-w", "300", producers=8, partitions=4), Load(d.port, "b", "-w", "300", producers=8, partitions=4)]
    for l in loads:
        l.more(400, 60)

    while_stopped("controller", lambda: [l.more(400) for l in loads])
    t.ok(True, "controller stopped: everybody produces and consumes")
    w = names(d, "writer")
    t.eq(2, len(w), "one writer a disk")
    for name in w:
        for l in loads:
            l.more(200)
        while_stopped(name, lambda: [some(l, 2) for l in loads])
        t.ok(True, "%s stopped: the other disk's partitions go on" % name)
    for name in names(d, "acceptor"):
        for l in loads:
            l.more(200)
        while_stopped(name, lambda: [some(l, 1) for l in loads])
        t.ok(True, "%s stopped: the other one's connections go on" % name)
    for l in loads:
        l.more(200)
    loads[0].report(t, "idempotent producers: every record is there exactly once, in order")
    loads[1].report(t, "plain producers: every acknowledged record is there once, in order")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    for l in loads:
        l.abort()
    d.cleanup()
t.done()
