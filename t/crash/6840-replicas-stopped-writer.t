#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The writer of one of three disks stands still for longer than broker.session.timeout.ms: others lead, acks=all goes on,
and when it goes on it is fenced and follows; what it had not answered is not doubled.  CRASH_ROUNDS=n: each of them, n times;
else two."""
import os, signal, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from trio import *

t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
rnd = random.Random(SEED)
trio = Trio(t, "broker.session.timeout.ms=1000")


def stopped(index):
    was, since = trio.led_by(index), time.monotonic()
    pid = trio.d.children()["writer.%d" % trio.node[index]]
    os.kill(pid, signal.SIGSTOP)
    try:
        trio.moved(index, since, "a writer that stands still, limit 1000 ms, which led %d" % was)
        trio.fell_out(index)
        t.ok(True, "node %d stands still: others lead, it is not in sync" % trio.node[index])
        trio.go_on(60)
        t.ok(True, "acks=all goes on")
        time.sleep(rnd.uniform(0, 0.5))
    finally:
        os.kill(pid, signal.SIGCONT)
    trio.in_sync()
    t.ok(True, "it goes on, and is in sync again")
    t.eq(pid, trio.d.children()["writer.%d" % trio.node[index]], "it is the same process")


def body():
    trio.start()
    trio.load()
    which = rnd.sample(range(3), 2) if ROUNDS == 1 else list(range(3)) * ROUNDS
    for index in which:
        stopped(index)
        trio.balanced()
    lines = trio.said("stands still")
    t.ok(len(lines) >= len(which), "lines say so")
    t.diag(lines[0][:300] if lines else "no line")
    trio.end()


run(t, trio, body)
