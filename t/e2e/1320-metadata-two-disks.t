#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Two disks, one of which fails while the daemon runs: changes go on, nothing of the failed disk stays open, the controller
may die; later the one that went on starts alone, and the one that failed does not."""
import errno, os, re, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *
from faults import *

t = Tap()
d = Daemon(disks=2)
d.options = [o for o in d.options if not o.startswith("metadata.dir")]
f = Faults(d.data[1], os.environ.get("builddir", "."))
if not f.usable():
    skip_all("no faults.so")


def topics():
    return sorted(n for n in a.topics() if not n.startswith("__"))


def open_files(i):
    fds, found = "/proc/%d/fd" % d.children()["controller"], []
    for n in os.listdir(fds):
        try:
            found.append(os.readlink(os.path.join(fds, n)))
        except FileNotFoundError:
            pass        # closed meanwhile
    return [x for x in found if x.startswith(d.data[i] + "/")]


try:
    os.environ.update(f.env)
    d.start()
    a = Admin(d)
    t.eq((0, None), a.create("one", 3, 2), "a topic on both disks")
    f.arm(ERRNO, errno.EIO, mask=SPACE | SYNCS | CHANGES | READS, n=1 << 60)
    until("the second to be offline", lambda: "/data1) is offline" in d.text())
    until("its copy to be dropped", lambda: "no longer reckoned with (1 of 1 are good)" in d.text())
    t.eq((0, None), a.create("two", 3, 1), "the second disk fails: a change counts on the first")
    until("no file of it to be open", lambda: open_files(1) == [])
    a.b.close()
    d.kill("controller")
    t.eq(["one", "two"], a.retry("Metadata", 12, {"Topics": None, "AllowAutoTopicCreation": False}) and topics(),
         "the controller dies: its successor has everything")
    def made():
        """Connections with a request under way are closed when the controller dies."""
        try:
            return a.create("three", 1, 1)[0] in (0, 36)
        except (OSError, Closed):
            a.b.close()
    t.ok(until("a topic", made), "and makes changes")
    d.stop()
    f.off()
    for k in f.env:
        del os.environ[k]

    d.gone(0)
    try:
        d.start()
        t.ok(False, "the disk that failed starts alone")
    except RuntimeError:
        t.ok(re.search(r"kept on 2 disks; 2 of them are needed and 1 can be read", d.text()), "the disk that failed does not start alone")
    d.back(0)
    d.gone(1)
    a = Admin(d.start())
    t.eq(["one", "three", "two"], topics(), "the other does, with everything")
    d.stop()
    d.back(1)
    mark = len(d.text())
    a = Admin(d.start())
    until("both copies", lambda: "2 of 2 are good" in d.text()[mark:])
    t.eq(["one", "three", "two"], topics(), "both are there: the second is filled and counts again")
    d.stop()
finally:
    d.cleanup()
t.done()
