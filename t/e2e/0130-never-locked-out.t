#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What fails again and again is tried again, ever more slowly, and never given up; what a dead daemon left is waited
for; a disk that cannot be used costs its node only."""
import fcntl, os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

t = Tap()


def answers(d):
    s = d.connect()
    r = call(s, frame(3, 0, 5, struct.pack(">i", 0)))
    s.close()
    return r[:4] == struct.pack(">i", 5)


d = Daemon()
try:
    d.start()
    meta = os.path.join(d.dir, "meta")
    hidden = os.path.join(d.dir, "hidden")
    os.rename(meta, hidden)
    with open(meta, "w") as f:
        f.write("not a directory\n")
    d.kill("controller")
    delays = lambda: [int(x) for x in re.findall(r"the next one starts in (\d+) ms", d.text())]
    until("five failed starts", lambda: len(delays()) >= 5)
    got = delays()
    t.ok(all(b == min(a * 2, 5000) for a, b in zip(got, got[1:])), "a child that cannot start is started ever more slowly: %s" % got)
    t.ok(answers(d), "those who do not need it serve")
    os.unlink(meta)
    os.rename(hidden, meta)
    s = d.connect()

    def created():
        r = call(s, create_topic(9, "late", 1))
        return struct.unpack(">h", r[18:20])[0] in (0, 36)  # made, or made by an attempt whose answer was lost

    t.ok(until("a topic", created, 40), "when the reason is gone it serves again")
    s.close()
    t.eq(0, d.stop(), "orderly end")

    # an orphan of a dead daemon still holds the disk
    lock = open(os.path.join(d.data[0], ".lock"), "r+")
    fcntl.flock(lock, fcntl.LOCK_EX)
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock.truncate(0)
    lock.write("%d\n" % dead.pid)
    lock.flush()
    before = d.text().count("ready after")
    import threading
    starter = threading.Thread(target=d.start)
    starter.start()
    until("the notice", lambda: "waiting for what a dead daemon left" in d.text())
    t.eq(before, d.text().count("ready after"), "a disk that an orphan holds is waited for")
    lock.close()
    starter.join()
    t.ok(answers(d), "and the daemon starts when it is free")
    d.stop()
finally:
    d.cleanup()

d = Daemon(disks=2)
try:
    with open(d.data[1], "w") as f:
        f.write("no directory\n")
    d.start()
    t.ok(answers(d), "one of two disks cannot be used: the daemon starts")
    t.ok(d.data[1] in d.text() and "offline" in d.text(), "and says which node stays offline")
    s = d.connect()
    t.ok(until("a topic", lambda: call(s, create_topic(9, "there", 1))[19:21] == b"\0\0"), "the other node serves")
    s.close()
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
