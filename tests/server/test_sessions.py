"""A server whose user's session computes is not idle."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from daisy_lab.server._sessions import note_active_sessions

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

NOW = 1_800_000_000.0


def touched(root: Path, name: str, seconds: float) -> None:
    folder = root / f"session-{name}"
    folder.mkdir(parents=True)
    (folder / "active").touch()
    os.utime(folder / "active", (seconds, seconds))


def noted(root: Path) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    note_active_sessions(settings, root, NOW)
    return settings


def test_the_latest_session_that_computes_counts(tmp_path: Path) -> None:
    touched(tmp_path, "one", NOW - 60)
    touched(tmp_path, "two", NOW - 20)
    assert noted(tmp_path) == {"daisy_lab_last_activity": datetime.fromtimestamp(NOW - 20, UTC)}


def test_one_that_ended_its_work_long_ago_does_not_count(tmp_path: Path) -> None:
    touched(tmp_path, "one", NOW - 600)
    assert noted(tmp_path) == {}


def test_a_clock_that_went_back_makes_no_activity_in_the_future(tmp_path: Path) -> None:
    touched(tmp_path, "one", NOW + 600)
    assert noted(tmp_path) == {"daisy_lab_last_activity": datetime.fromtimestamp(NOW, UTC)}


def test_without_sessions_nothing_is_noted(tmp_path: Path) -> None:
    assert noted(tmp_path / "none") == {}
    (tmp_path / "session-rests").mkdir()
    assert noted(tmp_path) == {}


def test_a_real_server_takes_it_for_its_own_activity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serverapp = pytest.importorskip("jupyter_server.serverapp")
    for name in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.setenv("DAISY_LAB_SESSIONS", str(tmp_path / "sessions"))
    # The extension sets these two for its kernels: named here, they go with the test.
    for name in ("DAISY_LAB_SERVER_ROOT", "JUPYTER_PATH"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    # In a thread of its own: where tests drive a browser, a loop runs in this one.
    with ThreadPoolExecutor(1) as other:
        other.submit(_compare_activity, serverapp, tmp_path).result()


def _compare_activity(serverapp: ModuleType, place: Path) -> None:
    app = serverapp.ServerApp(
        root_dir=str(place),
        open_browser=False,
        allow_root=True,
        port=0,
        jpserver_extensions={"daisy_lab.server": True},
    )
    app.init_signal = lambda: None  # the main thread's alone
    app.initialize(argv=[], new_httpserver=False, find_extensions=False)
    try:
        before = app.web_app.last_activity()
        touched(place / "sessions", "beam", before.timestamp() + 30)
        note_active_sessions(app.web_app.settings, now=before.timestamp() + 40)
        assert (app.web_app.last_activity() - before).total_seconds() == pytest.approx(30)
    finally:
        app.io_loop.close(all_fds=True)
        app.clear_instance()
