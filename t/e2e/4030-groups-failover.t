#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Offsets are committed while the leaders of __consumer_offsets, with three replicas, are killed, stand still and are moved, and
the coordinator is killed: no acknowledged commit is lost, none goes back that was told, and after each event it goes on."""
import os, random, signal, sys, threading
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

OFFSETS = "__consumer_offsets"
EVENTS = int(os.environ.get("EVENTS", "10"))
t = Tap()
d = Daemon("offsets.topic.num.partitions=2", "offsets.topic.replication.factor=3", "broker.session.timeout.ms=2000",
           "offsets.commit.timeout.ms=1500", "auto.leader.rebalance.enable=false", disks=3).start()


class Group(threading.Thread):
    """Commits 1, 2, 3 ..., and asks now and then what is committed."""

    def __init__(self, n):
        super().__init__(daemon=True)
        self.id, self.told, self.asked, self.done, self.bad, self.odd = "g%d" % n, -1, 0, False, [], set()
        self.a = None
        self.start()

    def find(self):
        r = Admin(d).call("FindCoordinator", 1, {"Key": self.id, "KeyType": 0})
        return Admin(d, r["Port"]) if r["ErrorCode"] == 0 else None

    def commit(self):
        return self.a.call("OffsetCommit", 8, {"GroupId": self.id, "GenerationIdOrMemberEpoch": -1, "MemberId": "", "Topics": [
            {"Name": "t", "Partitions": [{"PartitionIndex": 0, "CommittedOffset": self.asked, "CommittedMetadata": ""}]}]}
            )["Topics"][0]["Partitions"][0]["ErrorCode"]

    def check(self):
        r = self.a.call("OffsetFetch", 5, {"GroupId": self.id, "Topics": [{"Name": "t", "PartitionIndexes": [0]}]})
        if r["ErrorCode"]:
            return
        at = r["Topics"][0]["Partitions"][0]["CommittedOffset"]
        if not self.told <= at <= self.asked:
            self.bad.append("told %d, asked %d, found %d" % (self.told, self.asked, at))
        self.told = max(self.told, at)  # whoever was shown it may count on it

    def once(self):
        self.a = self.a or self.find()
        if self.a is None:
            return False
        self.asked += 1
        e = self.commit()
        if e == 0:
            self.told = self.asked
        elif e not in (14, 15, 16):
            self.odd.add(e)
        if e or self.asked % 5 == 0:
            self.check()
        if e:
            self.a = None
        return e == 0

    def run(self):
        while not self.done:
            try:
                good = self.once()
            except (OSError, Closed):
                self.a, good = None, False
            time.sleep(0.001 if good else 0.02)


def leader():
    return until("a leader", lambda: max(0, random.choice(Admin(d).topic(OFFSETS)["Partitions"])["LeaderId"]))


def killed():
    d.kill("writer.%d" % leader())


def stopped():
    pid = d.kill("writer.%d" % leader(), signal.SIGSTOP)
    time.sleep(3)
    os.kill(pid, signal.SIGCONT)


def moved():
    nodes = random.sample([1, 2, 3], 3)
    Admin(d).call("AlterPartitionReassignments", 0, {"TimeoutMs": 10000, "Topics": [{"Name": OFFSETS, "Partitions": [
        {"PartitionIndex": p, "Replicas": nodes} for p in (0, 1)]}]})
    Admin(d).call("ElectLeaders", 2, {"ElectionType": 0, "TimeoutMs": 10000, "TopicPartitions": [
        {"Topic": OFFSETS, "Partitions": [0, 1]}]})


def restarted():
    d.kill("coordinator")


try:
    a = Admin(d)
    t.eq((0, None), a.create("t"), "a topic")
    until("coordinator", lambda: a.call("FindCoordinator", 1, {"Key": "g0", "KeyType": 0})["ErrorCode"] == 0)
    groups = [Group(n) for n in range(4)]
    for i in range(EVENTS):
        until("replicas in sync", lambda: all(len(p["IsrNodes"]) == 3 for p in a.topic(OFFSETS)["Partitions"]), 60)
        what = (killed, moved, stopped, restarted)[i % 4]
        what()
        was = [g.asked for g in groups]
        until("commits by all", lambda: all(g.told > n for g, n in zip(groups, was)), 60)
        t.ok(True, "%s: all go on" % what.__name__)
    for g in groups:
        g.done = True
        g.join()
        t.eq(([], set()), (g.bad, g.odd), "%s: %d commits, none lost" % (g.id, g.told))
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
