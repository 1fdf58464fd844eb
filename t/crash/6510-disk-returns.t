#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk that failed can be unmounted, repaired and mounted again, and is taken back without a restart: what was synced is
there; a log that lost acknowledged records stays offline and says so; a strange disk in its place is not taken."""
import os, shutil, subprocess, sys, tempfile
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../tap"), os.path.join(HERE, "../e2e")]
from admin import *

if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
    skip_all("needs root and mkfs.ext4, for a file system of its own")
tmp = tempfile.mkdtemp(prefix="odradek-bad-", dir=os.environ.get("TMPDIR", "/tmp"))
img, other, mnt = [os.path.join(tmp, n) for n in ("img", "other", "mnt")]
os.mkdir(mnt)


def sh(*cmd):
    return subprocess.run(cmd, capture_output=True).returncode


for name in (img, other):
    with open(name, "wb") as file:
        file.truncate(64 << 20)
if sh("mkfs.ext4", "-q", "-F", img) or sh("mkfs.ext4", "-q", "-F", other) or sh("mount", "-o", "loop", img, mnt):
    shutil.rmtree(tmp)
    skip_all("cannot mount a file system here")
t = Tap()
d = Daemon("num.network.threads=1", "log.flush.offset.checkpoint.interval.ms=3600000", disks=2)
bad = os.path.join(mnt, "data")
d.options = ["log.dirs=%s,%s" % (d.data[0], bad) if o.startswith("log.dirs") else o for o in d.options
             if not o.startswith("metadata.dir")]
synced, loose = [], []


def at_bad(topic, value):
    """Offset of a record that the second node took; the error otherwise."""
    try:
        with socket.create_connection(("127.0.0.1", d.port + 10), 10) as s:
            _, err, offset = produce_result(call(s, produce(1, topic, 0, batch([value]), timeout=5000)))
            return (err, offset)
    except OSError:
        return (-99, -1)


def has_leader(topic):
    return a.topic(topic)["Partitions"][0]["LeaderId"] >= 0


def log_dir(port):
    return Admin(d, port).call("DescribeLogDirs", 4, {"Topics": None})["Results"][0]


def said(text):
    return [x for x in d.text().splitlines() if text in x]


try:
    d.start()
    a = Admin(d)
    nodes = [b["NodeId"] for b in sorted(a.metadata()["Brokers"], key=lambda b: b["Port"])]
    for name, configs in (("synced", [("flush.messages", "1")]), ("loose", []), ("empty", []), ("gone", [])):
        t.eq(0, a.call("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [
            {"Name": name, "NumPartitions": -1, "ReplicationFactor": -1,
             "Assignments": [{"PartitionIndex": 0, "BrokerIds": [nodes[1]]}],
             "Configs": [{"Name": k, "Value": v} for k, v in configs]}]})["Topics"][0]["ErrorCode"], "a topic on the second disk")
    for i in range(20):
        until("synced", lambda: at_bad("synced", b"s%d" % i)[0] == 0)
    until("gone", lambda: at_bad("gone", b"g")[0] == 0)
    os.sync()
    for i in range(20):
        until("loose", lambda: at_bad("loose", b"l%d" % i * 50)[0] == 0)
    t.eq(b"s7", values(fetch_result(call(socket.create_connection(("127.0.0.1", d.port + 10)), fetch(1, "synced", 0, 7)))[3])[0][1],
         "it is read from")
    epoch = a.epochs("synced")[0]
    sh("mount", "-o", "remount,abort", mnt)
    until("an error", lambda: at_bad("synced", b"x")[0] in (3, 5, 6, 56), 30)
    until("the partitions have no leader", lambda: not has_leader("synced") and not has_leader("loose"))
    t.eq((5, [nodes[1]]), (lambda p: (p["ErrorCode"], p["OfflineReplicas"]))(a.topic("synced")["Partitions"][0]),
         "in the metadata they have none, and an offline replica")
    t.eq([0], a.delete("gone"), "a topic is deleted meanwhile")
    t.eq((56, 0), (log_dir(d.port + 10)["ErrorCode"], log_dir(d.port)["ErrorCode"]), "DescribeLogDirs names the one directory")
    t.ok(len(said("failed in")) == 1 and bad in said("failed in")[0], "one line says what failed: %s" % said("failed in")[:1])

    until("umount", lambda: sh("umount", mnt) == 0, 20, 0.2)
    t.ok(True, "no process holds it: it can be unmounted")
    until("a line that it is not there", lambda: said("not mounted, or empty"))
    t.ok(True, "an empty mount point is not taken for a disk")
    sh("mount", "-o", "loop", other, mnt)
    os.mkdir(bad)
    with open(os.path.join(bad, "meta.properties"), "w") as file:
        file.write("version=1\ncluster.id=%s\nnode.id=%d\ndirectory.id=AAAAAAAAAAAAAAAAAAAAQQ\n" % (a.metadata()["ClusterId"], nodes[1]))
    until("a line about another disk", lambda: said("AAAAAAAAAAAAAAAAAAAAQQ is there"))
    t.eq(56, log_dir(d.port + 10)["ErrorCode"], "nor is another disk")
    d.kill("writer.%d" % nodes[1])
    until("a successor", lambda: "writer.%d" % nodes[1] in d.children())
    until("umount", lambda: sh("umount", mnt) == 0, 20, 0.2)
    sh("fsck.ext4", "-fy", img)
    t.eq(0, sh("mount", "-o", "loop", img, mnt), "the first is repaired and mounted")
    # the writer that saw it fail is dead: the next one asks for a word
    until("HUP or not", lambda: has_leader("synced") or d.p.send_signal(signal.SIGHUP), 40, 1)
    t.ok(a.epochs("synced")[0] > epoch, "its partitions are led again, in a new epoch, without a restart")
    until("the loose ones", lambda: said("this replica is lost"))
    t.ok(not has_leader("loose"), "a log that lost what was acknowledged stays offline")
    t.diag(said("this replica is lost")[0])
    with socket.create_connection(("127.0.0.1", d.port + 10)) as s:
        r = until("its leader", lambda: (lambda r: r[1] not in (5, 6) and r)(fetch_result(call(s, fetch(1, "synced", 0, 0)))))
    got = values(r[3])
    t.eq([(i, b"s%d" % i) for i in range(20)], got[:20], "what was synced is there")
    until("the deletion", lambda: not os.path.exists(os.path.join(bad, "gone-0")), 60)
    t.eq([], said("of no known partition"), "what was deleted meanwhile is deleted there, too")
    until("a record", lambda: at_bad("synced", b"again")[0] == 0)
    t.ok(True, "and records are taken")
    until("a record", lambda: at_bad("empty", b"first")[0] == 0)
    t.ok(True, "also by a partition that was empty")
    t.eq(0, log_dir(d.port + 10)["ErrorCode"], "DescribeLogDirs finds nothing wrong with the directory")
    writer = d.kill("writer.%d" % nodes[1])
    until("a record", lambda: at_bad("synced", b"after")[0] == 0)
    t.ok(True, "a writer that dies then has a successor that serves")
    t.eq(0, d.stop(), "orderly end")
    d.start()
    until("the loose one", lambda: at_bad("loose", b"new")[0] == 0)
    t.ok(True, "a restart accepts the loss")
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    d.cleanup()
    sh("umount", "-l", mnt)
    shutil.rmtree(tmp, ignore_errors=True)
t.done()
