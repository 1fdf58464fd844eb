#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""HUP reads the settings again, USR1 opens the log again; the service manager is told of everything."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

t = Tap()
d = Daemon()
logs = os.path.join(d.dir, "daemon.log")
conf = os.path.join(d.dir, "conf")


def write(text):
    with open(conf, "w") as f:
        f.write(text)


def log():
    with open(logs) as f:
        return f.read()


def told():
    out = []
    d.notify.setblocking(False)
    try:
        while True:
            out += d.notify.recv(65536).decode().splitlines()
    except BlockingIOError:
        return out


def hup(expect):
    n = log().count(expect)
    d.p.send_signal(signal.SIGHUP)
    until(expect, lambda: log().count(expect) > n)


try:
    write("log.level=info\nconnections.max.idle.ms=600000\n")
    d.options = [o for o in d.options] + ["log.file=" + logs]
    # -f is given by start(); ours comes later and wins
    real = ODRADEKD
    wrapper = os.path.join(d.dir, "odradekd")
    with open(wrapper, "w") as f:
        f.write('#!/bin/sh\nshift 2\nexec "%s" -f "%s" "$@"\n' % (real, conf))
    os.chmod(wrapper, 0o755)
    import daemon
    daemon.ODRADEKD = wrapper
    d.start()
    kids = d.children()

    hup("settings read again: 0 changed")
    t.ok(True, "a file that did not change changes nothing")
    write("log.level=debug\nconnections.max.idle.ms=1000\nnum.network.threads=7\n")
    hup("settings read again: 2 changed")
    t.ok(True, "what may change at run time is taken over")
    t.ok("num.network.threads" in log(), "what needs a restart is named")
    s = d.connect()
    try:
        call(s, frame(18, 0, 5, b""))
        ended = s.recv(1) == b""
    except ConnectionError:
        ended = True   # it was idle for a second before it could ask, or the end came as a reset
    t.ok(ended, "the acceptors have the new idle limit")
    write("log.level=loud\n")
    hup("the settings were not changed")
    t.ok(conf in log() and "loud" in log(), "a bad file is refused with the reason")
    t.eq(kids, d.children(), "the same processes all the time")
    t.ok(len(told()) > 0, "the service manager was told")
    write("log.level=info\n")
    hup("settings read again:")
    got = []            # READY of the one before may still come first, and that of this one comes behind the line in the log
    until("RELOADING and READY", lambda: got.extend(told()) or
          "RELOADING=1" in got and "READY=1" in got[got.index("RELOADING=1"):])
    t.ok(any(x.startswith("MONOTONIC_USEC=") for x in got), "of each reload: RELOADING, READY")

    # a service manager that does not read for a while
    crowd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    crowd.connect(os.path.join(d.dir, "notify"))
    try:
        while True:
            crowd.send(b"OF=another")
    except BlockingIOError:
        pass
    crowd.close()
    hup("settings read again:")
    before = log().count("counters of")
    d.p.send_signal(signal.SIGUSR2)
    until("what comes after the reload", lambda: log().count("counters of") > before)
    t.ok(True, "it is not waited for")
    until("READY", lambda: "READY=1" in told())
    t.ok(True, "but is told again that it is ready, until it has heard it")

    os.rename(logs, logs + ".1")
    d.p.send_signal(signal.SIGUSR1)
    until("a new log file", lambda: os.path.exists(logs))

    def new_log_everywhere():
        for pid in [d.p.pid] + list(d.children().values()):
            fds = []
            for fd in os.listdir("/proc/%d/fd" % pid):
                try:
                    fds.append(os.readlink("/proc/%d/fd/%s" % (pid, fd)))
                except OSError:
                    pass
            if logs not in fds or logs + ".1" in fds:
                return False
        return True

    if os.geteuid() == 0:
        t.ok(until("every process in the new log", new_log_everywhere), "USR1: every process opens the log again")
    else:
        t.skip("USR1: every process opens the log again", "only root sees descriptors")
    hup("settings read again:")
    t.ok("settings read again" in log(), "and writes to it")

    t.eq(0, d.stop(), "orderly end")
    got = told()
    t.ok("STOPPING=1" in got, "the service manager is told of it")

    os.environ["WATCHDOG_USEC"] = "2100000"
    d.start()
    del os.environ["WATCHDOG_USEC"]
    seen = []
    until("a few WATCHDOG=1", lambda: seen.extend(told()) or seen.count("WATCHDOG=1") >= 4)
    t.ok(True, "WATCHDOG while all children's hearts beat")
    pid = d.kill("writer", signal.SIGSTOP)

    def silent():
        told()
        time.sleep(1.5) # twice as long as it is between two
        return "WATCHDOG=1" not in told()

    t.ok(until("silence", silent), "and not while a child's does not")
    os.kill(pid, signal.SIGCONT)
    seen = []
    until("WATCHDOG=1 again", lambda: seen.extend(told()) or "WATCHDOG=1" in seen)
    t.ok(True, "but again when it goes on")
    d.stop()
finally:
    d.cleanup()
t.done()
