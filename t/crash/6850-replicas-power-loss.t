#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Three disks lose power: each loses another part of what was not synced.  The longest log of the greatest epoch among the
in-sync replicas is elected, the others are cut to it, and all end up the same.  CRASH_ROUNDS=n: n losses of power.

What a disk keeps: all that its recovery points cover, and of the rest a beginning, cut anywhere, in a batch, too."""
import glob, os, shutil, signal, sqlite3, sys, tempfile, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from trio import *

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "3"))
t = Tap()
t.diag("CRASH_SEED=%d" % SEED)
rnd = random.Random(SEED)
trio = Trio(t, "log.flush.offset.checkpoint.interval.ms=700", "log.segment.bytes=1048576")


def recovery_points(path):
    """{directory: offset} below which everything is on the medium."""
    try:
        with open(os.path.join(path, "recovery-point-offset-checkpoint")) as f:
            return {"%s-%s" % tuple(w[:2]): int(w[2]) for w in (line.split() for line in f.read().splitlines()[2:]) if len(w) == 3}
    except OSError:
        return {}


def walk(path):
    """[(base offset, next offset, position, end, leader epoch)] of the whole batches of a segment."""
    out, at = [], 0
    with open(path, "rb") as f:
        data = f.read()
    while at + 61 <= len(data):
        base, length = struct.unpack(">qi", data[at:at + 12])
        if length < 49 or at + 12 + length > len(data):
            break
        out.append((base, base + struct.unpack(">i", data[at + 23:at + 27])[0] + 1, at, at + 12 + length, struct.unpack(">i", data[at + 12:at + 16])[0]))
        at += 12 + length
    return out


def cut(log, point, keep):
    """Leaves the part `keep` (0..1) of what lies above the recovery point.  Returns the last epoch and the end of what is left."""
    logs = sorted(n for n in os.listdir(log) if n.endswith(".log"))
    have = [(n, b) for n in logs for b in walk(os.path.join(log, n))]
    left = int(sum(b[3] - b[2] for _, b in have if b[1] > point) * keep)
    last = (-1, int(logs[0][:20]))
    for name, b in have:
        if b[1] > point:
            if left < b[3] - b[2]:
                tear(log, name, b[2] + left, [n[:-4] for n in logs if n > name])
                break
            left -= b[3] - b[2]
        last = (b[4], b[1])
    return last


def tear(log, name, size, later):
    os.truncate(os.path.join(log, name), size)
    for base in later:
        for suffix in (".log", ".index", ".timeindex", ".txnindex", ".snapshot"):
            if os.path.exists(os.path.join(log, base + suffix)):
                os.unlink(os.path.join(log, base + suffix))


def lose_power():
    """Returns {partition: [(last epoch, end) on each disk]}."""
    ends = {}
    for path in trio.d.data:
        points = recovery_points(path)
        disk = rnd.choice((0, 1, None, None))
        for name in sorted(os.listdir(path)):
            log = os.path.join(path, name)
            if os.path.isdir(log) and name.rsplit("-", 1)[0] in ("plain", "idem"):
                keep = rnd.choice((0, 1, rnd.random())) if disk is None else disk
                ends.setdefault(name, []).append(cut(log, points.get(name, 0), keep))
        try:
            os.unlink(os.path.join(path, ".odradek-boot"))
        except FileNotFoundError:
            pass
    return ends


def durable_isr():
    """{partition: [disk, ...]}, of the newest copy of the metadata: a change that was committed and not yet published counts."""
    got, newest = {}, (-1, -1)
    for path in trio.d.data:
        with tempfile.TemporaryDirectory(dir=trio.d.dir) as tmp: # who opens it may change it: there may be a journal
            for x in glob.glob(os.path.join(path, "metadata", "metadata.db*")):
                shutil.copy(x, tmp)
            db = sqlite3.connect(os.path.join(tmp, "metadata.db"))
            stamp = db.execute("SELECT term, number FROM stamp").fetchone()
            if stamp > newest:
                newest = stamp
                got = {"%s-%d" % (name, n): [trio.node.index(struct.unpack_from(">i", replicas, 20 * i)[0])
                                             for i in range(len(replicas) // 20) if isr >> i & 1]
                       for name, n, isr, replicas in db.execute(
                           "SELECT name, partition, isr, replicas FROM topic JOIN partition ON topic.key = partition.topic")}
            db.close()
    return got


def log_end(name, want):
    """Where the log of the partition's leader ends.  The high watermark tells, which comes there when the leader knows that all
    have followed: that it is what is wanted is waited for."""
    topic, part = name.rsplit("-", 1)
    end = time.monotonic() + 20
    while True:
        leader = next((l for n, p, l, _ in trio.partitions() or [] if (n, p) == (topic, int(part))), -1)
        err, hw = -1, None
        if leader in trio.node:
            with socket.create_connection(("127.0.0.1", trio.d.port + 10 * trio.node.index(leader)), 10) as s:
                err, hw = fetch_result(call(s, fetch(1, topic, int(part), 0)))[1:3]
        if (err == 0 and hw == want) or time.monotonic() > end:
            return hw if err == 0 else "nowhere, error %d" % err
        time.sleep(0.02)


def once(i):
    trio.load("300", (), create=i == 0, trace=False)
    loads = trio.loads
    time.sleep(rnd.uniform(1, 2.5))
    if i % 3 == 2:
        trio.d.kill("writer.%d" % rnd.choice(trio.node))
    trio.d.kill_all()
    for l in loads:
        l.abort()
    isr, ends = durable_isr(), lose_power()
    trio.start()
    until("leaders", lambda: all(l != -1 for _, _, l, _ in trio.partitions() or [(0, 0, -1, ())]), 60)
    t.ok(True, "power loss %d: all partitions have leaders" % (i + 1))
    trio.in_sync()
    wrong = []
    for name, at in sorted(ends.items()):
        want = max(at[k] for k in isr[name])
        got = log_end(name, want[1])
        if got != want[1]:
            wrong.append("%s: ends at %s, disks ended at %s, in sync were %s" % (name, got, at, isr[name]))
    t.eq([], wrong, "the greatest epoch and end of an in-sync replica is what is left")
    t.diag("ends: %s" % {k: v for k, v in list(ends.items())[:4]})
    t.eq(0, trio.d.stop(), "orderly end")
    trio.same()
    trio.start()


def body():
    trio.start()
    for i in range(ROUNDS):
        once(i)
    t.eq(0, trio.d.stop(), "orderly end")


run(t, trio, body)
