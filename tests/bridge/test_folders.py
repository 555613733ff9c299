"""Folders and bytes below the roots: listed, measured, uploaded and downloaded piece by piece."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Browser

    from daisy_lab._bridge import Bridge

CONTENT = bytes(range(256)) * 40


class Uploader:
    """Sends a file in pieces, as a page does."""

    def __init__(self, bridge: Bridge, browser: Browser, **asked: Any) -> None:
        self._bridge, self._browser = bridge, browser
        self._asked = {"path": "new.bin", "total": len(CONTENT), **asked}
        self._number = 10_000

    def send(self, offset: int, data: bytes | None = None, **asked: Any) -> dict[str, Any]:
        self._number += 1
        message = {
            "id": self._number,
            "method": "files.write",
            "params": {**self._asked, "offset": offset, **asked},
        }
        self._bridge.hear(self._browser.front, message, [] if data is None else [memoryview(data)])
        reply, _buffers = self._browser.reply(self._number)
        result: dict[str, Any] = reply["result"] if reply["ok"] else reply["error"]
        return result


@pytest.fixture
def upload(bridge: Bridge, browser: Browser) -> Uploader:
    return Uploader(bridge, browser)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "scans").mkdir()
    for number in (10, 2, 1):
        (tmp_path / f"scan_{number}.h5").write_bytes(b"x" * number)
    (tmp_path / ".secret").write_text("token")
    return tmp_path


# Listing.


def test_a_folder_lists_folders_first_in_natural_order(browser: Browser, tree: Path) -> None:
    found = browser.get("files.folder")
    assert [one["name"] for one in found["entries"]] == ["scans", "scan_1.h5", "scan_2.h5", "scan_10.h5"]
    assert [one["size"] for one in found["entries"]] == [0, 1, 2, 10]
    assert (found["path"], found["absolute"]) == ("", str(tree))


def test_an_entry_says_how_it_can_be_asked_for(browser: Browser, tree: Path) -> None:
    (tree / "scans" / "deep").mkdir()
    (entry,) = browser.get("files.folder", path="scans")["entries"]
    assert browser.get("files.folder", path=entry["path"])["path"] == "scans/deep"


def test_links_out_of_the_roots_are_not_listed(browser: Browser, tree: Path) -> None:
    (tree / "scans" / "etc").symlink_to("/etc")
    (tree / "scans" / "gone").symlink_to(tree / "nowhere")
    (tree / "scans" / "inside").symlink_to(tree / "scan_1.h5")
    assert [one["name"] for one in browser.get("files.folder", path="scans")["entries"]] == ["inside"]


def test_a_second_root_can_be_listed_by_its_whole_path(
    bridge: Bridge, browser: Browser, tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "a.h5").write_bytes(b"")
    bridge.roots = (tree, other)
    found = browser.get("files.folder", path=str(other))
    assert (found["root"], found["roots"]) == (1, ["", str(other)])
    assert found["entries"][0]["path"] == str(other / "a.h5")


@pytest.mark.parametrize("method", ["files.folder", "files.space", "files.read", "files.write"])
@pytest.mark.parametrize("path", ["..", "/etc/passwd", "scans/../../x", "out/x"])
def test_nothing_outside_the_roots_is_reached(browser: Browser, tree: Path, method: str, path: str) -> None:
    (tree / "out").symlink_to("/")
    total = {"total": 1} if method == "files.write" else {}
    assert browser.fail(method, path=path, **total)["kind"] == "ForbiddenPathError"


@pytest.mark.parametrize("path", [".secret", ".config/x", "scans/.x"])
def test_hidden_files_are_neither_read_nor_written(browser: Browser, tree: Path, path: str) -> None:
    assert "hidden" in browser.fail("files.read", path=path)["message"]
    assert "hidden" in browser.fail("files.write", path=path, total=1)["message"]


def test_a_folder_that_is_gone_says_so(browser: Browser) -> None:
    assert "choose again" in browser.fail("files.folder", path="nowhere")["message"]


def test_the_room_is_what_the_disk_says(browser: Browser, tmp_path: Path) -> None:
    found = browser.get("files.space")
    facts = os.statvfs(tmp_path)
    assert found["total"] == facts.f_blocks * facts.f_frsize
    assert 0 < found["free"] <= found["total"]


# Uploads.


def test_an_upload_gets_its_name_when_it_is_whole(upload: Uploader, tmp_path: Path) -> None:
    for start in range(0, len(CONTENT), 3000):
        assert not (tmp_path / "new.bin").exists()
        told = upload.send(start, CONTENT[start : start + 3000])
    assert told == {"path": "new.bin", "there": len(CONTENT), "done": True}
    assert (tmp_path / "new.bin").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["new.bin"]


def test_an_upload_is_resumed_by_another_page(bridge: Bridge, browser: Browser, tmp_path: Path) -> None:
    Uploader(bridge, browser).send(0, CONTENT[:4000])
    other = Uploader(bridge, browser)
    assert other.send(0) == {"path": "new.bin", "there": 4000, "done": False}
    assert other.send(4000, CONTENT[4000:])["done"]
    assert (tmp_path / "new.bin").read_bytes() == CONTENT


def test_a_piece_that_leaves_a_gap_is_not_written(upload: Uploader) -> None:
    upload.send(0, CONTENT[:100])
    assert upload.send(5000, CONTENT[5000:])["there"] == 100


def test_a_piece_sent_twice_does_no_harm(upload: Uploader, tmp_path: Path) -> None:
    upload.send(0, CONTENT[:6000])
    upload.send(0, CONTENT[:6000])
    assert upload.send(6000, CONTENT[6000:])["done"]
    assert (tmp_path / "new.bin").read_bytes() == CONTENT


def test_another_file_of_the_same_name_is_not_mixed_in(upload: Uploader) -> None:
    monday, tuesday = {"token": "monday"}, {"token": "tuesday"}
    upload.send(0, CONTENT[:4000], **monday)
    assert upload.send(0, **tuesday)["there"] == 0
    assert upload.send(0, **monday)["there"] == 4000


def test_a_file_that_is_there_is_kept_unless_the_page_says_so(upload: Uploader, tmp_path: Path) -> None:
    (tmp_path / "new.bin").write_text("mine")
    assert "is there already" in upload.send(0, CONTENT)["message"]
    assert (tmp_path / "new.bin").read_text() == "mine"
    assert upload.send(0, CONTENT, overwrite=True)["done"]
    assert (tmp_path / "new.bin").read_bytes() == CONTENT


def test_an_upload_that_does_not_fit_is_refused_before_its_first_byte(
    upload: Uploader, browser: Browser, tmp_path: Path
) -> None:
    total = browser.get("files.space")["free"] * 2
    assert "make room" in upload.send(0, CONTENT, total=total)["message"]
    assert list(tmp_path.iterdir()) == []


def test_more_bytes_than_announced_are_refused(upload: Uploader, tmp_path: Path) -> None:
    assert "begin the upload anew" in upload.send(0, CONTENT, total=100)["message"]
    assert list(tmp_path.iterdir()) == []


def test_an_upload_can_be_given_up(upload: Uploader, tmp_path: Path) -> None:
    upload.send(0, CONTENT[:100])
    upload.send(0, cancel=True)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_can_be_uploaded(upload: Uploader, tmp_path: Path) -> None:
    assert upload.send(0, total=0)["done"]
    assert (tmp_path / "new.bin").read_bytes() == b""


def test_a_folder_that_may_not_be_written_says_so(upload: Uploader, tmp_path: Path) -> None:
    assert "there is no folder" in upload.send(0, CONTENT, path="none/new.bin")["message"]


# Downloads.


def test_a_file_is_read_piece_by_piece(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(CONTENT)
    pieces, stamps = [], set()
    for offset in range(0, len(CONTENT), 3000):
        reply, buffers = browser.ask("files.read", path="a.bin", offset=offset, count=3000)
        pieces.append(buffers[0])
        stamps.add(reply["result"]["stamp"])
        assert reply["result"]["size"] == len(CONTENT)
    assert b"".join(pieces) == CONTENT
    assert len(stamps) == 1


def test_a_file_that_changed_has_another_stamp(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(CONTENT)
    before = browser.get("files.read", path="a.bin")["stamp"]
    (tmp_path / "a.bin").write_bytes(CONTENT[1:])
    assert browser.get("files.read", path="a.bin")["stamp"] != before


def test_only_files_are_read(browser: Browser, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for path in ("pipe", "folder", "nothing"):
        assert browser.fail("files.read", path=path)["kind"] in {"FileError", "MissingFileError"}
