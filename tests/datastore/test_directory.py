from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from daisy_lab._datastore import DataStore, Directory, sessions_root, sweep
from daisy_lab.errors import FileError, SessionError


def _names(root: Path) -> list[str]:
    return sorted(entry.name for entry in root.iterdir())


def _start(code: str) -> subprocess.Popen[str]:
    """Start a process that says when it is ready and then waits."""
    code = f"import sys\n{code}\nprint('ready', flush=True)\nsys.stdin.read()\n"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def _kill(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.communicate()


_SPILL = """
import numpy as np
from daisy_lab._datastore import DataStore
store = DataStore(memory=0)
store["x"] = np.zeros(1000)
buffer = store.create(1000, "f4")
"""


def test_an_ephemeral_directory_goes_when_closed(sessions: Path) -> None:
    with Directory.open() as directory:
        assert directory.path.parent == sessions
        assert directory.path.name.startswith("run-")
        assert directory.path.stat().st_mode & 0o777 == 0o700
        assert sessions.stat().st_mode & 0o777 == 0o700
        assert not directory.closed
    assert directory.closed
    assert _names(sessions) == []
    directory.close()


def test_an_ephemeral_directory_goes_with_its_process(sessions: Path) -> None:
    subprocess.run([sys.executable, "-c", _SPILL], check=True, timeout=60)
    assert _names(sessions) == []


def test_a_killed_process_is_swept_by_the_next_and_a_live_one_kept(sessions: Path) -> None:
    dead, live = _start(_SPILL), _start(_SPILL)
    try:
        assert len(_names(sessions)) == 2
        _kill(dead)
        assert len(_names(sessions)) == 2
        with Directory.open() as mine:
            assert len(_names(sessions)) == 2
            assert mine.path.name in _names(sessions)
            kept = next(name for name in _names(sessions) if name != mine.path.name)
            assert (sessions / kept / "lock").read_text() == f"{live.pid}\n"
            assert len(list((sessions / kept / "arrays").iterdir())) == 2
    finally:
        _kill(live)
    assert len(sweep(sessions)) == 1
    assert _names(sessions) == []


def test_maps_stay_valid_when_their_directory_is_swept(sessions: Path) -> None:
    with DataStore(memory=0) as store:
        store["x"] = np.arange(10)
        got = store["x"]
    assert _names(sessions) == []
    assert got.sum() == 45


def test_a_directory_being_made_is_not_swept(sessions: Path) -> None:
    for name in (".making-1", "run-1"):
        (sessions / name).mkdir(parents=True)
    (sessions / ".making-1" / "lock").touch()
    assert sweep(sessions) == ()
    assert len(_names(sessions)) == 2
    long_ago = time.time() - 7200
    for name in (".making-1", "run-1"):
        os.utime(sessions / name, (long_ago, long_ago))
    assert sweep(sessions) == (".making-1", "run-1")
    assert _names(sessions) == []


def test_a_removal_broken_off_is_finished_by_the_next(sessions: Path) -> None:
    (sessions / ".going-1" / "arrays").mkdir(parents=True)
    sweep(sessions)
    assert _names(sessions) == []


def test_sweeping_leaves_sessions_and_strangers_alone(sessions: Path) -> None:
    Directory.open(name="tooth").close()
    (sessions / "notes.txt").touch()
    assert sweep(sessions) == ()
    assert _names(sessions) == ["notes.txt", "session-tooth"]
    assert sweep(sessions / "nowhere") == ()
    (sessions / "notes.txt").unlink()


def test_many_processes_open_and_sweep_at_once(sessions: Path) -> None:
    code = (
        "from daisy_lab._datastore import Directory\n"
        "for number in range(15):\n"
        "    with Directory.open() as directory:\n"
        "        (directory.arrays / 'x').touch()\n"
        "        assert (directory.path / 'lock').exists()\n"
    )
    children = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [child.wait(timeout=60) for child in children] == [0] * 3
    assert _names(sessions) == []


def test_a_named_directory_stays_until_removed(sessions: Path) -> None:
    with Directory.open(name="tooth") as directory:
        (directory.path / "journal.jsonl").write_text("kept")
    with Directory.open(name="tooth") as directory:
        assert (directory.path / "journal.jsonl").read_text() == "kept"
        assert directory.name == "tooth"
        directory.remove()
        assert _names(sessions) == []
    assert directory.closed


def test_a_named_directory_in_use_tells_the_process(sessions: Path) -> None:
    child = _start("from daisy_lab._datastore import Directory\nheld = Directory.open(name='tooth')")
    try:
        with pytest.raises(SessionError, match=f"session 'tooth' is in use by process {child.pid}"):
            Directory.open(name="tooth")
    finally:
        _kill(child)
    Directory.open(name="tooth").remove()
    assert _names(sessions) == []


def test_a_directory_in_use_here_cannot_be_opened_twice() -> None:
    with Directory.open(name="tooth"), pytest.raises(SessionError, match=f"process {os.getpid()}"):
        Directory.open(name="tooth")


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a b"])
def test_a_session_name_cannot_lead_elsewhere(name: str) -> None:
    with pytest.raises(SessionError, match="cannot name a session"):
        Directory.open(name=name)


def test_unreferenced_array_files_are_swept() -> None:
    with Directory.open() as directory:
        for name in ("a.raw", "b.raw", "c.part"):
            (directory.arrays / name).touch()
        (directory.path / "journal.jsonl").touch()
        assert directory.sweep_unreferenced({"a.raw"}) == ("b.raw", "c.part")
        assert [path.name for path in directory.arrays.iterdir()] == ["a.raw"]
        assert (directory.path / "journal.jsonl").exists()


def test_the_root_must_be_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "root"
    root.mkdir(mode=0o700)
    root.chmod(0o750)
    with pytest.raises(SessionError, match=r"others may enter it \(mode 750\).*DAISY_LAB_SESSIONS"):
        Directory.open(root)
    root.chmod(0o700)
    (tmp_path / "link").symlink_to(root)
    with pytest.raises(SessionError, match="it is a link"):
        Directory.open(tmp_path / "link")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(SessionError, match=f"it belongs to user {os.getuid()}"):
        Directory.open(root)
    assert _names(root) == []


def test_a_root_that_cannot_be_made_is_a_file_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match=r"cannot open a session directory in .*DAISY_LAB_SESSIONS"):
        Directory.open(tmp_path / "file" / "below")


def test_the_root_follows_the_environment(monkeypatch: pytest.MonkeyPatch, sessions: Path) -> None:
    assert sessions_root() == sessions
    monkeypatch.delenv("DAISY_LAB_SESSIONS")
    monkeypatch.setenv("TMPDIR", "/scratch")
    assert sessions_root() == Path(f"/scratch/daisy-lab-{os.getuid()}")
    monkeypatch.delenv("TMPDIR")
    assert sessions_root() == Path(f"/var/tmp/daisy-lab-{os.getuid()}")  # noqa: S108 - the default


def test_a_forked_child_removes_nothing(sessions: Path) -> None:
    code = (
        "import os, sys\n"
        "from daisy_lab._datastore import DataStore, Directory\n"
        "from daisy_lab.errors import SessionError\n"
        "import numpy as np\n"
        "directory = Directory.open()\n"
        "store = DataStore(directory, memory=0)\n"
        "store['x'] = np.ones(10)\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    assert directory.closed\n"
        "    directory.close()\n"
        "    sys.exit(0)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0\n"
        "assert directory.path.is_dir()\n"
        "buffer = store.create(3, 'f4')\n"
        "assert len(list(directory.arrays.iterdir())) == 2\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    del buffer\n"
        "    store.close()\n"
        "    directory.remove()\n"
        "    try:\n"
        "        DataStore(directory, memory=0)['y'] = np.ones(3)\n"
        "    except SessionError:\n"
        "        os._exit(0)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0\n"
        "assert len(list(directory.arrays.iterdir())) == 2\n"
        "assert store['x'].sum() == 10\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert _names(sessions) == []


def test_a_childs_life_does_not_keep_a_dead_parents_directory(sessions: Path) -> None:
    child = _start(
        "import os, signal\n"
        "from daisy_lab._datastore import Directory\n"
        "held = Directory.open()\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    os.close(1)\n"
        "    signal.pause()\n"
        "(held.path / 'child').write_text(str(pid))\n"
    )
    grandchild = int(next(sessions.glob("run-*/child")).read_text())
    try:
        _kill(child)
        assert len(sweep(sessions)) == 1
    finally:
        os.kill(grandchild, signal.SIGKILL)
