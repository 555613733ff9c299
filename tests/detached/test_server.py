"""The session's end of the socket: hostile pages, stuck pages, other users; the others notice nothing."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from desks import PATIENCE, until
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_lab._detached import _server
from daisy_lab._detached._frames import FROM_SESSION, packed, receive, send
from daisy_lab._detached._outbox import Outbox
from daisy_lab._detached._place import Address, connected, listening, socket_folder
from daisy_lab._detached._server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from daisy_lab._bridge import Bridge


class Speaker:
    """A page that says whatever it likes."""

    def __init__(self, path: Path) -> None:
        self.connection = connected(Address(0, path))
        self.connection.settimeout(PATIENCE)
        assert self.hear()["event"] == "session"
        assert self.hear()["event"] == "hello"

    def say(self, data: Any) -> None:
        send(self.connection, packed(data))

    def hear(self) -> dict[str, Any]:
        frame = receive(self.connection, FROM_SESSION)
        assert frame is not None
        told: dict[str, Any] = frame.data()
        return told

    def is_alive(self) -> bool:
        self.say({"id": 7, "method": "alive"})
        while (told := self.hear()) and "reply" not in told:
            pass
        return bool(told["reply"]["ok"])


@pytest.fixture
def stopped() -> Event:
    return Event()


@pytest.fixture
def server(bridge: Bridge, runtime: Path, stopped: Event) -> Iterator[tuple[Server, Path]]:
    made = Server(bridge, lambda: {"name": "beam"}, stopped.set)
    listener, path = listening(socket_folder())
    made.serve(listener)
    yield made, path
    made.close()
    assert made.pages == 0


@pytest.fixture
def page(server: tuple[Server, Path]) -> Iterator[Callable[[], Speaker]]:
    opened: list[Speaker] = []

    def open_page() -> Speaker:
        opened.append(Speaker(server[1]))
        return opened[-1]

    yield open_page
    for one in opened:
        one.connection.close()


def test_a_page_is_told_who_is_here(server: tuple[Server, Path]) -> None:
    with closing(connected(Address(0, server[1]))) as connection:
        frame = receive(connection, FROM_SESSION)
        assert frame is not None
        assert frame.data() == {"event": "session", "data": {"name": "beam", "pages": 1}}


def test_a_page_that_left_is_forgotten(server: tuple[Server, Path], page: Callable[[], Speaker]) -> None:
    first, other = page(), page()
    first.connection.close()
    until(lambda: server[0].pages == 1)
    assert other.is_alive()


def test_a_page_may_ask_the_session_to_end(page: Callable[[], Speaker], stopped: Event) -> None:
    one = page()
    one.say({"id": 1, "method": "session.stop"})
    assert one.hear()["reply"]["ok"]
    assert stopped.wait(PATIENCE)


HOSTILE = st.one_of(
    st.none(),
    st.integers(),
    st.text(),
    st.lists(st.integers()),
    st.dictionaries(
        st.sampled_from(["id", "method", "params", "event", "reply"]), st.none() | st.integers() | st.text()
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=HOSTILE)
def test_whatever_a_page_says_is_answered(page: Callable[[], Speaker], data: Any) -> None:
    one = page()
    with closing(one.connection):
        one.say(data)
        while "reply" not in (told := one.hear()):
            pass
        assert not told["reply"]["ok"]
        assert one.is_alive()


def test_text_that_is_no_json_is_answered(page: Callable[[], Speaker]) -> None:
    one = page()
    for text in (b"{", b"\xff\xfe", b"[" * 50_000, b"\x00"):
        one.connection.sendall(struct.pack("!4sIH", b"DSY1", len(text), 0) + text)
        assert not one.hear()["reply"]["ok"]
    assert one.is_alive()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(noise=st.binary(min_size=10, max_size=300))
def test_what_is_no_message_costs_only_its_own_connection(page: Callable[[], Speaker], noise: bytes) -> None:
    good, bad = page(), page()
    with closing(good.connection), closing(bad.connection):
        bad.connection.sendall(noise)
        # What it sent and nobody read makes an end a reset.
        with suppress(ConnectionResetError, BrokenPipeError):
            bad.connection.shutdown(socket.SHUT_WR)
            while bad.connection.recv(65536):
                pass
        assert good.is_alive()


def test_a_huge_length_is_dropped_at_once(page: Callable[[], Speaker]) -> None:
    good, bad = page(), page()
    bad.connection.sendall(struct.pack("!4sIHQ", b"DSY1", 2, 1, 1 << 62))
    with suppress(ConnectionResetError):
        assert bad.connection.recv(1) == b""
    assert good.is_alive()


def test_a_stuck_page_holds_up_nobody(
    server: tuple[Server, Path], page: Callable[[], Speaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_server, "Outbox", lambda connection: Outbox(connection, most_bytes=100_000))
    stuck, good = page(), page()
    # It asks and asks, and never reads what it is told.
    stuck.connection.settimeout(0.2)
    with pytest.raises(OSError, match=r"timed out|Broken pipe|reset"):
        _say_for_ever(stuck)
    until(lambda: server[0].pages == 1)
    assert good.is_alive()


def _say_for_ever(page: Speaker) -> None:
    while True:
        page.say({"id": 1, "method": "x" * 50, "params": {}})


def test_too_many_pages_are_refused(
    server: tuple[Server, Path], page: Callable[[], Speaker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_server, "_MOST", 2)
    first, _second = page(), page()
    with closing(connected(Address(0, server[1]))) as third:
        assert third.recv(1) == b""
    assert first.is_alive()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_is_refused_even_where_he_can_reach_the_socket(
    server: tuple[Server, Path], runtime: Path
) -> None:
    # Opened for the test: without it the folder alone keeps others out.
    for path in (runtime, server[1].parent):
        path.chmod(0o755)
    server[1].chmod(0o666)
    code = (
        "import os, socket, sys\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])\n"
        "try:\n    print(len(s.recv(100)))\nexcept ConnectionResetError:\n    print(0)\n"
    )
    command = [sys.executable, "-c", code, str(server[1])]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ended.stdout == "0\n"
    server[1].parent.chmod(0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_cannot_even_reach_the_socket(server: tuple[Server, Path], runtime: Path) -> None:
    runtime.chmod(0o755)
    code = (
        "import os, socket, sys\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try:\n    socket.socket(socket.AF_UNIX).connect(sys.argv[1])\nexcept PermissionError:\n    print('refused')\n"
    )
    command = [sys.executable, "-c", code, str(server[1])]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    assert ended.stdout == "refused\n"


def test_nothing_listens_on_a_network(server: tuple[Server, Path]) -> None:
    own = {link.readlink().name for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    for table in ("tcp", "tcp6"):
        lines = Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]
        listening_there = {f"socket:[{line.split()[9]}]" for line in lines if line.split()[3] == "0A"}
        assert not own & listening_there
