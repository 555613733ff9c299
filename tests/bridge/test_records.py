"""Records: what a page keeps in the session, version by version."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Browser

    from daisy_lab._bridge import Bridge

STATE = {
    "workflow": {"steps": [{"settings": {"center": 1.5, "names": ["a", "b"], "on": True, "none": None}}]}
}


def test_a_record_comes_back_as_it_was(browser: Browser) -> None:
    assert browser.get("records.put", name="ct/state", value=STATE) == {"version": 1, "changed": True}
    assert browser.get("records.get", name="ct/state") == {"value": STATE, "version": 1, "note": ""}


def test_every_change_is_a_version_with_its_note(browser: Browser) -> None:
    for number in range(3):
        browser.get("records.put", name="state", value={"n": number}, note=f"set n to {number}")
    assert browser.get("records.get", name="state", version=2) == {
        "value": {"n": 1},
        "version": 2,
        "note": "set n to 1",
    }
    versions = browser.get("objects.versions", name="state")["versions"]
    assert [one["made_by"] for one in versions] == [f"set n to {number}" for number in range(3)]


def test_what_is_kept_already_makes_no_version(browser: Browser) -> None:
    browser.get("records.put", name="state", value=STATE)
    assert browser.get("records.put", name="state", value=STATE) == {"version": 1, "changed": False}


def test_a_change_can_be_undone_and_redone(browser: Browser) -> None:
    for number in range(2):
        browser.get("records.put", name="state", value={"n": number})
    browser.get("objects.undo")
    assert browser.get("records.get", name="state")["value"] == {"n": 0}
    browser.get("objects.redo")
    assert browser.get("records.get", name="state")["value"] == {"n": 1}


def test_another_window_hears_of_a_change(browser: Browser, page: Callable[[], Browser]) -> None:
    other = page()
    other.get("watch", topics=["objects"])
    browser.get("records.put", name="state", value=STATE)
    event = other.wait("objects", lambda data: any(item["name"] == "state" for item in data["objects"]))
    assert next(item for item in event["objects"] if item["name"] == "state")["kind"] == "record"


def test_a_window_that_did_not_see_the_last_change_overwrites_nothing(browser: Browser) -> None:
    first = browser.get("records.put", name="state", value={"n": 1}, based_on=0)["version"]
    browser.get("records.put", name="state", value={"n": 2}, based_on=first)
    error = browser.fail("records.put", name="state", value={"n": 3}, based_on=first)
    assert "another window" in error["message"]
    assert browser.get("records.get", name="state")["value"] == {"n": 2}


def test_what_is_no_record_is_told(bridge: Bridge, browser: Browser) -> None:
    bridge.engine.store.put("number", 7)
    assert "not a record" in browser.fail("records.get", name="number")["message"]
    assert browser.fail("records.get", name="nothing")["kind"] == "MissingObjectError"
    assert browser.fail("records.put", name="../out", value={})["kind"] == "DataError"


def test_a_change_that_was_kept_may_be_asked_again(browser: Browser) -> None:
    """As after a connection that broke before the answer came."""
    first = browser.get("records.put", name="state", value={"n": 1}, based_on=0)
    again = browser.get("records.put", name="state", value={"n": 1}, based_on=0)
    assert (first, again) == ({"version": 1, "changed": True}, {"version": 1, "changed": False})
