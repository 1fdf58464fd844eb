#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Start and stop: one command, few lines, orderly ends, the same identity next time; -d; what is refused and how."""
import os, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tap"))
from daemon import *

t = Tap()
pid = None


def run(*args, timeout=60):
    return subprocess.run([ODRADEKD] + list(args), capture_output=True, text=True, timeout=timeout)


def props(path):
    with open(os.path.join(path, "meta.properties")) as f:
        return dict(line.strip().split("=", 1) for line in f if "=" in line and line[0] != "#")


def serves(d):
    s = d.connect()
    r = call(s, frame(18, 0, 5, b""))
    s.close()
    return r[:4] == struct.pack(">i", 5)


d = Daemon()
try:
    # the command line
    r = run("-V")
    t.ok(r.returncode == 0 and r.stdout.startswith("odradekd "), "-V prints the version")
    r = run("-h")
    t.ok(r.returncode == 0 and "usage: odradekd [-dnvV]" in r.stdout, "-h prints how to use it")
    r = run("-f", "/dev/null", "what")
    t.ok(r.returncode == 2 and "what" in r.stderr, "a stray word is refused")
    r = run("-x")
    t.ok(r.returncode == 2, "an unknown option is refused")

    # settings
    conf = os.path.join(d.dir, "conf")
    with open(conf, "w") as f:
        f.write("# a comment\nnum.partitions=3\nlog.dirs=%s\n" % d.data[0])
    r = run("-n", "-f", conf)
    t.ok(r.returncode == 0, "-n accepts a good file")
    r = run("-nv", "-f", conf, "-o", "num.partitions=4")
    t.ok(r.returncode == 0 and "num.partitions=4" in r.stdout.replace(" ", ""), "-nv prints what holds; -o wins over the file")
    with open(os.path.join(d.dir, "printed"), "w") as f:
        f.write(r.stdout)
    r2 = run("-nv", "-f", os.path.join(d.dir, "printed"))
    strip = lambda x: [l.split("#")[0].strip() for l in x.splitlines() if l.split("#")[0].strip()]
    t.eq(strip(r.stdout), strip(r2.stdout), "what -nv prints is understood again and means the same")
    with open(conf, "a") as f:
        f.write("num.partition=3\n")
    r = run("-n", "-f", conf)
    t.ok(r.returncode == 1 and conf in r.stderr and "4" in r.stderr and "num.partitions" in r.stderr,
         "an unknown setting: file, line and the nearest name")
    r = run("-f", conf)
    t.ok(r.returncode == 1 and not os.path.exists(d.data[0]), "nothing is started or created with it")
    r = run("-n", "-f", "/dev/null", "-o", "num.partitions=many")
    t.ok(r.returncode == 1 and "many" in r.stderr and "num.partitions" in r.stderr, "an impossible value")
    r = run("-n", "-f", "/dev/null", "-o", "listeners=SSL://127.0.0.1:9093")
    t.ok(r.returncode == 1 and "SSL" in r.stderr, "a listener of a kind that is not built")
    r = run("-n", "-f", os.path.join(d.dir, "nowhere"))
    t.ok(r.returncode == 1 and "nowhere" in r.stderr, "a file that is not there")

    # a start
    d.start()
    t.ok(serves(d), "it answers")
    names = sorted(n.split(".")[0] for n in d.children())
    t.ok("controller" in names and "acceptor" in names and "writer" in names, "its processes say what they are")
    with open("/proc/%d/cmdline" % d.p.pid, "rb") as f:
        t.ok(f.read().startswith(b"odradekd: supervisor"), "and so does the supervisor")
    args = subprocess.run(["ps", "-o", "args=", "-p", str(d.children()["writer.1"])], capture_output=True, text=True).stdout
    t.eq("odradekd: writer.1 " + d.data[0], args.strip(), "a writer names its disk")
    lines = d.text().splitlines()
    t.ok(len(lines) < 20, "fewer than 20 lines for a start (%d)" % len(lines))
    t.ok(str(d.port) in d.text() and d.data[0] in d.text(), "they say where it listens and where its data is")
    with open(os.path.join(d.dir, "run/odradekd.pid")) as f:
        t.eq(d.p.pid, int(f.read()), "the pid file")
    first = props(d.data[0])
    t.eq("1", first["node.id"], "node id")
    t.ok(len(first["cluster.id"]) == 22 and len(first["directory.id"]) == 22, "ids of cluster and directory")

    # a second one
    r = run("-f", "/dev/null", "-o", "log.dirs=" + d.data[0], "-o", "listeners=PLAINTEXT://127.0.0.1:0")
    t.ok(r.returncode == 1 and str(d.p.pid) in r.stderr and d.data[0] in r.stderr,
         "a second daemon on the same directory is refused with the pid of the first")
    r = run("-f", "/dev/null", "-o", "log.dirs=" + os.path.join(d.dir, "other"), "-o", "metadata.dir=" + os.path.join(d.dir, "meta"),
            "-o", "listeners=PLAINTEXT://127.0.0.1:0")
    t.ok(r.returncode == 1 and str(d.p.pid) in r.stderr, "likewise on the same metadata.dir")
    r = run("-f", "/dev/null", "-o", "log.dirs=" + os.path.join(d.dir, "other"), "-o", "listeners=PLAINTEXT://127.0.0.1:%d" % d.port)
    t.ok(r.returncode == 1 and str(d.port) in r.stderr and "listeners" in r.stderr, "a port in use is refused with the remedy")
    t.ok(serves(d), "the first one does not care")

    t.eq(0, d.stop(), "TERM: an orderly end")
    t.ok(not os.path.exists(os.path.join(d.dir, "run/odradekd.pid")), "the pid file is gone")
    d.start()
    t.eq(first, props(d.data[0]), "the same ids next time")
    kids = list(d.children().values())
    t.eq(0, d.stop(signal.SIGINT), "INT: an orderly end")
    t.ok(gone(*kids), "no process is left")
    d.start()
    kids = list(d.children().values())
    t.eq(2, d.stop(signal.SIGQUIT), "QUIT: at once")
    until("end of the children", lambda: gone(*kids))
    t.ok("was killed" not in d.text(), "no orderly end looks like a crash")

    # another cluster's disk
    foreign = os.path.join(d.dir, "foreign")
    os.mkdir(foreign)
    with open(os.path.join(foreign, "meta.properties"), "w") as f:
        f.write("version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\nnode.id=9\ndirectory.id=BBBBBBBBBBBBBBBBBBBBBB\n")
    r = run("-f", "/dev/null", "-o", "log.dirs=%s,%s" % (d.data[0], foreign), "-o", "metadata.dir=" + os.path.join(d.dir, "meta"),
            "-o", "listeners=PLAINTEXT://127.0.0.1:0")
    t.ok(r.returncode == 1 and "AAAAAAAAAAAAAAAAAAAAAA" in r.stderr and first["cluster.id"] in r.stderr and foreign in r.stderr,
         "a disk of another cluster is refused, with both ids")
    with open(os.path.join(d.dir, "file"), "w"):
        pass
    r = run("-f", "/dev/null", "-o", "log.dirs=" + os.path.join(d.dir, "file"), "-o", "listeners=PLAINTEXT://127.0.0.1:0")
    t.ok(r.returncode == 1 and "log.dirs" in r.stderr, "a directory that is none is refused with the remedy")

    # -d
    cmd = ["-d", "-f", "/dev/null"]
    for o in d.options:
        cmd += ["-o", o]
    r = run(*cmd)
    t.ok(r.returncode == 1 and "log.file" in r.stderr, "-d wants to know where to log to")
    r = run(*cmd, "-o", "log.file=" + os.path.join(d.dir, "daemon.log"))
    t.eq(0, r.returncode, "-d returns")
    t.ok(serves(d), "when the daemon serves")
    with open(os.path.join(d.dir, "run/odradekd.pid")) as f:
        pid = int(f.read())
    r = run(*cmd, "-o", "log.file=" + os.path.join(d.dir, "second.log"))
    t.ok(r.returncode == 1 and "second.log" in r.stderr, "-d says that it failed, and where the reason is")
    with open(os.path.join(d.dir, "second.log")) as f:
        t.ok(str(pid) in f.read(), "which is there")
    os.kill(pid, signal.SIGTERM)
    until("end of the daemon", lambda: gone(pid))
    with open(os.path.join(d.dir, "daemon.log")) as f:
        t.ok(f.read().rstrip().endswith("stopped"), "its log tells the end")
    pid = None
finally:
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
    d.cleanup()

# several nodes, ports chosen by the kernel
d = Daemon(disks=3)
try:
    d.options = [o for o in d.options if not o.startswith("listeners=")] + ["listeners=PLAINTEXT://127.0.0.1:0"]
    d.start()
    ports = [int(p) for p in re.findall(r"PLAINTEXT://127.0.0.1:(\d+)", d.text())]
    t.ok(len(set(ports)) == 3 and 0 not in ports, "three disks are three nodes, each on its own port")
    t.eq(["1", "2", "3"], [props(p)["node.id"] for p in d.data], "with ids that count up")
    t.ok(len({props(p)["cluster.id"] for p in d.data}) == 1, "of one cluster")
    t.eq(["writer.1", "writer.2", "writer.3"], sorted(n for n in d.children() if n.startswith("writer")), "a writer each")
    t.eq(0, d.stop(), "orderly end")
    # a Kafka JBOD has one node id in all directories
    with open(os.path.join(d.data[1], "meta.properties")) as f:
        text = f.read()
    with open(os.path.join(d.data[1], "meta.properties"), "w") as f:
        f.write(text.replace("node.id=2", "node.id=1"))
    d.start()
    t.eq(["1", "2", "3"], [props(p)["node.id"] for p in d.data], "of two directories with one node id the second gets a new one")
    t.ok("has node id 1 like another" in d.text(), "which is said")
    d.stop()
finally:
    d.cleanup()
t.done()
