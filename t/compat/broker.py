# SPDX-License-Identifier: ISC
"""One connection to a broker: frames out, frames in, by the tables of codec.py."""
import socket
import struct

import codec

APIS = codec.load()
TIMEOUT = 30


class Closed(Exception):
    """The broker closed the connection instead of answering."""


class Broker:
    def __init__(self, address, client_id="compat"):
        host, _, port = address.rpartition(":")
        self.address = (host.strip("[]"), int(port))
        self.client_id = client_id
        self.patience = TIMEOUT         # seconds to wait for an answer
        self.sock = None
        self.correlation = 0

    def connect(self):
        if self.sock is None:
            self.sock = socket.create_connection(self.address, TIMEOUT)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(self.patience)

    def close(self):
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def send_bytes(self, data):
        self.connect()
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close()
            raise Closed() from None

    def send(self, name, v, request, key=None, body=None):
        """Sends a request; key and body, when given, go out in place of the right ones."""
        api = APIS[name]
        self.correlation += 1
        client = self.client_id.encode() if self.client_id is not None else None
        head = struct.pack(">hhi", api.key if key is None else key, v, self.correlation)
        head += struct.pack(">h", -1) if client is None else struct.pack(">h", len(client)) + client
        if api.flexible(v):
            head += b"\0"
        data = head + (api.request.encode(v, request) if body is None else body)
        self.send_bytes(struct.pack(">i", len(data)) + data)
        return self.correlation

    def read(self, n):
        out = bytearray()
        while len(out) < n:
            try:
                piece = self.sock.recv(min(n - len(out), 1 << 20))
            except ConnectionResetError:
                piece = b""
            if not piece:
                self.close()
                raise Closed()
            out += piece
        return bytes(out)

    def frame(self):
        """The body of the next answer, with its correlation id."""
        size = struct.unpack(">i", self.read(4))[0]
        data = self.read(size)
        return struct.unpack(">i", data[:4])[0], data[4:]

    def receive(self, name, v, correlation):
        api = APIS[name]
        got, data = self.frame()
        if got != correlation:
            raise codec.Malformed(f"answer to {got}, not to {correlation}")
        c = codec.Cursor(data)
        if api.flexible(v) and name != "ApiVersions" and c.take(1) != b"\0":
            raise codec.Malformed("tags in the header")
        answer = api.response.decode(v, c)
        if c.left():
            raise codec.Malformed(f"{c.left()} bytes after the answer")
        return answer

    def call(self, name, v, request, **kw):
        return self.receive(name, v, self.send(name, v, request, **kw))
