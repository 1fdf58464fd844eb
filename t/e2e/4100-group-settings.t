#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Settings of single groups: set, checked as Kafka does, shown, durable, and in force."""
import os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

GROUP, SET, DELETE = 32, 0, 1
HEARTBEAT, SESSION = "consumer.heartbeat.interval.ms", "consumer.session.timeout.ms"
t = Tap()
d = Daemon().start()


def alter(a, group, *settings, validate=False):
    r = a.call("IncrementalAlterConfigs", 1, {"ValidateOnly": validate, "Resources": [{"ResourceType": GROUP, "ResourceName": group,
        "Configs": [{"Name": n, "ConfigOperation": SET if v is not None else DELETE, "Value": v} for n, v in settings]}]})
    return r["Responses"][0]["ErrorCode"], r["Responses"][0]["ErrorMessage"]


def shown(a, group):
    r = a.retry("DescribeConfigs", 4, {"Resources": [{"ResourceType": GROUP, "ResourceName": group, "ConfigurationKeys": None}],
                                      "IncludeSynonyms": True})["Results"][0]
    return {c["Name"]: (c["Value"], c["ConfigSource"]) for c in r["Configs"]}


try:
    a = Admin(d)
    t.eq({HEARTBEAT: ("5000", 5), SESSION: ("45000", 5)}, shown(a, "g"), "a group has the broker's settings")
    odd = "a b=c%\u00e9\n"
    for group in ("g", odd):
        t.eq(0, alter(a, group, (HEARTBEAT, "6000"), (SESSION, "50000"))[0], "settings of %r" % group)
        t.eq({HEARTBEAT: ("6000", 8), SESSION: ("50000", 8)}, shown(a, group), "are shown")
    t.eq(0, alter(a, "g", (SESSION, None))[0], "one is taken back")
    t.eq(0, alter(a, "g", (SESSION, "55000"), validate=True)[0], "one is only tried")
    t.eq(("45000", 5), shown(a, "g")[SESSION], "and the broker's holds again")
    t.eq((40, HEARTBEAT + " must be greater than or equals to group.consumer.min.heartbeat.interval.ms"), alter(a, "g", (HEARTBEAT, "4999")),
         "too short an interval")
    t.eq((40, SESSION + " must be less than or equals to group.consumer.max.session.timeout.ms"), alter(a, "g", (SESSION, "60001")),
         "too long a timeout")
    t.eq(40, alter(a, "g", ("nonsense", "1"))[0], "a name that there is not")
    t.eq(40, alter(a, "g", (SESSION, "soon"))[0], "no number")
    t.eq(42, alter(a, "", (SESSION, "50000"))[0], "no group")
    t.eq({HEARTBEAT: ("6000", 8), SESSION: ("45000", 5)}, shown(a, "g"), "none of these changed anything")
    for n, kill in enumerate((lambda: d.kill("controller"), lambda: (d.stop(), d.start()))):
        kill()
        a = Admin(d)
        t.eq({HEARTBEAT: ("6000", 8), SESSION: ("50000", 8)},
             shown(a, odd), "all of it is there after %s" % ("a death", "a restart")[n])

    def interval(group):
        def once():
            h = a.retry("ConsumerGroupHeartbeat", 1, {"GroupId": group, "MemberId": "member-" + str(os.getpid()), "MemberEpoch": 0,
                "RebalanceTimeoutMs": 60000, "SubscribedTopicNames": ["nothing"], "TopicPartitions": []})
            return h if h["ErrorCode"] not in (14, 15, 16) else None
        return until("heartbeat", once)["HeartbeatIntervalMs"]
    a.call("FindCoordinator", 1, {"Key": "g", "KeyType": 0})
    t.eq([6000, 6000, 5000], [interval(g) for g in ("g", odd, "other")], "and members are told of it")
    alter(a, "g", (HEARTBEAT, "7000"))
    t.eq(7000, until("new interval", lambda: interval("g") == 7000 and 7000), "at once when it changes")
finally:
    d.cleanup()
t.done()
