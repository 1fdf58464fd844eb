#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Three disks, two of which are full: a change is refused although the third has room for it, and everything is killed at that
moment.  Whichever two start then, what was refused is not there, and what was acknowledged is.  One full disk stops nothing."""
import errno, os, sqlite3, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *
from faults import *

ROUNDS = int(os.environ.get("REFUSED_ROUNDS", "3"))
d = Daemon(disks=3)
d.data[1:] = [os.path.join(d.dir, str(i), "full") for i in (1, 2)]
d.options = [o for o in d.options if not o.startswith(("metadata.dir", "log.dirs"))] + ["log.dirs=" + ",".join(d.data)]
f = Faults(d.dir, os.environ.get("builddir", "."))
if not f.usable():
    skip_all("no faults.so")
t = Tap()
made = set()


def shrink():
    """The daemon is stopped: its logs are written over in place, and had room for much."""
    for x in d.data:
        c = sqlite3.connect(os.path.join(x, "metadata/metadata.db"))
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        c.close()


def create(name):
    code, text = a.create(name, 5)
    if code == 0:
        made.add(name)
    return code


def topics():
    return {n for n in a.topics() if not n.startswith("__")}


try:
    os.environ.update(f.env)
    for i in (1, 2):
        os.makedirs(d.data[i])
    a = Admin(d.start())
    create("first")

    f.arm(ERRNO, errno.ENOSPC, n=1 << 60, only="/1/full/metadata/")
    t.eq({0}, {create("one-%d" % i) for i in range(40)}, "one of three disks is full: changes go on")
    f.off()
    came_back, lost, refused = set(), set(), 0
    for k in range(ROUNDS):
        d.stop()
        shrink()
        a = Admin(d.start())
        f.arm(ERRNO, errno.ENOSPC, n=1 << 60, only="/full/metadata/", write_ms=5)
        n = 0
        while n < 300 and create("r%d-%d" % (k, n)) == 0:
            n += 1
        d.kill_all()
        refused += n < 300
        f.off()
        d.gone(k % 3)
        a = Admin(d.start())
        came_back |= topics() - made
        lost |= made - topics()
        d.stop()
        d.back(k % 3)
        a = Admin(d.start())
        came_back |= topics() - made
        lost |= made - topics()
    t.eq(ROUNDS, refused, "two of three are full: a change is refused in the end, then all is killed")
    t.eq(set(), came_back, "and never comes back")
    t.eq(set(), lost, "what was acknowledged is there")

    d.stop()
    shrink()
    a = Admin(d.start())
    f.arm(ERRNO, errno.ENOSPC, n=1 << 60, only="/full/metadata/")
    codes = [create("goes-on-%d" % i) for i in range(100)]
    t.ok(56 in codes, "full again: changes are refused")
    t.ok("a copy of the metadata store finds no room" in d.text(), "and it is said which copies find no room")
    controller = d.children()["controller"]
    t.eq([0], a.delete("first"), "a topic can be deleted")
    made.discard("first")
    f.off()
    until("a change", lambda: create("after-%d" % len(made)) == 0)
    t.eq(controller, d.children()["controller"], "with space again, changes are made by the same controller")
    t.eq(made, topics(), "and there is what was acknowledged, and nothing else")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
    f.close()
t.done()
