#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""What consumers make of a damaged batch: kcat (librdkafka), kafka-python and Kafka's own consumer read up to it, say that it is
corrupt, and go on behind it when they are told to."""
import glob
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
from fetching import *

CACHE = os.environ.get("ODRADEK_TEST_CACHE", os.path.expanduser("~/.cache/odradek-test"))
VICTIM, BATCHES = 20, 30
t = Tap()
d = Daemon("num.network.threads=1").start()
try:
    create(d, "c", 1)
    c, at = client(d), {}
    where = 0
    for i in range(BATCHES):
        b = batch([b"value %d %s" % (2 * i + k, b"x" * 200) for k in range(2)])
        at[produce(c, "c", 0, b)] = where
        where += len(b)
    c.close()
    d.stop()
    with open(os.path.join(d.data[0], "c-0", "%020d.log" % 0), "r+b") as f:
        f.seek(at[VICTIM] + 150)
        byte = f.read(1)
        f.seek(at[VICTIM] + 150)
        f.write(bytes([byte[0] ^ 4]))
    d.start()
    c = client(d)
    until("partition", lambda: latest(c, "c", 0) == 2 * BATCHES)
    c.close()
    hostport = "127.0.0.1:%d" % d.port

    def run(cmd, wait=60):
        """What a consumer says before it ends, or before our patience does."""
        try:
            r = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=wait, text=True, errors="replace")
            return r.stdout, r.stderr
        except subprocess.TimeoutExpired as e:
            return (e.stdout or b"").decode(), (e.stderr or b"").decode()

    def offsets_of(out):
        return [int(x) for x in re.findall(r"value (\d+) ", out)]

    def judge(name, front, said, behind):
        t.eq(list(range(VICTIM)), offsets_of(front), name + ": everything in front of it")
        t.ok(re.search(r"(?i)corrupt|bad message|invalid message|crc", said), name + ": says what is wrong") or t.diag(said)
        t.eq(list(range(VICTIM + 2, 2 * BATCHES)), offsets_of(behind), name + ": everything behind it, after a seek")

    if shutil.which("kcat"):
        kcat = ["kcat", "-b", hostport, "-C", "-t", "c", "-p", "0", "-u"]
        out, err = run(kcat + ["-o", "0"], 5)
        behind, _ = run(kcat + ["-o", str(VICTIM + 2), "-e"])
        judge("kcat", out, err, behind)
    else:
        t.skip("kcat", "not here")

    python = os.path.join(CACHE, "kafka-python/bin/python")
    if os.path.exists(python):
        prog = """
import sys, kafka
from kafka import KafkaConsumer, TopicPartition
c = KafkaConsumer(bootstrap_servers=sys.argv[1], consumer_timeout_ms=30000, enable_auto_commit=False)
p = TopicPartition("c", 0)
c.assign([p])
c.seek(p, int(sys.argv[2]))
try:
    for m in c:
        print(m.value.decode(), flush=True)
        if m.offset == int(sys.argv[3]):
            break
except Exception as e:
    print(type(e).__name__, e, file=sys.stderr)
"""
        out, err = run([python, "-B", "-c", prog, hostport, "0", str(2 * BATCHES - 1)])
        behind, _ = run([python, "-B", "-c", prog, hostport, str(VICTIM + 2), str(2 * BATCHES - 1)])
        judge("kafka-python", out, err, behind)
    else:
        t.skip("kafka-python", "not here")

    jars = glob.glob(os.path.join(CACHE, "kafka-4.1.0", "*.jar"))
    if jars and shutil.which("java"):
        java = ["java", "-Xmx256m", "-cp", ":".join(jars), "org.apache.kafka.tools.consumer.ConsoleConsumer", "--bootstrap-server",
                hostport, "--topic", "c", "--partition", "0", "--timeout-ms", "30000"]
        out, err = run(java + ["--offset", "0"], 40)
        behind, _ = run(java + ["--offset", str(VICTIM + 2), "--max-messages", str(2 * BATCHES - VICTIM - 2)], 40)
        judge("Java", out, out + err, behind)
    else:
        t.skip("Java", "not here")
    t.eq(1, len(re.findall("is damaged from position", d.text())), "the log names the place, once")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
