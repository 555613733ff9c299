"""Twenty people at one hub: they log in, start an app, move its slider, and leave; nothing of them stays."""

from __future__ import annotations

import asyncio
import json
import os
import re
import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hubs import Hub, Visitor, hub_or_skip
from servers import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]

PEOPLE = int(os.environ.get("DAISY_LAB_SOAK_PEOPLE", "20"))
MOVES = 50
# Names without accounts and one password: only a test may do so.
_DUMMIES = """
from jupyterhub.auth import DummyAuthenticator
c.JupyterHub.authenticator_class = DummyAuthenticator
c.DummyAuthenticator.password = "{password}"
c.Authenticator.allowed_users = {names}
c.DaisySpawner.start_timeout = c.DaisySpawner.http_timeout = 300
"""


class Stay(NamedTuple):
    """What one person saw."""

    start: float
    moves: list[float]
    bytes: int


@pytest.fixture
def hub() -> Iterator[Hub]:
    password = uuid.uuid4().hex
    names = {f"person{number}" for number in range(PEOPLE)}
    for hub in hub_or_skip(config=_DUMMIES.format(password=password, names=names)):
        hub.password = password
        yield hub


def test_twenty_people_come_and_go(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    visitors = [log_in(hub, f"person{number}") for number in range(PEOPLE)]
    before = set(hub.processes())
    held_before = sockets(hub)
    open_before = {pid: open_files(pid) for pid in before}
    # As many at once as a morning brings, not all in one second.
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(start, visitors, range(PEOPLE)))
    memory = memory_of(set(hub.processes()) - before) // PEOPLE
    # On a thread of its own: tests of the browser leave a loop running on this one.
    with ThreadPoolExecutor(1) as pool:
        moves = pool.submit(asyncio.run, move_all(visitors)).result()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(leave, visitors, range(PEOPLE)))
    wait_until(lambda: set(hub.processes()) <= before, "no process of anybody stays")
    assert sockets(hub) <= held_before
    # Connections that the hub keeps for later do not grow with the people.
    for pid in before:
        assert open_files(pid) <= open_before[pid] + 10, pid
    with capsys.disabled():
        spread = statistics.quantiles(moves, n=20)
        print(  # noqa: T201 - figures for who runs it
            f"\n{PEOPLE} people: start to page, median {statistics.median(started):.1f} s, worst {max(started):.1f} s; "
            f"slider, median {1000 * statistics.median(moves):.0f} ms, p95 {1000 * spread[-1]:.0f} ms; "
            f"memory per person {memory / 1e6:.0f} MB"
        )


def log_in(hub: Hub, name: str) -> Visitor:
    visitor = hub.visitor()
    assert visitor.log_in(name, hub.password).url.endswith("/hub/home")
    return visitor


def start(visitor: Visitor, number: int) -> float:
    """Start the app and load its page: its cell has run when the page is whole."""
    name = f"person{number}"
    since = time.monotonic()
    visitor.start("told", user=name)
    visitor.wait_for("told", user=name)
    page = visitor.get(f"/user/{name}/told/")
    assert page.status == 200
    return time.monotonic() - since


def leave(visitor: Visitor, number: int) -> None:
    visitor.stop("told", user=f"person{number}")


async def move_all(visitors: list[Visitor]) -> list[float]:
    """Have everybody move their slider at once."""
    found = await asyncio.gather(*(move(visitor, number) for number, visitor in enumerate(visitors)))
    return [seconds for moves in found for seconds in moves]


async def move(visitor: Visitor, number: int) -> list[float]:
    """Move a slider as a page does: over the kernel's websocket; each move changes a label."""
    from tornado.httpclient import HTTPRequest  # noqa: PLC0415 - where the hub is, this is
    from tornado.websocket import websocket_connect  # noqa: PLC0415 - likewise

    name = f"person{number}"
    (kernel, *_more) = json.loads(visitor.get(f"/user/{name}/told/api/kernels").text)
    path = f"/user/{name}/told/api/kernels/{kernel['id']}/channels"
    request = HTTPRequest(visitor.hub.url.replace("http", "ws") + path, request_timeout=60)
    request.headers["Cookie"] = visitor.cookies(path)
    request.headers["Origin"] = visitor.hub.url
    socket = await websocket_connect(request)
    try:
        states = await ask_states(socket)
        slider = next(
            key for key, model in states.items() if model["state"]["_model_name"] == "IntSliderModel"
        )
        moves = []
        for value in range(1, MOVES + 1):
            since = time.monotonic()
            data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
            await socket.write_message(message("comm_msg", {"comm_id": slider, "data": data}))
            await until(socket, lambda said, value=value: f"moved to {value}" in json.dumps(said["content"]))
            moves.append(time.monotonic() - since)
        return moves
    finally:
        socket.close()


async def ask_states(socket: Any) -> dict[str, Any]:
    control = uuid.uuid4().hex
    content = {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}}
    await socket.write_message(message("comm_open", content, version="1.0.0"))
    await socket.write_message(
        message("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
    )
    said = await until(socket, lambda said: said["content"].get("data", {}).get("method") == "update_states")
    return dict(said["content"]["data"]["states"])


async def until(socket: Any, is_it: Any) -> dict[str, Any]:
    while True:
        said = await asyncio.wait_for(socket.read_message(), 60)
        assert said is not None, "the connection was closed"
        told = json.loads(said) if isinstance(said, str) else {"content": {}}
        if is_it(told):
            return dict(told)


def message(kind: str, content: dict[str, Any], **metadata: str) -> str:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "",
        "session": "soak",
        "version": "5.3",
    }
    rest = {"parent_header": {}, "metadata": metadata, "buffers": [], "channel": "shell"}
    return json.dumps({"header": header | {"date": "2026-01-01T00:00:00Z"}, "content": content} | rest)


def memory_of(pids: set[int]) -> int:
    """Give the bytes of processes, what they share counted once."""
    total = 0
    for pid in pids:
        try:
            found = re.search(r"^Pss: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        except OSError:
            continue
        total += 1024 * int(found[1]) if found else 0
    return total


def open_files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


def sockets(hub: Hub) -> set[Path]:
    """Give the folders of kernels' sockets, of this hub's account."""
    own = Path("/tmp") / f"daisy-lab-{hub.state.stat().st_uid}"  # noqa: S108 - where the hub puts them
    places = (own, Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")))
    return {path for place in places for path in place.glob("**/server-*")}
