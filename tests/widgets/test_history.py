from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from daisy_lab.widgets import HistoryList
from daisy_lab.widgets._history import differences

if TYPE_CHECKING:
    from fake_link import FakeLink

NOTHING = "\N{EN DASH}"
REST = {"memory": None, "can_undo": True, "can_redo": False}
VALUES = {
    1: {"steps": [{"algorithm": "ct.reconstruct", "settings": {"filter": "ramp"}}]},
    2: {"steps": [{"algorithm": "ct.reconstruct", "settings": {"filter": "hann"}}]},
}


@pytest.fixture
def kept(link: FakeLink) -> FakeLink:
    versions = [{"version": number, "created": float(number), "made_by": ""} for number in VALUES]
    link.answers["objects.versions"] = {"versions": versions}

    def get(asked: dict[str, Any]) -> dict[str, Any]:
        version = asked.get("version") or 2
        return {"value": VALUES[version], "version": version, "note": "opened" if version == 1 else ""}

    link.answers["records.get"] = get
    return link


def page(version: int) -> dict[str, Any]:
    return {"name": "page", "version": version}


def test_each_version_says_when_and_what_changed(kept: FakeLink) -> None:
    history = HistoryList(kept, "page")
    kept.tell("objects", full=True, objects=[page(2)], gone=[], **REST)
    assert [(row["version"], row["what"], row["current"]) for row in history.rows] == [
        (2, "filter: ramp → hann", True),
        (1, "opened", False),
    ]
    assert history.can_undo


def test_a_version_that_is_known_is_not_asked_for_again(kept: FakeLink) -> None:
    HistoryList(kept, "page")
    kept.tell("objects", full=True, objects=[page(2)], gone=[], **REST)
    before = len(kept.asked_for("records.get"))
    kept.tell("objects", full=False, objects=[page(1)], gone=[], **REST)
    assert len(kept.asked_for("records.get")) == before == 2


def test_going_back_tells_the_app_the_value_of_then(kept: FakeLink) -> None:
    history = HistoryList(kept, "page")
    heard: list[tuple[dict[str, Any], int]] = []
    history.on_restore(lambda value, version: heard.append((value, version)))
    history.vue_restore(1)
    history.vue_undo()
    assert kept.asked_for("objects.restore") == [{"name": "page", "version": 1}]
    assert kept.asked_for("objects.undo") == [{}]
    assert heard == [(VALUES[2], 2), (VALUES[2], 2)]


def test_two_versions_are_compared_setting_by_setting(kept: FakeLink) -> None:
    history = HistoryList(kept, "page")
    kept.tell("objects", full=True, objects=[page(2)], gone=[], **REST)
    history.vue_compare(1)
    found = {"name": "steps.reconstruct.settings.filter", "before": "ramp", "after": "hann"}
    assert history.changes == [found]


def test_runs_that_are_over_stand_among_the_versions(kept: FakeLink) -> None:
    history = HistoryList(kept, "page")
    over = {"id": "a", "title": "ct.reconstruct", "state": "done", "started": 1.5}
    kept.tell("objects", full=True, objects=[page(2)], gone=[], **REST)
    kept.tell("runs", full=True, runs=[over])
    assert [row["what"] for row in history.rows] == ["filter: ramp → hann", "Reconstruct: done", "opened"]


def test_what_is_there_only_once_differs_from_nothing() -> None:
    assert differences({"a": 1}, {"b": [1, 2]}) == [("a", "1", NOTHING), ("b", NOTHING, "[1, 2]")]
    assert differences({"a": [1, 2]}, {"a": [1, 3]}) == [("a.2", "2", "3")]
    assert differences({"a": 1}, {"a": 1}) == []
