from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from daisy_lab.widgets import AppShell, ParameterForm, page_language, settle_language

if TYPE_CHECKING:
    from fake_link import FakeLink

STEPS = {"open": "Open", "axis": "Axis", "export": "Export"}


def test_parts_are_laid_into_places_by_step_and_drawn_once() -> None:
    shell = AppShell("CT", STEPS)
    first, second = ParameterForm({}), ParameterForm({})
    shell.put("settings", {"open": first, "axis": [first, second]})
    shell.put("side", second)
    assert shell.widgets == [first, second]
    assert shell.places == {"settings": {"open": [0], "axis": [0, 1]}, "side": {"*": [1]}}


def test_the_app_hears_which_step_the_user_goes_to() -> None:
    shell = AppShell("CT", STEPS)
    chosen: list[str] = []
    shell.on_step(chosen.append)
    shell.vue_choose("axis")
    shell.vue_choose("axis")
    shell.vue_choose("nowhere")
    assert chosen == ["axis"]


def test_a_step_that_is_blocked_is_not_opened() -> None:
    shell = AppShell("CT", STEPS)
    shell.mark("export", blocked="Reconstruct first")
    shell.vue_choose("export")
    assert shell.step == "open"
    shell.mark("export", blocked="", done=True)
    shell.vue_choose("export")
    assert shell.step == "export"
    assert shell.steps[2]["done"]


def test_what_is_said_stays_until_it_is_read() -> None:
    shell = AppShell("CT")
    shell.say("The disk is full; make room.", "error", "disk")
    shell.say("The disk is full; 3 GB are missing.", "error", "disk")
    assert [told["text"] for told in shell.said] == ["The disk is full; 3 GB are missing."]
    shell.vue_read("disk")
    assert shell.said == []


def test_a_lost_session_is_said_and_taken_back_when_it_is_found(link: FakeLink) -> None:
    shell = AppShell("CT", link=link)
    link.tell("lost", reason="killed")
    assert [told["kind"] for told in shell.said] == ["warn"]
    link.tell("found", reopened=True)
    assert [told["key"] for told in shell.said] == ["found"]


def test_the_page_speaks_what_its_address_asks_for() -> None:
    assert page_language({"QUERY_STRING": "a=1&lang=zh_CN", "HTTP_ACCEPT_LANGUAGE": "en"}) == "zh_CN"
    assert page_language({"QUERY_STRING": "lang=en", "HTTP_ACCEPT_LANGUAGE": "zh-CN"}) == "en"


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("de,en;q=0.7,zh;q=0.3", "en"),
        ("en;q=0.2,zh-TW;q=0.9", "zh_CN"),
        ("fr,de", "en"),
        ("zh;q=nonsense", "en"),
        ("", "en"),
    ],
)
def test_else_what_its_browser_likes_best_of_ours(header: str, spoken: str) -> None:
    assert page_language({"HTTP_ACCEPT_LANGUAGE": header}) == spoken


def test_once_settled_every_thread_speaks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUERY_STRING", "lang=zh")
    assert settle_language() == "zh_CN"
    assert AppShell("CT").other == {"code": "en", "name": "English"}


def test_a_page_that_was_just_drawn_is_told_what_changed_while_it_was_loaded() -> None:
    shell = AppShell("CT", STEPS)
    form = ParameterForm({}, title="Axis")
    shell.put("settings", form)
    told: dict[str, list[str]] = {}
    for widget in (shell, form):
        widget.send_state = lambda keys, widget=widget: told.update({widget.model_id: keys})
    shell.vue_ready()
    assert "fields" in told[form.model_id]
    assert {"places", "widgets", "step"} <= set(told[shell.model_id])
    assert "template" not in told[shell.model_id]
