#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk that its own logs fill, while retention would let their old segments go: it makes room at once, whenever it would
be due, and file.delete.delay.ms does not hold it up.  What retention protects stays."""
import os, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../tap"), os.path.join(HERE, "../e2e")]
from admin import *

SIZE, MB = 32, b"x" * 1000000
ONE = batch([MB])
FIRST_CHECK = 30  # seconds from the start to the first look at retention that needs no reason

if os.geteuid() != 0:
    skip_all("needs root, for a file system of its own")
mnt = tempfile.mkdtemp(prefix="odradek-full-", dir=os.environ.get("TMPDIR", "/tmp"))
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % SIZE, "none", mnt], capture_output=True).returncode != 0:
    os.rmdir(mnt)
    skip_all("cannot mount a tmpfs here")
t = Tap()
# without a disk budget, which makes room as well
d = Daemon("num.network.threads=1", "log.retention.check.interval.ms=86400000", "log.disk.budget=-1")
d.options = [o for o in d.options if not o.startswith(("log.dirs", "metadata.dir"))]
d.options += ["log.dirs=" + os.path.join(mnt, "data"), "metadata.dir=" + os.path.join(d.dir, "meta")]


def send(s, topic):
    return produce_result(call(s, produce(1, topic, 0, ONE)))[1]


def start(a, topic):
    return a.call("ListOffsets", 7, {"ReplicaId": -1, "Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": 0, "Timestamp": -2}]}]})["Topics"][0]["Partitions"][0]["Offset"]


try:
    begun = time.monotonic()
    d.start()
    a = Admin(d)
    common = [("segment.bytes", "2097152"), ("file.delete.delay.ms", "3600000")]
    a.create("keep", configs=common + [("retention.ms", "-1")])
    a.create("go", configs=common)
    with d.connect() as s:
        for topic in ("keep", "go"):
            until("a record in " + topic, lambda: send(s, topic) == 0)
            t.eq([0] * 7, [send(s, topic) for _ in range(7)], "records in " + topic)
        # a change of settings is a reason to look at once; what follows must not rest on it
        t.eq((0, None), a.alter("go", "retention.bytes", "3145728"), "retention is set for the one")
        first = until("a later start", lambda: start(a, "go"))
        errors, n = [], 16
        while not errors and n < 2 * SIZE:
            n += 1
            errors += [e for e in [send(s, "go")] if e != 0]
        t.eq([56], errors, "the other one fills the disk: refused with KAFKA_STORAGE_ERROR, which clients try again")
        t.ok("is full" in d.text() and n > SIZE // 2, "it was full (after %d records)" % n)
        # before retention has its first turn, which an overloaded machine may miss
        left = FIRST_CHECK - 3 - (time.monotonic() - begun)
        until("room", lambda: send(s, "go") == 0, left if left > 5 else 30, 0.05)
        t.ok(True, "retention makes room at once, and what it let go is unlinked at once")
        t.ok(start(a, "go") > first, "the log has a later start")
        taken = 0
        for _ in range(SIZE):
            until("a record taken", lambda: send(s, "go") == 0, 20, 0.02)
            taken += 1
        t.eq(SIZE, taken, "as much as the disk has is taken after that")
    t.eq(0, start(a, "keep"), "what retention protects is there")
    t.eq([MB], get(d, "keep", 0, 5), "and is served")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    d.cleanup()
    subprocess.run(["umount", mnt])
    os.rmdir(mnt)
t.done()
