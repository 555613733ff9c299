from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from disks import fill, small_disk
from fake_link import heard_by, refusal
from servers import wait_until

from daisy_lab._bridge import Bridge
from daisy_lab._detached import Answer, local_link
from daisy_lab._engine import LocalEngine
from daisy_lab.widgets import FilePicker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fake_link import FakeLink

    from daisy_lab._detached import Link


def folder(path: str = "", **about: Any) -> dict[str, Any]:
    entry = {"name": "scan.h5", "kind": "file", "size": 10, "modified": 1.0, "writable": True}
    whole = {"path": path, "root": 0, "roots": [""], "absolute": f"/data/{path}".rstrip("/")}
    return whole | {"entries": [entry], "more": 0, "writable": True} | about


@pytest.fixture
def there(link: FakeLink) -> FakeLink:
    link.answers["files.folder"] = lambda asked: folder(asked["path"])
    link.answers["files.space"] = {"free": 100, "total": 200, "used": 100}
    return link


def test_the_way_to_a_folder_is_shown_place_by_place(there: FakeLink) -> None:
    picker = FilePicker(there, folder="a/b")
    assert picker.folder["crumbs"] == [
        {"name": "data", "path": ""},
        {"name": "a", "path": "a"},
        {"name": "b", "path": "a/b"},
    ]
    assert picker.folder["entries"][0]["path"] == "a/b/scan.h5"


def test_the_first_folder_leads_to_the_further_roots(link: FakeLink) -> None:
    link.answers["files.folder"] = folder(roots=["", "/raid/s"])
    link.answers["files.space"] = {"free": 1, "total": 1, "used": 0}
    first, scan = FilePicker(link).folder["entries"]
    assert (first["name"], first["path"], first["kind"]) == ("/raid/s", "/raid/s", "folder")
    assert scan["path"] == "scan.h5"


def test_a_folder_below_another_root_begins_with_its_whole_path_and_leads_back(link: FakeLink) -> None:
    link.answers["files.folder"] = folder("/raid/s/x", root=1, roots=["", "/raid/s"], absolute="/raid/s/x")
    link.answers["files.space"] = {"free": 1, "total": 1, "used": 0}
    crumbs = FilePicker(link).folder["crumbs"]
    assert crumbs == [
        {"name": "Files", "path": ""},
        {"name": "s", "path": "/raid/s"},
        {"name": "x", "path": "/raid/s/x"},
    ]


def test_only_the_folder_that_was_asked_for_last_is_shown(there: FakeLink) -> None:
    picker = FilePicker(there)
    there.holding = True
    picker.vue_go("a")
    picker.vue_go("b")
    there.held.reverse()
    there.release()
    assert picker.folder["path"] == "b"


def test_a_folder_that_vanished_is_told_and_the_list_stays(there: FakeLink) -> None:
    picker = FilePicker(there)
    there.answers["files.folder"] = refusal("no folder 'gone'; go up")
    picker.vue_go("gone")
    assert picker.trouble == "no folder 'gone'; go up"
    assert picker.folder["path"] == ""
    assert not picker.busy


def test_the_app_hears_which_file_is_opened(there: FakeLink) -> None:
    picker = FilePicker(there)
    picked: list[str] = []
    picker.on_pick(picked.append)
    picker.vue_pick("scan.h5")
    assert picked == ["scan.h5"]


def test_a_refused_piece_is_told_at_its_transfer(there: FakeLink) -> None:
    there.answers["files.write"] = refusal("no room left")
    picker = FilePicker(there)
    said = heard_by(picker)
    picker.vue_piece({"key": 4, "path": "x", "total": 3, "offset": 0, "token": "t"}, [b"abc"])
    assert said == [("refused", [4, "no room left"], [])]


def test_bytes_of_a_download_travel_beside_the_message(there: FakeLink) -> None:
    there.answers["files.read"] = Answer({"offset": 0, "size": 3, "stamp": "s"}, (b"abc",))
    picker = FilePicker(there)
    said = heard_by(picker)
    picker.vue_fetch({"key": 2, "path": "scan.h5", "offset": 0})
    assert said == [("bytes", [2, 0, 3, "s"], [b"abc"])]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Link]:
    engine = LocalEngine()
    bridge = Bridge(engine, (tmp_path,))
    link = local_link(bridge)
    yield link
    link.close()
    bridge.close()
    engine.close()


def piece(link: Link, offset: int, *bytes_: bytes) -> dict[str, Any]:
    about = {"path": "up.bin", "total": 6, "offset": offset, "token": "6-abc"}
    return link.ask("files.write", about, bytes_).result(20).result


def test_an_upload_goes_on_where_a_page_of_before_left_it(session: Link, tmp_path: Path) -> None:
    assert piece(session, 0, b"abc") == {"path": "up.bin", "there": 3, "done": False}
    assert not (tmp_path / "up.bin").exists()
    assert piece(session, 0)["there"] == 3
    assert piece(session, 3, b"def")["done"]
    assert (tmp_path / "up.bin").read_bytes() == b"abcdef"


def test_a_file_that_does_not_fit_is_refused_before_it_travels(session: Link) -> None:
    picker = FilePicker(session)
    said = heard_by(picker)
    picker.vue_piece({"key": [1, 1], "path": "big.h5", "total": 9 * 10**15, "offset": 0, "token": "t"})
    (method, (key, text), _buffers) = wait_until(
        lambda: [one for one in said if one[0] == "refused"], "no refusal"
    )[0]
    assert (method, key) == ("refused", [1, 1])
    assert "it needs 9,000 TB and" in text


def test_a_file_that_is_nearly_there_needs_room_for_the_rest_alone(session: Link, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "128k") as disk:
        about = {"path": "disk/up.bin", "total": 100_000, "token": "t"}
        session.ask("files.write", {**about, "offset": 0}, [bytes(90_000)]).result(20)
        fill(disk, leave=16_384)
        done = session.ask("files.write", {**about, "offset": 90_000}, [bytes(10_000)]).result(20)
        assert done.result["done"]
