#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk that fails (an ext4 whose journal is aborted) takes its own partitions offline and nothing else."""
import os, shutil, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *

if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
    skip_all("needs root and mkfs.ext4, for a file system of its own")
tmp = tempfile.mkdtemp(prefix="odradek-bad-", dir=os.environ.get("TMPDIR", "/tmp"))
img, mnt = os.path.join(tmp, "img"), os.path.join(tmp, "mnt")
os.mkdir(mnt)


def sh(*cmd):
    return subprocess.run(cmd, capture_output=True).returncode


with open(img, "wb") as f:
    f.truncate(64 << 20)
if sh("mkfs.ext4", "-q", "-F", img) or sh("mount", "-o", "loop", img, mnt):
    shutil.rmtree(tmp)
    skip_all("cannot mount a file system here")
t = Tap()
d = Daemon("num.network.threads=1", disks=2)
bad = os.path.join(mnt, "data")
d.options = ["log.dirs=%s,%s" % (d.data[0], bad) if o.startswith("log.dirs") else o for o in d.options]
PARTS = 4
corr = 0


def produce_to(port, part):
    """The error of producing one record there; -99 when the connection broke."""
    global corr
    corr += 1
    try:
        with socket.create_connection(("127.0.0.1", port), 10) as s:
            return produce_result(call(s, produce(corr, "a", part, batch([b"v" * 1000]), acks=-1)))[1]
    except OSError:
        return -99


def failed_lines():
    return [x for x in d.text().splitlines() if '"%s" failed in' % bad in x]


try:
    d.start()
    s = d.connect()
    call(s, create_topic(1, "a", PARTS))
    at = {}
    for p in range(PARTS):
        at[p] = until("a leader of partition %d" % p,
                      lambda: next((q for q in (d.port, d.port + 10) if produce_to(q, p) == 0), 0))
    t.eq([2, 2], [list(at.values()).count(q) for q in (d.port, d.port + 10)], "partitions on both disks")
    writers = {n: p for n, p in d.children().items() if n.startswith("writer")}

    t.eq(0, sh("mount", "-o", "remount,abort", mnt), "one of two file systems fails")
    for p in range(PARTS):
        if at[p] != d.port:
            err = until("an error of partition %d" % p, lambda: (lambda e: e != -99 and e)(produce_to(at[p], p)), 30)
            t.ok(err in (3, 5, 6, 56), "producing to the failed disk: error %d, which clients try again" % err)
    until("the line that it failed", failed_lines)
    for i in range(20):
        for p in range(PARTS):
            if at[p] == d.port and produce_to(at[p], p) != 0:
                t.ok(False, "partition %d goes on" % p)
    t.ok(True, "the partitions of the other disk go on")
    t.eq(writers, {n: p for n, p in d.children().items() if n.startswith("writer")}, "no writer died")
    t.eq(1, len(failed_lines()), "one line says what failed")
    t.diag(failed_lines()[0])
    t.eq(0, d.stop(), "orderly end")

    until("umount", lambda: sh("umount", mnt) == 0, 10)
    sh("fsck.ext4", "-fy", img)
    t.eq(0, sh("mount", "-o", "loop", img, mnt), "repaired")
    d.start()
    for p in range(PARTS):
        until("partition %d again" % p, lambda: produce_to(at[p], p) == 0, 30)
    t.ok(True, "after a restart all partitions are served")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    d.cleanup()
    sh("umount", mnt)
    shutil.rmtree(tmp, ignore_errors=True)
t.done()
