"""Which language a process speaks, and what it says when a translation is missing."""

from __future__ import annotations

import pytest

from daisy_lab.texts import gettext, language

VARIABLES = ("DAISY_LAB_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.usefixtures("environment")
def test_english_without_any_setting() -> None:
    assert language() == "en"


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize("value", ["zh_CN.UTF-8", "zh", "ZH-cn", "zh_CN:en"])
def test_each_variable_can_ask_for_chinese(
    environment: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    environment.setenv(variable, value)
    assert language() == "zh_CN"


def test_our_own_variable_wins(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LANG", "zh_CN.UTF-8")
    environment.setenv("DAISY_LAB_LANGUAGE", "en")
    assert language() == "en"


def test_an_empty_variable_does_not_count(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DAISY_LAB_LANGUAGE", "")
    environment.setenv("LANG", "zh_CN.UTF-8")
    assert language() == "zh_CN"


def test_the_language_can_change_while_a_process_lives(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DAISY_LAB_LANGUAGE", "zh_CN")
    assert gettext("cancelled") == "已取消"
    environment.setenv("DAISY_LAB_LANGUAGE", "en")
    assert gettext("cancelled") == "cancelled"


def test_a_text_without_translation_stays_english(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DAISY_LAB_LANGUAGE", "zh_CN")
    assert gettext("a text that nobody translated") == "a text that nobody translated"


def test_the_empty_text_is_not_the_header_of_the_catalogue(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DAISY_LAB_LANGUAGE", "zh_CN")
    assert gettext("") == ""
