"""Where sockets lie, and how a session's is found."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from daisy_lab._detached._place import (
    Address,
    connected,
    listening,
    peer_uid,
    read_address,
    socket_folder,
    write_address,
)
from daisy_lab.errors import SessionError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_folder_and_the_socket_are_this_users_alone(runtime: Path) -> None:
    folder = socket_folder()
    listener, path = listening(folder)
    with closing(listener):
        assert folder == runtime / "daisy-lab"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_runtime_folder_there_is_one_per_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert socket_folder().name == f"daisy-lab-{os.getuid()}"


def test_a_runtime_folder_that_is_anothers_is_passed_over(runtime: Path) -> None:
    (runtime / "daisy-lab").mkdir()
    (runtime / "daisy-lab").chmod(0o777)
    assert socket_folder().parent != runtime


def test_a_runtime_folder_with_too_long_a_name_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    assert not socket_folder().is_relative_to(tmp_path)


def test_a_folder_that_others_may_enter_is_not_trusted(runtime: Path) -> None:
    listener, path = listening(socket_folder())
    with closing(listener):
        path.parent.chmod(0o770)
        with pytest.raises(SessionError, match="others may enter"):
            connected(Address(1, path))


def test_a_link_in_place_of_a_socket_is_not_trusted(runtime: Path) -> None:
    listener, path = listening(socket_folder())
    with closing(listener):
        fake = path.with_name("fake.sock")
        fake.symlink_to(path)
        with pytest.raises(SessionError, match="no socket of yours"):
            connected(Address(1, fake))


def test_who_answers_is_known_by_the_system(runtime: Path) -> None:
    listener, path = listening(socket_folder())
    with closing(listener), closing(connected(Address(1, path))) as connection:
        assert peer_uid(connection) == os.geteuid()


def test_sockets_that_nobody_answers_are_removed(runtime: Path) -> None:
    folder = socket_folder()
    stale, kept = listening(folder), listening(folder)
    stale[0].close()
    other, _path = listening(folder)
    with closing(kept[0]), closing(other):
        assert not stale[1].exists()
        assert kept[1].exists()


def test_an_address_is_found_again(tmp_path: Path) -> None:
    address = Address(12, tmp_path / "a.sock")
    write_address(tmp_path, address)
    assert read_address(tmp_path) == address


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x", "path": "a"}', '{"pid": 1}', "\x00"])
def test_an_address_that_is_damaged_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "socket").write_text(text)
    assert read_address(tmp_path) is None


def test_nobody_is_there_without_a_socket(runtime: Path) -> None:
    with pytest.raises(FileNotFoundError):
        connected(Address(1, socket_folder() / "none.sock"))
