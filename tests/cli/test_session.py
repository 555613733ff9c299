"""`daisy session`: what sessions there are, and how one is stopped."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from daisy_lab import Session
from daisy_lab._detached import attach

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    folder = tmp_path / "sessions"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def beam(sessions: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Give the process of a session."""
    # The folder of a test has too long a name for a socket.
    runtime = Path(tempfile.mkdtemp(prefix="dl", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    link = attach("beam", sessions)
    try:
        yield int(link.ask("session.about").result(60).result["pid"])
        link.ask("session.stop").result(60)
    finally:
        link.close()
        shutil.rmtree(runtime)


def test_without_sessions_it_says_how_one_begins(daisy: Any) -> None:
    said = daisy("session", "list")
    assert said.code == 0
    assert "there is no session yet" in said.out


def test_a_session_at_rest_is_listed(daisy: Any, sessions: Path) -> None:
    Session("beam", root=sessions).close()
    assert "at rest" in daisy("session", "list").out
    (facts,) = json.loads(daisy("session", "list", "--json").out)
    assert (facts["name"], facts["process"], facts["active"]) == ("beam", None, 0)


def test_an_open_session_is_shown_with_its_process(daisy: Any, beam: int, sessions: Path) -> None:
    said = daisy("session", "show", "beam")
    assert said.code == 0
    assert str(beam) in said.out
    assert str(sessions) in said.out
    facts = json.loads(daisy("session", "show", "beam", "--json").out)
    assert (facts["process"], facts["pages"]) == (beam, 1)


def test_a_session_is_stopped_once(daisy: Any, beam: int, sessions: Path) -> None:
    assert beam
    assert "has ended" in daisy("session", "stop", "beam").out
    Session("beam", root=sessions).close()
    assert "at rest already" in daisy("session", "stop", "beam").out


def test_a_session_that_is_not_there_is_an_error_that_names_the_nearest(daisy: Any, sessions: Path) -> None:
    Session("beam", root=sessions).close()
    said = daisy("session", "stop", "bean")
    assert said.code == 3
    assert "did you mean 'beam'?" in said.err
