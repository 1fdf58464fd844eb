#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Members of a group of the consumer protocol come and go while the coordinator is killed again and again: no partition ever
has two owners, nobody is fenced for it, and in the end each has its share."""
import os, random, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

KILLS = int(os.environ.get("KILLS", "8"))
AGAIN = (14, 15, 16)
PARTITIONS = 12
t = Tap()
d = Daemon("offsets.topic.num.partitions=2").start()
a = Admin(d)
r = a.retry("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [{"Name": "t", "NumPartitions": PARTITIONS, "ReplicationFactor": 1}]})
t.eq(0, r["Topics"][0]["ErrorCode"], "a topic")


class Member:
    """As the Java client does it: gives up what it is told to, says so, then takes what it was given."""

    def __init__(self, n):
        self.id, self.epoch, self.owned, self.target, self.fenced = "m%d" % n, 0, set(), None, 0

    def beat(self, epoch=None):
        # in full each time, as clients do after an error: an answer that was lost is given again
        request = {"GroupId": "g", "MemberId": self.id, "MemberEpoch": self.epoch if epoch is None else epoch, "InstanceId": None,
                   "RackId": None, "RebalanceTimeoutMs": 60000, "SubscribedTopicNames": ["t"], "SubscribedTopicRegex": None,
                   "ServerAssignor": None,
                   "TopicPartitions": [{"TopicId": topic, "Partitions": sorted(self.owned)}] if self.owned else []}
        answer = a.retry("ConsumerGroupHeartbeat", 1, request)
        if answer["ErrorCode"] in AGAIN or epoch is not None:
            return answer["ErrorCode"]
        if answer["ErrorCode"]:
            self.fenced += 1
            self.epoch, self.owned, self.target = 0, set(), None
            return answer["ErrorCode"]
        self.epoch = answer["MemberEpoch"]
        if answer["Assignment"] is not None:
            self.target = {p for x in answer["Assignment"]["TopicPartitions"] for p in x["Partitions"]}
        return 0

    def step(self):
        """One half of a reconciliation."""
        if self.target is None:
            return
        if self.owned - self.target:
            self.owned &= self.target
        else:
            self.owned, self.target = set(self.target), None


def apart():
    seen = set()
    for m in members:
        if seen & m.owned:
            t.diag("twice: %s" % [(x.id, sorted(x.owned)) for x in members])
            return False
        seen |= m.owned
    return True


topic = until("the topic", lambda: next((x["TopicId"] for x in a.retry("Metadata", 12, {"Topics": [{"Name": "t"}]})["Topics"]
                                          if x["ErrorCode"] == 0), None))
until("the coordinator", lambda: a.retry("FindCoordinator", 1, {"Key": "g", "KeyType": 0})["ErrorCode"] == 0)
members = [Member(0)]
random.seed(848)
kills, clash, serial, steps = 0, False, 1, 0
end = time.monotonic() + 300   # a bound only
while (kills < KILLS or steps % 40) and time.monotonic() < end and not clash:
    steps += 1
    m = random.choice(members)
    m.beat() if random.random() < 0.6 else m.step()
    clash = not apart()
    what = random.random()
    if what < 0.04 and len(members) < 5:
        members.append(Member(serial))
        serial += 1
    elif what < 0.06 and len(members) > 1 and m.epoch > 0:
        if until("leaving", lambda: m.beat(-1) not in AGAIN):
            members.remove(m)
    if steps % 40 == 0 and kills < KILLS:
        d.kill("coordinator")
        kills += 1
t.ok(not clash, "%d steps, %d kills: never two owners" % (steps, kills))
t.eq(KILLS, kills, "kills")
t.eq(0, sum(m.fenced for m in members), "nobody was fenced")


def settled():
    for m in members:
        m.beat()
        m.step()
        m.step()
    assert apart()
    return sum(len(m.owned) for m in members) == PARTITIONS and max(len(m.owned) for m in members) - min(
        len(m.owned) for m in members) <= 1


t.ok(until("all settled", settled), "each of %d has its share" % len(members))
g = a.retry("ConsumerGroupDescribe", 1, {"GroupIds": ["g"]})["Groups"][0]
t.eq(sorted((m.id, sorted(m.owned)) for m in members),
     sorted((m["MemberId"], sorted(p for x in m["Assignment"]["TopicPartitions"] for p in x["Partitions"])) for m in g["Members"]),
     "and the group knows it")
d.stop()
t.done()
