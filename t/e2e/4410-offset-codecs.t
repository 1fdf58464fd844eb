#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""offsets.topic.compression.codec: what was committed with each of them is read again, whatever is set by then."""
import os, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

AGAIN = (14, 15, 16)
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
PARTITIONS = 200
t = Tap()
d = Daemon("offsets.topic.num.partitions=1")


def metadata(p):
    return "as far as record %d of it " % p * 4


def commit(group, base):
    def once():
        r = a.retry("OffsetCommit", 8, {"GroupId": group, "GenerationIdOrMemberEpoch": -1, "MemberId": "", "Topics": [
            {"Name": "t", "Partitions": [{"PartitionIndex": p, "CommittedOffset": base + p, "CommittedMetadata": metadata(p)}
                                         for p in range(PARTITIONS)]}]})
        errors = {p["ErrorCode"] for p in r["Topics"][0]["Partitions"]}
        return None if errors & set(AGAIN) else errors
    return until("answer to a commit", once)


def committed(group):
    def once():
        r = a.retry("OffsetFetch", 5, {"GroupId": group, "Topics": None})
        return None if r["ErrorCode"] in AGAIN else r["Topics"]
    return {p["PartitionIndex"]: (p["CommittedOffset"], p["Metadata"]) for x in until("offsets", once) for p in x["Partitions"]}


def expected(base):
    return {p: (base + p, metadata(p)) for p in range(PARTITIONS)}


try:
    for number, name in enumerate(CODECS):
        d.start("offsets.topic.compression.codec=%d" % number)
        a = Admin(d)
        if number == 0:
            a.create("t", PARTITIONS)
        until("the coordinator", lambda: a.retry("FindCoordinator", 1, {"Key": name, "KeyType": 0})["ErrorCode"] == 0)
        t.eq([{0}, {0}], [commit(name, 1000 * number), commit("all", number)], name + ": commits")
        d.kill("coordinator")
        t.eq(expected(1000 * number), committed(name), name + ": read again after the death of the coordinator")
        t.eq(expected(number), committed("all"), name + ": of a group that had commits of other codecs, the latest")
        d.kill_all() if number % 2 else d.stop()
    d.start()
    a = Admin(d)
    for number, name in enumerate(CODECS):
        t.eq(expected(1000 * number), committed(name), name + ": read again where it is no longer set")
    stored = subprocess.run([sys.executable, os.path.join(HERE, "../clients/codecs"), a.address, "__consumer_offsets", "0"],
                            capture_output=True, text=True)
    t.eq(" ".join(CODECS), stored.stdout.strip(), "the log has batches of each")
    t.diag(stored.stderr)
finally:
    d.cleanup()
t.done()
