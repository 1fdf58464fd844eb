#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A full file system: produce is refused, reads and deletes go on, it heals by itself, and the daemon starts on it."""
import os, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *

if os.geteuid() != 0:
    skip_all("needs root, for a file system of its own")
mnt = tempfile.mkdtemp(prefix="odradek-full-", dir=os.environ.get("TMPDIR", "/tmp"))
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "none", mnt], capture_output=True).returncode != 0:
    os.rmdir(mnt)
    skip_all("cannot mount a tmpfs here")
t = Tap()
d = Daemon("num.network.threads=1", "log.segment.bytes=4194304", "log.segment.delete.delay.ms=0")
d.options = [o for o in d.options if not o.startswith(("log.dirs", "metadata.dir"))]
d.options += ["log.dirs=" + os.path.join(mnt, "data"), "metadata.dir=" + os.path.join(d.dir, "meta")]
ballast = os.path.join(mnt, "ballast")
load = None


def fill():
    with open(ballast, "ab", buffering=0) as f:
        try:
            while True:
                f.write(b"\0" * 65536)
        except OSError:
            pass
    with open(ballast, "ab", buffering=0) as f:
        try:
            while True:
                f.write(b"\0" * 512)
        except OSError:
            pass


def delete_records(s, topic, part, before):
    b = struct.pack(">i", 1) + string(topic) + struct.pack(">iiqi", 1, part, before, 10000)
    r = call(s, frame(21, 1, 9, b))
    n = struct.unpack(">h", r[12:14])[0]
    low, err = struct.unpack(">qh", r[14 + n + 4 + 4:14 + n + 4 + 4 + 10])
    return err, low


try:
    d.start()
    make_topic(d, "keep", 1)
    s = d.connect()
    for i in range(6):
        r = produce_result(call(s, produce(i, "keep", 0, batch([b"x" * 900000]))))
        t.ok(r[1] == 0, "record %d" % i) if r[1] else None
    load = Load(d.port, "l", "-i", "-d", "5", "-s", "1000", "-w", "200", producers=2, partitions=2)
    load.more(400, 60)

    begun = time.monotonic()
    fill()
    # the pages that a log already has may take a few more
    def refused():
        return produce_result(call(s, produce(7, "keep", 0, batch([b"y" * 900000]))))[1]
    err = until("a refusal", refused, 20)
    t.eq(56, err, "produce is refused with KAFKA_STORAGE_ERROR, which clients try again")
    t.eq(0, fetch_result(call(s, fetch(1, "keep", 0, 0)))[1], "reads go on")
    kids = d.children()
    t.ok(any(n.startswith("writer") for n in kids), "the writer lives")

    d.stop()
    d.start()
    s = d.connect()
    t.eq(56, until("a refusal of the leader", lambda: (lambda e: e != 6 and e)(refused()), 20), "it starts on a full disk")
    t.eq(0, fetch_result(call(s, fetch(1, "keep", 0, 0)))[1], "and serves reads")

    err, low = delete_records(s, "keep", 0, 5)
    t.eq((0, 5), (err, low), "records can be deleted on a full disk")

    os.unlink(ballast)
    t.eq(0, until("room", lambda: 0 == produce_result(call(s, produce(8, "keep", 0, batch([b"z" * 900000]))))[1], 20) - 1,
         "with room again it takes records again, by itself")
    load.more(200)
    load.report(t, "idempotent producers: every record is there exactly once, in order")
    text = until("the line that it has room", lambda: "has room again" in d.text() and d.text())
    # who asks for nothing for two seconds, as on a machine that stands still, may let it be taken for one that has room
    lines = [x for x in text.splitlines() if any(w in x for w in ("is full (", "has room again", "stopped", "ready after"))]
    full = ["is full (" in x for x in lines]
    if not t.ok(1 <= sum(full) <= 2 + (time.monotonic() - begun) / 2 and (True, True) not in zip(full, full[1:]),
                "a line when it is full, one when it is not"):
        t.diag("\n".join(lines))
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    if load:
        load.abort()
    d.cleanup()
    subprocess.run(["umount", mnt])
    os.rmdir(mnt)
t.done()
