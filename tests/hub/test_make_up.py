"""`make up` in a copy of this checkout: what it prints is enough to log in, and Ctrl-C ends all of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hubs import ROOT, Visitor, skip_where_no_hub
from processes import all_processes, command_of

if TYPE_CHECKING:
    from collections.abc import Iterator


class Copy:
    """A checkout of its own, as a clone would be, where `make up` runs."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.url = self.user = self.password = ""
        listed = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in subprocess.run(listed, capture_output=True, check=True, text=True).stdout.split("\0"):
            if name and (ROOT / name).is_file():
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, place / name)

    def take_what_is_installed(self) -> None:
        """Take this environment for the copy's own, and its extension for built."""
        (self.place / ".venv").mkdir()
        (self.place / ".venv" / "bin").symlink_to(Path(sys.prefix) / "bin")
        for name in (
            ".venv/stamp-up",
            "labextension/node_modules/.package-lock.json",
            "daisy_lab/_labextension/package.json",
        ):
            (self.place / name).parent.mkdir(parents=True, exist_ok=True)
            (self.place / name).touch()

    def make_up(self, patience: float) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.said = self.place / "said"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                ["make", "up", f"HUB_OPTIONS=--port {port}"],
                cwd=self.place,
                env=os.environ | {"DAISY_LAB_LANGUAGE": "en", "COLUMNS": "200"},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        until = time.monotonic() + patience
        while "Ctrl-C" not in self.said.read_text():
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.2)
        words = self.said.read_text()
        for name, pattern in (
            ("url", r"(http://\S+)/"),
            ("user", r"user +(\S+)"),
            ("password", r"password +(\S+)"),
        ):
            found = re.search(pattern, words)
            assert found is not None, words
            setattr(self, name, found[1])

    def interrupt(self) -> None:
        """End it as Ctrl-C in its terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(60)

    def leftovers(self) -> list[str]:
        """Give what still runs of it."""
        return [words for pid in all_processes() if str(self.place) in (words := command_of(pid))]


@pytest.fixture
def copy() -> Iterator[Copy]:
    skip_where_no_hub()
    if not shutil.which("make") or not shutil.which("git"):
        pytest.skip("there is no make, or no git")
    place = Path(tempfile.mkdtemp(prefix="daisy-up-"))
    place.chmod(0o755)
    try:
        yield Copy(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def walk(copy: Copy) -> None:
    """Log in with what was printed, see the cards, stop it."""
    assert copy.url.startswith("http://127.0.0.1:")
    try:
        answer = Visitor(copy).log_in()
        assert "What would you like to do?" in answer.text
        assert 'id="environment-lab"' in answer.text
        assert (copy.place / "out" / "data" / "sample.h5").is_file()
    finally:
        copy.interrupt()
    assert copy.leftovers() == []


def test_make_up_prints_what_is_needed_to_log_in(copy: Copy) -> None:
    copy.take_what_is_installed()
    copy.make_up(patience=120)
    walk(copy)


@pytest.mark.soak
def test_make_up_sets_up_all_it_needs(copy: Copy) -> None:
    copy.make_up(patience=1500)
    walk(copy)
