#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""One of three disks answers calls with errors, writes short or slowly: acks=all goes on without it, nothing is lost or
doubled, and it rejoins when it is good again.  CRASH_ROUNDS=n: more often, at other calls."""
import errno, os, signal, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from trio import *
import faults
from faults import Faults

t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
rnd = random.Random(SEED)
trio = Trio(t, "log.flush.offset.checkpoint.interval.ms=500", "log.flush.interval.ms=300", "broker.session.timeout.ms=60000")
f = Faults(trio.d.dir, BUILDDIR)
if not f.usable():
    skip_all("t/tap/faults.so is not built")
os.environ.update(f.env)
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
BAD = [("EIO from write", faults.SPACE, errno.EIO), ("EIO from syncs", faults.SYNCS, errno.EIO), ("EIO from reads", faults.READS, errno.EIO),
       ("EROFS from everything that changes", faults.SPACE | faults.CHANGES | faults.SYNCS, errno.EROFS),
       ("ENODEV from all calls", faults.SPACE | faults.CHANGES | faults.SYNCS | faults.READS, errno.ENODEV)]


def fails(what, mask, error, index):
    """From some call on, all of them, until somebody repairs it."""
    only = "/data%d/" % index
    was, failed = trio.led_by(index), len(trio.said(trio.d.data[index], "failed in"))
    since = time.monotonic()
    f.arm(faults.ERRNO, error, rnd.randrange(20), 1 << 40, mask, only=only)
    until("a fault", lambda: f.hits() > 0, 60)
    trio.moved(index, since, "%s on disk %d, which led %s; first: %s" % (what, index, was, f.what()))
    trio.fell_out(index)
    lines = trio.said(trio.d.data[index], "failed in")[failed:]
    t.ok(len(lines) == 1 and os.strerror(error) in lines[0], "%s: one line says so" % what)
    t.diag(lines[0][:200] if lines else "no line")
    trio.go_on(40)
    t.ok(True, "acks=all goes on")
    f.off()
    trio.go_on(8)
    trio.d.p.send_signal(signal.SIGHUP)
    trio.in_sync()
    t.ok(True, "after a HUP it is in sync again")


def body():
    trio.start()
    trio.load()
    kids = trio.d.children()
    for i in range(ROUNDS):
        for k, (what, mask, error) in enumerate(BAD):
            fails(what, mask, error, (k + i + SEED) % 3)
        f.arm(faults.SHORT, 0, 0, 200, faults.SPACE, only="/data1/")
        trio.go_on(100)
        t.ok(f.hits() > 0, "short writes are no error")
        f.arm(faults.SLOW, 0, 0, 1 << 40, faults.SPACE, slow_ms=100, only="/data2/")
        trio.go_on(20)
        t.ok(f.hits() > 0, "nor is a disk that is slow")
        f.off()
        trio.in_sync()
    t.eq(kids, trio.those(kids), "no process died")
    trio.end()


run(t, trio, body, f.close)
