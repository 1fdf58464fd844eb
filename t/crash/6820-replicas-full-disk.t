#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""One of three disks is full: its followers fall out of sync and are no failure, producing to others goes on, nothing is
lost; with room again it catches up by itself."""
import os, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from trio import *

if os.geteuid() != 0:
    skip_all("needs root, for a file system of its own")
mnt = tempfile.mkdtemp(prefix="odradek-full-", dir=os.environ.get("TMPDIR", "/tmp"))
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", mnt], capture_output=True).returncode != 0:
    os.rmdir(mnt)
    skip_all("cannot mount a tmpfs here")
t = Tap()
trio = Trio(t, "auto.leader.rebalance.enable=true", disks={1: os.path.join(mnt, "data")})
ballast = os.path.join(mnt, "ballast")


def fill():
    for size in (65536, 512):
        with open(ballast, "ab", buffering=0) as f:
            try:
                while f.write(b"\0" * size):
                    pass
            except OSError:
                pass


def all_go_on(n):
    """Every producer, also those of partitions that the full disk led."""
    trio.go_on(n)


def body():
    trio.start()
    trio.load()
    kids = trio.d.children()
    for i in range(ROUNDS):
        was, since = trio.led_by(1), time.monotonic()
        fill()
        until("the line that it is full", lambda: len(trio.said(mnt, "is full (")) > i)
        t.ok(not trio.said("failed in"), "a full disk is said to be full, not to have failed")
        trio.moved(1, since, "a full disk that led %d partitions" % was)
        trio.fell_out(1)
        t.ok(True, "it is not in sync any more, and leads nothing")
        all_go_on(100)
        t.ok(True, "acks=all goes on everywhere")
        os.unlink(ballast)
        trio.in_sync()
        t.ok(True, "with room again it catches up by itself")
        until("the line that it has room", lambda: len(trio.said(mnt, "has room again")) > i)
    t.eq(kids, trio.those(kids), "no process died")
    trio.end()


def unmount():
    subprocess.run(["umount", "-l", mnt])
    os.rmdir(mnt)


run(t, trio, body, unmount)
