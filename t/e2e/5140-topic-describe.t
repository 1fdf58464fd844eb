#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""odradek topic describe tells of replicas: who is in sync, who may lead, who is behind, what is being moved; nothing when all is well."""
import json, os, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
TOOL = os.path.join(BUILDDIR, "odradek")
if not os.path.exists(TOOL):
    skip_all("the command line is not built: no librdkafka")
d = Daemon("replica.lag.time.max.ms=1000", disks=4).start()


def run(*args, topic="m"):
    return subprocess.run([TOOL, "-b", "127.0.0.1:%d" % d.port, "topic", "describe", topic] + list(args), capture_output=True, text=True)


def tool(*args):
    r = run(*args)
    return r.stdout + r.stderr


def part(n):
    """Partition n, or nothing while it has no answer."""
    out = tool("--json")
    try:
        return json.loads(out)[0]["partitions"][n]
    except ValueError:
        t.diag(out)
        return {}


def seen(what, n, **want):
    def look():
        p = part(n)
        return p if all(p.get(k) == v for k, v in want.items()) else None
    p = until(what, look, 60, 0.1)
    t.ok(True, what)
    return p


def line(text, n):
    return next((x for x in text.splitlines() if x.startswith("Partition %d " % n)), "")


def put(n, count, acks):
    port = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}[1]
    s = socket.create_connection(("127.0.0.1", port), 30)
    for i in range(count):
        until("a record to be taken", lambda: produce_result(call(s, produce(1, "m", n, batch([b"%d" % i]), acks=acks)))[1] == 0)
    s.close()


stopped = []


def stop(node):
    stopped.append(d.kill("writer.%d" % node, signal.SIGSTOP))


def go_on():
    while stopped:
        os.kill(stopped.pop(), signal.SIGCONT)


try:
    a = Admin(d)
    t.eq((0, None), a.create("m", -1, -1, [("min.insync.replicas", "2")],
                             Assignments=[{"PartitionIndex": i, "BrokerIds": [1, 2, 3]} for i in range(2)]), "a topic")
    put(0, 5, -1)
    put(1, 5, -1)
    for n in range(2):
        seen("partition %d is whole" % n, n, in_sync=[1, 2, 3], end=5)
    out = tool()
    t.ok(re.search(r"^Partitions   2$", out, re.M) and " !" not in out and "Partition 0" not in out, "all is well: not a word more")
    t.ok(re.search(r"^ +0 +1 +1,2,3 +1,2,3 +0 +5 ", out, re.M), "leader, replicas, in sync")
    p = part(0)
    t.eq({"leader": 1, "replicas": [1, 2, 3], "in_sync": [1, 2, 3], "eligible_leader_replicas": [], "last_known_elr": [], "offline": [],
          "adding": [], "removing": [], "records_behind": {}, "under_replicated": False, "under_min_in_sync": False},
         {k: p[k] for k in p if k not in ("partition", "start", "end", "oldest_ms", "may_leave_from_ms", "error")}, "the same as JSON")

    stop(4)
    r = a.call("AlterPartitionReassignments", 1, {"TimeoutMs": 30000, "Topics": [{"Name": "m", "Partitions": [
        {"PartitionIndex": 1, "Replicas": [1, 2, 4]}]}]})
    t.eq(0, r["Responses"][0]["Partitions"][0]["ErrorCode"], "a partition is to be moved to a node that stands still")
    p = seen("what is added and what is to go is shown", 1, adding=[4], removing=[3])
    t.ok(not p["under_replicated"], "that is no lack of replicas")
    out = tool()
    t.ok("Partitions   2, 1 being moved" in out, "in the sum")
    t.ok(re.match(r"Partition 1  being moved: to 4.* away from 3$", line(out, 1)), "and by itself: " + line(out, 1))
    go_on()
    seen("it is moved", 1, replicas=[1, 2, 4], in_sync=[1, 2, 4], adding=[], removing=[])

    stop(3)
    put(0, 7, 1)
    p = seen("one that stands still is not in sync", 0, in_sync=[1, 2], end=12, under_replicated=True, under_min_in_sync=False)
    out = tool()
    t.ok("Partitions   2, 1 under-replicated" in out, "in the sum")
    t.ok(re.search(r"^ +0 +1 +1,2,3 +1,2 ! +0 +12 ", out, re.M), "marked")
    t.ok(re.match(r"Partition 0  not in sync: 3 \((7 records behind|offline)\)$", line(out, 0)), "by itself: " + line(out, 0))
    stop(2)
    put(0, 1, 1)
    seen("another: those in sync are too few", 0, in_sync=[1], under_min_in_sync=True, eligible_leader_replicas=[2])
    out = tool()
    t.ok(re.search("^Partitions   2, [12] under-replicated, 1 below min.insync.replicas", out, re.M), "in the sum")
    t.ok(re.match(r"Partition 0  not in sync: 2(| \(1 record behind\)| \(offline\)), 3 .*; acks=all is refused \(min.insync.replicas=2, set on the topic\); may lead, too: 2$",
                  line(out, 0)), "by itself: " + line(out, 0))
    go_on()
    p = seen("all go on", 0, in_sync=[1, 2, 3], under_replicated=False, records_behind={})
    t.ok("Partition 0" not in tool(), "nothing is said any more")
    r = run("-X", "security.protocol=ssl", "--timeout", "2")
    t.ok(r.returncode == 1 and "no broker of" in r.stderr, "TLS to a broker that has none: " + r.stderr.replace("\n", " "))

    for name, nodes in (("some", ([4], [1])), ("none", ([4],))):
        t.eq((0, None), a.create(name, -1, -1, Assignments=[{"PartitionIndex": i, "BrokerIds": x} for i, x in enumerate(nodes)]), "topic " + name)
    d.gone(3)
    until("node 4 to be offline", lambda: all(any(p["LeaderId"] == -1 for p in a.topic(n)["Partitions"]) for n in ("some", "none")))
    for name, total in (("some", 2), ("none", 1)):
        begun = time.monotonic()
        r = run("--timeout", "60", topic=name)
        t.ok(r.returncode == 0 and "Partitions   %d, 1 without a leader\n" % total in r.stdout and line(r.stdout, 0) == "Partition 0  no leader",
             "a topic of which %s partition has a leader is described: %s" % ("one" if name == "some" else "no", r.stdout + r.stderr))
        t.ok(time.monotonic() - begun < 40, "without waiting for that one")
    t.ok(re.search(r"^ +1 +1 +1 +1 +0 +0 ", run(topic="some").stdout, re.M), "the other partition's offsets are told")
    d.back(3)
    t.eq(0, d.stop(), "orderly end")
finally:
    go_on()
    d.cleanup()
t.done()
