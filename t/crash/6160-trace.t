#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Factor 3 with acks=all while writers, controller, replicator and acceptors are killed and stopped, leaders are moved, and
disks fail and come back: what the shared memory said and what clients were told, checked as a trace (t/model/trace.h).

TRACE_ROUNDS=n: rounds of faults (5); CRASH_SEED=n."""
import errno, os, random, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
from crash import *
from admin import *
from faults import *

ROUNDS = int(os.environ.get("TRACE_ROUNDS", "5"))
SEED = int(os.environ.get("CRASH_SEED", str(random.randrange(1 << 30))))
PARTITIONS = 3

if os.geteuid() != 0:
    skip_all("reading another process's memory wants root")
rnd = random.Random(SEED)
t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
# the disk that fails may be that of the last one in sync: with two, somebody else may lead all the same
d = Daemon("replica.lag.time.max.ms=500", "auto.leader.rebalance.enable=false", "min.insync.replicas=2", disks=3)
d.options = [o for o in d.options if not o.startswith("metadata.dir")]
f = Faults(d.dir, BUILDDIR)
DISKS = f.usable() and "fsanitize" not in os.environ.get("CFLAGS", "")
if DISKS:
    os.environ.update(f.env)
d.start()
for k in f.env:
    os.environ.pop(k, None)
load, trace = None, Trace(d)


def rotate(a):
    """Another replica is preferred, and elected."""
    parts = [{"PartitionIndex": p["PartitionIndex"], "Replicas": p["ReplicaNodes"][1:] + p["ReplicaNodes"][:1]}
             for p in a.topic("r")["Partitions"]]
    a.call("AlterPartitionReassignments", 0, {"TimeoutMs": 30000, "Topics": [{"Name": "r", "Partitions": parts}]})
    a.call("ElectLeaders", 2, {"TimeoutMs": 30000, "ElectionType": 0, "TopicPartitions": [
        {"Topic": "r", "Partitions": list(range(PARTITIONS))}]})


def stop_a_while(name):
    pid = d.kill(name, signal.SIGSTOP)
    try:
        time.sleep(rnd.choice((0.1, 0.8, 1.5)))
    finally:
        os.kill(pid, signal.SIGCONT)


def fail_disk():
    """It is offline, and taken back."""
    n = rnd.randrange(3)
    f.arm(ERRNO, errno.EIO, 0, 1 << 60, SPACE | CHANGES | SYNCS, only="data%d/" % n)
    load.more(50, timeout=60)
    until("the disk to fail", lambda: "data%d\" failed" % n in d.text(), 60)
    f.off()
    d.p.send_signal(signal.SIGHUP)
    until("all to be in sync", lambda: all(len(p["IsrNodes"]) == 3 for p in a.topic("r")["Partitions"]), 60)


try:
    load = Load(d.port, "r", "-i", "-w", "100", *trace.options("r"), replicas=3, partitions=PARTITIONS)
    load.more(50)
    a = Admin(d)
    for n in range(ROUNDS):
        rotate(a)
        if DISKS and n == ROUNDS // 2:
            fail_disk()
        kind = rnd.choice(("writer", "writer", "controller", "replicator", "acceptor"))
        name = rnd.choice(names(d, kind))
        if rnd.random() < 0.6:
            kill_one(d, name)
        else:
            stop_a_while(name)
        load.more(50, timeout=60)
        if kind == "acceptor":
            a = Admin(d)
    load.report(t, "nothing acknowledged is lost, nothing is there twice")
    load = None
    n = trace.report(t)
    t.ok(n["looks"] > 100 and n["acks"] > 100 and n["elections"] > 0, "and there is something in it")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    if load is not None:
        load.abort()
    trace.abort()
    d.cleanup()
    f.close()
t.done()
