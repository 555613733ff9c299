"""Files that arrive in pieces, and the room they need: nothing half written under the final name."""

from __future__ import annotations

import errno
import os
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_lab.errors import DataError, FileError, MissingFileError
from daisy_lab.io import Upload, check_room, free_bytes, space

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(200))


def test_pieces_gather_beside_the_final_name(tmp_path: Path) -> None:
    upload = Upload(tmp_path / "scan.h5", len(CONTENT))
    assert upload.write(0, [CONTENT[:50], memoryview(CONTENT)[50:80]]) == 80
    assert not (tmp_path / "scan.h5").exists()
    (hidden,) = tmp_path.iterdir()
    assert hidden.name.startswith(".scan.h5.")
    assert hidden.stat().st_mode & 0o077 == 0


def test_another_process_finds_what_is_there(tmp_path: Path) -> None:
    Upload(tmp_path / "scan.h5", len(CONTENT), "x").write(0, [CONTENT[:50]])
    again = Upload(tmp_path / "scan.h5", len(CONTENT), "x")
    assert again.there == 50
    again.write(50, [CONTENT[50:]])
    again.finish(overwrite=False)
    assert (tmp_path / "scan.h5").read_bytes() == CONTENT


@given(ends=st.lists(st.integers(0, len(CONTENT)), max_size=12))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_order_of_pieces_ends_in_the_same_file(tmp_path: Path, ends: list[int]) -> None:
    target = tmp_path / "any.bin"
    target.unlink(missing_ok=True)
    upload = Upload(target, len(CONTENT))
    for start in ends:
        upload.write(start, [CONTENT[start : start + 40]])
    there = upload.there
    upload.write(there, [CONTENT[there:]])
    upload.finish(overwrite=False)
    assert target.read_bytes() == CONTENT


def test_a_symbolic_link_under_the_hidden_name_is_not_followed(tmp_path: Path) -> None:
    upload = Upload(tmp_path / "scan.h5", len(CONTENT))
    (tmp_path / "victim").write_text("mine")
    upload.path.symlink_to(tmp_path / "victim")
    with pytest.raises(FileError):
        upload.write(0, [CONTENT])
    assert (tmp_path / "victim").read_text() == "mine"


def test_what_came_into_being_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    upload = Upload(tmp_path / "scan.h5", len(CONTENT))
    upload.begin(overwrite=False)
    upload.write(0, [CONTENT])
    (tmp_path / "scan.h5").write_text("mine")
    with pytest.raises(FileError, match="is there already"):
        upload.finish(overwrite=False)
    assert (tmp_path / "scan.h5").read_text() == "mine"


def test_bytes_beyond_the_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="begin the upload anew"):
        Upload(tmp_path / "scan.h5", 10).write(5, [CONTENT])


def test_an_upload_that_was_forgotten_is_removed_by_the_next(tmp_path: Path) -> None:
    old, recent = Upload(tmp_path / "old.h5", 10), Upload(tmp_path / "recent.h5", 10)
    old.write(0, [b"12345"])
    recent.write(0, [b"12345"])
    past = time.time() - 8 * 86_400
    os.utime(old.path, (past, past))
    Upload(tmp_path / "new.h5", 10).write(0, [b"1"])
    assert (old.there, recent.there) == (0, 5)


def test_the_longest_name_can_be_uploaded(tmp_path: Path) -> None:
    upload = Upload(tmp_path / ("é" * 127), 3)
    upload.write(0, [b"abc"])
    upload.finish(overwrite=False)
    assert upload.target.read_bytes() == b"abc"


def test_a_full_disk_is_told_and_the_final_name_stays_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    upload = Upload(tmp_path / "scan.h5", len(CONTENT))
    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(FileError, match="no room left"):
        upload.write(0, [CONTENT])
    assert not (tmp_path / "scan.h5").exists()


def test_room_is_asked_before_the_work(tmp_path: Path) -> None:
    check_room(tmp_path / "a", 100, lambda _folder: 100)
    with pytest.raises(FileError, match="needs 101 B and 100 B is free"):
        check_room(tmp_path / "a", 101, lambda _folder: 100)


def test_room_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path) <= space(tmp_path).total
    with pytest.raises(MissingFileError, match="there is no folder"):
        free_bytes(tmp_path / "none")
