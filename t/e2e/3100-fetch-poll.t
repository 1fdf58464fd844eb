#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Fetch that waits: many clients, many partitions, bytes that add up, news of every kind, and deaths."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *

PARTS, CLIENTS = 300, 40
t = Tap()
d = Daemon().start()
try:
    create(d, "wide", PARTS)
    create(d, "n", 3)
    c = client(d)
    value = batch([b"v" * 100], now=1700000000000)
    everything = {"wide": [(p, 0, 1 << 20) for p in range(PARTS)]}

    waiting = [client(d) for _ in range(CLIENTS)]
    sent = [w.send("Fetch", 11, ask(everything, wait=120000)) for w in waiting]
    t.eq(0, produce(c, "n", 0, value), "something is written elsewhere")
    t.ok(all(unanswered(w) for w in waiting), "%d clients wait for %d partitions" % (CLIENTS, PARTS))
    t.eq(0, produce(c, "wide", 77, value), "a batch for one partition")
    good = True
    for w, corr in zip(waiting, sent):
        got = parts_of(w.receive("Fetch", 11, corr))
        good &= len(got) == PARTS and {k for k, p in got.items() if data_of(p)} == {("wide", 77)}
    t.ok(good, "all are answered, with all partitions and that batch")

    everything["wide"][77] = (77, 1, 1 << 20)
    corr = waiting[0].send("Fetch", 11, ask(everything, wait=120000, least=3 * len(value)))
    produce(c, "wide", 1, value)
    produce(c, "wide", 299, value)
    t.ok(unanswered(waiting[0]), "two thirds of min bytes do not end it")
    produce(c, "wide", 1, value)
    got = parts_of(waiting[0].receive("Fetch", 11, corr))
    t.eq({("wide", 1): 2 * len(value), ("wide", 299): len(value)}, {k: len(data_of(p)) for k, p in got.items() if data_of(p)},
         "three thirds do, over partitions")

    p = one(c.call("Fetch", 4, ask({"n": [(1, 0, 1000)]}, wait=100)))
    t.eq((0, 0, b""), (p["ErrorCode"], p["HighWatermark"], data_of(p)), "the deadline ends it, without data")
    for w in waiting[1:]:
        w.send("Fetch", 11, ask({"wide": [(5, 0, 1000)]}, wait=120000))
        w.close()
    t.eq(0, produce(c, "wide", 5, value), "clients that leave while they wait do no harm")

    # many connections in turn: both acceptors are asked
    others = [client(d) for _ in range(8)]
    good = True
    for i in range(200):
        w = others[i % 8]
        corr = w.send("Fetch", 12, ask({"n": [(1, i, 1000)]}, wait=120000))
        good &= produce(c, "n", 1, value) == i
        p = one(w.receive("Fetch", 12, corr))
        good &= p["HighWatermark"] == i + 1 and len(batches(data_of(p))) == 1
    t.ok(good, "200 times: wait, write, be woken")

    corr = [w.send("Fetch", 12, ask({"n": [(2, 0, 1000)]}, wait=120000)) for w in others]
    d.kill("writer")
    until("a writer", lambda: produce(c, "n", 2, value) >= 0)
    good = [len(data_of(one(w.receive("Fetch", 12, k)))) > 0 for w, k in zip(others, corr)]
    t.ok(all(good), "who waited for a writer that died is woken by its successor")

    corr = [w.send("Fetch", 12, ask({"n": [(0, 1, 1000)]}, wait=120000)) for w in others]
    before = dict(d.children())
    for name in sorted(before):
        if name.startswith("acceptor"):
            d.kill(name)
    gone = 0
    for w, k in zip(others, corr):
        try:
            w.receive("Fetch", 12, k)
        except Closed:
            gone += 1
    t.eq(8, gone, "connections end with their acceptor")
    c.close()
    until("a new acceptor", lambda: retry(d, lambda conn: produce(conn, "n", 0, value)) >= 1)
    p = retry(d, lambda conn: one(conn.call("Fetch", 12, ask({"n": [(0, 1, 1000)]}, wait=20000))))
    t.ok(p["ErrorCode"] == 0 and len(data_of(p)) > 0, "its successor serves")

    # waiting, written to, through successors of acceptors: wait words that a predecessor left must not matter
    others = [client(d) for _ in range(4)]
    good, at = True, retry(d, lambda conn: latest(conn, "n", 0))
    c = client(d)
    for i in range(40):
        corr = [w.send("Fetch", 12, ask({"n": [(0, at, 1000)]}, wait=120000)) for w in others]
        good &= produce(c, "n", 0, value) == at
        good &= all(len(data_of(one(w.receive("Fetch", 12, k)))) > 0 for w, k in zip(others, corr))
        at += 1
    t.ok(good, "and wakes who waits")

    corr = others[0].send("Fetch", 12, ask({"n": [(0, at, 1000)]}, wait=120000))
    c.call("DeleteTopics", 4, {"TopicNames": ["n"], "TimeoutMs": 30000})
    p = one(others[0].receive("Fetch", 12, corr))
    t.eq(3, p["ErrorCode"], "a topic that is deleted ends the waiting for it")
    create(d, "n", 1)
    p = one(others[0].call("Fetch", 12, ask({"n": [(0, 0, 1000)]})))
    t.eq((0, 0), (p["ErrorCode"], p["HighWatermark"]), "another one of its name is another one")
    t.eq(0, produce(c, "n", 0, value), "with offsets of its own")
    before = d.counter("acceptor", "fetch_waits")
    corr = others[1].send("Fetch", 12, ask({"n": [(0, 1, 1000)]}, wait=120000))
    until("one that waits", lambda: d.counter("acceptor", "fetch_waits") > before, step=0.05)   # of a request that nobody read
    t.eq(0, d.stop(), "orderly end")                                                            # nothing comes but the end
    p = one(others[1].receive("Fetch", 12, corr))
    t.eq(b"", data_of(p), "who still waits then is answered")
finally:
    d.cleanup()
t.done()
