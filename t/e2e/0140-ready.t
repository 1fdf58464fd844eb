#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Ready means served: who asks at once after READY=1 is answered by leaders, also when disks take a while to open their logs;
but a disk that takes long does not keep the others waiting."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from disks import *
from faults import *
from fetching import Broker

t = Tap()
NODES, PARTS = 3, 6
d = Daemon(disks=NODES)
f = Faults(d.dir, BUILDDIR)
if not f.usable():
    skip_all("no preloaded faults here")
os.environ.update(f.env)


def leads(node, topic):
    """{partition: error} of what the node says of the ends of the logs that it leads, as any client sees them."""
    c = Broker("127.0.0.1:%d" % (d.port + 10 * node), "ready")
    try:
        r = c.call("Metadata", 7, {"Topics": [{"Name": topic}], "AllowAutoTopicCreation": False})
        of = {p["PartitionIndex"]: p["LeaderId"] for p in r["Topics"][0]["Partitions"]}
        mine = [p for p, leader in of.items() if leader in (-1, node + 1)]
        r = c.call("ListOffsets", 4, {"ReplicaId": -1, "Topics": [{"Name": topic, "Partitions": [
            {"PartitionIndex": p, "Timestamp": -1} for p in mine]}]})
        return {p["PartitionIndex"]: p["ErrorCode"] for p in r["Topics"][0]["Partitions"]}
    finally:
        c.close()


def all_lead():
    return [leads(node, topic) for topic in ("single", "triple") for node in range(NODES)]


def led(answers):
    errors = [e for a in answers for e in a.values()]
    return len(errors) == PARTS + PARTS and not any(errors)


def slow_disk():
    f.arm(SLOW, at=0, n=1 << 60, mask=READS | CHANGES, slow_ms=600000, only="data1/single-")


def all_run(said):
    return said.startswith("STATUS=starting") and " starting" not in said


def once_all_run(act):
    left = [act]

    def heard(said):
        if all_run(said) and left:
            left.pop()()
    return heard


def controller_dies():
    """Who comes after it finds no metadata, for once."""
    meta = os.path.join(d.dir, "meta")
    os.rename(meta, meta + ".aside")
    open(meta, "w").close()
    d.kill("controller")
    until("the end of the next one", lambda: re.search(r"controller\[\d+\] left with exit code 1", d.text()))
    os.unlink(meta)
    os.rename(meta + ".aside", meta)


def is_stopped():
    d.p.send_signal(signal.SIGTERM)
    until("the order to stop", lambda: d.text().endswith("stopping\n"))
    f.off()
    d.kill("writer.2") # it waits in a call


try:
    d.start()
    a = Cluster(d)
    t.eq((0, None), a.create("single", -1, -1, Assignments=[
        {"PartitionIndex": p, "BrokerIds": [p % NODES + 1]} for p in range(PARTS)]), "a topic whose partitions have one replica")
    t.eq((0, None), a.create("triple", PARTS, 3), "a topic whose partitions have three")
    for p in range(PARTS):
        a.put("single", p, b"value")
        a.put("triple", p, b"value")
        a.in_sync("triple", p, [1, 2, 3])
    for ms in (0, 0, 0, 1, 3, 6):
        d.stop()
        f.arm(SLOW, at=0, n=1 << 60, mask=READS | CHANGES, slow_ms=ms, only="le-")
        d.start()
        got = all_lead()
        f.off()
        if not t.ok(led(got), "every partition is led when the daemon is ready, with %d ms for each call about its files" % ms):
            t.diag(got)
    d.stop()

    slow_disk()
    d.start(heard=once_all_run(controller_dies))
    got = [leads(node, "single") for node in range(NODES)]
    if not t.ok(all(e == 0 for node in (0, 2) for e in got[node].values()) and set(got[1].values()) == {6},
                "a disk that takes long is not waited for: the others serve"):
        t.diag(got)
    t.ok(True, "when all processes have run, one that cannot be replaced at once ends nothing, ready or not")
    f.off()
    d.kill("writer.2") # it waits in a call
    until("the leaders of the slow disk", lambda: led(all_lead()), 60)
    t.ok(True, "it serves when it is open")
    d.stop()

    f.arm(SLOW, at=0, n=1 << 60, mask=READS | CHANGES, slow_ms=600000, only="data1/.kafka_cleanshutdown")
    heard = []
    d.start(heard=heard.append)
    t.ok("writer.2 starting" in [said for said in heard if "STATUS=" in said][-1], "nor is one that takes long to be opened")
    f.off()
    d.kill("writer.2")
    until("the leaders of the slow disk", lambda: led(all_lead()), 60)
    t.ok(True, "and it serves when it is")
    d.stop()

    slow_disk()
    try:
        d.start(heard=once_all_run(is_stopped))
        is_stopped()
    except RuntimeError:
        pass # it ended before it was ready
    t.eq(0, d.p.wait(60), "who is not ready yet ends in order")
    d.start()
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
    f.close()
t.done()
