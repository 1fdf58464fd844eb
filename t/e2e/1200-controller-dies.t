#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The controller is killed again and again while topics come and go: what was said holds, and nobody else notices."""
import os, random, signal, sys, threading, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

KILLS = int(os.environ.get("KILLS", "25"))
t = Tap()
d = Daemon().start()


class Worker(threading.Thread):
    """Creates, grows, configures and deletes topics of its own; knows what it was told."""

    def __init__(self, n):
        super().__init__()
        self.name_ = "w%d" % n
        self.n, self.done, self.bad = 0, False, []
        self.there, self.unknown = {}, set()  # name -> (partitions, retention)
        self.rnd = random.Random(n)
        self.start()

    def step(self, a):
        name = "%s-%d" % (self.name_, self.rnd.randrange(12))
        if name in self.unknown:          # a call was cut short: ask how it is
            a.producer_id()               # answered by the next controller, so it has published what was committed
            x = a.topic(name)
            if x["ErrorCode"] == 3:
                self.there.pop(name, None)
            else:
                self.there[name] = [len(x["Partitions"]), a.config(name, "retention.ms")[0]]
            self.unknown.discard(name)
            return
        self.unknown.add(name)
        what = self.rnd.random()
        if name not in self.there:
            n = self.rnd.randrange(1, 4)
            code = a.create(name, n, configs=[("retention.ms", "1000")])[0]
            if code == 0:
                self.there[name] = [n, "1000"]
        elif what < 0.3:
            code = a.grow(name, self.there[name][0] + 1)
            if code == 0:
                self.there[name][0] += 1
        elif what < 0.6:
            v = str(self.rnd.randrange(1, 10 ** 6))
            code = a.alter(name, "retention.ms", v)[0]
            if code == 0:
                self.there[name][1] = v
        else:
            code = a.delete(name)[0]
            if code == 0:
                del self.there[name]
        self.n += 1
        if code == 0:
            self.unknown.discard(name)
        else:
            self.bad.append((name, what, code))

    def run(self):
        a = Admin(d)
        while not self.done:
            try:
                self.step(a)
            except (OSError, Closed):
                a.b.close()
        for name in list(self.unknown):
            self.there.pop(name, None)


class Reader(threading.Thread):
    """Produces and fetches without a pause: none of it needs the controller."""

    def __init__(self):
        super().__init__()
        self.done, self.n, self.errors, self.worst = False, 0, [], 0.0
        self.start()

    def run(self):
        s = d.connect()
        while not self.done:
            begun = time.monotonic()
            corr, err, off = produce_result(call(s, produce(1, "steady", 0, batch([b"v"]))))[:3]
            if err or off != self.n:
                self.errors.append((err, off, self.n))
            self.n += 1
            self.worst = max(self.worst, time.monotonic() - begun)


def dirs():
    return sorted(n for n in os.listdir(d.data[0]) if os.path.isdir(os.path.join(d.data[0], n)) and n[-1].isdigit() and
                  not n.endswith("-stray") and "-delete" not in n)


try:
    a = Admin(d)
    a.create("steady", 1)
    put_epochs = a.epochs("steady")
    reader = Reader()
    workers = [Worker(i) for i in range(4)]
    rnd = random.Random(7)
    for k in range(KILLS):
        mark = sum(w.n for w in workers)
        until("progress", lambda: sum(w.n for w in workers) > mark + 5, 60)
        pid = until("controller", lambda: d.children().get("controller"))
        end = time.monotonic() + rnd.random() * 0.03
        while time.monotonic() < end:
            pass
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        until("another controller", lambda: d.children().get("controller") not in (None, pid))
    for w in workers:
        w.done = True
    for w in workers:
        w.join()
    reader.done = True
    reader.join()
    t.ok(True, "%d kills, %d calls, %d records meanwhile (the slowest took %.0f ms)" % (
        KILLS, sum(w.n for w in workers), reader.n, reader.worst * 1000))
    t.eq([], reader.errors, "producing went on without an error")
    for w in workers:
        t.eq([], [x for x in w.bad if x[2] not in (3, 36, 37, 41, 56)], "%s: no answer was nonsense" % w.name_)

    def check(when):
        a = Admin(d)
        topics = a.topics()
        wrong, settled = [], 0
        for w in workers:
            for name, (n, v) in w.there.items():
                x = topics.get(name)
                settled += 1
                if x is None or len(x["Partitions"]) != n or a.config(name, "retention.ms")[0] != v:
                    wrong.append((name, n, v, x and len(x["Partitions"])))
            for i in range(12):
                name = "%s-%d" % (w.name_, i)
                if name in topics and name not in w.there and name not in w.unknown:
                    wrong.append((name, "deleted", topics[name]["TopicId"]))
        t.eq([], wrong, "%s: %d topics are as they were acknowledged" % (when, settled))
        t.eq(put_epochs[0] + (when != "afterwards"), a.epochs("steady")[0], "%s: the leader epoch" % when)
        bad = []
        for name, x in topics.items():
            for p in range(len(x["Partitions"])):
                off = put(d, name, p, b"check")
                if not isinstance(off, int):
                    bad.append((name, p))
        t.eq([], bad, "%s: every partition of %d topics takes records" % (when, len(topics)))
        return topics

    topics = check("afterwards")
    t.eq(0, d.stop(), "orderly end")
    d.start()
    t.eq({n: (x["TopicId"], len(x["Partitions"])) for n, x in topics.items()},
         {n: (x["TopicId"], len(x["Partitions"])) for n, x in check("after a restart").items()}, "and nothing changed")
    want = sorted("%s-%d" % (n, p) for n, x in topics.items() for p in range(len(x["Partitions"])))
    try:
        until("the directories of deleted topics to go", lambda: dirs() == want)
    except TimeoutError:
        pass
    t.eq(want, dirs(), "on disk are exactly the partitions that exist")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
