#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk of three fails, stands still, comes back: leaders move to in-sync replicas in one commit, acks=all goes on, nothing that
was acknowledged is lost; who leads after a stop, after a kill, and uncleanly."""
import errno, os, signal, sys, threading, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *
from faults import *

PARTS = 12
t = Tap()
d = Daemon("broker.session.timeout.ms=3000", "replica.lag.time.max.ms=10000", disks=3)
f = Faults(d.dir, BUILDDIR)
if not f.usable():
    skip_all("no preloaded faults here")
os.environ.update(f.env)
d.start()


def parts(name):
    return sorted(a.topic(name)["Partitions"], key=lambda p: p["PartitionIndex"])


def leaders(name):
    return [p["LeaderId"] for p in parts(name)]


def level(name, n=3):
    return until("%d in-sync replicas of %s" % (n, name), lambda: all(len(p["IsrNodes"]) == n for p in parts(name)), 60)


def said(text, what, since=0):
    """A change is published before it is told."""
    t.ok(until("line with \"%s\"" % text, lambda: text in d.text()[since:]), what)


class Producer(threading.Thread):
    """Writes numbers to all partitions in turn with acks=all, each until it is acknowledged."""

    def __init__(self, topic):
        super().__init__(daemon=True)
        self.topic, self.done, self.acked, self.worst, self.s = topic, False, [[] for _ in range(PARTS)], 0, {}
        self.n = 0
        self.start()

    def once(self, part, value):
        leader = Admin(d).topic(self.topic)["Partitions"] if part not in self.s else None
        if leader is not None:
            node = next(p["LeaderId"] for p in leader if p["PartitionIndex"] == part)
            if node < 0:
                return False
            self.s[part] = socket.create_connection(("127.0.0.1", ports[node]), 5)
        err = produce_result(call(self.s[part], produce(1, self.topic, part, batch([value]), acks=-1, timeout=2000)))[1]
        return err == 0 or self.s.pop(part).close()

    def run(self):
        while not self.done:
            part, value, begun = self.n % PARTS, b"%d" % self.n, time.monotonic()
            while not self.done:
                try:
                    if self.once(part, value):
                        self.acked[part].append(value)
                        self.worst = max(self.worst, time.monotonic() - begun)
                        break
                except OSError:
                    self.s.pop(part, None)
                time.sleep(0.005)
            self.n += 1

    def end(self):
        self.done = True
        self.join()


def read(topic, part):
    """All there is; None when somebody says no, as who is told to lead may still begin."""
    node = leaders(topic)[part]
    s = socket.create_connection(("127.0.0.1", ports[node]), 30)
    try:
        at, got = 0, []
        while True:
            r = fetch_result(call(s, fetch(1, topic, part, at)))
            new = [(o, v) for o, v in values(r[3]) if o >= at]
            if r[1] != 0:
                return None
            if not new:
                return got
            got += [v for o, v in new]
            at = new[-1][0] + 1
    finally:
        s.close()


def missing(p, part):
    """How many were acknowledged, and are not there: a leader that has just begun may not have the last high watermark yet."""
    want, end = set(p.acked[part]), time.monotonic() + 20
    while True:
        left = want - set(read(p.topic, part) or [])
        if not left or time.monotonic() > end:
            return len(left)
        time.sleep(0.05)


def lost(p):
    """Acknowledged, and not there: (partition, how many)."""
    return [(i, n) for i, n in enumerate(missing(p, i) for i in range(PARTS)) if n]


def moves_on(p, what):
    mark = [len(x) for x in p.acked]
    return t.ok(until(what, lambda: all(len(x) > m for x, m in zip(p.acked, mark)), 60), what)


try:
    a = Admin(d)
    ports = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}
    t.eq((0, None), a.create("safe", PARTS, 3, [("min.insync.replicas", "2")]), "a topic with three replicas")
    level("safe")
    x = a.call("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [{"Name": "away", "NumPartitions": -1, "ReplicationFactor": -1,
        "Assignments": [{"PartitionIndex": 0, "BrokerIds": [1, 2]}]}]})
    t.eq(0, x["Topics"][0]["ErrorCode"], "one with two")
    level("away", 2)
    away = os.path.join(d.data[1], "away-0")
    t.ok(os.path.isdir(away), "one of them on the second disk")
    p = Producer("safe")
    moves_on(p, "acks=all to every partition")
    f.arm(ERRNO, errno.EIO, 0, 1 << 40, SPACE | CHANGES | SYNCS, only="/data1")
    until("leaders elsewhere", lambda: 2 not in leaders("safe"), 30)
    t.ok(sorted(set(leaders("safe"))) == [1, 3], "a disk fails: others lead")
    t.ok(all(2 not in x["IsrNodes"] for x in parts("safe")), "and its replicas are not in sync")
    moves_on(p, "acks=all goes on with two")
    said("is offline: 4 partitions are led anew, 0 have no leader any more, 13 have fewer in-sync replicas", "one line says it")
    a.call("AlterPartitionReassignments", 0, {"TimeoutMs": 30000, "Topics": [{"Name": "away", "Partitions": [
        {"PartitionIndex": 0, "Replicas": [1, 3]}]}]})
    until("away on other disks", lambda: sorted(parts("away")[0]["ReplicaNodes"]) == [1, 3], 30)
    t.ok(os.path.isdir(away), "what was reassigned meanwhile still lies on the disk that failed")
    f.off()
    d.p.send_signal(signal.SIGHUP)
    level("safe")
    t.ok(True, "repaired, it catches up and is in sync again")
    t.ok(until("that to go", lambda: not os.path.isdir(away), 20), "and what was reassigned is not there any more")
    moves_on(p, "producers go on")

    a.call("ElectLeaders", 2, {"ElectionType": 0, "TopicPartitions": None, "TimeoutMs": 30000})
    t.eq([4, 4, 4], [leaders("safe").count(i) for i in (1, 2, 3)], "the preferred leaders again")
    stopped = d.kill("writer.3", signal.SIGSTOP)
    until("leaders elsewhere", lambda: 3 not in leaders("safe"), 30)
    said("is fenced, its writer stands still", "a writer that stands still is fenced")
    moves_on(p, "acks=all goes on without it")
    os.kill(stopped, signal.SIGCONT)
    level("safe")
    t.eq(stopped, d.children()["writer.3"], "it goes on as a follower, it was not killed")
    before = leaders("safe")
    d.kill("writer.1")
    moves_on(p, "a writer that is killed is back at once")
    t.eq(before, leaders("safe"), "nobody else leads for that")
    for _ in range(5):
        until("a controller", lambda: "controller" in d.children())
        d.kill("controller")
        moves_on(p, "the controller is killed")
    p.end()
    t.eq([], lost(p), "all of %d records that were acknowledged are there; the slowest took %.0f ms" % (
        sum(map(len, p.acked)), p.worst * 1000))
    level("safe")

    a = Admin(d)
    a.call("ElectLeaders", 2, {"ElectionType": 0, "TopicPartitions": None, "TimeoutMs": 30000})
    t.ok(3 in leaders("safe"), "all lead again")
    mark = len(d.text())
    os.rename(d.data[2], d.data[2] + ".away")
    until("leaders elsewhere", lambda: 3 not in leaders("safe"), 30)
    said("its partitions are offline", "a directory that is gone is noticed, and others lead", mark)
    os.rename(d.data[2] + ".away", d.data[2])
    d.p.send_signal(signal.SIGHUP)
    level("safe")
    t.ok(True, "it is taken back")
    a.call("ElectLeaders", 2, {"ElectionType": 0, "TopicPartitions": None, "TimeoutMs": 30000})

    epochs = a.epochs("safe")
    t.eq(0, d.stop(), "orderly end")
    d.start()
    a = Admin(d)
    until("leaders", lambda: min(leaders("safe")) > 0)
    t.eq([x["ReplicaNodes"][0] for x in parts("safe")], leaders("safe"), "after a stop the preferred ones lead")
    t.ok(all(n > o for o, n in zip(epochs, a.epochs("safe"))), "in new epochs")
    d.kill_all()
    d.start()
    a = Admin(d)
    until("leaders", lambda: min(leaders("safe")) > 0)
    t.eq([x["ReplicaNodes"][0] for x in parts("safe")], leaders("safe"), "after a kill of everything, too")
    t.eq([], lost(p), "with all records")

    # a follower that is missing, then the only one in sync
    x = a.call("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [{"Name": "risky", "NumPartitions": -1, "ReplicationFactor": -1,
               "Assignments": [{"PartitionIndex": 0, "BrokerIds": [2, 3]}]}]})["Topics"][0]
    t.eq(0, x["ErrorCode"], "a topic on two nodes")
    level("risky", 2)
    f.arm(ERRNO, errno.EIO, 0, 1 << 40, SPACE | CHANGES | SYNCS, only="/data2")
    s = socket.create_connection(("127.0.0.1", ports[2]), 30)
    until("one in sync", lambda: [produce_result(call(s, produce(1, "risky", 0, batch([b"x"])))), parts("risky")[0]["IsrNodes"]][1] == [2], 60)
    f.arm(ERRNO, errno.EIO, 0, 1 << 40, SPACE | CHANGES | SYNCS, only="/data")
    call(s, produce(1, "risky", 0, batch([b"x"])))
    s.close()
    until("no leader", lambda: leaders("risky") == [-1], 60)
    t.eq([2], parts("risky")[0]["IsrNodes"], "the last in-sync replica stays when its disk fails, without a leader")
    f.off()
    d.p.send_signal(signal.SIGHUP)
    until("a leader", lambda: leaders("risky") == [2], 60)
    level("risky", 2)
    t.ok(True, "and leads when it is back")
finally:
    if t.bad or os.environ.get("KEEP"):
        t.diag(d.text()[-4000:])
    d.cleanup()
    f.close()
t.done()
