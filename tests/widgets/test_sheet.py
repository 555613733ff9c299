"""The contact sheet: what is asked, pictures as they come, and the values of the one that is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from daisy_lab._detached import Answer
from daisy_lab.widgets import ContactSheet

if TYPE_CHECKING:
    from fake_link import FakeLink

NUMBER = {"id": "center", "title": "Axis", "kind": "number", "unit": "px", "choices": [], "low": 1, "high": 3}
CHOICES = [{"value": "ramp", "title": "Ramp"}, {"value": "hann", "title": "Hann"}]
CHOICE = {"id": "filter", "title": "Filter", "kind": "choice", "unit": "", "choices": CHOICES}
WHOLE = {"id": "size", "title": "Size", "kind": "integer", "unit": "", "choices": [], "low": 1, "high": 4}
PICTURE = Answer({"height": 2, "width": 2}, (bytes([0, 1, 2, 3]),))


@pytest.fixture
def sheet(link: FakeLink) -> ContactSheet:
    link.holding = True
    made = ContactSheet(link, lambda: {"workflow": {}, "low": 0.0, "high": 1.0})
    made.offer([NUMBER, CHOICE | {"low": None, "high": None}, WHOLE])
    return made


def _tile(number: int, values: tuple[Any, ...], fault: str = "") -> dict[str, Any]:
    error = {"kind": "DataError", "message": fault} if fault else None
    about = {"view": "sheet", "number": number, "values": list(values), "name": f"~sheet.{number}"}
    return about | {"error": error, "low": 0.0, "high": 1.0}


def test_every_pair_of_values_is_asked_for_the_last_setting_fastest(
    sheet: ContactSheet, link: FakeLink
) -> None:
    sheet.vue_begin([{"id": "center", "first": 1, "last": 2, "count": 3}, {"id": "filter"}])
    (asked,) = link.asked_for("chain.sweep")
    assert asked["over"] == [
        {"setting": "center", "values": [1.0, 1.5, 2.0]},
        {"setting": "filter", "values": ["ramp", "hann"]},
    ]
    assert [tile["label"] for tile in sheet.tiles[:3]] == ["1 px · Ramp", "1 px · Hann", "1.5 px · Ramp"]
    assert sheet.columns == 2


def test_whole_numbers_are_tried_once_each(sheet: ContactSheet, link: FakeLink) -> None:
    sheet.vue_begin([{"id": "size", "first": 1, "last": 3, "count": 7}])
    assert link.asked_for("chain.sweep")[0]["over"] == [{"setting": "size", "values": [1, 2, 3]}]


def test_a_picture_appears_as_soon_as_it_is_there(sheet: ContactSheet, link: FakeLink) -> None:
    sheet.vue_begin([{"id": "filter"}])
    link.answers["view.image"] = PICTURE
    link.holding = False
    link.tell("tile", **_tile(1, ("hann",)))
    assert [tile["there"] for tile in sheet.tiles] == [False, True]
    assert link.asked_for("view.image")[0]["bits"] == 8
    link.tell("tile", **_tile(0, ("ramp",), fault="no such filter"))
    assert sheet.tiles[0]["fault"] == "no such filter"


def test_what_comes_late_from_a_sheet_before_is_left_out(sheet: ContactSheet, link: FakeLink) -> None:
    sheet.vue_begin([{"id": "filter"}])
    sheet.vue_begin([{"id": "size", "first": 1, "last": 2, "count": 2}])
    link.tell("tile", **_tile(1, ("hann",)))
    link.tell("tile", **_tile(7, (3,)))
    assert not any(tile["there"] for tile in sheet.tiles)


def test_pressing_a_picture_takes_its_values(sheet: ContactSheet) -> None:
    taken: list[tuple[dict[str, Any], str]] = []
    sheet.on_adopt(lambda values, said: taken.append((values, said)))
    sheet.vue_begin([{"id": "center", "first": 1, "last": 2, "count": 2}, {"id": "filter"}])
    sheet.vue_adopt(3)
    assert taken == [({"center": 2.0, "filter": "hann"}, "2 px · Hann")]


def test_a_setting_that_is_not_offered_any_more_is_not_tried(sheet: ContactSheet) -> None:
    sheet.vue_choose([{"id": "filter"}, {"id": "size"}])
    assert [one["id"] for one in sheet.over] == ["filter", "size"]
    assert sheet.over[1] == {"id": "size", "first": 1, "last": 4, "count": 7}
    sheet.offer([NUMBER, WHOLE])
    assert [one["id"] for one in sheet.over] == ["size"]
