#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The files that say who a disk is, and whose its partitions are: missing, torn, half, of another, or garbage.  What can
be made again is, with a line; where it is at stake whose records they are, the start is refused, with what was expected,
what was found and what to do, nothing is changed, and the file put back mends it."""
import os, re, shutil, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon(disks=2)
meta = os.path.join(d.dir, "meta")


def path(*names):
    return os.path.join(d.dir, *names)


def read(name):
    with open(name, "rb") as f:
        return f.read()


def write(name, data):
    with open(name, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


kept_dirs = d.data + [meta]


def tree():
    """What a start that is refused has no business with."""
    return {os.path.join(at, n): read(os.path.join(at, n)) for top in kept_dirs for at, _, names in os.walk(top)
            for n in names if n in ("meta.properties", "partition.metadata", "metadata.db") or n.endswith(".log")}


def records():
    """What is in the topics, by partition."""
    a = Admin(d)
    got = {}
    for name, x in a.topics().items():
        for p in x["Partitions"]:
            s = socket.create_connection(("127.0.0.1", d.port + 10 * (p["LeaderId"] - 1)), 30)
            until("leader", lambda: fetch_result(call(s, fetch(1, name, p["PartitionIndex"], 0)))[1] == 0)
            got[name, p["PartitionIndex"]] = [v for _, v in values(fetch_result(call(s, fetch(1, name, p["PartitionIndex"], 0)))[3])]
            s.close()
    return got


def refused(what, *expect):
    before, mark = tree(), len(d.text())
    try:
        d.start(timeout=20)
        t.ok(False, what + ": refused")
        d.stop()
        return
    except RuntimeError:
        pass
    until("the end", lambda: d.p.poll() is not None)
    text = d.text()[mark:]
    if not t.ok(all(re.search(e, text) for e in expect), what + ": refused, and told what to do"):
        t.diag(text)
    t.eq([], sorted(k for k in set(before) | set(tree()) if before.get(k) != tree().get(k)), what + ": nothing is changed")


def served(what, *expect, wants=None):
    mark = len(d.text())
    d.start()
    t.eq(wants if wants is not None else was, records(), what + ": all records are served")
    text = d.text()[mark:]
    if expect and not t.ok(all(re.search(e, text) for e in expect), what + ": and it is said"):
        t.diag(text)
    d.stop()
    return text


try:
    d.start()
    a = Admin(d)
    a.create("a", 4)
    a.create("one", 1)
    for name, n in (("a", 4), ("one", 1)):
        for p in range(n):
            s = socket.create_connection(("127.0.0.1", d.port + 10 * (a.topic(name)["Partitions"][p]["LeaderId"] - 1)), 30)
            until("record taken", lambda: produce_result(call(s, produce(1, name, p, batch([b"%s-%d" % (name.encode(), p)]))))[1] == 0)
            s.close()
    ids = {n: x["TopicId"] for n, x in a.topics().items()}
    was = records()
    d.stop()

    mp = os.path.join(d.data[1], "meta.properties")
    good = read(mp)
    cluster = re.search(rb"cluster.id=(\S+)", good).group(1).decode()
    directory = re.search(rb"directory.id=(\S+)", good).group(1).decode()

    # meta.properties of a disk
    os.unlink(mp)
    refused("no meta.properties beside partitions", r'holds partitions \("\S+-\d" is one\), but no meta.properties',
            "cluster.id=" + cluster, "node.id=2")
    for what, data, why in (
            ("an empty one", b"", "it is empty"), ("zeros", bytes(200), "no line"), ("garbage", b"\xa5\x5a" * 100, "no line"),
            ("a torn one", good[:len(good) - 14], "no line"), ("version 2", good.replace(b"version=1", b"version=2"), 'version is "2"'),
            ("no cluster.id", re.sub(rb"cluster.id=.*\n", b"", good), 'no line "cluster.id="'),
            ("a directory.id that is none", good.replace(directory.encode(), b"x-y-z"), 'directory.id is "x-y-z"'),
            ("the id of no directory", good.replace(directory.encode(), b"A" * 22), "directory.id is"),
            ("another cluster's", good.replace(cluster.encode(), b"B" * 22), "belongs to cluster \"BBBBBB.*%s" % cluster)):
        write(mp, data)
        refused(what, why, "another directory" if what.startswith("another") else "write it again")
    write(mp, read(os.path.join(d.data[0], "meta.properties")))
    refused("a copy of another disk's", "have the same directory.id")
    write(mp, good)
    served("put back")
    write(mp, re.sub(rb"directory.id=.*\n", b"", good))
    served("no directory.id, as before Kafka 3.7", "names no directory.id: it is now")
    write(mp, "version=0\nbroker.id=2\n")
    served("Kafka's first format")
    t.ok(cluster.encode() in read(mp), "and it names the cluster now")

    # those of all disks and of metadata.dir: nobody names the cluster but the store
    kept = {p: read(p) for p in (mp, os.path.join(d.data[0], "meta.properties"), os.path.join(meta, "meta.properties"))}
    os.unlink(os.path.join(meta, "meta.properties"))
    served("no meta.properties in metadata.dir")
    for p in kept:
        os.unlink(p)
    refused("no meta.properties anywhere", "holds a metadata store, but no meta.properties")
    write(os.path.join(meta, "meta.properties"), b"garbage")
    refused("garbage in metadata.dir", r"meta/meta.properties\" is not understood")
    for p, data in kept.items():
        write(p, data)
    served("put back, too")

    # metadata.db
    shutil.copytree(meta, path("kept"))
    db = os.path.join(meta, "metadata.db")

    def store_as_it_was():
        shutil.rmtree(meta)
        shutil.copytree(path("kept"), meta)

    for what, data in (("garbage for metadata.db", b"\xa5" * 8192), ("half of metadata.db", read(db)[:4096])):
        write(db, data)
        if os.path.exists(db + "-wal"):
            os.unlink(db + "-wal")
        refused(what, "is damaged", "Put back a copy")
        store_as_it_was()
    for what in ("a log without metadata.db", "a log with an empty metadata.db"):
        write(db + "-wal", b"x" * 5000)
        if what.startswith("a log without"):
            os.unlink(db)
        else:
            write(db, b"")
        refused(what, "has lost a file", "Put that back; or move the other away")
        store_as_it_was()
    text = served("metadata.db as it was")
    t.ok("was served before" not in text, "of which nothing is said")
    for n in os.listdir(meta):
        if n.startswith("metadata.db"):
            os.unlink(os.path.join(meta, n))
    served("no metadata.db", "was served before, but there is no metadata.db in \\S+/meta:", "configurations that clients set are lost")

    # partition.metadata, where it is all that tells the topics' ids
    kept_dirs.remove(meta)  # the new store is made, and stays empty

    def lose_store():
        shutil.rmtree(meta)
        os.mkdir(meta)

    def of(topic, p):
        return [os.path.join(x, "%s-%d" % (topic, p), "partition.metadata") for x in d.data
                if os.path.isdir(os.path.join(x, "%s-%d" % (topic, p)))][0]

    for what, data in (("an empty", b""), ("a damaged", b"version: 0\ntopic_id: @@@"), ("a zeroed", bytes(40)), ("a nameless", b"version: 0\ntopic_id: " + b"A" * 22)):
        lose_store()
        pm = of("one", 0)
        whole = read(pm)
        write(pm, data)
        refused(what + " partition.metadata, the only one of its topic", r'one-0/partition.metadata" is damaged: expected',
                "topic one cannot be made again", "write that of .* again, or remove it")
        write(pm, whole)
    served("written again")
    t.eq(ids, dict((d.start(), {n: x["TopicId"] for n, x in Admin(d).topics().items()}, d.stop())[1]), "ids are what they were")
    lose_store()
    pm = of("a", 2)
    whole = read(pm)
    write(pm, b"version: 0\ntopic_id: @@@")
    mark = len(d.text())
    d.start()
    a = Admin(d)
    until("the refusal", lambda: d.text()[mark:].count('a-2/partition.metadata" is damaged') >= 2)
    t.eq(ids["a"], a.topic("a")["TopicId"], "one of several: the others tell the topic's id")
    t.ok("like another partition's, " in d.text()[mark:] and "remove it if the records are of that topic" in d.text()[mark:],
         "which is told to who mends it")
    t.eq(b"version: 0\ntopic_id: @@@", read(pm), "the file is left alone")
    d.stop()
    write(pm, whole)
    served("mended")
    t.eq(0, d.p.returncode, "orderly end")
finally:
    d.cleanup()
t.done()
