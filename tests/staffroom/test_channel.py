"""Frames between the grader's processes: whole, in order, and never waited for without end."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from staffroom import channel
from staffroom.channel import Channel, Closed, Refused


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    one, other = map(Channel, socket.socketpair())
    yield one, other
    one.close()
    other.close()


def test_frames_arrive_whole_and_in_order(ends: tuple[Channel, Channel]) -> None:
    big = bytes(3 << 20)
    sender = threading.Thread(target=lambda: (ends[0].send(b"A", big), ends[0].send(b"B")))
    sender.start()
    assert ends[1].receive(10) == (b"A", big)
    assert ends[1].receive(10) == (b"B", b"")
    sender.join()


def test_a_side_that_says_nothing_or_half_is_not_waited_for(ends: tuple[Channel, Channel]) -> None:
    with pytest.raises(TimeoutError):
        ends[1].receive(0)
    ends[0].sock.send((9).to_bytes(8, "big") + b"Vhalf")
    with pytest.raises(TimeoutError):
        ends[1].receive(0.01)


def test_bytes_that_come_in_drops_are_not_waited_for(
    ends: tuple[Channel, Channel], monkeypatch: pytest.MonkeyPatch
) -> None:
    drops = SimpleNamespace(
        recv=lambda length: b"x", settimeout=lambda seconds: None
    )  # there is always one more, so it never has to wait
    clock = itertools.count()
    monkeypatch.setattr(ends[1], "sock", drops)
    monkeypatch.setattr(channel.time, "monotonic", lambda: next(clock))
    with pytest.raises(TimeoutError):
        ends[1]._read(1 << 20, 5.0)
    monkeypatch.undo()


def test_a_side_that_does_not_listen_is_not_waited_for(ends: tuple[Channel, Channel]) -> None:
    with pytest.raises(TimeoutError):
        ends[0].send(b"A", bytes(8 << 20), seconds=0.05)


def test_a_claim_of_too_much_ends_the_channel(ends: tuple[Channel, Channel]) -> None:
    ends[0].sock.send((1 << 60).to_bytes(8, "big") + b"V")
    with pytest.raises(Closed):
        ends[1].receive(1)
    with pytest.raises(Refused, match="64 MB"):
        ends[0].send(b"V", bytes(channel.FRAME))


def test_the_end_of_a_side_is_told(ends: tuple[Channel, Channel]) -> None:
    ends[0].close()
    with pytest.raises(Closed):
        ends[1].receive(1)
    with pytest.raises(Closed):
        ends[1].send(b"A")
