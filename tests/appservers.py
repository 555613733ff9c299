"""`daisy app` for tests and benchmarks: a server of one app, with settings, kernels and sessions of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from servers import PATIENCE

from daisy_lab._detached import list_sessions, stop_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def notebook(source: str) -> str:
    """Give a notebook of one cell."""
    cell: dict[str, Any] = {"cell_type": "code", "id": "c0", "source": source, "metadata": {}, "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {"cells": [cell | {"execution_count": None}], "metadata": {"kernelspec": kernel}}
    return json.dumps(whole | {"nbformat": 4, "nbformat_minor": 5})


def lay_app(place: Path, name: str, source: str, more: str = "") -> None:
    """Make an app of one cell below `apps` of a place."""
    folder = place / "apps" / name
    folder.mkdir(parents=True)
    (folder / f"{name}.ipynb").write_text(notebook(source))
    (folder / "app.toml").write_text(f'title = "{name.capitalize()}"\nnotebook = "{name}.ipynb"\n{more}')


@dataclass
class Served:
    """A server of one app."""

    name: str
    opens: str
    """The address that it told, with its token."""
    root: Path
    place: Path
    process: subprocess.Popen[str]
    kernels: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Give where the server's addresses begin."""
        return f"http://{urlsplit(self.opens).netloc}/"

    @property
    def token(self) -> str:
        """Give what opens the server."""
        return parse_qs(urlsplit(self.opens).query)["token"][0]

    @property
    def log(self) -> str:
        """Give what the server has said."""
        return (self.place / "log").read_text()

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        """Ask for a path, and give status and text."""
        request = urllib.request.Request(f"{self.address}{path}", method=method)  # noqa: S310 - our own server
        for name, value in ({"Authorization": f"token {self.token}"} | headers).items():
            if value:
                request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=2 * PATIENCE) as answer:  # noqa: S310 - as above
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def page(self, query: str = "", **headers: str) -> str:
        """Open the app's page as a browser without scripts does; gives its HTML, and notes its kernel."""
        status, html = self.ask(f"daisy-lab/app/{self.name}{query}", **headers)
        assert status == 200
        found = re.search(r'"kernelId": "([0-9a-f-]+)"', html)
        assert found is not None
        self.kernels.append(found.group(1))
        return html


@contextmanager
def serve(place: Path, name: str, *arguments: str, **variables: str) -> Iterator[Served]:
    """Serve an app of `apps` below a place with a short path, since sockets of kernels lie below it.

    Sessions outlive a server; those of the place end here.
    """
    try:
        with _served(place, name, *arguments, **variables) as served:
            yield served
    finally:
        end_sessions(place / "sessions")


def end_sessions(root: Path) -> None:
    """End the processes of all sessions below a folder."""
    for session in list_sessions(root):
        stop_session(session.name, root)


@contextmanager
def _served(place: Path, name: str, *arguments: str, **variables: str) -> Iterator[Served]:
    root = place / "root"
    root.mkdir(exist_ok=True)
    folders = {f"JUPYTER_{kind}_DIR": str(place / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    folders |= {"IPYTHONDIR": str(place / "ipython"), "DAISY_LAB_SESSIONS": str(place / "sessions")}
    folders |= {"DAISY_LAB_APPS": str(place / "apps"), "DAISY_LAB_LOG": "INFO", "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "daisy_lab", "app", name, *arguments]
    with (
        (place / "log").open("w") as log,
        subprocess.Popen(
            command,
            env=os.environ | folders | variables,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=root,
        ) as process,
    ):
        assert process.stdout is not None
        try:
            found = next(
                (re.search(r"http://\S+", line) for line in process.stdout if "http://" in line), None
            )
            assert found is not None, (place / "log").read_text()
            yield Served(name, found.group(), root, place, process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                assert process.wait(PATIENCE) == 0
            finally:
                process.kill()
