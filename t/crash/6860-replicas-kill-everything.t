#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Three disks, factor 3: the supervisor alone, then everything at once is killed under load, sometimes while a disk is out
of sync or a writer stands still; all starts again, nothing acknowledged is lost, nothing is doubled."""
import os, signal, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from trio import *

t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
rnd = random.Random(SEED)
trio = Trio(t, "broker.session.timeout.ms=1000")


def before():
    """What is under way at the moment of the kill."""
    what = rnd.choice(("nothing", "a dead writer", "a writer that stands still", "a moved leadership"))
    if what == "a dead writer":
        trio.d.kill("writer.%d" % rnd.choice(trio.node))
        time.sleep(rnd.uniform(0, 0.3))
    elif what == "a writer that stands still":
        trio.d.kill("writer.%d" % rnd.choice(trio.node), signal.SIGSTOP)
        time.sleep(rnd.uniform(0.2, 2.5))
    elif what == "a moved leadership":
        trio.d.kill("controller")
        time.sleep(rnd.uniform(0, 0.3))
    return what


def killed(name, kill):
    what = before()
    since = time.monotonic()
    if trio.trace:
        trio.trace.end()
    kill()
    trio.start()
    if trio.trace:
        trio.trace.boot()
    trio.go_on(60)
    t.ok(True, "%s killed, in the middle of %s: the load goes on" % (name, what))
    trio.in_sync()
    t.diag("all in sync after %.0f ms" % ((time.monotonic() - since) * 1000))


def supervisor():
    pids = list(trio.d.children().values())
    os.kill(trio.d.p.pid, signal.SIGKILL)
    trio.d.p.wait()
    for pid in pids:
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass
    until("children that leave", lambda: gone(*pids))


def body():
    trio.start()
    trio.load("200", ())
    for _ in range(ROUNDS):
        killed("the supervisor", supervisor)
        killed("everything", trio.d.kill_all)
        killed("everything", trio.d.kill_all)
    trio.end()


run(t, trio, body)
