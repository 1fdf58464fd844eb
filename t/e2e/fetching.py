# SPDX-License-Identifier: ISC
"""fetching.py - what the tests of Fetch share: a daemon, a connection that speaks every version, topics, batches."""
import ctypes
import os
import socket
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../tap"), os.path.join(HERE, "../compat")]
sys.dont_write_bytecode = True

from daemon import *                # noqa: E402,F401,F403
from daemon import batch, until     # noqa: E402
from broker import Broker, Closed   # noqa: E402,F401


def pages_leave(directory):
    """False where a file has no place but the page cache, as on tmpfs: nothing comes from a medium there."""
    libc, size, name = ctypes.CDLL(None, use_errno=True), 1 << 16, os.path.join(directory, "odradek-pages.%d" % os.getpid())
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    libc.mincore.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p]
    fd, there = os.open(name, os.O_RDWR | os.O_CREAT, 0o600), (ctypes.c_ubyte * (size // 4096))()
    try:
        os.write(fd, b"x" * size)
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        at = libc.mmap(None, size, 1, 1, fd, 0)     # PROT_READ, MAP_SHARED
        libc.mincore(at, size, there)
        libc.munmap(at, size)
        return not any(x & 1 for x in there)
    finally:
        os.close(fd)
        os.unlink(name)


def client(d):
    return Broker("127.0.0.1:%d" % d.port, "test")


def retry(d, fn, timeout=30):
    """fn(connection) with a new connection each time that the old one is closed or cannot be made."""
    got = []

    def attempt():
        c = client(d)
        try:
            got[:] = [fn(c)]
            return True
        except (Closed, OSError, struct.error):
            return False
        finally:
            c.close()
    until("answer", attempt, timeout)
    return got[0]


def create(d, name, partitions=1, **configs):
    c = client(d)
    e = c.call("CreateTopics", 4, {"timeoutMs": 30000, "Topics": [
        {"Name": name, "NumPartitions": partitions, "ReplicationFactor": 1,
         "Configs": [{"Name": k.replace("_", "."), "Value": str(v)} for k, v in configs.items()]}]})["Topics"][0]["ErrorCode"]
    if e:
        raise RuntimeError("creating %s: error %d" % (name, e))

    def led():
        t = c.call("ListOffsets", 4, {"ReplicaId": -1, "Topics": [{"Name": name, "Partitions": [
            {"PartitionIndex": p, "Timestamp": -1} for p in range(partitions)]}]})["Topics"]
        return all(p["ErrorCode"] == 0 for p in t[0]["Partitions"])
    until("leaders of " + name, led)
    c.close()


def produce(c, name, partition, data, acks=-1):
    """The base offset, or minus the error."""
    p = c.call("Produce", 7, {"Acks": acks, "TimeoutMs": 30000, "TopicData": [
        {"Name": name, "PartitionData": [{"Index": partition, "Records": data}]}]})["Responses"][0]["PartitionResponses"][0]
    return p["BaseOffset"] if p["ErrorCode"] == 0 else -p["ErrorCode"]


def ask(parts, wait=0, least=1, most=1 << 26, session=0, epoch=-1, forget=(), isolation=0):
    """parts: {topic: [(partition, offset, limit), ...]}"""
    return {"MaxWaitMs": wait, "MinBytes": least, "MaxBytes": most, "IsolationLevel": isolation, "SessionId": session,
            "SessionEpoch": epoch, "Topics": [{"Topic": t, "Partitions": [
                {"Partition": p, "FetchOffset": o, "PartitionMaxBytes": m} for p, o, m in ps]} for t, ps in parts.items()],
            "ForgottenTopicsData": [{"Topic": t, "Partitions": ps} for t, ps in forget]}


def parts_of(answer):
    """{(topic, partition): its part of a Fetch answer}"""
    return {(t["Topic"], p["PartitionIndex"]): p for t in answer["Responses"] for p in t["Partitions"]}


def one(answer):
    (p,) = parts_of(answer).values()
    return p


def data_of(p):
    return p["Records"] if isinstance(p["Records"], (bytes, bytearray)) else b""


def latest(c, name, partition, which=-1):
    p = c.call("ListOffsets", 4, {"ReplicaId": -1, "Topics": [{"Name": name, "Partitions": [
        {"PartitionIndex": partition, "Timestamp": which}]}]})["Topics"][0]["Partitions"][0]
    return p["Offset"] if p["ErrorCode"] == 0 else -p["ErrorCode"]


def bounds(c, name, partition):
    """(earliest, latest) offset, once the leader says them."""
    def look():
        got = latest(c, name, partition, -2), latest(c, name, partition)
        return got if min(got) >= 0 else None
    return until("offsets of %s-%d" % (name, partition), look)


def unanswered(c):
    """Nothing has come on that connection yet."""
    c.sock.setblocking(False)
    try:
        c.sock.recv(1, socket.MSG_PEEK)
        return False
    except BlockingIOError:
        return True
    finally:
        c.sock.settimeout(c.patience)
