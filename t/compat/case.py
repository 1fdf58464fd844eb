# SPDX-License-Identifier: ISC
"""Cases: what is asked, at every version, and how the answers are brought into a form that two brokers can share.

A case is a function of a Case; every call that it makes through say() is one step, and the steps' answers, normalised and laid
flat into (path, value), are what is compared.  Nothing here judges an answer.
"""
import os
import re
import time

import batch
from broker import APIS, TIMEOUT, Broker, Closed

REGISTRY = []           # (api, name, least version, greatest version, function)
WAIT = 30               # seconds that a state may take to show


def case(api, name, least=0, most=99):
    def register(function):
        REGISTRY.append((api, name, least, most, function))
        return function
    return register


RESTARTED = []          # the same, with a function that prepares before the restart


def restarted(api, name, prepare, least=0, most=99):
    """A case that asks a broker that was stopped and started in between: prepare(t) before, the function after.

    What prepare puts into t.state, numbers and strings, is there again afterwards; so are the topics."""
    def register(function):
        RESTARTED.append((api, name, least, most, function, prepare))
        return function
    return register


class World:
    """What is true of one broker for a whole run: its ids, its epoch, the time that T+0 stands for."""

    def __init__(self, address, resumed=None):
        self.address = address
        self.broker = Broker(address)
        self.admin = Broker(address)
        about = self.admin.call("Metadata", 12, {"Topics": []})
        self.node = about["Brokers"][0]["NodeId"]
        self.cluster = about["ClusterId"]
        self.host, self.port = about["Brokers"][0]["Host"], about["Brokers"][0]["Port"]
        self.started = int(time.time() * 1000)
        self.t0 = resumed["t0"] if resumed else (int(time.time()) - 12 * 3600) * 1000
        self.tag = resumed["tag"] if resumed else os.urandom(4).hex()
        self.number = resumed["number"] if resumed else 0
        probe = self.name()
        self.create(probe)
        self.epoch = self.describe(probe)["Partitions"][0]["LeaderEpoch"]
        self.new_pid()
        offered = self.admin.call("ApiVersions", 3, {"ClientSoftwareName": "compat", "ClientSoftwareVersion": "1"})
        keys = {api.key: name for name, api in APIS.items()}
        self.offered = {keys[k["ApiKey"]]: (k["MinVersion"], k["MaxVersion"]) for k in offered["ApiKeys"] if k["ApiKey"] in keys}

    def name(self):
        self.number += 1
        return f"c{self.tag}-{self.number}"

    def new_pid(self):
        """A producer id; Kafka has none for a moment after its start, and when a block of ids runs out."""
        def got():
            answer = self.admin.call("InitProducerId", 4, {"TransactionalId": None, "TransactionTimeoutMs": 60000})
            return answer if answer["ErrorCode"] == 0 else None
        return self.wait("a producer id", got)["ProducerId"]

    def describe(self, name):
        topic = self.admin.call("Metadata", 12, {"Topics": [{"Name": name}], "AllowAutoTopicCreation": False})["Topics"][0]
        return topic if topic["ErrorCode"] == 0 else None

    def wait(self, what, condition):
        deadline = time.monotonic() + WAIT
        while True:
            got = condition()
            if got:
                return got
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            time.sleep(0.003)

    def create(self, name, partitions=1, configs=None):
        answer = self.admin.call("CreateTopics", 7, {"timeoutMs": 30000, "Topics": [
            {"Name": name, "NumPartitions": partitions, "ReplicationFactor": 1,
             "Configs": [{"Name": k, "Value": v} for k, v in (configs or {}).items()]}]})["Topics"][0]
        if answer["ErrorCode"]:
            raise RuntimeError(f"cannot create {name}: {answer['ErrorCode']} {answer['ErrorMessage']}")
        return self.settled(name, partitions)

    def settled(self, name, partitions=1):
        """The topic as Metadata shows it, once it has so many partitions, all led, and the leader knows them."""
        def there():
            t = self.describe(name)
            return t if t and len(t["Partitions"]) == partitions and all(p["ErrorCode"] == 0 for p in t["Partitions"]) else None

        def led():
            got = self.admin.call("ListOffsets", 1, {"ReplicaId": -1, "Topics": [{"Name": name, "Partitions": [
                {"PartitionIndex": i, "Timestamp": -1} for i in range(partitions)]}]})
            return all(p["ErrorCode"] == 0 for p in got["Topics"][0]["Partitions"])
        topic = self.wait(f"topic {name}", there)
        self.wait(f"leaders of {name}", led)
        return topic

    def gone(self, name):
        self.wait(f"end of {name}", lambda: self.describe(name) is None)


class Case:
    """One case at one version, while it runs."""

    def __init__(self, world, api, name, v):
        self.world, self.api, self.title, self.v = world, api, name, v
        self.state = {}         # of a restarted case
        self.names = []         # topics, in the order in which the case named them: t0, t1, ...
        self.ids = {}           # name -> id
        self.sizes = []         # partitions of the topics that topic() made
        self.steps = []         # (step, normalised answer)
        self.t0, self.node, self.epoch, self.before = world.t0, world.node, world.epoch, None

    # -- topics

    def name(self):
        self.names.append(self.world.name())
        return self.names[-1]

    def topic(self, partitions=1, **configs):
        name = self.name()
        self.sizes.append(partitions)
        self.ids[name] = self.world.create(name, partitions, {k.replace("_", "."): v for k, v in configs.items()})["TopicId"]
        return name

    def id(self, name):
        return self.ids.get(name, bytes(16))

    def settled(self, name, partitions=1):
        topic = self.world.settled(name, partitions)
        self.ids[name] = topic["TopicId"]
        return topic

    # -- calls

    def quiet(self, api, v, request):
        """A call that only prepares: its answer is not compared."""
        return self.world.admin.call(api, v, request)

    def say(self, request, step="", api=None, v=None, keep=None, patience=None, **kw):
        """A call whose answer is compared; keep may cut the answer down.  The raw answer, or None when there was none."""
        api, v = api or self.api, self.v if v is None else v
        self.world.broker.patience = patience or TIMEOUT
        try:
            answer = self.world.broker.call(api, v, request, **kw)
        except Closed:
            self.note(step, "closed")
            return None
        except TimeoutError:
            self.world.broker.close()
            self.note(step, "silent")
            return None
        self.steps.append((step, self.normal(keep(answer) if keep else answer, ())))
        return answer

    def note(self, step, value):
        self.steps.append((step, value))

    def saved(self):
        """What a restarted case has to know again."""
        return {"state": self.state, "names": self.names, "sizes": self.sizes, "ids": {n: i.hex() for n, i in self.ids.items()}, "epoch": self.epoch}

    def resume(self, saved):
        """After the restart.  The epoch of the first topic is what E+0 means from now on; before has the earlier one."""
        self.state, self.names = saved["state"], saved["names"]
        self.ids = {n: bytes.fromhex(i) for n, i in saved["ids"].items()}
        self.before = saved["epoch"]
        if self.names:
            self.epoch = self.world.settled(self.names[0], saved["sizes"][0])["Partitions"][0]["LeaderEpoch"]

    def flat(self):
        out = {}
        for step, answer in self.steps:
            flatten(out, step + ":" if step else "", answer)
        return out

    # -- the shorthands that most cases use

    def produce(self, topic, records, step="", partition=0, acks=-1, **kw):
        return self.say(produce_request(self, [(topic, [(partition, records)])], acks), step, **kw)

    def feed(self, topic, *batches, partition=0):
        """Quietly appended, each batch in a request of its own."""
        for b in batches:
            got = self.quiet("Produce", 9, {"Acks": -1, "TimeoutMs": 30000, "TopicData": [
                {"Name": topic, "PartitionData": [{"Index": partition, "Records": b}]}]})
            if got["Responses"][0]["PartitionResponses"][0]["ErrorCode"]:
                raise RuntimeError(f"cannot feed {topic}: {got}")

    def new_pid(self):
        return self.world.new_pid()

    # -- normal form

    def text(self, s):
        for i, name in enumerate(self.names):
            s = s.replace(name, f"<t{i}>")
        s = s.replace(self.world.tag, "<tag>")
        s = re.sub(r"\b\d{13}\b", lambda m: str(self.when(int(m[0]))), s)
        return re.sub(r"(expected|broker) %d\b" % self.node, r"\1 <node>", s)

    def when(self, n):
        if self.world.started - 5000 <= n <= time.time() * 1000 + 5000:
            return "<now>"
        if abs(n - self.t0) < 20 * 3600 * 1000:
            return "T%+d" % (n - self.t0)
        return n

    def scalar(self, path, x):
        field = path[-1] if path else ""
        if isinstance(x, bool) or x is None:
            return x
        if isinstance(x, int):
            if field in NODE_FIELDS and x == self.node:
                return "<node>"
            if field == "Port":
                return "<port>" if x == self.world.port else x
            if field in EPOCH_FIELDS and x == self.before != self.epoch:
                return "E before"
            if field in EPOCH_FIELDS and x >= 0:
                return "E%+d" % (x - self.epoch)
            if field in TIME_FIELDS and x > 0:
                return self.when(x)
            if field in COUNTED_FIELDS and x > 0:
                return f"<{field}>"
            return x
        if isinstance(x, bytes):
            if x == bytes(16):
                return "<no id>"
            for i, name in enumerate(self.names):
                if self.ids.get(name) == x:
                    return f"<id {i}>"
            return "<id>" if len(x) == 16 else x.hex()
        if field == "Host":
            return "<host>" if x == self.world.host else x
        if field == "ClusterId":
            return "<cluster>" if x == self.world.cluster else x
        if field == "LogDir":
            return "<dir>"
        if field == "Documentation":
            return "<text>" if x else x
        if field == "ResourceName" and x == str(self.node):
            return "<node>"
        return self.text(x)

    def normal(self, x, path):
        if isinstance(x, dict):
            return {k: self.normal(y, path + (k,)) for k, y in x.items()}
        if isinstance(x, list):
            out = [self.normal(y, path) for y in x]
            key = SORTED.get((self.api, path[-1] if path else ""))
            return sorted(out, key=lambda y: str(next((y[k] for k in key if k in y), ""))) if key is not None else out
        if path and path[-1] == "Records" and isinstance(x, bytes):
            return [self.normal(b, path) for b in batch.summary(x)]
        return self.scalar(path, x)


NODE_FIELDS = {"NodeId", "LeaderId", "ControllerId", "BrokerId", "ReplicaNodes", "IsrNodes", "OfflineReplicas", "PreferredReadReplica",
               "EligibleLeaderReplicas", "LastKnownElr"}
EPOCH_FIELDS = {"LeaderEpoch", "PartitionLeaderEpoch", "Epoch"}
TIME_FIELDS = {"Timestamp", "LogAppendTimeMs", "BaseTimestamp", "MaxTimestamp"}
COUNTED_FIELDS = {"SessionId", "ProducerId", "TotalBytes", "UsableBytes", "FinalizedFeaturesEpoch"}

# Arrays whose order Kafka does not promise (it keeps them in hash maps), by what to sort them.
SORTED = {("Produce", "Responses"): ("Name", "TopicId"), ("Produce", "PartitionResponses"): ("Index",),
          ("Metadata", "Topics"): ("Name",), ("Metadata", "Partitions"): ("PartitionIndex",), ("CreateTopics", "Topics"): ("Name",),
          ("DeleteTopics", "Responses"): ("Name",), ("CreatePartitions", "Results"): ("Name",), ("DeleteRecords", "Topics"): ("Name",),
          ("DeleteRecords", "Partitions"): ("PartitionIndex",), ("DescribeLogDirs", "Topics"): ("Name",),
          ("DescribeLogDirs", "Partitions"): ("PartitionIndex",), ("DescribeConfigs", "Results"): ("ResourceName",),
          ("AlterConfigs", "Responses"): ("ResourceName",), ("IncrementalAlterConfigs", "Responses"): ("ResourceName",),
          ("OffsetForLeaderEpoch", "Topics"): ("Topic",), ("ListOffsets", "Topics"): ("Name",),
          ("ListOffsets", "Partitions"): ("PartitionIndex",), ("OffsetCommit", "Topics"): ("Name", "TopicId"),
          ("OffsetCommit", "Partitions"): ("PartitionIndex",), ("OffsetFetch", "Topics"): ("Name", "TopicId"),
          ("OffsetFetch", "Partitions"): ("PartitionIndex",), ("OffsetDelete", "Topics"): ("Name",),
          ("OffsetDelete", "Partitions"): ("PartitionIndex",), ("DeleteGroups", "Results"): ("GroupId",),
          ("DescribeGroups", "Groups"): ("GroupId",), ("ConsumerGroupDescribe", "Groups"): ("GroupId",),
          ("AlterPartitionReassignments", "Responses"): ("Name",), ("AlterReplicaLogDirs", "Results"): ("TopicName",),
          ("AlterReplicaLogDirs", "Partitions"): ("PartitionIndex",),
          ("JoinGroup", "Members"): ("MemberId",), ("DescribeGroups", "Members"): ("MemberId",)}

# Arrays that are maps: their entries are named by a field, not by a number.
KEYED = {"Configs": "Name", "ApiKeys": "ApiKey", "SupportedFeatures": "Name", "FinalizedFeatures": "Name"}


def flatten(out, prefix, x):
    if isinstance(x, dict) and x:
        for k, y in x.items():
            flatten(out, f"{prefix}.{k}" if prefix and prefix[-1] != ":" else prefix + k, y)
    elif isinstance(x, list) and x:
        key = KEYED.get(prefix.rpartition(".")[2].rpartition(":")[2])
        for i, y in enumerate(x):
            if key and isinstance(y, dict) and key in y:
                flatten(out, f"{prefix}[{y[key]}]", {k: z for k, z in y.items() if k != key} or "there")
            else:
                flatten(out, f"{prefix}[{i}]", y)
    else:
        out[prefix] = x


def produce_request(t, topics, acks=-1, timeout=30000, transactional=None):
    return {"TransactionalId": transactional, "Acks": acks, "TimeoutMs": timeout, "TopicData": [
        {"Name": name, "TopicId": t.id(name), "PartitionData": [{"Index": p, "Records": r} for p, r in parts]}
        for name, parts in topics]}
