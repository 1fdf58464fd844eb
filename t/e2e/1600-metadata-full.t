#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""metadata.dir on a full disk: changes get a retriable error, everything else goes on, a restart too, and it heals."""
import ctypes, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

libc = ctypes.CDLL(None, use_errno=True)
d = Daemon()
meta = os.path.join(d.dir, "meta")
os.mkdir(meta)
if (libc.unshare(0x20000) or libc.mount(b"none", b"/", None, 0x44000, None) or
        libc.mount(b"t", meta.encode(), b"tmpfs", 0, b"size=3m,mode=0750")):
    d.cleanup()
    skip_all("a file system of our own needs root")
t = Tap()
fill = os.path.join(meta, "fill")


def fill_up():
    with open(fill, "ab") as f:
        for size in (65536, 4096, 1):
            try:
                while True:
                    os.write(f.fileno(), b"x" * size)
            except OSError:
                pass


try:
    d.start()
    a = Admin(d)
    t.eq((0, None), a.create("before", 2, configs=[("retention.ms", "5000000")]), "a topic")
    put(d, "before", 0, b"one")
    fill_up()
    n, code = 0, 0
    while code == 0 and n < 3000:
        code, text = a.create("t%d" % n, 5)
        n += code == 0
    t.ok(code == 56 and "no space left" in text, "on the full disk changes are refused in the end: %d %s" % (code, text))
    t.ok("t%d" % n not in a.topics(), "and not done")
    t.eq(56, a.alter("before", "retention.ms", "1")[0], "configurations, too")
    t.eq(("5000000", 1), a.config("before", "retention.ms"), "they are as before")
    t.eq(56, a.grow("before", 3), "and partitions")
    t.eq(2, len(a.topic("before")["Partitions"]), "are as many")
    t.eq(1, put(d, "before", 0, b"two"), "producing goes on")
    t.eq([b"one", b"two"], get(d, "before", 0), "and fetching")
    codes = [a.producer_id()[0] for i in range(1001)]
    t.ok(codes[0] == 0 and codes[-1] == 14, "producer ids are given until the block is used up, then the client waits")
    e = a.epochs("before")
    d.kill_all()
    d.start()
    a = Admin(d)
    t.eq([x + 1 for x in e], a.epochs("before"), "a restart on the full disk elects anew, durably")
    t.eq(2, put(d, "before", 0, b"three"), "and serves")
    fill_up()
    t.eq([0], a.delete("before"), "topics can be deleted")
    os.unlink(fill)
    until("a change", lambda: a.create("after", 2)[0] == 0)
    t.ok(True, "with space again, changes are made again")
    t.eq(0, a.producer_id()[0], "and producer ids given")
    t.eq(0, put(d, "after", 1, b"x"), "and the topic serves")
    until("the reserve", lambda: os.path.exists(os.path.join(meta, "reserve")), 30)
    t.ok(True, "the reserve is made up again")
    text = d.text()
    t.ok(text.count("\n") < 60, "the log did not overflow (%d lines)" % text.count("\n"))
    t.ok("signal" not in text, "nobody died")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
    libc.umount2(meta.encode(), 2)
    d.cleanup()
t.done()
