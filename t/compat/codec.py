# SPDX-License-Identifier: ISC
"""Kafka messages by table: one encoder and one decoder that walk the field tables of schemas.json.

A message is a dict by the schemas' own field names.  The encoder fills in defaults and leaves out the fields that a version does
not have, so that one request serves all versions; a value of type Raw is written as it is, wherever it stands, so that a request
can be broken on purpose.  The decoder accepts nothing but what the table says, to the last byte; tagged fields at their
defaults, sent or not, are left out.
"""
import json
import os
import struct


class Raw(bytes):
    """Bytes to be written in place of a field, unchecked."""


class Malformed(Exception):
    """An answer that does not follow its schema."""


def versions(text):
    """"3-7", "3+", "3", "none" -> (least, greatest)."""
    if not text or text == "none":
        return (1, 0)
    if text.endswith("+"):
        return (int(text[:-1]), 1 << 15)
    least, _, most = text.partition("-")
    return (int(least), int(most or least))


def within(v, rng):
    return rng[0] <= v <= rng[1]


INTS = {"int8": ">b", "int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "int64": ">q", "float64": ">d"}
ZERO_UUID = bytes(16)


class Field:
    """One row of a field table."""

    def __init__(self, row):
        self.name = row["n"]
        self.type = row["t"]
        self.array = self.type.startswith("[]")
        self.base = self.type[2:] if self.array else self.type
        self.versions = versions(row["v"])
        self.nullable = versions(row.get("nv"))
        self.tagged = versions(row.get("tv"))
        self.tag = row.get("tag")
        self.fields = [Field(f) for f in row["f"]] if "f" in row else None
        self.flexible = versions(row["fv"]) if "fv" in row else None
        self.default = self.parse_default(row.get("d"))

    def parse_default(self, d):
        if d == "null":
            return None
        if self.array:
            return []
        if self.fields is not None:
            return {f.name: f.default for f in self.fields}
        if self.base == "bool":
            return d in (True, "true")
        if self.base in INTS:
            return int(d, 0) if isinstance(d, str) and d else d or 0
        if self.base == "string":
            return d or ""
        if self.base == "uuid":
            return ZERO_UUID
        return b""


class Message:
    def __init__(self, row):
        self.valid = versions(row["valid"])
        self.flexible = versions(row["flexible"])
        self.fields = [Field(f) for f in row["fields"]]

    def encode(self, v, value):
        out = bytearray()
        put_struct(out, self.fields, v, within(v, self.flexible), value)
        return bytes(out)

    def decode(self, v, cursor):
        return get_struct(cursor, self.fields, v, within(v, self.flexible))


class Api:
    def __init__(self, name, row):
        self.name = name
        self.key = row["key"]
        self.request = Message(row["request"])
        self.response = Message(row["response"])

    def flexible(self, v):
        return within(v, self.request.flexible)


def load():
    with open(os.path.join(os.path.dirname(__file__), "schemas.json"), encoding="utf-8") as f:
        return {name: Api(name, row) for name, row in json.load(f).items() if name != "note"}


def uvarint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def varint(n):
    """Zigzag, as inside of records."""
    return uvarint((n << 1) ^ (n >> 63) if n >= 0 else ((-n) << 1) - 1)


# ---- encoder

def put_length(out, n, flex, fmt):
    out += uvarint(n + 1) if flex else struct.pack(fmt, n)


def put_scalar(out, kind, value, flex):
    if kind == "bool":
        out.append(1 if value else 0)
    elif kind in INTS:
        out += struct.pack(INTS[kind], value)
    elif kind == "uuid":
        out += value
    elif kind == "string":
        data = None if value is None else value if isinstance(value, bytes) else value.encode()
        put_length(out, -1 if data is None else len(data), flex, ">h")
        out += data or b""
    elif kind in ("bytes", "records"):
        put_length(out, -1 if value is None else len(value), flex, ">i")
        out += value or b""
    else:
        raise TypeError(kind)


def put_value(out, f, v, flex, value):
    if isinstance(value, Raw):
        out += value
    elif f.array:
        put_length(out, -1 if value is None else len(value), flex, ">i")
        for item in value or []:
            if f.fields is not None:
                put_struct(out, f.fields, v, flex, item)
            else:
                put_scalar(out, f.base, item, flex)
    elif f.fields is not None:
        if f.nullable != (1, 0):
            out += b"\xff" if value is None else b"\x01"
        if value is not None:
            put_struct(out, f.fields, v, flex, value)
    else:
        put_scalar(out, f.base, value, flex)


def put_struct(out, fields, v, flex, value):
    if isinstance(value, Raw):
        out += value
        return
    unknown = set(value) - {f.name for f in fields} - {"_tags"}
    if unknown:
        raise KeyError(f"no such field: {unknown}")
    tags = {}
    for f in fields:
        x = value.get(f.name, f.default)
        if within(v, f.tagged) and flex:
            if within(v, f.versions) and x != f.default:
                body = bytearray()
                put_value(body, f, v, flex, x)
                tags[f.tag] = bytes(body)
        elif within(v, f.versions):
            put_value(out, f, v, flex if f.flexible is None else within(v, f.flexible), x)
    if flex:
        tags.update(value.get("_tags", {}))
        out += uvarint(len(tags))
        for tag in sorted(tags):
            out += uvarint(tag) + uvarint(len(tags[tag])) + tags[tag]


# ---- decoder

class Cursor:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, n):
        if n < 0 or n > len(self.data) - self.at:
            raise Malformed(f"{n} bytes wanted at {self.at} of {len(self.data)}")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, fmt):
        return struct.unpack(fmt, self.take(struct.calcsize(fmt)))[0]

    def uvarint(self):
        n = shift = 0
        while True:
            b = self.take(1)[0]
            n |= (b & 0x7f) << shift
            if b < 0x80:
                return n
            shift += 7
            if shift > 63:
                raise Malformed("endless varint")

    def varint(self):
        n = self.uvarint()
        return (n >> 1) ^ -(n & 1)

    def left(self):
        return len(self.data) - self.at


def get_length(c, flex, fmt):
    return c.uvarint() - 1 if flex else c.number(fmt)


def get_scalar(c, kind, flex):
    if kind == "bool":
        return c.take(1) != b"\0"
    if kind in INTS:
        return c.number(INTS[kind])
    if kind == "uuid":
        return c.take(16)
    n = get_length(c, flex, ">h" if kind == "string" else ">i")
    if n < 0:
        return None
    return c.take(n).decode() if kind == "string" else c.take(n)


def get_value(c, f, v, flex):
    if f.array:
        n = get_length(c, flex, ">i")
        if n < 0:
            value = None
        elif n > c.left():
            raise Malformed(f"{f.name}: {n} entries in {c.left()} bytes")
        elif f.fields is not None:
            value = [get_struct(c, f.fields, v, flex) for _ in range(n)]
        else:
            value = [get_scalar(c, f.base, flex) for _ in range(n)]
    elif f.fields is not None:
        present = f.nullable == (1, 0) or c.number(">b") >= 0
        value = get_struct(c, f.fields, v, flex) if present else None
    else:
        value = get_scalar(c, f.base, flex)
    if value is None and not within(v, f.nullable):
        raise Malformed(f"{f.name}: null in version {v}")
    return value


def get_struct(c, fields, v, flex):
    out = {}
    tagged = {}
    for f in fields:
        if within(v, f.tagged) and flex:
            tagged[f.tag] = f
        elif within(v, f.versions):
            out[f.name] = get_value(c, f, v, flex if f.flexible is None else within(v, f.flexible))
    if flex:
        before = -1
        for _ in range(c.uvarint()):
            tag, size = c.uvarint(), c.uvarint()
            if tag <= before:
                raise Malformed(f"tag {tag} after {before}")
            before = tag
            body = Cursor(c.take(size))
            if tag in tagged:
                value = get_value(body, tagged[tag], v, flex)
                if value != tagged[tag].default:
                    out[tagged[tag].name] = value
                if body.left():
                    raise Malformed(f"{body.left()} bytes left in tag {tag}")
            else:
                out[f"tag {tag}"] = body.data.hex()
    return out
