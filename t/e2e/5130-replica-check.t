#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""odradek replica check names replicas that differ, are damaged or end too early, and nothing else."""
import json, os, shutil, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

t = Tap()
d = Daemon(disks=3).start()


def check(*dirs):
    r = subprocess.run([os.path.join(BUILDDIR, "odradek"), "--json", "replica", "check"] + list(dirs or d.data),
                       capture_output=True, text=True)
    return r.returncode, json.loads(r.stdout) if r.stdout else None, r.stderr


def log(disk, topic):
    return os.path.join(d.data[disk], topic + "-0", "0" * 20 + ".log")


def change(path, fn):
    with open(path, "r+b") as f:
        b = bytearray(f.read())
        fn(b)
        f.seek(0)
        f.truncate()
        f.write(b)


def flip(b):
    b[-3] ^= 0x40


def other(b):
    """Another record in the last batch, and a checksum that fits."""
    base, count, whole = batches(bytes(b))[-1]
    at = len(b) - len(whole)
    b[-3] ^= 0x40
    b[at + 17:at + 21] = struct.pack(">I", crc32c(bytes(b[at + 21:])))


def cut(b):
    del b[-len(batches(bytes(b))[-1][2]):]


def named(findings, topic):
    return [f for f in findings if f["partition"] == topic + "-0"]


try:
    a = Admin(d)
    topics = ("same", "flipped", "other", "short", "two")
    for name in topics:
        a.create(name, 1, 2 if name == "two" else 3)
        port = d.port + 10 * (a.topic(name)["Partitions"][0]["LeaderId"] - 1)
        s = socket.create_connection(("127.0.0.1", port), 30)
        for i in range(3):
            until("record", lambda: produce_result(call(s, produce(1, name, 0, batch([b"value %d" % i]), acks=-1)))[1] == 0)
        s.close()
    code, out, err = check()
    t.eq(0, code, "while the daemon runs: %s %s" % (out, err))
    t.eq(0, d.stop(), "orderly end")
    code, out, err = check()
    t.eq((0, 5, 0, 0, 0, []), (code, out["partitions"], out["different"], out["too_short"], out["unreadable"], out["findings"]), "all the same")
    t.ok(out["batches"] >= 15, "%d batches" % out["batches"])
    code, out, err = check(d.data[0])
    t.ok(code != 0 or out["partitions"] == 0, "one directory has nothing to compare")

    for topic, fn, disk in (("flipped", flip, 1), ("other", other, 2), ("short", cut, 0)):
        change(log(disk, topic), fn)
    code, out, err = check()
    t.eq(3, code, "what is wrong has its own exit status")
    t.diag(json.dumps(out["findings"]))
    for topic, disk, what in (("flipped", 1, "damaged"), ("other", 2, "not the same"), ("short", 0, "too short")):
        f = named(out["findings"], topic)
        t.ok([x["what"] for x in f] == [what] and d.data[disk] in f[0].values(), "\"%s\" is %s in its directory" % (topic, what))
    t.eq([], named(out["findings"], "same") + named(out["findings"], "two"), "the others are not")
    t.eq(3, out["different"] + out["too_short"] + out["unreadable"], "and each is counted once")
    t.eq(1, out["too_short"], "one is too short")

    aside = [os.path.join(x, "two-0") for x in d.data if os.path.exists(os.path.join(x, "two-0"))]
    for dir, end in zip(aside, (3, 2)):
        os.rename(os.path.join(dir, "0" * 20 + ".log"), os.path.join(dir, "%020d.log" % end))
        os.truncate(os.path.join(dir, "%020d.log" % end), 0)
    code, out, err = check()
    f = named(out["findings"], "two")
    t.eq([("too short", os.path.dirname(aside[1]), 2)], [(x["what"], x["replica"], x["from"]) for x in f],
         "a log of which nothing is left ends where its segment begins")

    shutil.rmtree(os.path.join(d.data[1], "same-0"))
    code, out, err = check()
    t.eq([], named(out["findings"], "same"), "a replica that is not there at all is not one of these directories")
    r = subprocess.run([os.path.join(BUILDDIR, "odradek"), "replica", "check"] + d.data, capture_output=True, text=True)
    t.ok(r.returncode == 3 and "short-0" in r.stdout + r.stderr and "flipped-0" in r.stderr, "as text")
    t.diag(r.stdout + r.stderr)
    os.rename(os.path.join(d.data[2], "same-0"), os.path.join(d.data[2], "same-0.aside"))
    r = subprocess.run([os.path.join(BUILDDIR, "odradek"), "replica", "check"] + d.data, capture_output=True, text=True)
    t.ok("\n1 partitions are in one of the directories only, and were not compared\n" in r.stdout, "one that is left alone is said: " + r.stdout)
    r = check(d.data[0], os.path.join(d.dir, "nowhere"))
    t.ok(r[0] not in (0, 3) and "nowhere" in r[2], "a directory that is not there: %s" % r[2].strip())
finally:
    d.cleanup()
t.done()
