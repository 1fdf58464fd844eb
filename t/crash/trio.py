# SPDX-License-Identifier: ISC
"""trio.py - for crash tests: three disks, topics of factor 3 under load with acks=all, and what must hold whatever a
disk does: leaders move to in-sync replicas, the load goes on, a disk that is good again rejoins, replicas end up the same.

On a machine that is slow enough anybody may fall out of sync at any time, just before the disk of the last one in sync goes:
with min.insync.replicas=2 somebody else may lead all the same."""
import os, random, subprocess, sys, time
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../e2e")]
from crash import *
from admin import Admin, Closed

ODRADEK = os.path.join(BUILDDIR, "odradek")
ROUNDS = int(os.environ.get("CRASH_ROUNDS", "1"))
SEED = int(os.environ.get("CRASH_SEED", "0")) or random.randrange(1 << 30)


class Trio:
    def __init__(self, tap, *options, disks=()):
        """disks: {index: path} of those that lie elsewhere."""
        self.t, self.loads, self.trace = tap, [], None
        self.d = Daemon("num.network.threads=1", "replica.lag.time.max.ms=500", "leader.imbalance.check.interval.seconds=1",
                        "min.insync.replicas=2",
                        *options, disks=3)
        for i, path in dict(disks).items():
            self.d.data[i] = path
        # the metadata is on the same disks, as it is by default
        self.d.options = ["log.dirs=" + ",".join(self.d.data) if o.startswith("log.dirs=") else o for o in self.d.options
                          if not o.startswith("metadata.dir=")]

    def start(self):
        """Also again, after it was killed."""
        self.d.start()
        brokers = sorted(Admin(self.d).metadata()["Brokers"], key=lambda b: b["Port"])
        self.node = [b["NodeId"] for b in brokers]
        return self

    def load(self, rate="100", more=("-m",), create=True, trace=True):
        """Plain and idempotent producers, and consumers, of 4 partitions each; more: see crashload.c."""
        self.trace = Trace(self.d) if trace and os.path.exists(os.path.join(BUILDDIR, "t/model/tracecheck")) else None
        told = self.trace.options if self.trace else lambda name: []
        self.loads = [Load(self.d.port, name, "-w", rate, *options, *more, *told(name), replicas=3, create=create)
                      for name, options in (("plain", ["-s", "300"]), ("idem", ["-i", "-d", "5", "-s", "1000"]))]
        self.go_on()
        self.in_sync()

    def go_on(self, n=100, timeout=60):
        for l in self.loads:
            l.more(n, timeout)

    def partitions(self):
        """[(topic, partition, leader, ISR)] of all topics; None while nobody answers."""
        try:
            return [(name, p["PartitionIndex"], p["LeaderId"], p["IsrNodes"])
                    for name, topic in Admin(self.d).topics().items() for p in topic["Partitions"]]
        except (OSError, EOFError, Closed):
            return None

    def led_by(self, index):
        parts = self.partitions()
        return None if parts is None else sum(leader == self.node[index] for _, _, leader, _ in parts)

    def moved(self, index, since, what, timeout=30):
        """Waits until that disk leads nothing, and no partition is without a leader; says after how long."""
        def gone():
            parts = self.partitions()
            return parts and all(leader not in (-1, self.node[index]) for _, _, leader, _ in parts)
        try:
            until("other leaders than node %d" % self.node[index], gone, timeout)
        except TimeoutError as e:
            raise TimeoutError("%s; %s: %s" % (e, what, [p for p in self.partitions() or [] if p[2] in (-1, self.node[index])]))
        self.t.diag("%s: leaders elsewhere after %.0f ms" % (what, (time.monotonic() - since) * 1000))

    def fell_out(self, index, timeout=30):
        until("an ISR without node %d" % self.node[index],
              lambda: all(self.node[index] not in isr for _, _, _, isr in self.partitions() or [(0, 0, 0, self.node)]), timeout)

    def in_sync(self, timeout=60):
        try:
            until("all replicas in sync", lambda: all(len(isr) == 3 for _, _, _, isr in self.partitions() or [(0, 0, 0, ())]), timeout)
        except TimeoutError:
            self.t.diag("partitions: %s" % [p for p in self.partitions() or [] if len(p[3]) < 3])
            raise

    def balanced(self, timeout=30):
        """Each disk leads something again."""
        until("preferred leaders", lambda: all(self.led_by(i) for i in range(3)), timeout, 0.05)

    def those(self, kids):
        """The children of these names; not who only looks at a directory, say."""
        now = self.d.children()
        return {name: now.get(name) for name in kids}

    def said(self, *texts):
        return [x for x in self.d.text().splitlines() if all(text in x for text in texts)]

    def checked(self):
        r = subprocess.run([ODRADEK, "replica", "check"] + self.d.data, capture_output=True, text=True)
        return r.returncode, r.stdout + r.stderr

    def report(self):
        self.loads[0].report(self.t, "plain producers: every acknowledged record is there once, in order")
        self.loads[1].report(self.t, "idempotent producers: every record is there exactly once, in order")

    def same(self, what="the replicas are the same"):
        """After an orderly end."""
        if not os.path.exists(ODRADEK):
            return self.t.skip(what, "the command line is not built")
        rc, text = self.checked()
        if not self.t.ok(rc == 0, what):
            self.t.diag(text[-2000:])
        return rc == 0

    def end(self):
        """Loads are checked; then the daemon is ended, and the replicas are compared."""
        self.report()
        self.in_sync()
        if self.trace:
            self.trace.report(self.t)
        self.t.eq(0, self.d.stop(), "orderly end")
        self.same()

    def cleanup(self):
        if self.trace:
            self.trace.abort()
        for l in self.loads:
            l.abort()
        self.d.cleanup()


def run(tap, trio, body, after=lambda: None):
    try:
        body()
    except Exception as e:
        tap.ok(False, "%s: %s: %s" % (os.path.basename(sys.argv[0]), type(e).__name__, e))
        tap.diag(trio.d.text()[-6000:])
    finally:
        trio.cleanup()
        after()
    tap.done()
