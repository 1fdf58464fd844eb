#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk that is full while a log is compacted: the log stays as it is, nothing unfinished is left, and with room again
compaction goes on by itself."""
import os, subprocess, sys, tempfile, time
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *
from fetching import *  # its produce()
import batch as b

if os.geteuid() != 0:
    skip_all("needs root, for a file system of its own")
mnt = tempfile.mkdtemp(prefix="odradek-full-", dir=os.environ.get("TMPDIR", "/tmp"))
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", mnt], capture_output=True).returncode != 0:
    os.rmdir(mnt)
    skip_all("cannot mount a tmpfs here")
t = Tap()
d = Daemon("log.cleaner.backoff.ms=100", "num.network.threads=1")
d.options = [o for o in d.options if not o.startswith(("log.dirs", "metadata.dir"))]
d.options += ["log.dirs=" + os.path.join(mnt, "data"), "metadata.dir=" + os.path.join(d.dir, "meta")]
ballast, path = os.path.join(mnt, "ballast"), os.path.join(mnt, "data", "c-0")


def fill_disk():
    with open(ballast, "ab", buffering=0) as f:
        for size in (65536, 512):
            try:
                while True:
                    f.write(b"\0" * size)
            except OSError:
                pass


def contents():
    out = {}
    for f in sorted(os.listdir(path)):
        if f.endswith(".log"):
            for _, _, _, _, recs in b.records(open(os.path.join(path, f), "rb").read()):
                out.update({r[1]: r[0] for r in recs})
    return out


def ratio(value):
    c = client(d)
    c.call("IncrementalAlterConfigs", 1, {"Resources": [{"ResourceType": 2, "ResourceName": "c", "Configs": [
        {"Name": "min.cleanable.dirty.ratio", "ConfigOperation": 0, "Value": value}]}], "ValidateOnly": False})
    c.close()


try:
    d.start()
    create(d, "c", 1, segment_bytes=1 << 20, cleanup_policy="compact", min_cleanable_dirty_ratio=1, file_delete_delay_ms=0)
    c = client(d)
    batches = [b.build([b.record(0, 0, b"k%d" % i, b"x" * 60000)], int(time.time() * 1000)) for i in range(30)]
    for i in range(80):
        produce(c, "c", 0, batches[i % 30])
    c.close()
    want = contents()
    fill_disk()
    ratio("0.01")
    until("a word about it", lambda: 'could not compact "c-0": No space left on device' in d.text(), 20)
    t.eq(want, contents(), "on a full disk the log stays as it is")
    t.eq([], [f for f in os.listdir(path) if f.endswith((".cleaned", ".swap"))], "and nothing unfinished is left")
    os.unlink(ballast)
    until("compaction", lambda: 'compacted "c-0"' in d.text(), 20)
    t.eq(want, contents(), "with room again it is compacted, and nothing is lost")
    t.eq(1, d.text().count("could not compact"), "said once")
    t.ok('"c-0" can be compacted again' in d.text(), "and so is its end")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-3000:])
finally:
    d.cleanup()
    subprocess.run(["umount", mnt])
    os.rmdir(mnt)
t.done()
