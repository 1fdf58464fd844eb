#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""log.disk.budget: on a small file system the oldest records go, of topics without their own retention, after a warning."""
import os, subprocess, sys, tempfile
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

if os.geteuid() != 0:
    skip_all("needs root, for a file system of its own")
mnt = tempfile.mkdtemp(prefix="odradek-budget-", dir=os.environ.get("TMPDIR", "/tmp"))
if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", mnt], capture_output=True).returncode != 0:
    os.rmdir(mnt)
    skip_all("cannot mount a tmpfs here")
t = Tap()
d = Daemon("num.network.threads=1", disks=2)
d.data = [os.path.join(mnt, "data%d" % i) for i in range(2)]
ballast = os.path.join(mnt, "ballast")
MB = b"x" * 900000
MADE = {}


def options(disks):
    d.options = [o for o in d.options if not o.startswith("log.dirs")] + ["log.dirs=" + ",".join(d.data[:disks])]


def send(topic, n, age=0, node=0):
    """n records of 0.9 MB; how many were taken."""
    data = MADE.setdefault(age, None) or batch([MB], now=int(time.time() * 1000) - age)
    MADE[age] = data
    s = socket.create_connection(("127.0.0.1", d.port + 10 * node))
    try:
        for i in range(n):
            until("room", lambda: free() > 1 << 20, 60)    # files are unlinked by a thread
            err = produce_result(call(s, produce(1, topic, 0, data)))[1]
            if err:
                return i
        return n
    finally:
        s.close()


def free():
    v = os.statvfs(mnt)
    return v.f_bavail * v.f_bsize


def offset(a, topic, which):
    return a.call("ListOffsets", 7, {"ReplicaId": -1, "Topics": [{"Name": topic, "Partitions": [
        {"PartitionIndex": 0, "Timestamp": which}]}]})["Topics"][0]["Partitions"][0]["Offset"]


def kept(a, *topics):
    return [(offset(a, x, -2), offset(a, x, -1)) for x in topics]


def logs(i=0):
    n = 0
    for p, _, fs in os.walk(d.data[i]):
        for f in fs:
            try:
                n += os.path.getsize(os.path.join(p, f)) if f.endswith(".log") else 0
            except FileNotFoundError:
                pass
    return n


def come_down(most, *disks):
    """Whether the logs hold at most so much; files are unlinked by a thread, which may be behind."""
    try:
        until("the unlinks", lambda: sum(map(logs, disks or (0,))) <= most, 10)
    except TimeoutError:
        return False
    return True


def reported():
    """What the first disk's logs hold, its budget, and the room as the writer knows it."""
    n = d.text().count("disk of writer")
    d.p.send_signal(signal.SIGUSR2)
    until("a report", lambda: d.text().count("disk of writer") > n)
    return tuple(map(int, re.findall(r"disk of writer\.1: logs hold (\d+) bytes, budget (\d+) .*free (\d+) of", d.text())[-1]))


def told():
    """The last status that the service manager was told."""
    try:
        d.notify.setblocking(False)
        while True:
            for line in d.notify.recv(65536).decode().splitlines():
                if line.startswith("STATUS="):
                    d.status = line
    except BlockingIOError:
        return getattr(d, "status", "")


try:
    options(1)
    d.start()
    a = Admin(d)
    for name, configs in ("old", ()), ("new", ()), ("ms", [("retention.ms", "604800000")]), \
            ("bytes", [("retention.bytes", "-1")]), ("keys", [("cleanup.policy", "compact")]):
        a.create(name, configs=configs)
    for name in "ms", "bytes":
        t.eq(4, send(name, 4, 86400000), "records of a topic with its own %s" % name)
    t.eq(3, send("old", 3, 7200000), "records of a topic without")
    t.ok("disk budget" not in d.text(), "nothing is said yet")
    d.stop()
    d.start()                       # the budget is known when all logs are, at the latest a second later
    a = Admin(d)
    until("the budget", lambda: (d.p.send_signal(signal.SIGUSR2), time.sleep(0.1), re.search(r"budget [1-9]\d+ ", d.text()))[2])
    send("old", 2, 3600000)
    t.eq(40, send("new", 40), "46 MB: more than four fifths of the budget, which is 54 MB")
    t.eq(1, d.text().count("of its disk budget"), "a warning comes before anything goes")
    t.eq([(0, 4), (0, 4), (0, 5), (0, 40)], kept(a, "ms", "bytes", "old", "new"), "nothing is gone")
    until("status", lambda: "near its disk budget" in told())
    t.ok(True, "the service manager is told")

    t.eq(30, send("new", 30), "27 MB more")
    ms, by, old, new = kept(a, "ms", "bytes", "old", "new")
    t.eq([(0, 4), (0, 4)], [ms, by], "topics with retention.ms or retention.bytes keep everything")
    t.eq((5, 5), old, "the oldest are gone, from the segment that was written to, too")
    t.ok(0 < new[0] < 40 and new[1] == 70, "then the oldest of the next: %d to %d stay" % new)
    t.ok(come_down(56 << 20), "the logs hold %d MB" % (logs() >> 20))
    t.eq(1, d.text().count("has reached its disk budget"), "one line says so")
    t.ok("is full" not in d.text(), "the disk was never full")
    t.eq(200, send("new", 200), "180 MB go through")
    t.eq(1, d.text().count("has reached its disk budget"), "without another line")
    t.ok(come_down(56 << 20), "the logs hold %d MB" % (logs() >> 20))
    until("status", lambda: "the oldest records go" in told())
    d.p.send_signal(signal.SIGUSR2)
    n, size = map(int, until("counters", lambda: re.search(r"budget_segments (\d+) budget_bytes (\d+)", d.text())).groups())
    t.ok(n > 50 and size > 180000000, "counters tell of %d segments, %d MB" % (n, size >> 20))

    # others fill the file system: nothing goes for that, and what is appended takes the place of what is old
    until("the unlinks, and the last to go", lambda: (lambda held, budget, room: held <= budget and room > 8 << 20 and free() > 8 << 20)(
        *reported()))
    before, held = kept(a, "new"), logs()
    with open(ballast, "wb") as f:
        f.write(b"\0" * (6 << 20))
    until("a look at the room", lambda: abs(reported()[2] - free()) < 1 << 20)
    t.eq(before, kept(a, "new"), "what others write deletes nothing")
    t.eq(20, send("new", 20), "18 MB more")
    t.ok(come_down(held + (2 << 20)), "but the logs do not grow: %d MB" % (logs() >> 20))
    os.unlink(ballast)

    # a lower setting is meant for what there is
    t.eq((0, None), a.alter("1", "log.disk.budget", "50%", 4), "a lower budget by a client")
    until("less", lambda: logs() <= 33 << 20)
    t.ok(True, "data goes at once")
    code, text = a.alter("1", "log.disk.budget", "lots", 4)
    t.ok(code and "expected a share" in (text or ""), "nonsense is refused: %s" % text)
    t.eq((0, None), a.alter("1", "log.disk.budget", "31457280", 4), "bytes")
    t.eq(30, send("ms", 30), "more of a topic with its own retention")
    until("the line", lambda: "nothing more may go" in d.text())
    t.eq((0, 34), kept(a, "ms")[0], "of topics with their own retention nothing goes even then")
    t.eq(1, d.text().count("nothing more may go"), "one line says that nothing more may")
    t.eq((0, None), a.alter("1", "log.disk.budget", "-1", 4), "no bound")
    until("no bound", lambda: (d.p.send_signal(signal.SIGUSR2), time.sleep(0.1), "budget 0 (" in re.findall(r"budget .*", d.text())[-1])[2])
    t.eq(5, send("new", 5), "and they grow")
    t.eq(5, kept(a, "new")[0][1] - kept(a, "new")[0][0], "as long as there is room")
    t.eq([0] * 5, a.delete("old", "new", "ms", "bytes", "keys"), "all of it is deleted")
    t.eq((0, None), a.alter("1", "log.disk.budget", None, 4), "the default again")
    t.eq(0, d.stop(), "orderly end")

    # two nodes on one file system
    options(2)
    os.unlink(d.log)
    d.start()
    a = Admin(d)
    until("the deleted topics to be unlinked", lambda: free() > 60 << 20)
    nodes = sorted(b["NodeId"] for b in a.metadata()["Brokers"])
    for i, n in enumerate(nodes):
        a.create("on%d" % i, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [n]}])
    until("both budgets", lambda: (d.p.send_signal(signal.SIGUSR2), time.sleep(0.1), all(
        int((re.findall(r"disk of writer\.%d: logs hold \d+ bytes, budget (\d+)" % n, d.text()) or [0])[-1]) > 50000000
        for n in nodes))[2])
    # who had a budget first settled it alone: what is there when it hears of the other is held.  It hears when it asks for the room
    with open(ballast, "wb") as f:
        f.write(b"\0" * (2 << 20))
    until("both to reckon with each other", lambda: (d.p.send_signal(signal.SIGUSR2), time.sleep(0.1), all(
        abs(int(re.findall(r"disk of writer\.%d: .*free (\d+) of" % n, d.text())[-1]) - free()) < 1 << 20 for n in nodes))[2])
    t.eq(10, send("on0", 10), "9 MB on the first")
    t.eq(120, send("on1", 120, node=1), "110 MB on the second")
    if not t.ok(come_down(57 << 20, 0, 1), "both together hold %d MB" % (logs(0) + logs(1) >> 20)):
        t.diag(d.text()[-3000:])
    if not t.eq((0, 10), kept(a, "on0")[0], "who has less than its half gives nothing"):
        t.diag(d.text()[-3000:])
    t.eq(0, d.stop(), "orderly end")
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-6000:])
finally:
    d.cleanup()
    subprocess.run(["umount", mnt])
    os.rmdir(mnt)
t.done()
