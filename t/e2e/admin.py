# SPDX-License-Identifier: ISC
"""admin.py - for tests in Python: a daemon of one's own and every request by its schema (t/compat's codec)."""
import os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(HERE, "../tap"), os.path.join(HERE, "../compat")]
from daemon import *                                     # noqa: E402,F401,F403
from daemon import Daemon, until, produce, batch, fetch  # noqa: E402
from daemon import call, produce_result, fetch_result, values  # noqa: E402
from broker import Broker, Closed                        # noqa: E402,F401


class Admin:
    """Requests to a daemon's first node, or to the one at port; connects again when it must."""

    def __init__(self, daemon, port=None):
        self.address = "127.0.0.1:%d" % (port or daemon.port)
        self.b = Broker(self.address)

    def call(self, api, v, request):
        return self.b.call(api, v, request)

    def retry(self, api, v, request, timeout=60):
        """Through dropped connections: the answer of the first broker that gives one."""
        def once():
            try:
                return (self.b.call(api, v, request),)
            except (OSError, Closed):
                self.b.close()
                return None
        return until("answer to " + api, once, timeout)[0]

    def create(self, name, partitions=1, factor=1, configs=(), timeout=30000, **more):
        a = self.call("CreateTopics", 7, {"timeoutMs": timeout, "Topics": [dict(
            {"Name": name, "NumPartitions": partitions, "ReplicationFactor": factor,
             "Configs": [{"Name": k, "Value": v} for k, v in configs]}, **more)]})["Topics"][0]
        return a["ErrorCode"], a["ErrorMessage"]

    def delete(self, *names):
        a = self.call("DeleteTopics", 6, {"TimeoutMs": 30000, "Topics": [{"Name": n} for n in names]})
        return [r["ErrorCode"] for r in a["Responses"]]

    def grow(self, name, count):
        a = self.call("CreatePartitions", 3, {"TimeoutMs": 30000, "Topics": [{"Name": name, "Count": count, "Assignments": None}]})
        return a["Results"][0]["ErrorCode"]

    def metadata(self, *names):
        return self.call("Metadata", 12, {"Topics": [{"Name": n} for n in names] if names else None,
                                          "AllowAutoTopicCreation": False})

    def topic(self, name):
        return self.metadata(name)["Topics"][0]

    def topics(self):
        return {t["Name"]: t for t in self.metadata()["Topics"]}

    def epochs(self, name):
        return [p["LeaderEpoch"] for p in sorted(self.topic(name)["Partitions"], key=lambda p: p["PartitionIndex"])]

    def config(self, name, key, kind=2):
        a = self.call("DescribeConfigs", 4, {"Resources": [{"ResourceType": kind, "ResourceName": name,
                                                            "ConfigurationKeys": [key]}]})["Results"][0]
        return a["Configs"][0]["Value"], a["Configs"][0]["ConfigSource"]

    def alter(self, name, key, value, kind=2):
        a = self.call("IncrementalAlterConfigs", 1, {"Resources": [{"ResourceType": kind, "ResourceName": name, "Configs": [
            {"Name": key, "ConfigOperation": 0 if value is not None else 1, "Value": value}]}]})["Responses"][0]
        return a["ErrorCode"], a["ErrorMessage"]

    def producer_id(self):
        a = self.call("InitProducerId", 4, {"TransactionalId": None, "TransactionTimeoutMs": 60000})
        return a["ErrorCode"], a["ProducerId"]


def put(daemon, topic, partition, value, timeout=30):
    """One record, tried until it is taken.  Returns its offset."""
    def once():
        try:
            s = daemon.connect()
            try:
                corr, err, offset = produce_result(call(s, produce(1, topic, partition, batch([value]))))[:3]
            finally:
                s.close()
            return (offset,) if err == 0 else None
        except (OSError, EOFError):
            return None
    return until("record taken by %s-%d" % (topic, partition), once, timeout)[0]


def get(daemon, topic, partition, offset=0, timeout=30):
    """Values from offset on, as soon as there is a leader to ask."""
    def once():
        s = daemon.connect()
        try:
            corr, err, hw, data = fetch_result(call(s, fetch(1, topic, partition, offset)))
            return ([v for o, v in values(data) if o >= offset],) if err == 0 else None
        finally:
            s.close()
    return until("leader of %s-%d" % (topic, partition), once, timeout)[0]


def config_record(kind, resource, name, value):
    """A record of __cluster_metadata: frame version 1, type 4, version 0."""
    body = struct.pack(">b", kind) + compact(resource) + compact(name)
    body += b"\0" if value is None else compact(value)
    return b"\1\4\0" + body + b"\0"
