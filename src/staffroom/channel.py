"""What the grader's processes say to each other: frames on a socket.

A frame is 8 bytes of length, one letter that says what it is, and a body. Bodies for the engine and from it
are MessagePack as it is; what the tester and the student's process send each other is in wire.py, which needs
numpy: the engine, which starts more often, does without.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from functools import partial

import msgpack

FRAME = 64 << 20  # bytes of a frame at most
DEPTH = 100  # containers within containers
OUT_OF_MEMORY = 77  # the exit status that says so
HOW = {"unicode_errors": "surrogatepass"}  # a notebook may hold such letters
pack, unpack = partial(msgpack.packb, **HOW), partial(msgpack.unpackb, **HOW)


class Closed(Exception):
    """The other side of the channel has ended."""


class Refused(TypeError):
    """This cannot cross: not plain data, too much of it, or malformed."""


class Channel:
    """Frames over a socket. When the other side is `trusted`, it may send `sockets` with a frame."""

    def __init__(self, sock: socket.socket, trusted: bool = False, most: int = FRAME) -> None:
        self.sock, self.trusted, self.most = sock, trusted, most
        self.sockets: list[socket.socket] = []

    def send(
        self, kind: bytes, body: bytes = b"", seconds: float | None = None, more: Sequence[socket.socket] = ()
    ) -> None:
        if len(body) >= FRAME:
            raise Refused(f"{len(body) >> 20} MB are too much to pass on; the limit is {FRAME >> 20} MB")
        data = memoryview(len(body).to_bytes(8, "big") + kind + body)
        try:
            self._within(seconds)
            if more:
                data = data[socket.send_fds(self.sock, [data], [s.fileno() for s in more]) :]
            self.sock.sendall(data)
        except TimeoutError:
            raise
        except OSError:
            raise Closed from None

    def receive(self, seconds: float | None = None) -> tuple[bytes, bytes]:
        """The next frame's kind and body; TimeoutError when it has not come whole after so many seconds."""
        end = None if seconds is None else time.monotonic() + seconds
        head = self._read(9, end)
        length = int.from_bytes(head[:8], "big")
        if length >= self.most:
            raise Closed
        return bytes(head[8:]), bytes(self._read(length, end))

    def _read(self, length: int, end: float | None) -> bytearray:
        data = bytearray()
        while len(data) < length:
            left = None if end is None else max(0.0, end - time.monotonic())
            if data and left == 0:  # it may come in drops
                raise TimeoutError
            most = min(length - len(data), 1 << 20)
            try:
                self._within(left)
                if self.trusted:
                    new, found, *_ = socket.recv_fds(self.sock, most, 1)
                    self.sockets += [socket.socket(fileno=number) for number in found]
                else:
                    new = self.sock.recv(most)
            except TimeoutError:  # ours, or one that a signal's handler raises
                raise
            except BlockingIOError:
                raise TimeoutError from None
            except OSError:
                raise Closed from None
            if not new:
                raise Closed
            data += new
        return data

    def _within(self, seconds: float | None) -> None:
        if seconds is not None or self.sock.gettimeout() is not None:  # to set it is a system call
            self.sock.settimeout(seconds)

    def pending(self) -> bool:
        """Whether something came that nobody asked for."""
        return bool(ready(self, wait=False))

    def close(self) -> None:
        self.sock.close()


def ready(*channels: Channel, wait: bool = True) -> list[Channel]:
    """Those of them on which something has come; by default, once there is one."""
    poll = select.poll()
    for channel in channels:
        poll.register(channel.sock, select.POLLIN)
    found = {number for number, _ in poll.poll(None if wait else 0)}
    return [channel for channel in channels if channel.sock.fileno() in found]
