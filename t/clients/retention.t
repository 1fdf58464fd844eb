#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Where segments begin, which of them retention and DeleteRecords leave, and what is answered: the same as Apache Kafka 4.1,
whose results are in golden/retention.json.  RETENTION_KAFKA=1 asks a live Kafka as well, RETENTION_KAFKA=record keeps what it
answers."""
import json, os, shutil, subprocess, sys, tempfile
sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "../" + x) for x in ("tap", "compat", "e2e")]
sys.dont_write_bytecode = True
from admin import *

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "golden/retention.json")
SETTINGS = ["log.retention.check.interval.ms=300", "log.segment.delete.delay.ms=100", "log.initial.task.delay.ms=300"]
HOUR, MB = 3600 * 1000, 1 << 20
# Where we do better on purpose: the segment that is being written to is closed as soon as its first record has expired, so
# that nothing stays much longer than twice retention.ms; Kafka keeps it open until segment.ms.
OURS = {"retention, mixed": [[0, 9, 18, 22], 0, 22]}


class Side:
    """One broker, through its wire and its directory."""

    def __init__(self, port, data, wanted=None):
        self.port, self.data, self.wanted = port, data, wanted or {}
        self.a = Admin(None, port)
        self.s = socket.create_connection(("127.0.0.1", port), 30)

    def topic(self, name, **configs):
        r = self.a.create(name, 1, 1, [(k.replace("_", "."), str(v)) for k, v in configs.items()])
        if r[0] != 0:
            raise RuntimeError("%s: %s" % (name, r))

    def put(self, name, size, ts):
        data = batch([b"x" * size], now=ts)
        until("%s to take a record" % name, lambda: produce_result(call(self.s, produce(1, name, 0, data)))[1] == 0)

    def segments(self, name):
        return sorted(int(f[:20]) for f in os.listdir("%s/%s-0" % (self.data, name)) if f.endswith(".log"))

    def settled(self, name, what):
        """What is left when nothing has changed for two seconds, which is several looks of retention.  It may take its time
        to what is wanted."""
        want = self.wanted.get(what)
        try:
            until(what, lambda: want is None or self.segments(name) in (want, want[0]), 30, 0.05)
        except TimeoutError:
            pass # it is compared
        was, since = None, time.monotonic()
        while time.monotonic() - since < 2:
            now = self.segments(name)
            if now != was:
                was, since = now, time.monotonic()
            time.sleep(0.1)
        return was

    def offset(self, name, at):
        r = self.a.call("ListOffsets", 7, {"ReplicaId": -1, "IsolationLevel": 0, "Topics": [{"Name": name, "Partitions": [
            {"PartitionIndex": 0, "CurrentLeaderEpoch": -1, "Timestamp": at}]}]})
        return r["Topics"][0]["Partitions"][0]["Offset"]

    def delete(self, name, to):
        p = self.a.call("DeleteRecords", 2, {"TimeoutMs": 30000, "Topics": [{"Name": name, "Partitions": [
            {"PartitionIndex": 0, "Offset": to}]}]})["Topics"][0]["Partitions"][0]
        return [p["ErrorCode"], p["LowWatermark"]]


def scenario(x):
    got, now = {}, int(time.time() * 1000)
    old = now - HOUR

    def fill(name, batches, **configs):
        x.topic(name, **dict({"retention_ms": -1}, **configs))
        for size, ts in batches:
            x.put(name, size, ts)
        return x.segments(name)

    got["rolled by size"] = fill("size", [(110000, now)] * 35, segment_bytes=MB)
    got["rolled by size, just too large"] = fill("large", [(MB // 2, now)] * 4, segment_bytes=MB, max_message_bytes=2 * MB)
    got["rolled by time"] = fill("time", [(10, old + t) for t in (0, 500, 1000, 1001, 2100, 2200, 9000)], segment_ms=1000)
    got["rolled by time, late ones among them"] = fill("late", [(10, old + t) for t in (5000, 100, 7000, 6500, 6050)], segment_ms=1000)
    got["rolled by full indexes"] = fill("index", [(10, now + i) for i in range(300)], segment_index_bytes=1024, index_interval_bytes=1)

    fill("bytes", [(110000, now)] * 35, segment_bytes=MB)
    x.a.alter("bytes", "retention.bytes", str(MB + MB // 2))
    fill("aged", [(110000, old)] * 20 + [(110000, now)] * 20, segment_bytes=MB)
    x.a.alter("aged", "retention.ms", str(HOUR // 2))
    fill("all", [(110000, old)] * 12, segment_bytes=MB)
    x.a.alter("all", "retention.ms", str(HOUR // 2))
    fill("mixed", [(110000, old), (110000, now)] + [(110000, old)] * 20, segment_bytes=MB)
    x.a.alter("mixed", "retention.ms", str(HOUR // 2))
    fill("one", [(110000, now)] * 3, segment_bytes=MB)
    x.a.alter("one", "retention.bytes", "1")
    for name in ("bytes", "aged", "all", "mixed", "one"):
        got["retention, " + name] = [x.settled(name, "retention, " + name), x.offset(name, -2), x.offset(name, -1)]

    fill("cut", [(110000, now)] * 30, segment_bytes=MB)
    for what, to in (("in the middle", 13), ("less than that", 5), ("where a segment begins", 18), ("too far", 31), ("negative", -5),
                     ("the high watermark", -1), ("again", 30)):
        got["delete, " + what] = x.delete("cut", to) + [x.offset("cut", -2), x.offset("cut", -1)]
        got["delete, " + what + ": segments"] = x.settled("cut", "delete, " + what + ": segments") if what != "less than that" else None
    x.put("cut", 10, now)
    got["goes on"] = [x.settled("cut", "goes on"), x.offset("cut", -2), x.offset("cut", -1)]
    return got


def kafka():
    d = tempfile.mkdtemp(prefix="odradek-kafka-")
    tool, port = os.path.join(HERE, "../compat/kafka"), free_port()
    try:
        subprocess.run([tool, "start", d, str(port)] + SETTINGS, check=True, stdout=subprocess.DEVNULL)
        return scenario(Side(port, d + "/data"))
    finally:
        subprocess.run([tool, "stop", d])
        shutil.rmtree(d, ignore_errors=True)


t = Tap()
want = json.load(open(GOLDEN)) if os.path.exists(GOLDEN) else {}
if os.environ.get("RETENTION_KAFKA"):
    live = kafka()
    if os.environ["RETENTION_KAFKA"] == "record":
        with open(GOLDEN, "w") as f:
            f.write("{\n" + ",\n".join("%s: %s" % (json.dumps(k), json.dumps(v)) for k, v in live.items()) + "\n}\n")
    else:
        t.eq(want, live, "Kafka answers as it did")
    want = live
d = Daemon(*[s for s in SETTINGS if "initial" not in s]).start()
try:
    got = scenario(Side(d.port, d.data[0], dict(want, **OURS)))
    for k in want:
        t.eq(OURS.get(k, want[k]), got.get(k), k)
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
