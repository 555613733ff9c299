from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from fake_link import heard_by

from daisy_lab.widgets import ParameterForm

if TYPE_CHECKING:
    import pytest
    from fake_link import FakeLink

SCHEMA = {
    "properties": {
        "center": {"title": "Rotation axis", "type": "number", "unit": "pixel"},
        "filter": {"title": "Filter", "enum": ["ramp", "hann"], "type": "string", "default": "ramp"},
        "search": {"title": "Search", "type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.7},
        "floor": {"title": "Floor", "type": "number", "minimum": 1e-30, "maximum": 1, "default": 1e-6},
        "size": {"anyOf": [{"minimum": 1, "type": "integer"}, {"type": "null"}], "default": None},
        "weights": {"type": "array", "items": {"type": "number"}, "default": [1, 2]},
        "smooth": {"type": "boolean", "default": False},
    },
    "required": ["center"],
}


def field(form: ParameterForm, name: str) -> dict[str, Any]:
    return next(found for found in form.fields if found["name"] == name)


def test_every_kind_of_setting_becomes_its_kind_of_field() -> None:
    form = ParameterForm(SCHEMA)
    assert [(found["name"], found["kind"]) for found in form.fields] == [
        ("center", "number"),
        ("filter", "choice"),
        ("search", "number"),
        ("floor", "number"),
        ("size", "integer"),
        ("weights", "list"),
        ("smooth", "switch"),
    ]


def test_a_setting_with_both_bounds_slides_and_one_without_is_typed() -> None:
    form = ParameterForm(SCHEMA)
    assert field(form, "search")["slides"]
    assert field(form, "search")["open_low"]
    assert not field(form, "search")["open_high"]
    assert not field(form, "center")["slides"]


def test_a_range_over_many_decades_slides_over_powers_of_ten() -> None:
    form = ParameterForm(SCHEMA)
    assert field(form, "floor")["powers"]
    assert not field(form, "search")["powers"]


def test_the_app_gives_the_range_of_the_axis_and_its_step() -> None:
    form = ParameterForm(SCHEMA, ranges={"center": (0, 1023, 0.1)})
    found = field(form, "center")
    assert (found["low"], found["high"], found["step"], found["places"], found["slides"]) == (
        0,
        1023,
        0.1,
        1,
        True,
    )
    form.set_range("center", 10, 20, 0.01)
    assert field(form, "center")["places"] == 2


def test_the_order_and_choice_of_settings_is_the_apps() -> None:
    form = ParameterForm(SCHEMA, only=("filter", "center"), groups={"More": ["filter"]})
    assert [found["name"] for found in form.fields] == ["filter", "center"]
    assert form.groups == [{"title": "More", "fields": ["filter"]}]


def test_the_value_begins_with_the_defaults_and_without_what_has_none() -> None:
    form = ParameterForm(SCHEMA, value={"filter": "hann"})
    assert form.value == {"filter": "hann", "search": 0.7, "floor": 1e-6, "weights": [1, 2], "smooth": False}


def test_a_change_is_told_with_name_value_and_whether_it_is_final() -> None:
    form = ParameterForm(SCHEMA)
    heard: list[tuple[str, Any, bool]] = []
    form.on_change(lambda name, value, final: heard.append((name, value, final)))
    form.vue_change({"name": "search", "value": 0.3, "final": False, "serial": 1})
    form.vue_change({"name": "search", "value": 0.4, "final": True, "serial": 2})
    assert heard == [("search", 0.3, False), ("search", 0.4, True)]
    assert form.value["search"] == 0.4


def test_while_dragging_the_next_place_waits_for_what_the_listener_asked() -> None:
    form = ParameterForm(SCHEMA)
    first: Future[None] = Future()
    second: Future[None] = Future()
    futures = iter([first, second])
    form.on_change(lambda _name, _value, _final: next(futures))
    form.on_change(lambda _name, _value, _final: None)
    said = heard_by(form)
    form.vue_change({"name": "search", "value": 0.3, "final": False, "serial": 7})
    assert said == []
    first.set_result(None)
    assert said == [("answered", [7], [])]


def test_a_failed_request_lets_the_browser_go_on_too() -> None:
    form = ParameterForm(SCHEMA)
    asked: Future[None] = Future()
    form.on_change(lambda _name, _value, _final: asked)
    said = heard_by(form)
    form.vue_change({"name": "search", "value": 0.3, "final": False, "serial": 3})
    asked.set_exception(RuntimeError("no"))
    assert said == [("answered", [3], [])]


def test_a_listener_that_was_ended_hears_nothing() -> None:
    form = ParameterForm(SCHEMA)
    heard: list[str] = []
    form.on_change(lambda name, _value, _final: heard.append(name))()
    form.vue_change({"name": "filter", "value": "hann", "final": True})
    assert heard == []


def test_an_emptied_setting_is_none_where_it_may_be_and_left_out_where_not() -> None:
    form = ParameterForm(SCHEMA, value={"center": 5.0, "size": 3})
    form.vue_change({"name": "size", "value": None, "final": True})
    form.vue_change({"name": "center", "value": None, "final": True})
    assert form.value["size"] is None
    assert "center" not in form.value


def test_a_fault_stands_at_its_setting_until_that_is_changed() -> None:
    form = ParameterForm(SCHEMA)
    form.fault("search", "it must be below 1")
    form.fault("filter", "unknown")
    form.vue_change({"name": "search", "value": 0.5, "final": True})
    assert form.faults == {"filter": "unknown"}
    form.clear()
    assert form.faults == {}


def test_setting_from_the_program_shows_and_tells_nobody() -> None:
    form = ParameterForm(SCHEMA)
    heard: list[str] = []
    form.on_change(lambda name, _value, _final: heard.append(name))
    form.set("center", 12.5)
    form.update({"filter": "hann", "search": 0.2})
    assert form.values["center"] == form.value["center"] == 12.5
    assert (form.value["filter"], form.value["search"]) == ("hann", 0.2)
    assert heard == []


def test_the_schema_of_an_algorithm_comes_over_the_link(link: FakeLink) -> None:
    link.answers["algorithms.form"] = {"settings": SCHEMA}
    form = ParameterForm("ct.reconstruct", link)
    assert link.asked_for("algorithms.form") == [{"id": "ct.reconstruct"}]
    assert len(form.fields) == 7


def test_titles_and_tooltips_are_in_the_language_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAISY_LAB_LANGUAGE", "zh_CN")
    assert field(ParameterForm(SCHEMA), "center")["title"] == "旋转轴"


def test_a_button_beside_a_setting_does_what_it_is_for() -> None:
    form = ParameterForm(SCHEMA)
    done: list[str] = []
    form.add_action("center", "find", "Find", lambda: done.append("found"))
    form.vue_act("find")
    assert done == ["found"]
    assert form.actions == [{"field": "center", "name": "find", "title": "Find"}]


def test_a_note_says_how_sure_a_value_is_and_goes_away() -> None:
    form = ParameterForm(SCHEMA)
    form.note("center", "Confidence 97 %", "Three methods agree.", "ok")
    assert form.notes["center"]["kind"] == "ok"
    form.note("center")
    assert form.notes == {}
