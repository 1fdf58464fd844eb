# SPDX-License-Identifier: ISC
"""daemon.py - for tests in Python: a daemon of one's own, the bytes of a few requests, and TAP.

Everything is waited for by a condition with a bound; nothing sleeps for a guess."""
import atexit, os, random, re, shutil, signal, socket, struct, subprocess, sys, tempfile, time, zlib

BUILDDIR = os.environ.get("builddir", os.getcwd())
ODRADEKD = os.environ.get("ODRADEKD", os.path.join(BUILDDIR, "odradekd"))


class Tap:
    n = bad = 0

    def ok(self, cond, name):
        self.n += 1
        self.bad += not cond
        print("%sok %d - %s" % ("" if cond else "not ", self.n, name), flush=True)
        return bool(cond)

    def eq(self, want, got, name):
        if not self.ok(want == got, name):
            self.diag("wanted %r, got %r" % (want, got))
        return want == got

    def diag(self, text):
        for line in str(text).splitlines():
            print("# " + line, flush=True)

    def skip(self, name, why):
        self.n += 1
        print("ok %d - %s # skip %s" % (self.n, name, why), flush=True)

    def done(self):
        print("1..%d" % self.n, flush=True)
        sys.exit(self.bad > 0)


def skip_all(why):
    print("1..0 # SKIP " + why)
    sys.exit(0)


def until(what, cond, timeout=30, step=0.005):
    """Waits for cond() to be true; returns its value or raises."""
    end = time.monotonic() + timeout
    while True:
        v = cond()
        if v:
            return v
        if time.monotonic() > end:
            raise TimeoutError("no " + what + " within %g s" % timeout)
        time.sleep(step)


def free_port(nodes=8):
    """A port p such that p + 10k is free for each node k, also for those that are added later.  Below the ports that the kernel
    gives to clients: one that reconnects for ever would connect to itself."""
    while True:
        p = random.randrange(10240, 32000)
        try:
            for k in range(nodes):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", p + 10 * k))
            return p
        except OSError:
            pass


def state_of(pid):
    """The letter that ps shows; X when there is none."""
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "X"


def gone(*pids):
    """None of these runs; one that nobody has collected yet does not."""
    return all(state_of(pid) in "ZX" for pid in pids)


class Daemon:
    """odradekd in a private directory, on a free port."""

    def __init__(self, *options, disks=1):
        if not os.path.exists(ODRADEKD):
            skip_all("odradekd is not built")
        self.dir = tempfile.mkdtemp(prefix="odradek-t-", dir=os.environ.get("TMPDIR", "/tmp"))
        self.port = free_port()
        self.data = [os.path.join(self.dir, "data%d" % i) for i in range(disks)]
        self.options = ["listeners=PLAINTEXT://127.0.0.1:%d" % self.port, "log.dirs=" + ",".join(self.data),
                        "metadata.dir=" + os.path.join(self.dir, "meta"), "run.dir=" + os.path.join(self.dir, "run")]
        self.options += list(options)
        self.log = os.path.join(self.dir, "log")
        self.p = None
        atexit.register(self.cleanup) # however the test ends

    def start(self, *options, timeout=60, conf="/dev/null", heard=None):
        """heard is called with what the service manager is told."""
        notify = os.path.join(self.dir, "notify")
        if os.path.exists(notify):
            os.unlink(notify)
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind(notify)
        s.settimeout(timeout)
        cmd = [ODRADEKD, "-f", conf]
        for o in self.options + list(options):
            cmd += ["-o", o]
        with open(self.log, "a") as log:
            self.p = subprocess.Popen(cmd, stdout=log, stderr=log, env=dict(os.environ, NOTIFY_SOCKET=notify))
        try:
            while True:
                if self.p.poll() is not None:
                    raise RuntimeError("odradekd ended with %s:\n%s" % (self.p.returncode, self.text()))
                try:
                    s.settimeout(0.2)
                    said = s.recv(65536)
                    if heard is not None:
                        heard(said.decode())
                    if b"READY=1" in said:
                        break
                except socket.timeout:
                    timeout -= 0.2
                    if timeout < 0:
                        raise RuntimeError("not ready:\n" + self.text())
        finally:
            self.notify = s
        return self

    def text(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def children(self):
        """{"writer.0": pid, ...} by process title."""
        out = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(self.p.pid)], capture_output=True, text=True).stdout
        got = {}
        for line in out.splitlines():
            m = re.match(r"\s*(\d+) odradekd: ([a-z]+(?:\.\d+)?)", line)
            if m:
                got[m.group(2)] = int(m.group(1))
        return got

    def counters(self):
        """{"writer.1": {"bells": 3, ...}, ...} as the daemon logs them on USR2."""
        names, before = set(self.children()), len(self.text())
        self.p.send_signal(signal.SIGUSR2)

        def lines():
            return dict(re.findall(r"counters of (\S+):(.*)\n", self.text()[before:]))
        until("counters", lambda: names <= set(lines()))
        words = {name: text.split() for name, text in lines().items()}
        return {name: dict(zip(w[::2], map(int, w[1::2]))) for name, w in words.items()}

    def counter(self, kind, key):
        """The sum of a counter over the processes of a kind."""
        return sum(c.get(key, 0) for name, c in self.counters().items() if name.split(".")[0] == kind)

    def kill(self, name, sig=signal.SIGKILL):
        """Kills the child of that name, when there is one; a kind alone means its first.  Returns the pid."""
        def there():
            return next((pid for n, pid in sorted(self.children().items()) if n == name or n.split(".")[0] == name), None)
        while True:
            pid = until("child " + name, there)
            try:
                os.kill(pid, sig)
                return pid
            except ProcessLookupError:
                pass # it was dying already: its successor

    def stop(self, sig=signal.SIGTERM, timeout=150):
        if self.p is not None and self.p.poll() is None:
            self.p.send_signal(sig)
            self.p.wait(timeout)
        return self.p.returncode if self.p else None

    def kill_all(self, wait=True):
        """Of all that there are, also who is just being started, none is left that writes, or holds a lock or a port; unless wait
        is not wanted."""
        self.p.send_signal(signal.SIGSTOP)
        until("the supervisor to stand still", lambda: state_of(self.p.pid) in "TtZX")
        pids = [self.p.pid] + list(self.children().values())
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.p.wait()
        if wait:
            until("the end of all", lambda: gone(*pids), 60)

    def gone(self, *disks):
        """What is in their place cannot be used."""
        for i in disks:
            os.rename(self.data[i], self.data[i] + ".aside")
            open(self.data[i], "w").close()

    def back(self, *disks):
        for i in disks:
            os.unlink(self.data[i])
            os.rename(self.data[i] + ".aside", self.data[i])

    def cleanup(self):
        if self.p is not None and self.p.poll() is None:
            self.kill_all(wait=False)
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)

    def connect(self, timeout=30):
        s = socket.create_connection(("127.0.0.1", self.port), timeout)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return s

    def pss_mb(self):
        kb = 0
        for pid in [self.p.pid] + list(self.children().values()):
            try:
                m = re.search(r"^Pss:\s+(\d+)", open("/proc/%d/smaps_rollup" % pid).read(), re.M)
                kb += int(m.group(1)) if m else 0
            except OSError:
                pass
        return kb / 1024


# ---- a few requests by hand ----

CRC = []
for _i in range(256):
    _c = _i
    for _k in range(8):
        _c = 0x82F63B78 ^ (_c >> 1) if _c & 1 else _c >> 1
    CRC.append(_c)


def crc32c(data):
    c = 0xFFFFFFFF
    for b in data:
        c = CRC[(c ^ b) & 255] ^ (c >> 8)
    return c ^ 0xFFFFFFFF


def uvarint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def varint(v):
    return uvarint((v << 1) ^ (v >> 63))


def compact(s):
    """A string as flexible versions have it."""
    return uvarint(len(s) + 1) + s.encode()


def record(i, value, key=None):
    r = b"\0" + varint(0) + varint(i)
    r += varint(-1) if key is None else varint(len(key)) + key
    r += varint(-1) if value is None else varint(len(value)) + value
    r += varint(0)
    return varint(len(r)) + r


def batch(values, pid=-1, epoch=-1, seq=-1, now=None):
    """One uncompressed batch of these values."""
    now = int(time.time() * 1000) if now is None else now
    body = struct.pack(">hiqqqhii", 0, len(values) - 1, now, now, pid, epoch, seq, len(values))
    body += b"".join(record(i, v) for i, v in enumerate(values))
    return struct.pack(">qiibI", 0, len(body) + 9, -1, 2, crc32c(body)) + body


def string(s):
    return struct.pack(">h", -1) if s is None else struct.pack(">h", len(s.encode())) + s.encode()


def frame(key, version, corr, body, client="test"):
    h = struct.pack(">hhi", key, version, corr) + string(client) + body
    return struct.pack(">i", len(h)) + h


def produce(corr, topic, part, data, acks=1, version=3, timeout=30000):
    b = string(None) + struct.pack(">hii", acks, timeout, 1) + string(topic) + struct.pack(">iii", 1, part, len(data)) + data
    return frame(0, version, corr, b)


def fetch(corr, topic, part, offset, wait=0, min_bytes=1, max_bytes=1 << 20, part_max=1 << 20):
    b = struct.pack(">iiiibi", -1, wait, min_bytes, max_bytes, 0, 1) + string(topic) + struct.pack(">iiqi", 1, part, offset, part_max)
    return frame(1, 4, corr, b)


def create_topic(corr, topic, parts, configs=()):
    b = struct.pack(">i", 1) + string(topic) + struct.pack(">ihi", parts, 1, 0) + struct.pack(">i", len(configs))
    for k, v in configs:
        b += string(k) + string(v)
    return frame(19, 2, corr, b + struct.pack(">ib", 15000, 0))


def read_exact(s, n):
    b = bytearray()
    while len(b) < n:
        k = s.recv(n - len(b))
        if not k:
            raise ConnectionError("closed after %d of %d bytes" % (len(b), n))
        b += k
    return bytes(b)


def read_frame(s):
    return read_exact(s, struct.unpack(">i", read_exact(s, 4))[0])


def call(s, request):
    s.sendall(request)
    return read_frame(s)


def produce_result(r):
    """(correlation, error, base offset) of a Produce v3 answer for one partition."""
    corr, _, n = struct.unpack(">iih", r[:10])
    p = 10 + n + 8
    return corr, struct.unpack(">h", r[p:p + 2])[0], struct.unpack(">q", r[p + 2:p + 10])[0]


def fetch_result(r):
    """(correlation, error, high watermark, record bytes) of a Fetch v4 answer for one partition."""
    corr, _, _, n = struct.unpack(">iiih", r[:14])
    p = 14 + n + 8
    err, hw, _, na = struct.unpack(">hqqi", r[p:p + 22])
    p += 22 + max(na, 0) * 16
    size = struct.unpack(">i", r[p:p + 4])[0]
    return corr, err, hw, r[p + 4:p + 4 + size]


def batches(data):
    """[(base offset, count, whole bytes)]: a partial one at the end is left out."""
    out, p = [], 0
    while p + 61 <= len(data):
        base, length = struct.unpack(">qi", data[p:p + 12])
        if p + 12 + length > len(data):
            break
        out.append((base, struct.unpack(">i", data[p + 57:p + 61])[0], data[p:p + 12 + length]))
        p += 12 + length
    return out


def values(data):
    """[(offset, value)] of uncompressed batches."""
    def get(b, p):
        z = shift = 0
        while True:
            z |= (b[p] & 0x7F) << shift
            shift += 7
            p += 1
            if b[p - 1] < 0x80:
                return (z >> 1) ^ -(z & 1), p
    out = []
    for base, count, b in batches(data):
        p = 61
        for _ in range(count):
            length, p = get(b, p)
            end = p + length
            _, q = get(b, p + 1)
            delta, q = get(b, q)
            kl, q = get(b, q)
            q += max(kl, 0)
            vl, q = get(b, q)
            out.append((base + delta, None if vl < 0 else b[q:q + vl]))
            p = end
    return out


def make_topic(d, topic, parts=1, configs=()):
    s = d.connect()
    r = call(s, create_topic(1, topic, parts, configs))
    n = struct.unpack(">h", r[12:14])[0]
    err = struct.unpack(">h", r[14 + n:16 + n])[0]
    if err:
        raise RuntimeError("create %s: error %d" % (topic, err))
    for p in range(parts):
        until("leader of %s-%d" % (topic, p), lambda: fetch_result(call(s, fetch(1, topic, p, 0)))[1] == 0)
    s.close()
