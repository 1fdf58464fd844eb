#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A data directory that Apache Kafka 4.1 has written opens: topics, ids, epochs, configurations, records."""
import os, shutil, subprocess, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

cache = os.environ.get("ODRADEK_TEST_CACHE", os.path.expanduser("~/.cache/odradek-test"))
if not os.path.isdir(os.path.join(cache, "kafka-4.1.0")) or shutil.which("java") is None:
    skip_all("no Apache Kafka 4.1 (t/clients/setup java)")

t = Tap()
d = Daemon()
kafka = os.path.join(HERE, "../compat/kafka")
where = os.path.join(d.dir, "kafka")
d.data = [os.path.join(where, "data")]
d.options[1] = "log.dirs=" + d.data[0]
port = free_port()


class Away:
    """Kafka as the helpers of these tests see a daemon."""
    port = port

    def connect(self, timeout=30):
        return socket.create_connection(("127.0.0.1", self.port), timeout)


try:
    r = subprocess.run([kafka, "start", where, str(port)], capture_output=True, text=True)
    if r.returncode:
        skip_all("Apache Kafka does not start here: " + r.stderr.replace("\n", " ")[-300:])
    k = Admin(Away())
    t.eq((0, None), k.create("plain", 3), "Kafka makes a topic")
    k.create("set", 2, configs=[("retention.ms", "123456"), ("cleanup.policy", "compact,delete"), ("flush.ms", "9")])
    k.alter("set", "retention.ms", "7777777")
    k.alter("set", "flush.ms", None)
    k.create("gone", 2, configs=[("segment.bytes", "2000000")])
    k.delete("gone")
    k.alter("", "log.retention.ms", "99999999", 4)
    k.alter("1", "message.max.bytes", "1234567", 4)
    for p in range(3):
        s = Away().connect()
        for i in range(20):
            until("record taken", lambda: produce_result(call(s, produce(1, "plain", p, batch([b"plain-%d-%d" % (p, i)]))))[1] == 0)
        s.close()
    pid = k.producer_id()[1]
    if shutil.which("kcat"):
        subprocess.run(["kcat", "-b", k.address, "-G", "group", "-e", "-q", "plain"], capture_output=True, timeout=60)
    was = {n: (x["TopicId"], len(x["Partitions"]), x["IsInternal"]) for n, x in k.topics().items()}
    epochs = {n: k.epochs(n) for n in was}
    cluster = k.metadata()["ClusterId"]
    k.b.close()
    subprocess.run([kafka, "stop", where], check=True)

    d.start()
    a = Admin(d)
    t.eq(cluster, a.metadata()["ClusterId"], "the cluster id is Kafka's")
    t.eq(was, {n: (x["TopicId"], len(x["Partitions"]), x["IsInternal"]) for n, x in a.topics().items()},
         "topics, ids and partitions (%s)" % ", ".join(sorted(was)))
    written = {("plain", p) for p in range(3)}
    t.ok(all(a.epochs(n)[p] > epochs[n][p] for n, p in written), "greater leader epochs where there are records")
    for p in range(3):
        t.eq([b"plain-%d-%d" % (p, i) for i in range(20)], get(d, "plain", p), "records of plain-%d" % p)
    t.eq(20, put(d, "plain", 0, b"ours"), "and the next one")
    t.eq(("7777777", 1), a.config("set", "retention.ms"), "a configuration")
    t.eq(("compact,delete", 1), a.config("set", "cleanup.policy"), "a list")
    t.eq(5, a.config("set", "flush.ms")[1], "one that was removed")
    t.eq(("99999999", 3), a.config("plain", "retention.ms"), "the cluster's")
    t.eq(("1234567", 2), a.config("1", "message.max.bytes", 4), "the node's")
    t.ok(a.producer_id()[1] > pid, "producer ids go on above Kafka's")
    t.ok(os.path.isdir(os.path.join(d.data[0], "__cluster_metadata-0")), "Kafka's own log is left alone")
    t.eq(0, d.stop(), "orderly end")

    # and back: what we wrote is Kafka's format still
    r = subprocess.run(["java", "-cp", os.path.join(cache, "kafka-4.1.0", "*"), "kafka.tools.DumpLogSegments", "--deep-iteration",
                        "--files", os.path.join(d.data[0], "plain-0", "00000000000000000000.log")], capture_output=True, text=True)
    t.ok(r.returncode == 0 and "offset: 20 " in r.stdout and "isvalid: false" not in r.stdout,
         "Kafka's dump reads what both have written")
finally:
    subprocess.run([kafka, "stop", where], capture_output=True)
    d.cleanup()
t.done()
