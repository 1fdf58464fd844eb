#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""One of three disks, a file system of its own, fails: its journal is aborted, which makes it read-only; its directory goes
away.  Leaders move, acks=all goes on; repaired and mounted again it rejoins without a restart."""
import os, shutil, signal, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from trio import *

if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
    skip_all("needs root and mkfs.ext4, for a file system of its own")
tmp = tempfile.mkdtemp(prefix="odradek-bad-", dir=os.environ.get("TMPDIR", "/tmp"))
img, mnt = os.path.join(tmp, "img"), os.path.join(tmp, "mnt")
os.mkdir(mnt)


def sh(*cmd):
    return subprocess.run(cmd, capture_output=True).returncode


with open(img, "wb") as file:
    file.truncate(256 << 20)
if sh("mkfs.ext4", "-q", "-F", img) or sh("mount", "-o", "loop", img, mnt):
    shutil.rmtree(tmp)
    skip_all("cannot mount a file system here")
t = Tap()
bad = os.path.join(mnt, "data")
trio = Trio(t, "log.flush.offset.checkpoint.interval.ms=500", "replica.lag.time.max.ms=10000", disks={0: bad})


def gone(what, since, was):
    trio.moved(0, since, "%s, disk led %d" % (what, was))
    trio.fell_out(0)
    t.ok(True, "%s: leaders elsewhere, and it is not in sync any more" % what)
    trio.go_on(60)
    t.ok(True, "acks=all goes on")


def journal():
    was, since = trio.led_by(0), time.monotonic()
    sh("mount", "-o", "remount,abort", mnt)
    gone("an aborted journal", since, was)
    until("umount", lambda: sh("umount", mnt) == 0, 60, 0.1)
    sh("fsck.ext4", "-fy", img)
    t.eq(0, sh("mount", "-o", "loop", img, mnt), "unmounted, repaired, mounted")


def vanished():
    was, since = trio.led_by(0), time.monotonic()
    os.rename(bad, bad + ".away")
    gone("a directory that went away", since, was)
    os.rename(bad + ".away", bad)
    trio.d.p.send_signal(signal.SIGHUP)


def body():
    trio.start()
    trio.load()
    kids = trio.d.children()
    for i in range(ROUNDS):
        for n, way in enumerate((journal, vanished)):
            trio.balanced()
            way()
            trio.in_sync()
            t.ok(True, "it is in sync again")
            lines = trio.said(bad, "failed in")
            t.eq(2 * i + n + 1, len(lines), "one line says what failed")
            t.diag(lines[-1][:300] if lines else "no line")
    t.eq(kids, trio.those(kids), "no process died")
    trio.end()


def unmount():
    sh("umount", "-l", mnt)
    shutil.rmtree(tmp, ignore_errors=True)


run(t, trio, body, unmount)
