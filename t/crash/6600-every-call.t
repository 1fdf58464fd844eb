#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Every call about a file that the daemon makes - start, topics, appends, rolls, syncs, metadata, its log, orderly end -
fails once, with each error: nothing acknowledged is lost, no process dies of it, what a full disk refuses is refused
with an error that clients try again, and when the fault is gone everything goes on.

FAULTS_ALL=1 does so at every call, FAULTS_STEP=n at each n-th; else two per error, at other
places of a life for each.  FAULTS_ONLY=EIO chooses."""
import errno, os, shutil, sys
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../tap"), os.path.join(HERE, "../e2e")]
from admin import *
import faults
from faults import Faults

RETRIABLE = {0, 3, 5, 6, 7, 13, 14, 19, 20, 56, 75, 76}
t = Tap()
d = Daemon("num.network.threads=1", "log.retention.check.interval.ms=1000")
disk = os.path.join(d.dir, "fs")
os.mkdir(disk)
d.options = [o for o in d.options if not o.startswith(("log.dirs", "metadata.dir"))]
d.options += ["log.dirs=%s/data" % disk, "metadata.dir=%s/meta" % disk, "log.file=%s/odradekd.log" % disk]
f = Faults(disk, BUILDDIR)
if not f.usable():
    skip_all("t/tap/faults.so is not built")
os.environ.update(f.env)
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
POOL = [(v, batch([v])) for v in (b"%d " % i + b"x" * 250000 for i in range(48))]


class Wrong(Exception):
    pass


class Run:
    """One life of the daemon with a fault in it, and what it acknowledged."""

    def __init__(self):
        self.acked, self.low, self.topics, self.gone = {}, {}, set(), set()
        self.errors = []
        self.count, self.again, self.medium, self.lost = 0, False, False, False

    def check(self, what, err):
        if self.medium and err == 38:
            return False  # no node is online
        if self.again and err in (36, 37):
            return True  # it was done before
        if err not in RETRIABLE:
            raise Wrong("%s: error %d, which clients do not try again" % (what, err))
        if err:
            self.errors.append("%s: %d" % (what, err))
        return err == 0

    def admin(self, what, fn):
        """Requests to the controller; a connection that is closed says that it is not known."""
        if self.lost and self.medium:
            return None  # a controller that cannot read its store: once is enough
        try:
            r = fn(Admin(d))
        except (OSError, EOFError, Closed) as e:
            self.errors.append("%s: %s" % (what, type(e).__name__))
            self.lost = True
            return None
        return self.check(what, r[0] if isinstance(r, (tuple, list)) else r)

    def put(self, topic, part, n):
        """Each record once or until it is refused three times."""
        try:
            s = d.connect(20)
        except OSError as e:
            raise Wrong("no connection: %s" % e)
        for _ in range(n):
            self.count += 1
            value, data = POOL[self.count % len(POOL)]
            try:
                corr, err, offset = produce_result(call(s, produce(self.count, topic, part, data, timeout=3000)))
            except OSError as e:
                raise Wrong("a produce request was not answered: %s" % e)
            if self.check("produce to %s-%d" % (topic, part), err):
                self.acked.setdefault((topic, part), {})[offset] = value
        s.close()

    def delete_records(self, topic, part, before):
        s = d.connect(20)
        b = struct.pack(">i", 1) + string(topic) + struct.pack(">iiqi", 1, part, before, 5000)
        r = call(s, frame(21, 1, 9, b))
        n = struct.unpack(">h", r[12:14])[0]
        low, err = struct.unpack(">qh", r[14 + n + 8:14 + n + 18])
        s.close()
        if err == 1:
            return  # fewer records than that
        if self.check("DeleteRecords", err):
            self.low[topic, part] = low
        else:  # it may be done, or come to be: like anything that clients try again
            self.low[topic, part] = min(before, max(self.acked.get((topic, part), {-1: 0})) + 1)

    def work(self):
        small = [("segment.bytes", "1048576"), ("file.delete.delay.ms", "0")]
        for name, more in (("a", []), ("b", [("flush.messages", "1")])):
            if self.admin("create " + name, lambda a: a.create(name, 1, configs=small + more, timeout=3000)):
                self.topics.add(name)
        for name in ("a", "b"):
            self.put(name, 0, 14)
        self.delete_records("a", 0, 8)
        self.admin("alter", lambda a: a.alter("a", "retention.bytes", "100000000"))
        self.admin("grow", lambda a: a.grow("a", 2))
        self.put("a", 1, 3)
        ok = self.admin("delete b", lambda a: a.delete("b"))
        self.gone.add("b")
        self.acked.pop(("b", 0), None)
        self.put("a", 0, 3)

    def verify(self, when):
        """Everything acknowledged is there, at its offset."""
        a = Admin(d)
        have = a.topics()
        for name in self.topics - self.gone - set(have):
            raise Wrong("%s: topic %s was acknowledged and is not there" % (when, name))
        for (topic, part), records in self.acked.items():
            low = self.low.get((topic, part), 0)
            got = {}
            at = low

            def read():
                s = d.connect()
                try:
                    return fetch_result(call(s, fetch(1, topic, part, low, part_max=1 << 24, max_bytes=1 << 24)))
                finally:
                    s.close()
            r = until("%s: %s-%d is served" % (when, topic, part), lambda: (lambda x: x[1] == 0 and x)(read()), 20)
            while at < r[2]:
                s = d.connect()
                x = fetch_result(call(s, fetch(1, topic, part, at, part_max=1 << 24, max_bytes=1 << 24)))
                s.close()
                if x[1] != 0 or not x[3]:
                    raise Wrong("%s: fetch of %s-%d from %d: error %d, %d bytes" % (when, topic, part, at, x[1], len(x[3])))
                for o, v in values(x[3]):
                    got[o] = v
                    at = o + 1
            for o, v in records.items():
                if o >= low and got.get(o) != v:
                    raise Wrong("%s: record %d of %s-%d is lost" % (when, o, topic, part))


def text():
    out = d.text()
    for name in os.listdir(disk):
        if name.startswith("odradekd.log"):
            out += open(os.path.join(disk, name), errors="replace").read()
    return out


def no_death(when):
    """A controller leaves when it does not know what the store has; its successor reads it."""
    for line in text().splitlines():
        if any(w in line for w in ("signal", "panic", "exit code", "Sanitizer")) and "exit code 0" not in line and not (
                "controller" in line and "exit code 1" in line):
            raise Wrong("%s: %s" % (when, line))


def started(run, first):
    """Starts the daemon; on a disk that fails it may say why it does not."""
    try:
        d.start(timeout=20)
        return True
    except RuntimeError as e:
        if not first or " error " not in text() or "ended with 1" not in str(e):
            raise Wrong("start: %s" % e)
        run.errors.append("start refused")
        return False


def fresh():
    for name in os.listdir(disk):
        p = os.path.join(disk, name)
        shutil.rmtree(p) if os.path.isdir(p) else os.unlink(p)
    open(d.log, "w").close()


def one(arm, medium=False, passes=True, prepared=False):
    """One life with the fault (after one without, if prepared), one without."""
    run = Run()
    run.medium = medium
    fresh()
    try:
        if prepared:
            f.off()
            d.start()
            run.work()
            d.kill_all()
            run.again = True
            run.gone.clear()
        arm()
        if started(run, not prepared or medium):
            run.work()
            if f.hits() > 0:
                f.off()
            if f.hits() > 0 and not medium:
                for name in sorted(run.topics - run.gone):
                    until("room for " + name, lambda: produce_again(run, name), 15)
                run.verify("healed")
            if d.stop(timeout=60) != 0:
                raise Wrong("the orderly end: %s" % d.p.returncode)
            if not f.hits() and passes:
                raise Wrong("the fault did not come")
        no_death("with the fault")
        f.off()
        run.lost, run.again = False, True
        started(run, False)
        run.verify("after a restart")
        if not run.topics - run.gone:
            run.topics.add("a") if run.admin("create", lambda a: a.create("a", 1)) else None
        put(d, "a", 0, b"again", 15)
        if d.stop(timeout=60) != 0:
            raise Wrong("the second orderly end: %s" % d.p.returncode)
        no_death("without the fault")
    except (Wrong, TimeoutError, RuntimeError, OSError, EOFError) as e:
        return "%s: %s" % (type(e).__name__, e)
    finally:
        if d.p is not None and d.p.poll() is None:
            d.kill_all()
    return None


def produce_again(run, name):
    before = len(run.acked.get((name, 0), {}))
    run.put(name, 0, 1)
    return len(run.acked.get((name, 0), {})) > before


def sweep(name, kind, error, mask, medium=False, n=1, prepared=False):
    only = os.environ.get("FAULTS_ONLY")
    if only and only != name:
        return
    why = one(lambda: f.count(mask), passes=False, prepared=prepared)
    calls = f.calls()
    if not t.ok(why is None, "%s: %d calls pass" % (name, calls)):
        t.diag(why)
        t.diag(text()[-3000:])
        return
    global sweeps
    step = 1 if os.environ.get("FAULTS_ALL") else int(os.environ.get("FAULTS_STEP", max(1, calls // 2)))
    bad = tried = 0
    # the golden ratio spreads what few points there are over a life, whatever their number
    at = int(os.environ.get("FAULTS_AT", step * (sweeps * 0.618 % 1)))
    sweeps += 1
    while at < calls - 2:
        tried += 1
        began = time.monotonic()
        why = one(lambda: f.arm(kind, error, at, n, mask), medium, passes=False, prepared=prepared)
        if os.environ.get("FAULTS_TIMES"):
            t.diag("%.1f s: %s at %d (%s)" % (time.monotonic() - began, name, at, f.what()))
        if why:
            bad += 1
            t.diag("%s at call %d (%s): %s" % (name, at, f.what(), why))
            if bad <= int(os.environ.get("FAULTS_SAY", "3")):
                t.diag(text()[-2500:])
        if os.environ.get("FAULTS_AT"):
            break
        at += step
    t.eq(0, bad, "%s at %d of %d calls" % (name, tried, calls))


S = faults
sweeps = 0
try:
    sweep("ENOSPC", S.ERRNO, errno.ENOSPC, S.SPACE | S.SYNCS)
    sweep("ENOSPC from there on", S.ERRNO, errno.ENOSPC, S.SPACE, n=1 << 40)
    sweep("ENOSPC at the next start", S.ERRNO, errno.ENOSPC, S.SPACE, n=1 << 40, prepared=True)
    sweep("EDQUOT", S.ERRNO, errno.EDQUOT, S.SPACE)
    sweep("EIO", S.ERRNO, errno.EIO, S.SPACE | S.SYNCS | S.CHANGES | S.READS, medium=True)
    sweep("EIO from there on", S.ERRNO, errno.EIO, S.SPACE | S.SYNCS | S.CHANGES | S.READS, medium=True, n=1 << 40)
    sweep("EROFS from there on", S.ERRNO, errno.EROFS, S.SPACE | S.CHANGES, medium=True, n=1 << 40)
    sweep("EMFILE", S.ERRNO, errno.EMFILE, S.SPACE | S.READS)
    sweep("EINTR", S.ERRNO, errno.EINTR, S.SPACE | S.SYNCS)
    sweep("a short write", S.SHORT, 0, S.SPACE)
finally:
    d.cleanup()
    f.close()
t.done()
