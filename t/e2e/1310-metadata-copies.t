#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""A copy of the metadata on every disk: any one of three may be missing, fail, stand still or be replaced; too few are refused
with what to do; the override works once; a store from before is taken over."""
import errno, os, re, shutil, sqlite3, sys
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from admin import *
from faults import *

t = Tap()
d = Daemon(disks=3)
d.options = [o for o in d.options if not o.startswith("metadata.dir")]
aside = d.data[0] + ".aside"
made = []


def up(*options):
    global mark
    mark = len(d.text()) if os.path.exists(d.log) else 0
    d.start(*options)
    return Admin(d)


def topic(name, **more):
    r = a.create(name, 1, **more)
    if r == (0, None):
        made.append(name)
    return r


def there():
    return sorted(n for n in a.topics() if not n.startswith("__")) == sorted(made)


def states():
    """(term, number) and how many copies are known, of each disk; the daemon is stopped."""
    got = []
    for x in d.data:
        c = sqlite3.connect(os.path.join(x, "metadata/metadata.db"))
        got.append((c.execute("SELECT term, number FROM stamp").fetchone(), c.execute("SELECT count(*) FROM copy").fetchone()[0]))
        c.close()
    return got


def said(what):
    """Since the last start."""
    until("the log to say " + what, lambda: re.search(what, d.text()[mark:]))


def refused():
    at = len(d.text())
    try:
        d.start()
        d.stop()
        return ""
    except RuntimeError:
        return d.text()[at:]


try:
    # as an earlier version left it: one disk, its metadata in it
    d.start("log.dirs=" + d.data[0])
    a = Admin(d)
    t.eq((0, None), topic("first", configs=[("retention.ms", "1234567")]), "a topic on one disk")
    d.stop()
    db = sqlite3.connect(os.path.join(d.data[0], "metadata/metadata.db"))
    db.executescript("DELETE FROM stamp; DELETE FROM copy")
    db.close()
    a = up()
    t.ok(there(), "two disks more: the store is taken over")
    said("3 of 3 are good")
    t.eq((0, None), topic("second"), "a change")
    t.eq(0, d.stop(), "orderly end")
    s = states()
    t.ok(s[0] == s[1] == s[2] and s[0][1] == 3, "three equal copies: %s" % s)

    for i in range(3):
        d.gone(i)
        a = up()
        t.ok(there() and a.config("first", "retention.ms")[0] == "1234567", "without disk %d: everything is known" % i)
        t.eq((0, None), topic("without-%d" % i), "and can be changed")
        d.stop()
        d.back(i)
    a = up()
    t.ok(there(), "all three again")
    d.kill_all()

    d.gone(0, 2)
    text = refused()
    accept = re.search(r"-o (metadata\.accept=\d+:\d+)", text)
    t.ok("3 disks; 2 of them are needed and 1 can be read" in text and accept, "two of three missing: refused: " + text[-700:])
    t.eq(2, len(re.findall(r"the disk is not there", text)), "and it is said which")
    d.back(0)
    a = up()
    t.ok(there(), "one of them is back: it starts")
    d.stop()
    d.gone(0)
    t.ok(accept.group(1) not in refused(), "what was accepted before is something else now")
    accept = re.search(r"-o (metadata\.accept=\d+:\d+)", refused()).group(1)
    a = up(accept)
    t.ok(there(), "the override: it starts with one")
    t.eq((0, None), topic("alone"), "which can be changed")
    d.stop()
    a = up(accept)
    t.ok(there(), "the setting may stay")
    d.stop()
    d.back(0, 2)
    a = up()
    t.ok(there(), "the others are back: they are filled, what they have is given up")
    said(r"3 of 3 are good")
    d.stop()
    s = states()
    t.ok(s[0] == s[1] == s[2] and s[0][1] == 3, "three equal copies: %s" % s)

    # an empty disk in place of one, and garbage
    os.rename(d.data[0], aside)
    with open(os.path.join(d.data[1], "metadata/metadata.db"), "r+b") as f:
        f.write(os.urandom(4096))
    t.ok("is damaged" in refused(), "one replaced, one damaged: refused")
    shutil.rmtree(d.data[0])
    os.rename(aside, d.data[0])
    a = up()
    t.ok(there(), "only one is damaged: it starts")
    said("is up to date again: 3 of 3 are good")
    t.ok(os.path.exists(os.path.join(d.data[1], "metadata/metadata.db.damaged")), "the damaged one is kept, beside a new one")
    d.stop()
    os.rename(d.data[0], aside)
    a = up()
    t.ok(there(), "an empty disk in place of the first: it starts")
    said("3 of 3 are good")
    d.stop()
    s = states()
    t.ok(s[0] == s[1] == s[2] and s[0][1] == 3, "and has a copy, which is counted instead of the old one: %s" % s)

    # while it runs
    f = Faults(d.data[2], os.environ.get("builddir", "."))
    if not f.usable() or "fsanitize" in os.environ.get("CFLAGS", ""):
        t.skip("no faults.so", 6)
    else:
        os.environ.update(f.env)
        a = up()
        f.arm(SLOW, mask=SYNCS, n=1 << 60, slow_ms=10000, only="/metadata/")
        t.eq((0, None), topic("slow-1"), "a disk stands still: changes go on")
        until("a commit that finds it late", lambda: topic("slow-%d" % len(made)) == (0, None) and "not answered for 1000 ms" in d.text())
        t.ok("answers again" not in d.text()[mark:], "and do not wait for it")
        f.off()
        said("answers again")
        said("data2/metadata. is up to date again: 3 of 3")
        f.arm(ERRNO, errno.EIO, mask=SPACE | SYNCS | CHANGES, n=1 << 60, only="/metadata/")
        t.eq((0, None), topic("failing"), "a disk fails: changes go on")
        said("no longer reckoned with .2 of 2 are good")
        a.b.close()
        d.kill("controller")
        t.ok(until("an answer", lambda: there()), "the controller dies: its successor has everything")
        good = len(d.text())
        f.off()
        d.stop()
        for k in f.env:
            del os.environ[k]
        a = up()
        t.ok(there(), "a start with all of them")
        mark = good  # it may have been tried again before the stop
        said("3 of 3 are good")
        d.stop()
        s = states()
        t.ok(s[0] == s[1] == s[2] and s[0][1] == 3, "three equal copies: %s" % s)
finally:
    d.cleanup()
t.done()
