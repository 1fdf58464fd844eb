#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Factor 3 with acks=all while writers, controller, replicator and acceptors are killed and stopped and leaders are moved: what
the shared memory said and what clients were told, checked as a trace (t/model/trace.h).

TRACE_ROUNDS=n: rounds of faults (5); CRASH_SEED=n."""
import os, random, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
from crash import *
from admin import *

ROUNDS = int(os.environ.get("TRACE_ROUNDS", "5"))
SEED = int(os.environ.get("CRASH_SEED", str(random.randrange(1 << 30))))
PARTITIONS = 3

if os.geteuid() != 0:
    skip_all("reading another process's memory wants root")
rnd = random.Random(SEED)
t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
d = Daemon("replica.lag.time.max.ms=500", "auto.leader.rebalance.enable=false", disks=3).start()
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


try:
    load = Load(d.port, "r", "-i", "-w", "100", *trace.options("r"), replicas=3, partitions=PARTITIONS)
    load.more(50)
    a = Admin(d)
    for n in range(ROUNDS):
        rotate(a)
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
t.done()
