#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A file system without a single free block, then without a single free inode, that somebody else filled: DeleteRecords,
deletion, start and end work all the same; what was answered survives kill -9, and what could not be written is not
answered with success."""
import os, shutil, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../tap"), os.path.join(HERE, "../e2e")]
from admin import *

if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
    skip_all("needs root and mkfs.ext4, for a file system of its own")
tmp = tempfile.mkdtemp(prefix="odradek-full-", dir=os.environ.get("TMPDIR", "/tmp"))
img, mnt = os.path.join(tmp, "img"), os.path.join(tmp, "mnt")
os.mkdir(mnt)


def sh(*cmd):
    return subprocess.run(cmd, capture_output=True).returncode


with open(img, "wb") as file:
    file.truncate(24 << 20)
if sh("mkfs.ext4", "-q", "-F", "-m", "0", "-N", "160", img) or sh("mount", "-o", "loop", img, mnt):
    shutil.rmtree(tmp)
    skip_all("cannot mount a file system here")
t = Tap()
d = Daemon("num.network.threads=1", "log.segment.bytes=4194304", "log.segment.delete.delay.ms=100")
d.options = [o for o in d.options if not o.startswith(("log.dirs", "metadata.dir"))]
data = os.path.join(mnt, "data")
d.options += ["log.dirs=" + data, "metadata.dir=" + os.path.join(mnt, "meta")]
ballast = os.path.join(mnt, "ballast")
SPARE = os.path.join(data, ".log-start-offset-checkpoint.spare")


def fill():
    for size in (65536, 4096, 512):
        with open(ballast, "ab", buffering=0) as f:
            try:
                while f.write(b"\0" * size):
                    os.fsync(f.fileno())
            except OSError:
                pass


def fill_inodes():
    n = 0
    try:
        while True:
            os.close(os.open(os.path.join(mnt, "inode%d" % n), os.O_CREAT | os.O_WRONLY))
            n += 1
    except OSError:
        return n


def delete_records(before, topic="t"):
    with d.connect(20) as s:
        b = struct.pack(">i", 1) + string(topic) + struct.pack(">iiqi", 1, 0, before, 10000)
        r = call(s, frame(21, 1, 9, b))
    n = struct.unpack(">h", r[12:14])[0]
    low, err = struct.unpack(">qh", r[14 + n + 8:14 + n + 18])
    return err, low


def error_at(offset):
    with d.connect(20) as s:
        return fetch_result(call(s, fetch(1, "t", 0, offset)))[1]


def begins_at(offset):
    until("it is served", lambda: error_at(offset) == 0, 20)
    return error_at(offset - 1) == 1


try:
    d.start()
    a = Admin(d)
    for name in ("t", "u", "v"):
        t.eq(0, a.create(name)[0], "topic " + name)
    for i in range(30):
        put(d, "t", 0, b"%d" % i, 15)
    until("a spare checkpoint", lambda: os.path.exists(SPARE) and os.stat(SPARE).st_blocks > 0, 20)

    fill()
    t.eq((0, 5), delete_records(5), "no block is free: records are deleted")
    d.kill_all()
    fill()
    d.start()
    t.ok(begins_at(5), "it starts after kill -9, and they have stayed deleted")
    t.eq((0, 7), delete_records(7), "more are deleted")
    t.eq([0], Admin(d).delete("u"), "a topic is deleted")
    t.eq(0, d.stop(), "orderly end")
    fill()
    d.start()
    t.ok(begins_at(7), "and again after an orderly one")
    os.unlink(ballast)
    until("a record", lambda: put(d, "t", 0, b"room", 15) or True, 20)
    until("a spare checkpoint", lambda: os.path.exists(SPARE) and os.stat(SPARE).st_blocks > 0, 20)

    t.ok(fill_inodes() > 0, "no inode is free")
    t.eq((0, 9), delete_records(9), "records are deleted")
    d.kill_all()
    fill_inodes()
    d.start()
    t.ok(begins_at(9), "it starts after kill -9, and they have stayed deleted")
    t.eq([0], Admin(d).delete("v"), "a topic is deleted")

    before = 9

    def refused():
        """What the deleted topic gives back is taken, too."""
        global before
        if os.path.exists(SPARE):
            os.unlink(SPARE)
        fill_inodes()
        before += 1
        return delete_records(before) == (56, -1)
    until("no -delete directory", lambda: not [n for n in os.listdir(data) if n.endswith("-delete")], 20)
    until("a refusal", refused, 20, 0.5)
    t.ok(True, "with the reserve gone, too, the answer is an error that clients try again")
    for name in os.listdir(mnt):
        if name.startswith("inode"):
            os.unlink(os.path.join(mnt, name))
    until("room", lambda: delete_records(before) == (0, before), 20)
    d.kill_all()
    d.start()
    t.ok(begins_at(before), "which they do")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    d.cleanup()
    sh("umount", "-l", mnt)
    shutil.rmtree(tmp, ignore_errors=True)
t.done()
