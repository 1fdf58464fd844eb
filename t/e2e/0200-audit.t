#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Every child has one writable shared mapping, no way to another's memory, and only the descriptors it is meant to have."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

SPARE = 8 # disks that may be added while it runs: a writer and a cleaner each
t = Tap()
root = os.geteuid() == 0
d = Daemon("num.network.threads=2", *(["user=nobody"] if root else []), disks=2)
os.chmod(d.dir, 0o755)


def shared(pid):
    """[(permissions, name)] of shared mappings, without devices and files of the disk."""
    out = []
    with open("/proc/%d/maps" % pid) as f:
        for line in f:
            w = line.split(None, 5)
            if w[1][3] == "s":
                out.append((w[1], w[5].strip() if len(w) > 5 else ""))
    return out


def fds(pid):
    out = []
    for fd in os.listdir("/proc/%d/fd" % pid):
        try:
            out.append(os.readlink("/proc/%d/fd/%s" % (pid, fd)))
        except OSError:
            pass
    return out


def uid_of(pid):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"^Uid:\s+(\d+)", f.read(), re.M).group(1))


def audit(when):
    kids = d.children()
    for name, pid in sorted(kids.items()):
        try:
            maps = shared(pid)
        except PermissionError:
            t.skip("%s: mappings (%s)" % (name, when), "only root may look")
            continue
        writable = [n for p, n in maps if "w" in p]
        readonly = [n for p, n in maps if "w" not in p]
        kind, _, number = name.partition(".")
        index = int(number) - 1 if kind in ("writer", "cleaner") else int(number or 0)  # of a disk: by node id
        want = "/memfd:odradek.%s.%d (deleted)" % (kind, index)
        t.eq([want], writable, "%s: exactly one writable shared mapping, its own part (%s)" % (name, when))
        t.eq(len(kids) + 2 * SPARE, len(set(readonly)), "%s: all other parts read-only" % name)
        have = fds(pid)
        t.ok(not any("memfd:odradek" in x for x in have), "%s: no descriptor of any part" % name)
        if kind in ("acceptor", "cleaner", "coordinator", "replicator"):
            t.ok(not any(x.endswith("/.lock") for x in have), "%s: no lock of a disk" % name)
        if kind in ("cleaner", "coordinator", "replicator"):
            t.ok(not any(x.startswith("socket:") for x in have), "%s: no sockets" % name)
        if kind == "writer":
            t.eq([d.data[index] + "/.lock"], [x for x in have if x.endswith("/.lock")], "%s: the lock of its disk only" % name)
            socks = [x for x in have if x.startswith("socket:")]
            t.eq(0, len(socks), "%s: no sockets" % name)
    for name, pid in [("supervisor", d.p.pid)] + sorted(kids.items()):
        # /proc/<pid> belongs to root, whatever the process's user is, when it is not dumpable
        uid = uid_of(pid)
        if uid == 0:
            t.skip("%s: dumpable off" % name, "it runs as root, whose /proc entries look the same")
        else:
            t.eq(0, os.stat("/proc/%d/maps" % pid).st_uid, "%s: dumpable off (%s)" % (name, when))
        if root and name != "supervisor":
            t.ok(uid != 0, "%s: root's privileges are given up" % name)


try:
    d.start()
    audit("at start")
    for name in ("acceptor.0", "writer.1", "cleaner.1", "coordinator", "controller"):
        old = d.kill(name)
        until("successor", lambda: d.children().get(name, old) != old)
    s = d.connect()
    call(s, frame(18, 0, 5, b""))
    # root's privileges are the last that a successor gives up; then it has all that it is left with
    until("all to be settled", lambda: not root or all(uid_of(pid) != 0 for pid in d.children().values()))
    audit("successors")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
