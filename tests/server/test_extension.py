"""The server extension in a server: quick to load, and only for who has logged in."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from daisy_lab.server._nodelay import send_small_frames_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAVY = ("numpy", "numba", "scipy", "h5py", "pydantic", "daisy_lab._engine")
_TOKEN = "a-token-for-tests"  # noqa: S105 - of a server that lives for one test


def test_it_loads_no_numerics() -> None:
    code = f"import sys, daisy_lab.server; print([name for name in {_HEAVY!r} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_sockets_send_at_once_and_then_do_what_they_did() -> None:
    said: list[object] = []

    class Handler:
        def set_nodelay(self, value: bool) -> None:  # noqa: FBT001 - tornado's signature
            said.append(value)

        async def open(self, kernel_id: str) -> None:
            said.append(kernel_id)

    send_small_frames_at_once(Handler)
    send_small_frames_at_once(Handler)
    # On a thread of its own: a browser driven by another test may have left its loop running on this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, Handler().open("a kernel")).result()
    assert said == [True, "a kernel"]


def test_the_sockets_of_kernels_are_meant() -> None:
    websocket = pytest.importorskip("jupyter_server.services.kernels.websocket")
    send_small_frames_at_once()
    assert websocket.KernelWebsocketHandler.open.sends_at_once


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a Jupyter server with our extension."""
    pytest.importorskip("jupyter_server")
    root = tmp_path_factory.mktemp("server")
    (root / "apps" / "ct").mkdir(parents=True)
    (root / "apps" / "ct" / "app.toml").write_text('title = "Tomography"\npath = "ct"\n')
    folders = {f"JUPYTER_{name}_DIR": str(root / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyter_server",
            "--no-browser",
            "--allow-root",
            "--ip=127.0.0.1",
            "--port=0",
            f"--ServerApp.root_dir={root}",
            f"--IdentityProvider.token={_TOKEN}",
            '--ServerApp.jpserver_extensions={"daisy_lab.server": True}',
        ],
        env={**os.environ, **folders, "DAISY_LAB_APPS": str(root / "apps")},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    address = ""
    for line in process.stderr:
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found:
            address = found.group()
            break
    _wait_for(address)
    yield address
    process.terminate()
    process.communicate()


def _wait_for(address: str) -> None:
    """Wait until a server takes connections: it names its address before."""
    place = urlsplit(address)
    for _turn in range(500):
        with (
            suppress(ConnectionRefusedError),
            socket.create_connection((place.hostname, place.port or 0), 10),
        ):
            return
        time.sleep(0.02)
    pytest.fail(f"nothing listens at {address}")


def _get(address: str, token: str = "") -> object:
    headers = {"Authorization": f"token {token}"} if token else {}
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        return json.load(answer)


def test_tiles_are_given_to_who_has_logged_in(server: str) -> None:
    tiles = {tile["name"]: tile for tile in _get(f"{server}daisy-lab/apps", _TOKEN)}
    # A site's folder takes the place of the app of that name.
    assert tiles["ct"] == {"name": "ct", "title": "Tomography", "url": "/ct", "icon": None}


def test_others_are_refused(server: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as raised:
        _get(f"{server}daisy-lab/apps")
    assert raised.value.code == 403
    raised.value.close()
