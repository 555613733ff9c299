"""A picture widget without a page: what it asks, what it answers, what it pushes."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

pytest.importorskip("anywidget")

from daisy_lab import DataStore, LocalEngine
from daisy_lab._bridge import Bridge
from daisy_lab._detached import Answer, local_link
from daisy_lab.widgets import ImageView
from daisy_lab.widgets._pictures import Feeder, Relay, view_info

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from daisy_lab._detached import Link

_INFO: dict[str, Any] = {
    "name": "~slice",
    "version": 1,
    "axes": ["y", "x"],
    "shape": [30, 40],
    "unit": "1/cm",
    "low": 0.0,
    "high": 1.0,
}


class Slow:
    """A link whose answers come when a test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], Future[Answer]]] = []

    def ask(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        _buffers: Sequence[bytes | memoryview] = (),
    ) -> Future[Answer]:
        future: Future[Answer] = Future()
        self.asked.append((method, dict(params or {}), future))
        return future

    def on(self, _event: str, _listener: Callable[[dict[str, Any]], None]) -> Callable[[], None]:
        return lambda: None

    def watch(self, _topics: Sequence[Any], _language: str = "") -> Future[Answer]:
        return self.ask("watch")

    def array(self, name: str, version: int | None = None) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        return


class Page:
    """Keeps what a widget sends."""

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, Any], list[bytes]]] = []

    def __call__(self, content: dict[str, Any], buffers: Sequence[bytes | memoryview] | None = None) -> None:
        self.told.append((content, [bytes(part) for part in buffers or ()]))


@pytest.fixture
def link() -> Iterator[Link]:
    bridge = Bridge(LocalEngine(DataStore()))
    bridge.engine.store.put("a", np.arange(12.0).reshape(3, 4), axes=("y", "x"))
    made = local_link(bridge)
    yield made
    made.close()
    bridge.close()


def _feeder(link: Slow, page: Page, clock: Callable[[], float] = lambda: 0.0) -> Feeder:
    made = Feeder(link, "main", page, clock)
    made.looked("p1", {"name": "~slice", "version": 1, "view": "main", "height": 20, "region": [0, 9, 0, 9]})
    return made


def test_a_new_version_comes_with_the_picture_that_was_asked_for_last() -> None:
    link, page = Slow(), Page()
    _feeder(link, page).show(view_info(_INFO | {"version": 2}))
    method, params, future = link.asked[0]
    assert (method, params["height"], params["region"]) == ("view.image", 20, [0, 9, 0, 9])
    future.set_result(Answer({"width": 3}, (b"abc",)))
    content, buffers = page.told[0]
    assert (content["page"], content["what"], buffers) == ("p1", "picture", [b"abc"])
    assert content["data"]["info"]["version"] == 2


def test_while_a_picture_is_on_its_way_only_the_newest_version_waits() -> None:
    link, page = Slow(), Page()
    feeder = _feeder(link, page)
    for version in (2, 3, 4):
        feeder.show(view_info(_INFO | {"version": version}))
    assert len(link.asked) == 1
    link.asked[0][2].set_result(Answer({}, (b"",)))
    feeder.shown()
    assert len(link.asked) == 2
    link.asked[1][2].set_result(Answer({}, (b"",)))
    assert [content["data"]["info"]["version"] for content, _buffers in page.told] == [2, 4]


def test_a_page_that_went_away_holds_nothing_up() -> None:
    link, page, now = Slow(), Page(), [0.0]
    feeder = _feeder(link, page, lambda: now[0])
    feeder.show(view_info(_INFO))
    feeder.show(view_info(_INFO))
    now[0] = 10.0
    feeder.show(view_info(_INFO))
    assert len(link.asked) == 2


def test_where_no_page_looked_yet_only_the_version_is_told() -> None:
    link, page = Slow(), Page()
    Feeder(link, "main", page).show(view_info(_INFO))
    assert link.asked == []
    assert page.told[0][0]["data"]["info"]["name"] == "~slice"


def test_a_picture_that_fails_leaves_the_asking_to_the_page() -> None:
    link, page = Slow(), Page()
    _feeder(link, page).show(view_info(_INFO))
    link.asked[0][2].set_exception(ValueError("gone"))
    assert "reply" not in page.told[0][0]["data"]


def test_a_question_of_a_page_is_answered_to_that_page(link: Link) -> None:
    page = Page()
    relay = Relay(link, page, "key")
    params = {"name": "a", "low": 0, "high": 11, "view": "main"}
    relay.hear({"page": "p1", "id": 7, "method": "view.image", "params": params})
    _until(lambda: page.told)
    content, buffers = page.told[0]
    assert (content["page"], content["reply"]["id"], content["reply"]["ok"]) == ("p1", 7, True)
    assert len(buffers[0]) == 12


def test_a_refusal_is_told_in_words(link: Link) -> None:
    page = Page()
    Relay(link, page, "key").hear(
        {"page": "p1", "id": 1, "method": "view.open", "params": {"name": "b", "view": "main"}}
    )
    _until(lambda: page.told)
    error = page.told[0][0]["reply"]["error"]
    assert "'b'" in error["message"]


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {"page": 3},
        {"page": "p", "id": "1", "method": "view.image", "params": {}},
        {"page": "p", "id": 1, "method": "objects.delete", "params": {"names": ["a"]}},
        {"page": "p", "id": 1, "method": "view.image", "params": []},
        {"page": "p", "tell": "shown", "data": None},
    ],
)
def test_what_no_picture_asks_is_passed_over(content: Any) -> None:
    slow, page = Slow(), Page()
    Relay(slow, page, "key").hear(content)
    assert slow.asked == []
    assert page.told == []


def test_a_page_that_was_just_drawn_is_told_what_changed_while_it_was_loaded(link: Link) -> None:
    picture = ImageView("a", link)
    told: list[list[str]] = []
    picture.send_state = told.append
    picture._handle_custom_msg({"page": "p", "tell": "drawn", "data": {}}, [])
    assert [{"sources", "index", "window"} <= set(keys) for keys in told] == [True]
    picture.close()


def test_an_object_on_the_shelf_is_asked_for_in_its_newest_version() -> None:
    slow = Slow()
    params = {"name": "~slice", "version": 3, "view": "main"}
    Relay(slow, Page(), "key").hear({"page": "p", "id": 1, "method": "view.image", "params": params})
    assert slow.asked[0][1]["version"] is None
    assert slow.asked[0][1]["view"] == "key p main"


def test_what_is_shown_of_an_answer_are_its_last_two_axes() -> None:
    info = view_info(_INFO | {"axes": ["row", "y", "x"], "shape": [1, 30, 40]})
    assert (info["shown"], info["view"]) == (["y", "x"], "image")


def _until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)
