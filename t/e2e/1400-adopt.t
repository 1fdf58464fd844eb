#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The metadata store is lost: topics are made again from the disks.  Damaged, or of another cluster, it is refused."""
import os, shutil, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon(disks=2)
meta = os.path.join(d.dir, "meta")


def producer_ids_record(n):
    return b"\1\x0f\0" + struct.pack(">iqq", 1, 0, n) + b"\0"


def at(base, data):
    return struct.pack(">q", base) + data[8:]


try:
    d.start()
    a = Admin(d)
    a.create("a", 4, configs=[("retention.ms", "123456789")])
    a.create("b-with.dots_and-9", 2)
    a.create("old", 1)
    for i in range(3):
        for name, n in (("a", 4), ("b-with.dots_and-9", 2), ("old", 1)):
            for p in range(n):
                s = socket.create_connection(("127.0.0.1", a.topic(name)["Partitions"][p]["LeaderId"] * 10 - 10 + d.port))
                if produce_result(call(s, produce(1, name, p, batch([b"%d" % i]))))[1]:
                    t.ok(False, "produce")
                s.close()
    pids = [a.producer_id()[1] for i in range(5)]
    ids = {n: x["TopicId"] for n, x in a.topics().items()}
    led = {n: [(p["PartitionIndex"], p["LeaderId"]) for p in x["Partitions"]] for n, x in a.topics().items()}
    d.stop()

    def as_before(what, names):
        global a
        a = Admin(d)
        now = a.topics()
        t.eq({n: led[n] for n in names}, {n: [(p["PartitionIndex"], p["LeaderId"]) for p in x["Partitions"]]
                                          for n, x in now.items()}, what + ": topics and partitions, where they were")
        good = True
        for name in names:
            for p, node in led[name]:
                s = socket.create_connection(("127.0.0.1", d.port + 10 * (node - 1)))
                until("leader", lambda: fetch_result(call(s, fetch(1, name, p, 0)))[1] == 0)
                got = [v for o, v in values(fetch_result(call(s, fetch(1, name, p, 0)))[3])]
                good &= got[:3] == [b"0", b"1", b"2"]
                good &= produce_result(call(s, produce(1, name, p, batch([b"more"]))))[1] == 0
                s.close()
        t.ok(good, what + ": with their records, and new ones are taken")

    for how in ("stopped in order", "killed"):
        shutil.rmtree(meta)
        d.start()
        as_before(how, list(ids))
        t.eq(ids, {n: x["TopicId"] for n, x in a.topics().items()}, how + ": with their ids")
        t.ok(min(e for n in ids for e in a.epochs(n)) >= 1, how + ": in greater epochs")
        pids.append(a.producer_id()[1])
        t.eq(sorted(set(pids)), pids, how + ": producer ids go on")
        t.eq(("604800000", 5), a.config("a", "retention.ms"), how + ": configurations are lost")
        d.kill_all()

    # a disk of a Kafka cluster: its metadata log, a snapshot of it, and a directory of the days before topic ids
    shutil.rmtree(meta)
    for disk in d.data:
        for n in os.listdir(disk):
            if n.startswith("old-"):
                os.unlink(os.path.join(disk, n, "partition.metadata"))
    log = os.path.join(d.data[0], "__cluster_metadata-0")
    os.mkdir(log)
    snapshot = at(0, batch([config_record(2, "a", "retention.ms", "1"), config_record(2, "a", "flush.ms", "77"),
                            config_record(2, "gone", "retention.ms", "5"), producer_ids_record(4000)]))
    with open(os.path.join(log, "00000000000000000010-0000000001.checkpoint"), "wb") as f:
        f.write(snapshot)
    with open(os.path.join(log, "00000000000000000000.log"), "wb") as f:
        f.write(at(0, batch([config_record(2, "a", "cleanup.policy", "compact")] * 10)))
        f.write(at(10, batch([config_record(2, "a", "retention.ms", "2"), config_record(2, "a", "flush.ms", None)])))
        f.write(at(12, batch([config_record(2, "a", "retention.ms", "987654321"), config_record(2, "a", "no.such", "1"),
                              config_record(4, "", "message.max.bytes", "1500000"), config_record(4, "1", "log.retention.ms", "300000000"),
                              config_record(2, "b-with.dots_and-9", "segment.bytes", "2000000"),
                              config_record(2, "old", "segment.bytes", "5")])))
    with open(os.path.join(d.data[0], "not a partition"), "w"):
        pass
    os.mkdir(os.path.join(d.data[0], "lost+found"))
    os.mkdir(os.path.join(d.data[0], "a-0.0123456789abcdef-delete"))
    d.start()
    as_before("from a metadata log", list(ids))
    now = {n: x["TopicId"] for n, x in a.topics().items()}
    t.eq({n: i for n, i in ids.items() if n != "old"}, {n: i for n, i in now.items() if n != "old"}, "ids as they were")
    t.ok(now["old"] not in (ids["old"], bytes(16)), "a directory without an id has got one")
    t.eq(("987654321", 1), a.config("a", "retention.ms"), "the last value of a configuration")
    t.eq(5, a.config("a", "flush.ms")[1], "what was removed is not there")
    t.eq(5, a.config("a", "cleanup.policy")[1], "what the snapshot replaced is not there")
    t.eq(("2000000", 1), a.config("b-with.dots_and-9", "segment.bytes"), "another topic's")
    t.eq(("1073741824", 5), a.config("old", "segment.bytes"), "one that is not allowed is left out")
    t.eq(("1500000", 3), a.config("1", "message.max.bytes", 4), "a default of the cluster")
    t.eq(("300000000", 2), a.config("1", "log.retention.ms", 4), "and one of a node")
    ids["old"] = now["old"]
    d.stop()
    d.start()
    as_before("once more", list(ids))
    t.eq(ids, {n: x["TopicId"] for n, x in a.topics().items()}, "the new id stays")
    t.eq(("987654321", 1), a.config("a", "retention.ms"), "and configurations")
    d.stop()

    def refused(what, expect):
        mark = len(d.text())
        try:
            d.start(timeout=20)
            t.ok(False, what + " is refused")
            d.stop()
        except RuntimeError:
            ended = d.p.poll() is not None
            if not ended:
                d.kill_all()
            text = d.text()[mark:]
            if not t.ok(ended and expect in text, what + " is refused, and it is said why"):
                t.diag(text)

    db = os.path.join(meta, "metadata.db")
    shutil.copytree(meta, meta + ".kept")
    with open(db, "r+b") as f:
        f.seek(4096)
        f.write(b"\xa5" * 20000)
    for n in os.listdir(meta):
        if n.endswith("-wal"):
            os.unlink(os.path.join(meta, n))
    refused("a damaged store", "is damaged")
    shutil.rmtree(meta)
    shutil.copytree(meta + ".kept", meta)
    subprocess.run(["sqlite3", db, "UPDATE cluster SET id = 'AAAAAAAAAAAAAAAAAAAAAA'"]) if shutil.which("sqlite3") else None
    if shutil.which("sqlite3"):
        refused("a store of another cluster", "belongs to cluster AAAAAAAAAAAAAAAAAAAAAA")
    else:
        t.skip("a store of another cluster", "no sqlite3")
    shutil.rmtree(meta)
    shutil.copytree(meta + ".kept", meta)
    d.start()
    as_before("put back", list(ids))
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
