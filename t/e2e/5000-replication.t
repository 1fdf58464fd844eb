#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Three replicas on three disks: acks=all, copies that are the same byte for byte, followers that stand still, die or find
their leader's log cut off in front, and what a record costs."""
import glob, os, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon("replica.lag.time.max.ms=1000", "log.segment.bytes=1048576", disks=3).start()


def part(name="r"):
    return a.topic(name)["Partitions"][0]


def put(data, acks=-1, topic="r", timeout=30):
    """(error, base offset), from whoever leads."""
    def once():
        try:
            s = socket.create_connection(("127.0.0.1", ports[part(topic)["LeaderId"]]), 30)
        except (KeyError, OSError):
            return None
        try:
            r = produce_result(call(s, produce(1, topic, 0, data, acks)))
            return None if r[1] in (5, 6, 7, 56) else r[1:]
        except OSError:
            return None
        finally:
            s.close()
    return until("an answer", once, timeout)


def logs(name="r"):
    """What each disk has of it; looked at again when a file goes meanwhile."""
    def look():
        try:
            return [b"".join(open(f, "rb").read() for f in sorted(glob.glob("%s/%s-0/*.log" % (p, name)))) for p in d.data]
        except FileNotFoundError:
            return None
    return until("files that stay", look)


def same(name="r"):
    return len(set(logs(name))) == 1


def in_sync(n=3, name="r"):
    return len(part(name)["IsrNodes"]) == n


def spent(before, after, process, what):
    return after[process].get(what, 0) - before[process].get(what, 0)


try:
    a = Admin(d)
    ports = {b["NodeId"]: b["Port"] for b in a.metadata()["Brokers"]}
    t.eq((0, None), a.create("r", 1, 3), "a topic with three replicas")
    leader = part()["LeaderId"]
    others = [n for n in ports if n != leader]
    t.eq((0, 0), put(batch([b"first"])), "acks=all")
    t.ok(same(), "when it is acknowledged, every disk has it")

    # what one record costs
    s = socket.create_connection(("127.0.0.1", ports[leader]), 30)
    before = d.counters()
    one = batch([b"x" * 1000])
    for i in range(300):
        if produce_result(call(s, produce(1, "r", 0, one, -1)))[1] != 0:
            t.ok(False, "record %d" % i)
    after = d.counters()
    s.close()
    name = "writer.%d" % leader
    t.ok(spent(before, after, name, "messages") <= 1.2 * 2 * 300, "a leader takes two messages a record: the record, and the "
         "last follower's word (%d)" % spent(before, after, name, "messages"))
    got = [spent(before, after, "writer.%d" % n, "messages") for n in others]
    t.ok(max(got) <= 1.2 * 300, "a follower one (%s)" % got)
    woken = [spent(before, after, "writer.%d" % n, "wakeups") for n in others]
    t.ok(max(woken) <= 1.5 * 300, "and is woken for nothing else (%s)" % woken)
    copied = [spent(before, after, "writer.%d" % n, "copied_arena") for n in others]
    t.ok(min(copied) >= 0.5 * 300 * len(one), "most bytes come out of the arena (%s)" % copied)

    # a follower that stands still
    pid = d.kill("writer.%d" % others[0], signal.SIGSTOP)
    big = batch([b"y" * 9000] * 10)
    t.eq(0, put(big, 1)[0], "acks=1 waits for no follower")
    for i in range(40):
        if put(big)[0]:
            t.ok(False, "acks=all without it")
    t.ok(others[0] not in part()["IsrNodes"], "a follower that stands still leaves the in-sync replicas, then acks=all goes on")
    os.kill(pid, signal.SIGCONT)
    until("it back in sync", in_sync)
    t.ok(same(), "it catches up, and is in sync again")
    t.ok(d.counters()["writer.%d" % others[0]].get("copied_file", 0) > 1000000, "out of the leader's files, several of them")

    # batches that are made anew share a block of the arena, which is filled again and again
    t.eq((0, None), a.create("z", 1, 3, [("compression.type", "gzip")]), "a topic that is compressed here")
    first = put(batch([b"0" * 50]), topic="z")[0]
    behind = [n for n in ports if n != part("z")["LeaderId"]][0]
    pid = d.kill("writer.%d" % behind, signal.SIGSTOP)
    s = socket.create_connection(("127.0.0.1", ports[part("z")["LeaderId"]]), 30)
    got = [produce_result(call(s, produce(1, "z", 0, batch([b"%d" % i * 50]), 1)))[1] for i in range(1, 9)]
    s.close()
    os.kill(pid, signal.SIGCONT)
    t.eq([0] * 9, [first] + got, "records while a follower stands still")
    try:
        until("the same", lambda: same("z"))
    except TimeoutError:
        pass
    t.ok(same("z"), "it copies what was appended, not what came after it")
    until("it back in sync", lambda: in_sync(name="z"))

    # deaths
    for n in [leader] + others + [leader]:
        d.kill("writer.%d" % n)
        t.eq(0, put(batch([b"after %d" % n]))[0], "after the death of writer.%d" % n)
    until("everybody in sync", in_sync)
    until("the same", same)
    t.ok(True, "the copies are the same")

    # its log is cut off in front
    end = put(batch([b"z"]))[1] + 1
    x = Admin(d, ports[part()["LeaderId"]]).call("DeleteRecords", 2, {"TimeoutMs": 30000, "Topics": [
        {"Name": "r", "Partitions": [{"PartitionIndex": 0, "Offset": end - 2}]}]})["Topics"][0]["Partitions"][0]
    t.eq((0, end - 2), (x["ErrorCode"], x["LowWatermark"]), "records are deleted")
    until("one segment on each disk", lambda: all(len(glob.glob("%s/r-0/*.log" % p)) == 1 for p in d.data))
    t.ok(same(), "on all disks")
    pid = d.kill("writer.%d" % others[1], signal.SIGSTOP)
    for i in range(30):
        put(big, 1)
    end = put(batch([b"z"]), 1)[1] + 1
    until("two in sync", lambda: in_sync(2))
    s = socket.create_connection(("127.0.0.1", ports[part()["LeaderId"]]), 30)
    until("the high watermark", lambda: fetch_result(call(s, fetch(1, "r", 0, end - 1)))[2] == end)
    s.close()
    Admin(d, ports[part()["LeaderId"]]).call("DeleteRecords", 2, {"TimeoutMs": 30000, "Topics": [
        {"Name": "r", "Partitions": [{"PartitionIndex": 0, "Offset": end}]}]})
    os.kill(pid, signal.SIGCONT)
    until("everybody in sync", in_sync)
    t.eq(0, put(batch([b"new"]))[0], "a follower that missed what was deleted begins anew")
    until("the same", lambda: all(x.endswith(logs()[0][-40:]) for x in logs()))

    # a new life
    t.eq(0, d.stop(), "orderly end")
    d.start()
    a = Admin(d)
    until("a leader", lambda: part()["LeaderId"] > 0)
    t.eq(0, put(batch([b"again"]))[0], "and acks=all goes on after a restart")
    until("everybody in sync", in_sync)
    check = subprocess.run([os.path.join(BUILDDIR, "odradek"), "replica", "check"] + d.data, capture_output=True, text=True)
    t.ok(check.returncode == 0, "odradek replica check finds no difference")
    if check.returncode:
        t.diag(check.stdout + check.stderr)
    t.ok("lost" not in d.text() and "panic" not in d.text(), "nothing was lost")
finally:
    for name, pid in d.children().items():
        os.kill(pid, signal.SIGCONT)
    if t.bad:
        t.diag(d.text())
    d.stop()
    d.cleanup()
t.done()
