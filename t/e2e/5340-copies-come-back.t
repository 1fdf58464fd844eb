#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Disks with the metadata on them fail and are taken back: the controller may die then; nobody keeps the lock of one that failed;
and a writer opens nothing but its node's directory."""
import errno, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *
from faults import *

t = Tap()


def locks(path):
    """Which processes of the daemon hold the lock of the directory?"""
    got = []
    for name, pid in list(d.children().items()) + [("supervisor", d.p.pid)]:
        try:
            fds = [os.readlink("/proc/%d/fd/%s" % (pid, n)) for n in os.listdir("/proc/%d/fd" % pid)]
        except OSError:
            continue
        got += [name for x in fds if x == os.path.join(path, ".lock")]
    return got


def fails(i, then=lambda: None, after=lambda: None):
    d.mark = len(d.text())
    f.arm(ERRNO, errno.EIO, 0, 1 << 40, SPACE | CHANGES | SYNCS, only="/data%d" % i)

    def noticed():
        if "its partitions are offline" in d.since():
            return True
        with socket.create_connection(("127.0.0.1", d.port + 10 * i), 30) as s: # refused, as by a leader that has still
            call(s, produce(1, "on-%d" % (i + 1), 0, batch([b"fails"])))        # to begin, it does not come to the disk
        return False
    until("its partitions to be offline", noticed, 60, 0.05)
    then()
    until("its lock to be given up", lambda: locks(d.data[i]) == [])
    f.off()
    after()
    d.reload()


def made(name):
    """Also when a controller died that had made it."""
    try:
        return Cluster(d).create(name)[0] in (0, 36)
    except (OSError, Closed):
        return False


def another_controller():
    old = d.kill("controller")
    until("another controller", lambda: d.children().get("controller", old) != old)


# one disk, which is all that there is
d = Disks(1)
f = Faults(d.dir, BUILDDIR)
if not f.usable():
    skip_all("no preloaded faults here")
os.environ.update(f.env)
try:
    d.begin(*d.data)
    a = Cluster(d)
    t.eq(0, a.alone("on-1", 1), "a topic")
    a.put("on-1", 0, b"x")
    fails(0, lambda: d.says("the daemon goes on by itself"))
    until("a topic", lambda: made("after"), 60, 0.1)
    t.ok("new store" not in d.text(), "no controller works, and it is said what to do")
    t.ok(True, "the only disk fails, and is taken back: the controller works")
    Cluster(d).put("on-1", 0, b"y")
    t.ok(b"x" in Cluster(d).get("on-1", 0, 2), "its records are served again")
    another_controller()
    until("a topic", lambda: made("later"), 60, 0.1)
    t.ok(True, "and so does its successor")
    # a look at it that began before it was repaired ends after the HUP
    fails(0, after=lambda: (f.arm(ERRNO, errno.EIO, 0, 1, SPACE, slow_ms=1000, only="/data0/.odradek-probe"),
                            until("a look at it", lambda: f.hits() > 0), f.off()))
    until("a topic", lambda: made("looked"), 30, 0.1)
    t.ok(True, "a HUP while the disk is looked at is not forgotten")
    t.eq(0, d.stop(), "orderly end")
finally:
    f.off()
    d.cleanup()
    f.close()

# all of three, one after the other
d = Disks(3)
f = Faults(d.dir, BUILDDIR)
os.environ.update(f.env)


def falls_out(i):
    """What is asked for afterwards is then not what was before."""
    until("an ISR without it", lambda: i + 1 not in a.part("r")["IsrNodes"])


def dies(name):
    d.kill(name)
    d.p.send_signal(signal.SIGCONT)
    until("a successor", lambda: name in d.children())


try:
    d.begin(*d.data)
    a = Cluster(d)
    t.eq([0, 0, 0], [a.alone("on-%d" % n, n) for n in (1, 2, 3)], "three topics")
    t.eq((0, None), a.create("r", 1, 3), "and one with three replicas")
    a.put("r", 0, b"x")
    for i in range(3):
        if i == 1: # its writer dies when it has seen it, and nobody else has
            d.p.send_signal(signal.SIGSTOP)
            fails(i, lambda: (dies("writer.2"), falls_out(i)))
        else:
            fails(i, lambda: falls_out(i))
        t.ok(True, "disk %d fails, and nobody keeps its lock" % (i + 1))
        a.in_sync("r", 0, [1, 2, 3])
        t.ok(True, "it is taken back")
    # who takes the next disk out when all is in sync again must not take the only copy
    fails(0, lambda: falls_out(0), after=lambda: f.arm(SLOW, 0, 0, 1 << 40, SYNCS, slow_ms=300, only="/data0/metadata"))
    a.in_sync("r", 0, [1, 2, 3])
    t.ok(f.hits() > 0 and "a copy in \"%s" % d.data[0] in d.since(), "in sync is a replica when its disk has the metadata again")
    f.off()
    another_controller()
    until("a topic", lambda: made("after"), 60, 0.1)
    t.ok(True, "the controller dies: its successor finds the copies on all of them")

    three, away = d.data[2], os.path.join(d.dir, "away")
    a = Cluster(d)
    a.put("r", 0, b"y")
    d.mark = len(d.text())
    old = d.kill("writer.3", signal.SIGSTOP)
    os.rename(three, away)
    os.mkdir(three)
    another_controller()
    until("a topic", lambda: made("meanwhile"), 60, 0.1)
    t.eq([], os.listdir(three), "an empty directory is in the place of a disk, and the controller dies: its successor makes no copy there")
    os.kill(old, signal.SIGKILL)
    d.says("failed in opening it")
    t.eq([], os.listdir(three), "a writer that begins makes nothing there, either")
    a.in_sync("r", 0, [1, 2])
    os.rmdir(three)
    os.rename(away, three)
    d.reload()
    a.in_sync("r", 0, [1, 2, 3])
    t.eq([b"x", b"y"], a.get("r", 0, 2), "it is back, and nothing is lost")
    t.ok("replica is lost" not in d.since(), "or said to be")
    t.eq(0, d.stop(), "orderly end")
finally:
    f.off()
    d.p.send_signal(signal.SIGCONT)
    d.cleanup()
    f.close()
t.done()
