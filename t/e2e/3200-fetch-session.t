#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Fetch sessions: many partitions, few changes, several connections, deaths, a cache that is full."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *

PARTS = 400
t = Tap()
d = Daemon("max.incremental.fetch.session.cache.slots=4", "num.network.threads=2").start()
try:
    create(d, "s", PARTS)
    c, w = client(d), client(d)
    value = batch([b"v" * 100], now=1700000000000)
    offsets = [0] * PARTS

    def full(conn, n=PARTS, epoch=0, session=0):
        return conn.call("Fetch", 12, ask({"s": [(p, offsets[p], 1 << 20) for p in range(n)]}, epoch=epoch, session=session))

    a = full(c)
    sid, epoch = a["SessionId"], 1
    t.ok(sid > 0 and len(parts_of(a)) == PARTS, "a session of %d partitions" % PARTS)

    def step(changed=(), **kw):
        global epoch
        a = c.call("Fetch", 12, ask({"s": [(p, offsets[p], 1 << 20) for p in changed]} if changed else {}, session=sid,
                                    epoch=epoch, **kw))
        if a["ErrorCode"] == 0:
            epoch = 1 if epoch == 0x7fffffff else epoch + 1
        return a

    t.eq({}, parts_of(step(wait=50)), "quiet: nothing is said")
    good, changed = True, []
    for i in range(300):
        p = i * 37 % PARTS
        corr = c.send("Fetch", 12, ask({"s": [(q, offsets[q], 1 << 20) for q in changed]} if changed else {}, session=sid,
                                       epoch=epoch, wait=120000))
        epoch += 1
        produce(w, "s", p, value)
        got = parts_of(c.receive("Fetch", 12, corr))
        good &= set(got) == {("s", p)} and len(batches(data_of(got["s", p]))) == 1 and \
            got["s", p]["HighWatermark"] == offsets[p] + 1
        offsets[p] += 1
        changed = [p]
    t.ok(good, "300 batches over the partitions, each told of alone and at once")
    step(changed)

    for p in range(50):
        produce(w, "s", p, value)
    seen, rounds = {}, 0
    while len(seen) < 50 and rounds < 200:
        rounds += 1
        got = {p: len(batches(data_of(x))) for (_, p), x in parts_of(step(most=1000)).items() if batches(data_of(x))}
        for p in got:
            seen[p] = seen.get(p, 0) + 1
        for p in got:
            offsets[p] += 1
        step(list(got), most=1) if got else None
    t.ok(len(seen) == 50 and rounds <= 60, "a small limit starves no partition (%d rounds)" % rounds)

    # the session belongs to the acceptor where it was made
    results, others = set(), []

    def both():
        others.append(client(d))    # they stay open, so that both acceptors get some
        results.add(others[-1].call("Fetch", 12, ask({}, session=sid, epoch=epoch + 1000))["ErrorCode"])
        return len(results) >= 2
    until("answers of both acceptors", both)
    for x in others:
        x.close()
    t.eq({70, 71}, results, "a connection to another acceptor does not know it")
    t.eq(0, step()["ErrorCode"], "the session goes on")

    t.eq(71, c.call("Fetch", 12, ask({}, session=sid, epoch=epoch + 1))["ErrorCode"], "an epoch too far")
    t.eq(106, c.call("Fetch", 13, ask({}, session=sid, epoch=epoch))["ErrorCode"], "ids in a session of names")
    a = full(c, 3, -1, sid)
    t.eq((0, 3), (a["SessionId"], len(parts_of(a))), "a final fetch")
    t.eq(70, step()["ErrorCode"], "closes it")

    made = 0
    for i in range(10):
        made += full(c, 2)["SessionId"] != 0
    t.eq(2, made, "this acceptor's half of a cache of four")
    a = full(c, 2)
    t.eq((0, 0, 2), (a["ErrorCode"], a["SessionId"], len(parts_of(a))), "others are served without")

    c.close()
    for name in list(d.children()):
        if name.startswith("acceptor"):
            d.kill(name)
    a = retry(d, lambda conn: full(conn))
    t.ok(a["SessionId"] not in (0, sid), "sessions die with their acceptor; new ones have new ids")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
