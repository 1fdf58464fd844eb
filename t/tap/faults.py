# SPDX-License-Identifier: ISC
"""faults.py - the handle of faults.c: arms a fault for the calls of a whole daemon about files below one directory."""
import mmap, os, struct

NONE, ERRNO, SHORT, SLOW = range(4)
SPACE, CHANGES, SYNCS, READS, MEDIUM = 1, 2, 4, 8, 16
FORMAT = "=QQqqIIII256s128sqq"


class Faults:
    def __init__(self, root, builddir):
        self.lib = os.path.join(builddir, "t/tap/faults.so")
        self.path = root.rstrip("/") + ".faults"
        with open(self.path, "wb") as f:
            f.truncate(struct.calcsize(FORMAT))
        self.f = open(self.path, "r+b")
        self.m = mmap.mmap(self.f.fileno(), struct.calcsize(FORMAT))
        self.env = {"LD_PRELOAD": self.lib, "FAULTS_FILE": self.path, "FAULTS_ROOT": root}

    def usable(self):
        return os.path.exists(self.lib)

    def arm(self, kind, error=0, at=0, n=1, mask=SPACE, slow_ms=0, only="", write_ms=0):
        """Call number `at` of the mask fails, and n - 1 after it; slow_ms: after so long.  write_ms: so long takes each write that
        `only` leaves out."""
        self.off()
        self.m[:] = struct.pack(FORMAT, 0, 0, at, n, NONE, error, mask, slow_ms, b"", only.encode(), 0, write_ms)
        self.m[32:36] = struct.pack("=I", kind)

    def count(self, mask, only=""):
        """Counts, and lets everything pass."""
        self.arm(ERRNO, 0, 1 << 60, 1, mask, only=only)

    def off(self):
        self.m[32:36] = struct.pack("=I", NONE)

    def calls(self):
        return struct.unpack("=Q", self.m[:8])[0]

    def hits(self):
        return struct.unpack("=Q", self.m[8:16])[0]

    def what(self):
        return self.m[48:304].split(b"\0")[0].decode(errors="replace")

    def close(self):
        self.m.close()
        self.f.close()
        if os.path.exists(self.path):
            os.unlink(self.path)
