#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Three nodes, factor 3, acks=all: processes are killed and stopped, leaders and in-sync replicas change all the time.
Nothing acknowledged is lost, nothing is doubled, order holds, and the replicas end up the same, byte by byte."""
import os, random, subprocess, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from crash import *

SECONDS = float(os.environ.get("CRASH_SECONDS", "8"))
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.randrange(1 << 30)
ODRADEK = os.path.join(BUILDDIR, "odradek")
t = Tap()
t.diag("CRASH_SEED=%d CRASH_SECONDS=%g" % (SEED, SECONDS))
rnd = random.Random(SEED)
d = Daemon("num.network.threads=2", "replica.lag.time.max.ms=200", "leader.imbalance.check.interval.seconds=1", disks=3).start()
loads, trace = [], Trace(d)


def checked():
    r = subprocess.run([ODRADEK, "replica", "check"] + d.data, capture_output=True, text=True)
    return r.returncode, r.stdout + r.stderr


def check(what):
    if not os.path.exists(ODRADEK):
        t.skip(what, "the command line is not built")
        return
    rc, text = checked()
    t.ok(rc == 0 and " 10 partitions" in " " + text.splitlines()[-1], what)
    t.diag(text[-2000:])


def stop_for(name, seconds):
    """Unless it is dying."""
    try:
        pid = d.children()[name]
        os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(pid, signal.SIGCONT)
    except (KeyError, ProcessLookupError):
        pass


def go_on(n, timeout=90):
    for l in loads:
        l.more(n if l.topic != "large" else n // 10, timeout)


try:
    loads = [Load(d.port, "plain", "-s", "300", "-w", "200", *trace.options("plain"), replicas=3),
             Load(d.port, "idem", "-i", "-d", "5", "-w", "200", *trace.options("idem"), replicas=3),
             Load(d.port, "large", "-i", "-d", "3", "-r", "1", "-s", "150000", "-w", "10", *trace.options("large"), producers=2, partitions=2, replicas=3)]
    go_on(300)
    for kind in ("writer", "replicator", "controller", "acceptor"):
        for name in names(d, kind):
            kill_one(d, name)
        go_on(200)
        t.ok(True, "each %s killed, the load goes on" % kind)
    end, kills, stops = time.monotonic() + SECONDS, 0, 0
    while time.monotonic() < end:
        name = rnd.choice([n for n in sorted(d.children()) if n.split(".")[0] in ("writer", "writer", "replicator", "controller", "acceptor")])
        if rnd.random() < 0.3:
            stop_for(name, rnd.uniform(0.05, 0.8))
            stops += 1
        else:
            try:
                os.kill(d.children()[name], signal.SIGKILL)
                kills += 1
            except (KeyError, ProcessLookupError):
                pass
        time.sleep(rnd.choice((0, 0.02, 0.2, 0.5)))
    t.ok(True, "%d kills and %d stops at random" % (kills, stops))
    go_on(200)
    t.ok(True, "the load goes on")
    loads[0].report(t, "plain producers: every acknowledged record is there once, in order")
    loads[1].report(t, "idempotent producers: every record is there exactly once, in order")
    loads[2].report(t, "large idempotent batches: the same")
    trace.report(t)
    if os.path.exists(ODRADEK):
        try:
            until("the replicas to be level", lambda: checked()[0] == 0, 60, 0.5)
        except TimeoutError:
            t.ok(False, "the replicas are level soon")
            t.diag(checked()[1])
    t.eq(0, d.stop(), "orderly end")
    check("the replicas are the same")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    for l in loads:
        l.abort()
    trace.abort()
    d.cleanup()
t.done()
