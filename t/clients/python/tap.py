# SPDX-License-Identifier: ISC
"""TAP, and the records that the tests in Python send."""
import os
import random
import subprocess
import sys
import time
import traceback

PARTITIONS = 3
PATIENCE = 30
count = failed = 0


def test(name):
    """Runs the function that follows; an exception is a failure."""
    def run(body):
        global count, failed
        count += 1
        try:
            body()
            print(f"ok {count} - {name}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {count} - {name}")
            for line in traceback.format_exc().splitlines():
                print("# " + line)
            sys.stdout.flush()
        return body
    return run


def done():
    print(f"1..{count}")
    sys.exit(1 if failed else 0)


def equal(want, got, what=""):
    if want != got:
        raise AssertionError(f"{what}: expected {short(want)}, found {short(got)}")


def short(x):
    s = repr(x)
    return s if len(s) < 300 else s[:300] + "..."


def fails(kind, body, *args, **kw):
    """The call must raise this exception; gives it back."""
    try:
        got = body(*args, **kw)
    except kind as e:
        return e
    raise AssertionError(f"expected {kind}, but it went well: {short(got)}")


def until(what, holds):
    end = time.monotonic() + PATIENCE
    while True:
        got = holds()
        if got:
            return got
        if time.monotonic() > end:
            raise AssertionError("never: " + what)
        time.sleep(0.02)


def codecs(*args):
    tool = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "codecs")
    return subprocess.run([tool, *map(str, args)], check=True, capture_output=True, text=True).stdout.split()


def stored_codecs(bootstrap, topic, partition):
    """The codecs of the partition's batches: a client may fall back to none without a word."""
    return codecs(bootstrap, topic, partition)


def stored_sizes(bootstrap, topic, partition):
    """{codec: bytes} of the partition's batches."""
    return {name: int(size) for name, size in (x.split("=") for x in codecs(bootstrap, topic, partition, "sizes"))}


def kinds(word, at):
    """(key, value, headers, timestamp) of every kind; the last is large."""
    out = []
    for i in range(40):
        key = None if i % 5 == 1 else b"" if i % 5 == 2 else b"key-%s-%d" % (word.encode(), i)
        value = None if i % 7 == 1 else b"" if i % 7 == 2 else b"value-%s-" % word.encode() + b"abc" * i
        headers = [("h", b"x%d" % i), ("empty", b""), ("h", b"again")] if i % 3 == 0 else []
        out.append((key, value, headers, at + 10 * i))
    return out + [(b"large", random.Random(len(word)).randbytes(900000), [], at + 400)]
