"""Whatever arrives on the comm is answered, or is no request at all; the bridge goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daisy_lab._messages import METHODS

if TYPE_CHECKING:
    from conftest import Browser

    from daisy_lab._bridge import Bridge

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20)
    | st.sampled_from(["a", "ct.normalize", "=a", "", "../..", "\x00", "here", "into"])
)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = sorted({name for model in METHODS.values() for name in model.model_fields})
_PARAMS = st.dictionaries(st.sampled_from(_FIELDS) | st.text(max_size=5), _ANYTHING, max_size=6)
_QUIET = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(message=_ANYTHING)
@_QUIET
def test_a_message_of_any_form_is_answered(browser: Browser, message: Any) -> None:
    browser.hear(message)
    asked = message.get("id") if isinstance(message, dict) else None
    number = asked if type(asked) is int and 0 <= asked < 2**53 else -1
    reply, _buffers = browser.reply(number)
    assert not reply["ok"]
    assert reply["error"]["message"]
    assert browser.get("watch", topics=[]) == {}


@given(method=st.sampled_from(sorted(METHODS)), params=_PARAMS)
@_QUIET
def test_wrong_parameters_are_told_and_nothing_breaks(
    bridge: Bridge, browser: Browser, method: str, params: dict[str, Any]
) -> None:
    if "a" not in bridge.engine.store:
        bridge.engine.store.put("a", np.zeros((2, 3), np.float32))
    browser.hear({"id": 7, "method": method, "params": params})
    reply, _buffers = browser.reply(7)
    assert reply["ok"] or reply["error"]["message"]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_is_answered_by_something(browser: Browser, method: str) -> None:
    reply, _buffers = browser.ask(method)
    assert reply["ok"] or reply["error"]["kind"] in {"ValidationError", "WorkflowError", "DaisyError"}


def test_an_unknown_method_names_the_nearest(browser: Browser) -> None:
    error = browser.fail("view.imag")
    assert "did you mean 'view.image'?" in error["message"]
    assert error["traceback"] == ""


@pytest.mark.parametrize("number", [True, "7", 7.0, None, -1, 2**53, 10**400])
def test_a_bad_id_is_refused(browser: Browser, number: Any) -> None:
    browser.hear({"id": number, "method": "alive"})
    reply, _buffers = browser.reply(-1)
    assert reply["error"]["kind"] == "ValidationError"


def test_deep_nesting_is_refused(browser: Browser) -> None:
    deep: Any = []
    for _level in range(50_000):
        deep = [deep]
    error = browser.fail("runs.start", id="ct.minus_log", inputs={}, settings={"floor": deep})
    assert len(error["message"]) < 10_000
    assert browser.get("alive") == {}


def test_huge_words_come_back_short(browser: Browser) -> None:
    error = browser.fail("runs.start", id="ct.minus_log", inputs={"x": "y"}, settings={"z": "a" * 10_000_000})
    assert len(json.dumps(error)) < 50_000


def test_settings_cannot_be_words_of_the_engine(browser: Browser) -> None:
    for word in ("here", "into"):
        error = browser.fail("runs.start", id="ct.minus_log", inputs={}, settings={word: True})
        assert error["kind"] == "SettingError"
        assert list(error["fields"]) == [word]


def test_half_a_character_is_no_reason_to_fall_silent(bridge: Bridge, browser: Browser) -> None:
    reply, _buffers = browser.ask("runs.start", id="ct.minus_log", inputs={}, settings={"floor": "\ud800"})
    assert not reply["ok"]
    assert bridge.fronts


@given(
    params=st.fixed_dictionaries(
        {},
        optional={
            "path": st.text(max_size=12)
            | st.sampled_from(["a.bin", "..", "/", "~root/x", "a\x00b", "a" * 400]),
            "total": st.integers(-1, 2**60),
            "offset": st.integers(-1, 2**60),
            "token": st.text(max_size=4),
            "overwrite": st.booleans(),
            "cancel": st.booleans(),
        },
    ),
    buffers=st.lists(st.binary(max_size=40), max_size=3),
)
@_QUIET
def test_hostile_uploads_stay_below_the_roots(
    bridge: Bridge, browser: Browser, params: dict[str, Any], buffers: list[bytes]
) -> None:
    bridge.hear(browser.front, {"id": 8, "method": "files.write", "params": params}, buffers)
    reply, _buffers = browser.reply(8)
    assert reply["ok"] or reply["error"]["message"]
    assert browser.get("files.space")["free"] > 0


@given(workflow=_ANYTHING, steps=st.lists(_ANYTHING, max_size=3))
@_QUIET
def test_hostile_workflows_are_told(browser: Browser, workflow: Any, steps: list[Any]) -> None:
    whole = {"format": "daisy-lab-workflow/1", "name": "x", "inputs": {}, "steps": steps, "results": []}
    for asked in (workflow, whole):
        for method, more in (
            ("chain.show", {}),
            ("chain.run", {"output": "x.h5"}),
            ("chain.sweep", {"over": [{"setting": "a", "values": [1]}]}),
            ("chain.export", {"form": "notebook"}),
        ):
            reply, _buffers = browser.ask(method, workflow=asked, **more)
            assert not reply["ok"]
            assert reply["error"]["message"]
