# SPDX-License-Identifier: ISC
"""scenarios.py HOST:PORT CLIENT PROTOCOL[,PROTOCOL...] [scenario...] - consumer groups with real clients; speaks TAP.  See README.

ODRADEK_PID, if set, is the supervisor of the broker: the scenario "coordinator" kills processes of it.
"""
import collections
import json
import os
import signal
import subprocess
import sys
import threading
import time

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "python"))
sys.path.insert(0, os.path.join(here, "..", "..", "compat"))
from broker import Broker  # noqa: E402
import tap  # noqa: E402
from tap import done, test, until  # noqa: E402
from commands import COMMANDS, cache  # noqa: E402

bootstrap = sys.argv[1]
client, protocols = sys.argv[2], sys.argv[3].split(",")
protocol = None  # under test
PARTITIONS = 8
SESSION_MS, SHORT_SESSION_MS = 45000, 6000  # long: a live member is not to be taken for dead, however busy the machine is
PATIENCE = tap.PATIENCE = 120
admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

# What a client cannot do, or does against Apache Kafka no better: kafkajs has no static members and looks up a regular
# expression once; kafka-python's leader stops when a topic appears; franz-go's leader asks for a rebalance of its own
# accord when it comes back as a static member.
LEFT_OUT = {"kafkajs": {"static", "regex"}, "kafka-python": {"regex"}, "franz-go": {"static"}}


def now():
    return int(time.time() * 1e6)


class Member:
    """A process, and what it has said so far."""

    def __init__(self, group, topics, instance="", regex="", session_ms=SESSION_MS):
        arg = dict(bootstrap=bootstrap, group=group, topics=topics, protocol=protocol, instance=instance, session_ms=session_ms)
        if regex:
            arg["regex"] = regex
        self.events, self.owned, self.ended, self.errors = [], set(), None, []
        self.process = subprocess.Popen(COMMANDS[client] + [json.dumps(arg)], stdout=subprocess.PIPE, text=True,
                                        env=dict(os.environ, NODE_PATH=os.path.join(cache, "kafkajs", "node_modules")))
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if not line.endswith("\n"):
                break  # it was killed in the middle of it
            at, what, *words = line.split()
            if what == "error":
                self.errors.append(line.strip())
                continue
            self.events.append((int(at), what, words))
            if what == "own":
                self.owned = set(words)
            elif what == "lose":
                self.owned = self.owned - set(words)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("a member does not end")
        self.reader.join(10)
        self.ended = now()
        self.owned = set()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join(10)
        self.ended = now()
        self.owned = set()


class World:
    """One topic that is produced to, one group, and its members of all times."""

    def __init__(self, name, topics=1, produce=True):
        stamp = "%s-%x" % (name, time.time_ns() & 0xffffffff)
        self.prefix = "t-" + stamp
        self.topics, self.group, self.members, self.sent = [], "g-" + stamp, [], collections.Counter()
        for i in range(topics):
            self.add_topic()
        self.running, self.thread = produce, threading.Thread(target=self.produce, daemon=True)
        self.thread.start()

    def add_topic(self):
        name = "%s-%d" % (self.prefix, len(self.topics))
        for f in admin.create_topics([NewTopic(name, PARTITIONS, 1)]).values():
            f.result(PATIENCE)
        self.topics.append(name)

    def produce(self):
        p = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5, "log_level": 0, "acks": "all", "enable.idempotence": True})

        def delivered(err, m):
            if err is None:
                key = "%s:%d" % (m.topic(), m.partition())
                self.sent[key] = max(self.sent[key], m.offset() + 1)
        n = 0
        while self.running:
            for t in list(self.topics):
                p.produce(t, value=b"%d" % n, partition=n % PARTITIONS, on_delivery=delivered)
            n += 1
            p.poll(0.002)
        p.flush(PATIENCE)

    def join(self, n=1, **kw):
        kw.setdefault("topics", self.topics)
        new = [Member(self.group, **kw) for _ in range(n)]
        self.members += new
        return new

    def live(self):
        return [m for m in self.members if m.ended is None]

    def all_partitions(self):
        return {"%s:%d" % (t, p) for t in self.topics for p in range(PARTITIONS)}

    def settled(self):
        """Every partition has an owner, nobody is idle, and no partition has two."""
        live = self.live()
        for m in live:
            if m.process.poll() is not None:
                raise AssertionError("a member has ended by itself: %s" % m.errors[-3:])
        return sum(len(m.owned) for m in live) == len(self.all_partitions()) and all(m.owned for m in live) and \
            set().union(*(m.owned for m in live)) == self.all_partitions()

    def shared_out(self):
        """Settled, and of one topic nobody has two more than another: it stays so.  (On the way there every partition may
        have an owner, too, until somebody hands one over to who joined last.)"""
        sizes = [len(m.owned) for m in self.live()]
        return self.settled() and max(sizes) - min(sizes) <= 1

    def settle(self, what, for_good=False):
        end = time.monotonic() + PATIENCE
        while not (self.shared_out if for_good else self.settled)():
            if time.monotonic() > end:
                raise AssertionError("%s: never settled: %s; errors: %s" % (
                    what, [sorted(m.owned) for m in self.live()], [e for m in self.members for e in m.errors][-5:]))
            time.sleep(0.02)

    def delivered(self):
        got = collections.defaultdict(collections.Counter)
        for m in self.members:
            for _, what, words in list(m.events):
                if what == "rec":
                    got[words[0] + ":" + words[1]][int(words[2])] += 1
        return got

    def missing(self):
        got = self.delivered()
        return sum(1 for p, end in self.sent.items() for o in range(end) if got[p][o] == 0)

    def finish(self):
        """No more records; what was produced arrives; everybody leaves."""
        self.running = False
        self.thread.join(PATIENCE)
        try:
            until("everything that was produced is delivered (%d missing)" % self.missing(), lambda: self.missing() == 0)
        finally:
            for m in self.live():
                m.stop()

    def abort(self):
        self.running = False
        for m in self.live():
            m.kill()

    def check(self, duplicates=None):
        held = collections.defaultdict(list)  # partition -> [(from, to, member)]
        strays = 0
        for i, m in enumerate(self.members):
            since = {}
            for at, what, words in m.events:
                if what == "rec":
                    strays += words[0] + ":" + words[1] not in since
                    continue
                gone = set(since) - set(words) if what == "own" else set(words)
                for p in gone & set(since):
                    held[p].append((since.pop(p), at, i))
                if what == "own":
                    for p in set(words) - set(since):
                        since[p] = at
            for p, start in since.items():
                held[p].append((start, m.ended or now(), i))
        for p, spans in held.items():
            spans.sort()
            for a, b in zip(spans, spans[1:]):
                if b[0] < a[1] and a[2] != b[2]:
                    raise AssertionError("%s belonged to members %d and %d for %.3f s" % (p, a[2], b[2], (min(a[1], b[1]) - b[0]) / 1e6))
        if strays:
            raise AssertionError("%d records were received by who did not own their partition" % strays)
        twice = sum(n - 1 for c in self.delivered().values() for n in c.values())
        total = sum(self.sent.values())
        print("# %d records, %d delivered twice, %d members" % (total, twice, len(self.members)), flush=True)
        if total == 0:
            raise AssertionError("nothing was produced")
        if duplicates is not None and twice > duplicates:
            raise AssertionError("%d records were delivered twice, expected at most %d" % (twice, duplicates))


scenarios = {}


def scenario(name, full=False):
    def add(body):
        scenarios[name] = (body, full)
        return body
    return add


def later(seconds):
    """Lets the clients work; nothing is expected to happen at a certain time."""
    time.sleep(seconds)


@scenario("1 to 5 to 2 members while records are produced")
def scale(w):
    w.join()
    w.settle("one member")
    w.join(4)
    w.settle("five members")
    later(1)
    for m in w.live()[:3]:
        m.stop()
    w.settle("two members")
    later(0.5)
    w.finish()
    w.check(duplicates=0)


def session_of_group(group, ms):
    """In the consumer protocol it is the group's, not the member's.  A broker that wants longer ones keeps its own."""
    b = Broker(bootstrap)
    change = {"Name": "consumer.session.timeout.ms", "ConfigOperation": 0, "Value": str(ms)}
    r = b.call("IncrementalAlterConfigs", 1, {"ValidateOnly": False, "Resources": [
        {"ResourceType": 32, "ResourceName": group, "Configs": [change]}]})["Responses"][0]
    b.close()
    if r["ErrorCode"]:
        print("# sessions are not shortened: %s" % r["ErrorMessage"], flush=True)


@scenario("a member is killed")
def kill(w):
    if protocol.startswith("consumer"):
        session_of_group(w.group, SHORT_SESSION_MS)
    w.join(3, session_ms=SHORT_SESSION_MS)
    w.settle("three members")
    later(0.5)
    w.live()[0].kill()
    w.settle("two members")
    w.finish()
    w.check()


@scenario("what was committed is not read again")
def resume(w):
    w.join(2)
    w.settle("two members")
    later(0.5)
    for m in w.live():
        m.stop()
    w.join(1)
    w.settle("one member")
    w.finish()
    w.check(duplicates=0)


@scenario("a rolling restart of static members moves nothing")
def static(w):
    for i in range(3):
        w.join(1, instance="instance-%d" % i)
    w.settle("three static members", for_good=True)
    later(0.5)
    for i in range(3):
        old = w.members[i]
        others = [m for m in w.live() if m is not old]
        before = [len([e for e in m.events if e[1] != "rec"]) for m in others]
        had = set(old.owned)
        old.stop()
        w.join(1, instance="instance-%d" % i)
        w.settle("after restart %d" % i)
        if w.members[-1].owned != had:
            raise AssertionError("instance %d had %s and has %s" % (i, sorted(had), sorted(w.members[-1].owned)))
        after = [len([e for e in m.events if e[1] != "rec"]) for m in others]
        if before != after:
            raise AssertionError("the others noticed: %s" % [[e for e in m.events if e[1] != "rec"] for m in others])
    w.finish()
    w.check(duplicates=0)


@scenario("topics that appear match a regular expression")
def regex(w):
    w.join(2, regex=w.prefix + "-.*")
    w.settle("two members, one topic")
    w.add_topic()
    w.settle("two members, two topics")
    w.finish()
    w.check()


@scenario("a group is set back by the command line")
def reset(w):
    odradek = os.path.join(os.environ.get("builddir", "."), "odradek")
    w.join(1)
    w.settle("one member")
    later(0.3)
    w.running = False
    w.thread.join(PATIENCE)
    until("everything is delivered", lambda: w.missing() == 0)
    live = subprocess.run([odradek, "-b", bootstrap, "group", "reset", w.group, "--to", "earliest", "-y"], capture_output=True, text=True)
    if live.returncode == 0 or "stop its consumers first" not in live.stderr:
        raise AssertionError("a live group was reset: " + live.stdout + live.stderr)
    w.live()[0].stop()
    subprocess.run([odradek, "-b", bootstrap, "group", "reset", w.group, "--to", "earliest", "-y"], check=True, capture_output=True)
    w.join(1)
    until("everything is delivered again", lambda: all(n >= 2 for c in w.delivered().values() for n in c.values()))
    w.finish()
    w.check()


@scenario("two groups read one topic, each all of it", full=True)
def two_groups(w):
    other = World.__new__(World)
    other.__dict__.update(prefix=w.prefix, topics=w.topics, group=w.group + "-2", members=[], sent=w.sent, running=False,
                          thread=threading.Thread(target=lambda: None))
    other.thread.start()
    w.join(2)
    other.join(1)
    w.settle("the first group")
    other.settle("the second group")
    w.finish()
    other.finish()
    w.check(duplicates=0)
    other.check(duplicates=0)


@scenario("an idle group stays as it is", full=True)
def idle(w):
    w.running = False
    w.thread.join(PATIENCE)
    if protocol.startswith("consumer"):
        session_of_group(w.group, SHORT_SESSION_MS)
    w.join(2, session_ms=SHORT_SESSION_MS)
    w.settle("two members")
    before = [len([e for e in m.events if e[1] != "rec"]) for m in w.live()]
    later(SHORT_SESSION_MS / 1000 * 2)
    after = [len([e for e in m.events if e[1] != "rec"]) for m in w.live()]
    if before != after or not w.settled():
        raise AssertionError("something happened: %s" % [[e for e in m.events if e[1] != "rec"] for m in w.live()])
    w.finish()


def kill_child_of_broker(name):
    """The supervisor's child of that kind, as soon as there is one."""
    pids = []

    def there():
        out = subprocess.run(["pgrep", "-P", os.environ["ODRADEK_PID"], "-a"], capture_output=True, text=True, check=True).stdout
        pids[:] = [int(line.split()[0]) for line in out.splitlines() if "odradekd: " + name in line]
        return pids
    until("a " + name, there)
    os.kill(pids[0], signal.SIGKILL)


@scenario("the coordinator is killed, and nobody has to be started again")
def coordinator(w):
    if "ODRADEK_PID" not in os.environ:
        print("# skipped: not a broker of ours")
        w.running = False
        return
    w.join(2)
    w.settle("two members")
    for _ in range(3):
        kill_child_of_broker("coordinator")
        later(0.5)
    started = time.monotonic()
    w.join(1)  # and once more in the middle of a rebalance
    later(0.7)
    kill_child_of_broker("coordinator")
    w.settle("three members")
    print("# settled %.1f s after" % (time.monotonic() - started), flush=True)
    w.finish()
    w.check()


wanted = sys.argv[4:]
full = bool(os.environ.get("ODRADEK_TEST_FULL"))
for protocol in protocols:
    for name, (body, only_full) in scenarios.items():
        short = body.__name__
        if (wanted and short not in wanted) or (not wanted and only_full and not full) or short in LEFT_OUT.get(client, ()):
            continue
        w = World(short)

        @test("%s, %s: %s" % (client, protocol, name))
        def run():
            try:
                body(w)
            finally:
                w.abort()
done()
