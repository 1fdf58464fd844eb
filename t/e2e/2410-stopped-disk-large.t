#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A disk that stands still, with more large requests for it than the arena holds, or with more batches than may wait: the
others take requests all the while, and when it moves again each of its own is answered."""
import fcntl, os, sys, termios
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *

CONNS, EACH = 40, 5
PARTITIONS = 250
t = Tap()
large = batch([b"w" * 400000])
d = Daemon("socket.request.max.bytes=4194304", "num.network.threads=1", disks=3).start()


def at(node, timeout=120):
    s = socket.create_connection(("127.0.0.1", d.port + 10 * (node - 1)), timeout)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


try:
    a = Admin(d)
    for topic, nodes in (("still", [1]), ("one", [2]), ("two", [3, 2])):
        t.eq((0, None), a.create(topic, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": nodes}]), "%s is on %s" % (topic, nodes))
        s = at(nodes[0])
        until("its leader", lambda: produce_result(call(s, produce(1, topic, 0, batch([b"first"]), acks=-1)))[1] == 0)
    stopped = d.kill(min(n for n in d.children() if n.startswith("writer")), signal.SIGSTOP)
    crowd = [at(1) for _ in range(CONNS)]
    senders = []
    for c in crowd:
        pid = os.fork()
        if pid == 0:
            try:
                c.sendall(b"".join(produce(k, "still", 0, large, timeout=120000) for k in range(EACH)))
            finally:
                os._exit(0)
        senders.append(pid)
    last = [0]

    def unsent():
        """Of the crowd, in sockets; it stays the same when there is no more room."""
        n = sum(struct.unpack("i", fcntl.ioctl(c, termios.TIOCOUTQ, b"    "))[0] for c in crowd)
        last.append(n)
        return n > 0 and last[-2] == n
    until("an arena that takes no more", unsent, 30, 0.3)
    for topic, node in (("one", 2), ("two", 3)):
        s = at(node, 30)
        r = [produce_result(call(s, produce(k, topic, 0, large, acks=-1)))[:2] for k in range(60)]
        t.eq([(k, 0) for k in range(60)], r, "%d MB wait for a disk, and node %d takes as much as before" % (CONNS * EACH * len(large) >> 20, node))
    r = produce_result(call(s, produce(1, "two", 0, batch([b"w" * 1000000]), acks=-1)))
    t.eq((1, 0), r[:2], "larger ones, too")
    os.kill(stopped, signal.SIGCONT)
    seen = []
    for c in crowd:
        r = [produce_result(read_frame(c)) for _ in range(EACH)]
        seen += [x[2] for x in r if x[1] == 0]
    t.eq(list(range(1, CONNS * EACH + 1)), sorted(seen), "it moves: all that waited is appended, once")
    for pid in senders:
        os.waitpid(pid, 0)

    t.eq((0, None), a.create("many", -1, -1, Assignments=[{"PartitionIndex": i, "BrokerIds": [1]} for i in range(PARTITIONS)]),
         "a topic of %d partitions" % PARTITIONS)
    one = batch([b"w"])
    request = frame(0, 3, 1, string(None) + struct.pack(">hii", 1, 120000, 1) + string("many") + struct.pack(">i", PARTITIONS) +
                    b"".join(struct.pack(">ii", i, len(one)) + one for i in range(PARTITIONS)))
    stopped = d.kill(min(n for n in d.children() if n.startswith("writer")), signal.SIGSTOP)
    for c in crowd:
        c.sendall(request)
    for topic, node in (("one", 2), ("two", 3)):
        s = at(node, 30)
        r = [produce_result(call(s, produce(k, topic, 0, one, acks=-1)))[:2] for k in range(60)]
        t.eq([(k, 0) for k in range(60)], r, "%d batches wait for a disk, node %d goes on" % (CONNS * PARTITIONS, node))
    os.kill(stopped, signal.SIGCONT)
    t.eq((CONNS, {0}), (lambda r: (len(r), set(r)))([produce_result(read_frame(c))[1] for c in crowd]), "it moves: they are taken")
    t.eq(0, d.stop(), "orderly end")
finally:
    d.cleanup()
t.done()
