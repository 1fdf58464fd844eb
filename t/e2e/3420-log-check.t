#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""odradek log check: names what is damaged, beside a running daemon and without one; changes nothing and leaves nothing in
the page cache that was not there."""
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *

TOOL = os.path.join(BUILDDIR, "odradek")
if not os.path.exists(TOOL):
    skip_all("odradek is not built")
t = Tap()
rnd = random.Random(3)
d = Daemon("num.network.threads=1").start()


def check(*dirs, more=()):
    r = subprocess.run([TOOL, *more, "log", "check", *dirs], capture_output=True, text=True)
    return r.returncode, r.stdout, r.stderr


def logs(part):
    p = os.path.join(d.data[0], "k-%d" % part)
    return [os.path.join(p, f) for f in sorted(os.listdir(p)) if f.endswith(".log")]


def flip(path, at):
    fd = os.open(path, os.O_RDWR)
    os.pwrite(fd, bytes([os.pread(fd, 1, at)[0] ^ 4]), at)
    os.fsync(fd)
    os.close(fd)


try:
    create(d, "k", 3, **{"internal.segment.bytes": 40000})
    c = client(d)
    some = [batch([rnd.randbytes(1000) for _ in range(4)]) for _ in range(7)]
    for part in range(3):
        for i in range(35):
            produce(c, "k", part, some[i % 7])
    t.ok(len(logs(0)) >= 3, "several segments")
    code, out, err = check(d.data[0])
    t.eq((0, ""), (code, err), "a sound directory of a running daemon: 0")
    t.ok(re.search(r"3 logs, \d+ segments, .*: 0 damaged", out), "... " + out.strip())

    stop = threading.Event()
    w = client(d)

    def append():
        while not stop.is_set():
            produce(w, "k", 2, some[0])
            time.sleep(0.002)  # slower than it is read, also by a slow build
    writer = threading.Thread(target=append)
    writer.start()
    codes = [check(d.data[0] + "/k-2")[0] for _ in range(15)]
    stop.set()
    writer.join()
    t.eq([0] * 15, codes, "a log that grows meanwhile is sound")

    sound = logs(1)[1]
    size, stamp = os.path.getsize(sound), os.stat(sound).st_mtime_ns
    spots = []
    for path, at in ((logs(0)[0], len(some[0]) + 2000), (logs(1)[1], 16)):
        base = int(os.path.basename(path)[:20])
        flip(path, at)
        n, pos = base // 4, 0
        while pos + len(some[n % 7]) <= at:
            pos += len(some[n % 7])
            n += 1
        spots.append((path, pos, pos + len(some[n % 7]), n * 4, n * 4 + 3))
    stamp = os.stat(sound).st_mtime_ns
    for how in ("beside the daemon", "without one"):
        code, out, err = check(d.data[0])
        named = [(m[0], *(int(x) for x in m[1:])) for m in
                 re.findall(r"(\S+): damaged from position (\d+) to (\d+): offsets (\d+) to (\d+)", out)]
        t.eq((3, spots), (code, named), "damage is named with file, position and offsets, " + how)
        code, out, err = check(d.data[0], more=["--json"])
        j = json.loads(out)
        t.eq([(x["file"], x["position"], x["end"], x["first_offset"], x["last_offset"]) for x in j["damaged"]], spots, "... as JSON")
        t.eq((3, 3, 0), (code, j["logs"], j["unreadable"]), "... with totals")
        if how == "beside the daemon":
            c.close()
            w.close()
            t.eq(0, d.stop(), "orderly end")
    t.eq((size, stamp), (os.path.getsize(sound), os.stat(sound).st_mtime_ns), "nothing is changed")
    last = logs(2)[-1]
    with open(last, "ab") as f:
        f.write(some[0][:500])
    code, out, err = check(os.path.dirname(last))
    t.ok(code == 3 and "a write was cut short here" in out, "a tail that is not whole")
    t.eq(1, check("/nonexistent")[0], "a directory that is not there: 1")
    t.eq(2, check()[0], "no directory: 2")
finally:
    d.cleanup()
t.done()
