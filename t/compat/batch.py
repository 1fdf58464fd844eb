# SPDX-License-Identifier: ISC
"""Record batches of format v2: made to measure, valid or broken in one chosen way, and taken apart again for comparison.

The compressors for snappy, lz4 and zstd write frames that hold the data as it is (literals, stored blocks, raw blocks): every
decoder must take them, and python needs no library for them.
"""
import gzip
import hashlib
import struct

from codec import uvarint, varint

NONE, GZIP, SNAPPY, LZ4, ZSTD = range(5)
CODECS = {"none": NONE, "gzip": GZIP, "snappy": SNAPPY, "lz4": LZ4, "zstd": ZSTD}
APPEND_TIME, TRANSACTIONAL, CONTROL = 8, 16, 32


def crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ 0x82f63b78 if n & 1 else n >> 1
        table.append(n)
    return table


CRC_TABLE = crc_table()


def crc32c(data):
    crc = 0xffffffff
    table = CRC_TABLE
    for b in data:
        crc = table[(crc ^ b) & 0xff] ^ crc >> 8
    return crc ^ 0xffffffff


# ---- compression

def rotl(x, n):
    return (x << n | x >> 32 - n) & 0xffffffff


def xxh32(data):
    """XXH32 with seed 0, as the checksums of lz4 frames want it."""
    p1, p2, p3, p4, p5 = 2654435761, 2246822519, 3266489917, 668265263, 374761393
    n = len(data)
    if n >= 16:
        v = [p1 + p2 & 0xffffffff, p2, 0, -p1 & 0xffffffff]
        while len(data) >= 16:
            for i, x in enumerate(struct.unpack("<IIII", data[:16])):
                v[i] = rotl(v[i] + x * p2 & 0xffffffff, 13) * p1 & 0xffffffff
            data = data[16:]
        h = rotl(v[0], 1) + rotl(v[1], 7) + rotl(v[2], 12) + rotl(v[3], 18)
    else:
        h = p5
    h = h + n & 0xffffffff
    while len(data) >= 4:
        h = rotl(h + struct.unpack("<I", data[:4])[0] * p3 & 0xffffffff, 17) * p4 & 0xffffffff
        data = data[4:]
    for b in data:
        h = rotl(h + b * p5 & 0xffffffff, 11) * p1 & 0xffffffff
    h = (h ^ h >> 15) * p2 & 0xffffffff
    h = (h ^ h >> 13) * p3 & 0xffffffff
    return h ^ h >> 16


def snappy_raw(data):
    out = bytearray(uvarint(len(data)))
    for at in range(0, len(data), 60000):
        piece = data[at:at + 60000]
        out += bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece
    return bytes(out)


def snappy_framed(data):
    """The framing of xerial's snappy-java, which Java clients send."""
    out = bytearray(b"\x82SNAPPY\0" + struct.pack(">ii", 1, 1))
    for at in range(0, len(data), 32768):
        piece = snappy_raw(data[at:at + 32768])
        out += struct.pack(">i", len(piece)) + piece
    return bytes(out)


def lz4_frame(data, flags=0x60):
    """flags: version 1 (0x40), independent blocks (0x20), block checksums (0x10), content size (8), content checksum (4)."""
    head = bytes([flags, 0x40]) + (struct.pack("<Q", len(data)) if flags & 8 else b"")      # blocks of at most 64 KB
    out = bytearray(struct.pack("<I", 0x184d2204) + head + bytes([xxh32(head) >> 8 & 0xff]))
    for at in range(0, len(data), 65536):
        piece = data[at:at + 65536]
        out += struct.pack("<I", len(piece) | 1 << 31) + piece
        if flags & 0x10:
            out += struct.pack("<I", xxh32(piece))
    return bytes(out + bytes(4) + (struct.pack("<I", xxh32(data)) if flags & 4 else b""))


def zstd_frame(data):
    out = bytearray(struct.pack("<IBI", 0xfd2fb528, 0xa0, len(data)))       # single segment, size in four bytes
    pieces = [data[at:at + 65536] for at in range(0, len(data), 65536)] or [b""]
    for i, piece in enumerate(pieces):
        out += struct.pack("<I", len(piece) << 3 | (i == len(pieces) - 1))[:3] + piece
    return bytes(out)


def compress(codec, data):
    return {NONE: bytes, GZIP: lambda d: gzip.compress(d, 6, mtime=0), SNAPPY: snappy_framed, LZ4: lz4_frame,
            ZSTD: zstd_frame}.get(codec, bytes)(data)


# ---- building

def record(delta, ts=0, key=b"k", value=b"v", headers=()):
    body = bytearray(b"\0" + varint(ts) + varint(delta))
    for part in (key, value):
        body += varint(-1) if part is None else varint(len(part)) + part
    body += varint(len(headers))
    for name, val in headers:
        body += varint(len(name)) + name
        body += varint(-1) if val is None else varint(len(val)) + val
    return varint(len(body)) + bytes(body)


def seal(batch):
    """The batch with its CRC made right."""
    return batch[:17] + struct.pack(">I", crc32c(batch[21:])) + batch[21:]


def build(records=1, base_ts=0, codec=NONE, *, base_offset=0, epoch=-1, magic=2, attributes=0, last_delta=None, max_ts=None,
          pid=-1, pid_epoch=-1, seq=-1, count=None, body=None, crc=None, length=None):
    """One batch.  records: a number, or a list of encoded records.  Everything else overrides what would be right."""
    if isinstance(records, int):
        records = [record(i, value=b"v%d" % i) for i in range(records)]
    n = len(records)
    if body is None:
        body = compress(codec, b"".join(records))
    tail = struct.pack(">hiqqqhii", attributes | codec, n - 1 if last_delta is None else last_delta, base_ts,
                       base_ts if max_ts is None else max_ts, pid, pid_epoch, seq, n if count is None else count) + body
    head = struct.pack(">qiibI", base_offset, len(tail) + 9 if length is None else length, epoch, magic,
                       crc32c(tail) if crc is None else crc)
    return head + tail


# ---- taking apart

def varint_at(data, at):
    n = shift = 0
    while True:
        n |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return n >> 1 ^ -(n & 1), at


def records(blob):
    """(base offset, last offset delta, attributes, base timestamp, [(offset, key, value, timestamp)]) of each whole batch; of
    the codecs only gzip."""
    at = 0
    while at + 61 <= len(blob):
        base, length = struct.unpack(">qi", blob[at:at + 12])
        if at + 12 + length > len(blob):
            return
        attributes, last, stamp = struct.unpack(">hiq", blob[at + 21:at + 35])
        body = blob[at + 61:at + 12 + length]
        body = gzip.decompress(body) if attributes & 7 == GZIP and body else body
        out, p = [], 0
        while p < len(body):
            n, p = varint_at(body, p)
            end = p + n
            ts, q = varint_at(body, p + 1)
            delta, q = varint_at(body, q)
            k, q = varint_at(body, q)
            key, q = (None, q) if k < 0 else (body[q:q + k], q + k)
            v, q = varint_at(body, q)
            out.append((base + delta, key, None if v < 0 else body[q:q + v], stamp + ts))
            p = end
        yield base, last, attributes, stamp, out
        at += 12 + length


def summary(blob):
    """Every batch of a Records field as a dict that can be compared, what is as USUAL left out; a partial one at the end is counted only."""
    out = []
    at = 0
    while at < len(blob):
        if len(blob) - at < 12 or len(blob) - at < 12 + struct.unpack(">i", blob[at + 8:at + 12])[0]:
            out.append({"Partial": len(blob) - at})
            break
        size = 12 + struct.unpack(">i", blob[at + 8:at + 12])[0]
        b = blob[at:at + size]
        at += size
        (offset, _, epoch, magic, crc, attributes, last, base_ts, max_ts, pid, pid_epoch, seq,
         count) = struct.unpack(">qiibIhiqqqhii", b[:61])
        fields = {"BaseOffset": offset, "Size": size, "PartitionLeaderEpoch": epoch, "Magic": magic,
                  "CrcIsRight": crc == crc32c(b[21:]), "Attributes": attributes, "LastOffsetDelta": last, "BaseTimestamp": base_ts,
                  "MaxTimestamp": max_ts, "ProducerId": pid, "ProducerEpoch": pid_epoch, "BaseSequence": seq, "Count": count,
                  "Body": hashlib.sha256(b[61:]).hexdigest()[:12]}
        out.append({k: x for k, x in fields.items() if USUAL.get(k, ()) != x})
    return out


# What a summary leaves out, so that it stays short.
USUAL = {"Magic": 2, "CrcIsRight": True, "Attributes": 0, "ProducerId": -1, "ProducerEpoch": -1, "BaseSequence": -1}
