# SPDX-License-Identifier: ISC
"""disks.py - for tests of disks that come and go: a daemon whose log.dirs are in a file, and what its nodes say."""
from admin import *


class Disks(Daemon):
    def __init__(self, n, *options):
        super().__init__(*options, disks=n)
        self.options = [o for o in self.options if not o.startswith(("log.dirs=", "metadata.dir="))]
        self.conf = os.path.join(self.dir, "conf")

    def write(self, *dirs, **more):
        with open(self.conf, "w") as f:
            f.write("log.dirs=" + ",".join(dirs) + "\n")
            for name, value in more.items():
                f.write("%s=%s\n" % (name.replace("_", "."), value))

    def begin(self, *dirs):
        self.write(*dirs)
        return self.start(conf=self.conf)

    def reload(self, *dirs):
        """HUP with these log.dirs; what the log says from now on is self.since()."""
        if dirs:
            self.write(*dirs)
        self.mark = len(self.text())
        self.p.send_signal(signal.SIGHUP)

    def since(self):
        return self.text()[self.mark:]

    def says(self, text, timeout=60):
        until('line with "%s"' % text, lambda: text in self.since(), timeout)
        return next(line for line in self.since().splitlines() if text in line)

    def properties(self, path):
        with open(os.path.join(path, "meta.properties")) as f:
            return dict(line.strip().split("=", 1) for line in f if "=" in line and line[0] != "#")


class Cluster(Admin):
    def alone(self, name, node):
        """The error of making a topic with one partition, on that node alone."""
        return self.create(name, -1, -1, Assignments=[{"PartitionIndex": 0, "BrokerIds": [node]}])[0]

    def ports(self):
        return {b["NodeId"]: b["Port"] for b in self.metadata()["Brokers"]}

    def part(self, name, n=0):
        return sorted(self.topic(name)["Partitions"], key=lambda p: p["PartitionIndex"])[n]

    def in_sync(self, name, n, nodes, timeout=60):
        def look():
            p = self.part(name, n)
            return sorted(p["IsrNodes"]) == sorted(nodes) and p["LeaderId"] in nodes
        return until("%s-%d in sync on %s, it is %r" % (name, n, nodes, self.part(name, n)), look, timeout)

    def to_leader(self, name, n, ask, timeout=60):
        def once():
            try:
                with socket.create_connection(("127.0.0.1", self.ports()[self.part(name, n)["LeaderId"]]), 30) as s:
                    return ask(s)
            except (KeyError, OSError, Closed):
                return None
        return until("an answer of the leader of %s-%d" % (name, n), once, timeout)

    def put(self, name, n, value):
        """There once, however often it is tried: who leads may go when it has appended it and not yet said so."""
        def new_id():   # a connection ends with the controller that it waits for
            a = self.retry("InitProducerId", 4, {"TransactionalId": None, "TransactionTimeoutMs": 60000})
            return (a["ProducerId"],) if a["ErrorCode"] == 0 else None
        record = batch([value], until("a producer id", new_id)[0], 0, 0)
        self.to_leader(name, n, lambda s: produce_result(call(s, produce(1, name, n, record, acks=-1)))[1] == 0)

    @staticmethod
    def records(result):
        return [values(result[3])] if result[1] == 0 else None

    def get(self, name, n, least=0):
        """All records; it is waited for that many, since a leader that followed before a restart may not have heard of the
        last high watermark."""
        got, at, end = [], 0, time.monotonic() + 20
        while True:
            v = self.to_leader(name, n, lambda s: self.records(fetch_result(call(s, fetch(1, name, n, at)))))[0]
            if not v and (len(got) >= least or time.monotonic() > end):
                return got
            if not v:
                time.sleep(0.02)
                continue
            got += [x for _, x in v]
            at = v[-1][0] + 1

    def move(self, name, n, *nodes):
        return self.call("AlterPartitionReassignments", 1, {"TimeoutMs": 30000, "AllowReplicationFactorChange": True, "Topics": [
            {"Name": name, "Partitions": [{"PartitionIndex": n, "Replicas": list(nodes)}]}]})["Responses"][0]["Partitions"][0]["ErrorCode"]
