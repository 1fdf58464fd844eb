#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Members of classic groups join, sync, beat and leave while the coordinator is killed: nobody owns what somebody else owns in
the same generation, nobody has to begin anew as a client, and the groups are stable again."""
import os, random, signal, sys, threading, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

KILLS = int(os.environ.get("KILLS", "12"))
MEMBERS = 4
PARTITIONS = 12
SESSION = 10000         # longer than a machine may stand still
AGAIN = (14, 15, 16)            # ask again
ANEW = (22, 25, 27, 82)         # join again, as a client does by itself
t = Tap()
d = Daemon("offsets.topic.num.partitions=3", "group.initial.rebalance.delay.ms=0", "group.min.session.timeout.ms=1000").start()
random.seed(int(os.environ.get("SEED", "1")))


class Group:
    def __init__(self, n):
        self.id, self.lock = "group-%d" % n, threading.Lock()
        self.owned = {}         # (generation, partition) -> member id
        self.told = {}          # (generation, member id) -> assignment
        self.bad = []

    def told_of(self, generation, member, assignment):
        with self.lock:
            before = self.told.setdefault((generation, member), assignment)
            if before != assignment:
                self.bad.append("%s was told %r and %r of generation %d" % (member, before, assignment, generation))
            for p in assignment.split():
                owner = self.owned.setdefault((generation, p), member)
                if owner != member:
                    self.bad.append("%s and %s own %s in generation %d" % (owner, member, p, generation))


class Member(threading.Thread):
    def __init__(self, group, instance=None):
        super().__init__()
        self.group, self.instance, self.a = group, instance, Admin(d)
        self.id, self.generation, self.assignment, self.stable = "", -1, None, False
        self.end, self.goes, self.odd, self.joins, self.news = False, False, set(), 0, 0

    def ask(self, api, v, **fields):
        if api != "LeaveGroup":
            fields.update(MemberId=self.id, GroupInstanceId=self.instance)
        return self.a.retry(api, v, dict(fields, GroupId=self.group.id))

    def failed(self, error):
        """What a client does about an error; True if there was one."""
        if error == 0:
            return False
        if error in AGAIN:
            time.sleep(0.01)
            return True
        self.stable = False
        if error in (25, 82):
            self.id = ""
        elif error not in ANEW:
            self.odd.add(error)
        return True

    def enter(self):
        self.joins += 1
        j = self.ask("JoinGroup", 5, SessionTimeoutMs=SESSION, RebalanceTimeoutMs=SESSION, ProtocolType="test",
                     Protocols=[{"Name": "spread", "Metadata": b"%d" % self.news}])
        if j["ErrorCode"] == 79:
            self.id = j["MemberId"]
            return
        if self.failed(j["ErrorCode"]):
            return
        self.id, self.generation = j["MemberId"], j["GenerationId"]
        members = sorted(m["MemberId"] for m in j["Members"])
        given = [{"MemberId": m, "Assignment": " ".join(str(p) for p in range(i, PARTITIONS, len(members))).encode()}
                 for i, m in enumerate(members)]
        s = self.ask("SyncGroup", 3, GenerationId=self.generation, Assignments=given)
        if self.failed(s["ErrorCode"]):
            return
        self.assignment, self.stable = s["Assignment"].decode(), True
        # a static member that comes back goes on as another id, with what it had
        self.group.told_of(self.generation, self.instance or self.id, self.assignment)

    def run(self):
        while not self.end:
            if self.goes:
                self.away()
            elif not self.stable:
                self.enter()
            else:
                time.sleep(0.05)
                self.failed(self.ask("Heartbeat", 3, GenerationId=self.generation)["ErrorCode"])

    def away(self):
        """Leaves for a moment, with or without saying so."""
        if random.random() < 0.5 and self.instance is None:
            self.ask("LeaveGroup", 3, Members=[{"MemberId": self.id, "GroupInstanceId": None}])
        time.sleep(0.1)
        self.id, self.stable, self.goes = "", False, False


def coordinator():
    return until("coordinator", lambda: d.children().get("coordinator"))


def whole(group, members):
    """Everybody is in one generation, and all partitions are owned."""
    if not all(m.stable for m in members) or len({m.generation for m in members}) != 1:
        return False
    return sorted(p for m in members for p in m.assignment.split()) == sorted(map(str, range(PARTITIONS)))


groups = [Group(i) for i in range(3)]
members = {g: [Member(g, "static-%d" % i if i == 0 else None) for i in range(MEMBERS)] for g in groups}
everybody = [m for g in groups for m in members[g]]
until("the topic of the groups", lambda: Admin(d).call("FindCoordinator", 1, {"Key": "group-0", "KeyType": 0})["ErrorCode"] == 0)
for m in everybody:
    m.start()
try:
    for g in groups:
        until(g.id + " is whole", lambda: whole(g, members[g]))
    t.ok(True, "the groups come to be")

    joins = sum(m.joins for m in everybody)
    os.kill(coordinator(), signal.SIGKILL)
    time.sleep(0.5)
    t.ok(all(whole(g, members[g]) for g in groups), "a stable group does not notice the death of the coordinator")
    t.eq(joins, sum(m.joins for m in everybody), "nobody had to join again")

    longest = 0
    for i in range(KILLS):
        g = random.choice(groups)
        # a member that has something new to say; the coordinator dies somewhere in the rebalance
        m, pid = random.choice(members[g]), coordinator()
        m.news += 1
        m.stable = False
        time.sleep(random.random() * 0.06)
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        for g in groups:
            until(g.id + " is whole again", lambda: whole(g, members[g]), timeout=60)
        longest = max(longest, time.monotonic() - began)
    t.ok(True, "after each death in a rebalance the groups become whole again")
    t.diag("longest: %.3f s" % longest)

    for i in range(4):
        random.choice(everybody).goes = True
    until("they have gone", lambda: not any(m.goes for m in everybody))
    for g in groups:
        until(g.id + " is whole", lambda: whole(g, members[g]), timeout=60)
    t.ok(True, "members that went and came are in")
finally:
    for m in everybody:
        m.end = True
    for m in everybody:
        m.join(30)
for g in groups:
    t.eq([], g.bad, "%s: no two owners in one generation" % g.id)
t.eq(set(), set().union(*(m.odd for m in everybody)), "no error but those that a client expects")
d.stop()
t.done()
