#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A log whose keys do not fit into the map is compacted in several passes, with the same result; small segments become one,
which keeps the time of the last; the bounds of compaction lag are kept to."""
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fetching import *
import batch as b

COMPACTOR = os.path.join(BUILDDIR, "t/clients/compactor")
if not os.path.exists(COMPACTOR):
    skip_all("compactor is not built")
t = Tap()
d = Daemon("log.cleaner.backoff.ms=50").start()
T0 = int(time.time() * 1000) - 100000


def logs(path):
    return sorted(f for f in os.listdir(path) if f.endswith(".log"))


def contents(path):
    """All records, (offset, key, value); the mtime of each segment."""
    recs, times = [], []
    for f in logs(path):
        times.append(os.stat(os.path.join(path, f)).st_mtime_ns // 1000000)
        for _, _, _, _, some in b.records(open(os.path.join(path, f), "rb").read()):
            recs += [r[:3] for r in some]
    return recs, times


def fill(c, topic, n):
    for i in range(n):
        recs = [b.record(k, i * 10 + k, b"k%d" % ((i * 7 + k) % 300), None if i % 9 == 0 else b"%d" % i) for k in range(5)]
        base = produce(c, topic, 0, b.build(recs, T0, b.GZIP if i % 2 else b.NONE, max_ts=T0 + i * 10 + 4))
        if base < 0:
            raise RuntimeError("produce: error %d" % -base)


try:
    common = {"cleanup_policy": "compact", "segment_ms": 400, "file_delete_delay_ms": 0}
    create(d, "passes", 1, min_cleanable_dirty_ratio=1, **common)
    create(d, "young", 1, min_cleanable_dirty_ratio=0.01, min_compaction_lag_ms=3600000, **common)
    create(d, "overdue", 1, min_cleanable_dirty_ratio=1, max_compaction_lag_ms=1000, **common)
    c = client(d)
    for topic in ("young", "overdue", "passes"):
        fill(c, topic, 300)
    until("what is overdue is compacted", lambda: 'compacted "overdue-0"' in d.text(), 20)
    t.ok(True, "max.compaction.lag.ms has passed: compacted whatever the ratio")
    t.ok('compacted "young-0"' not in d.text(), "min.compaction.lag.ms has not passed: left alone")
    t.ok('compacted "passes-0"' not in d.text(), "not dirty enough: left alone")
    c.close()
    d.stop()

    source = os.path.join(d.data[0], "passes-0")
    sent, times = contents(source)
    active = int(logs(source)[-1][:20])
    got = {}
    for name, options in (("one", []), ("many", ["-m", "1600"])):
        path = os.path.join(d.data[0], "..", name, "passes-0")
        shutil.copytree(source, path)
        for f in os.listdir(source):  # with their times
            shutil.copystat(os.path.join(source, f), os.path.join(path, f))
        p = subprocess.run([COMPACTOR, "-v", *options, path], capture_output=True, text=True)
        t.eq((0, str(active)), (p.returncode, p.stdout.strip()), "%s: clean up to the active segment" % name)
        got[name] = contents(path) + (p.stderr.count(" keys, kept"),)
    t.ok(got["one"][2] == 1 and got["many"][2] > 2, "one pass, and %d with a map for 84 keys" % got["many"][2])
    newest = {k: o for o, k, v in sent if o < active}
    want = [r for r in sent if r[0] >= active or newest[r[1]] == r[0]]
    t.ok(got["one"][0] == want, "of each key the newest record is left")
    t.ok(got["many"][0] == want, "and so it is after many passes")
    t.eq((2, [times[-2], times[-1]]), (len(got["one"][1]), got["one"][1]), "%d segments became one, with the time of the last" %
         (len(times) - 1))
except Exception as e:
    t.ok(False, "%s: %s" % (type(e).__name__, e))
    t.diag(d.text()[-3000:])
finally:
    d.cleanup()
t.done()
