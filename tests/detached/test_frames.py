"""Messages on a socket: whole, bounded, and nothing else."""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from threading import Thread
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_lab._detached._errors import FrameError
from daisy_lab._detached._frames import Frame, Limits, packed, receive, send

LIMITS = Limits(text=1 << 20, buffers=1024, total=64 << 20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def through(parts: list[memoryview], limits: Limits = LIMITS) -> Frame | None:
    """Send parts through a socket that is closed afterwards, and give what arrives."""
    here, there = socket.socketpair()

    def speak() -> None:
        with closing(here):
            try:
                send(here, parts)
            except OSError:
                return

    thread = Thread(target=speak)
    with closing(there):
        thread.start()
        try:
            return receive(there, limits)
        finally:
            there.close()
            thread.join()


@given(st.dictionaries(st.text(), JSON), st.lists(st.binary(max_size=100), max_size=5))
def test_what_arrives_is_what_was_sent(data: dict[str, Any], buffers: list[bytes]) -> None:
    frame = through(packed(data, buffers))
    assert frame is not None
    assert frame.data() == data
    assert [bytes(buffer) for buffer in frame.buffers] == buffers


def test_large_arrays_arrive_whole_and_in_order() -> None:
    arrays = [np.arange(1_500_000, dtype=np.float64), np.full((3, 3), 7, np.uint8)] * 3
    frame = through(packed({"a": 1}, [array.data for array in arrays]))
    assert frame is not None
    for array, buffer in zip(arrays, frame.buffers, strict=True):
        np.testing.assert_array_equal(np.frombuffer(buffer, array.dtype).reshape(array.shape), array)


def test_more_parts_than_one_call_may_send_arrive() -> None:
    frame = through(packed({}, [b"x"] * 1000))
    assert frame is not None
    assert len(frame.buffers) == 1000


def test_the_end_is_nothing() -> None:
    assert through([]) is None


@given(st.binary(min_size=1, max_size=200))
def test_noise_is_no_message(noise: bytes) -> None:
    with pytest.raises(FrameError):
        through([memoryview(noise)])


@given(st.data())
def test_a_message_that_breaks_off_is_told_from_one_that_ends(data: st.DataObject) -> None:
    whole = b"".join(packed({"text": "abc"}, [b"defg", b"h"]))
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(FrameError, match="middle"):
        through([memoryview(whole[:cut])])


@pytest.mark.parametrize(
    "head",
    [
        struct.pack("!4sIH", b"DSY1", (1 << 32) - 1, 0),
        struct.pack("!4sIH", b"DSY1", 2, 65535),
        struct.pack("!4sIHQ", b"DSY1", 2, 1, (1 << 64) - 1),
        struct.pack("!4sIH64Q", b"DSY1", 2, 64, *[1 << 24] * 64),
    ],
    ids=["text", "count", "one buffer", "all buffers"],
)
def test_nothing_is_set_aside_for_what_is_too_large(head: bytes) -> None:
    with pytest.raises(FrameError, match="larger than allowed"):
        through([memoryview(head)])


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b"1" * 10_000], ids=range(5))
def test_text_that_is_no_json_is_told(text: bytes) -> None:
    with pytest.raises(FrameError, match="no JSON"):
        Frame(bytearray(text), ()).data()


def test_numbers_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        packed({"a": float("inf")})
