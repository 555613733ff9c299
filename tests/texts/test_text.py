"""Texts that remember how they were made are told each reader in their language."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest

from daisy_lab.errors import DataError, RunError, SettingError
from daisy_lab.texts import gettext, joined, retold, speaking

SOURCE = "{title} was cancelled"


@pytest.fixture(autouse=True)
def _english() -> object:
    with speaking("en"):
        yield


def _chinese(kept: str) -> str:
    with speaking("zh_CN"):
        return retold(kept)


def test_a_filled_text_is_told_in_the_readers_language() -> None:
    words = gettext(SOURCE).format(title="ct")
    assert words == "ct was cancelled"
    assert _chinese(words) == gettext_in("zh_CN", SOURCE).format(title="ct") != words


def test_and_back_again() -> None:
    with speaking("zh_CN"):
        words = gettext(SOURCE).format(title="ct")
    assert retold(words) == "ct was cancelled"


def test_a_text_in_a_gap_is_told_too() -> None:
    words = gettext("failed: {error}").format(error=DataError(gettext(SOURCE).format(title="ct")))
    said = _chinese(words)
    assert "cancelled" not in said
    assert gettext_in("zh_CN", SOURCE).format(title="ct") in said


def test_an_error_keeps_what_it_says_on_its_way_from_another_process() -> None:
    error = RunError(gettext(SOURCE).format(title=Path("a.h5")))
    other = pickle.loads(pickle.dumps(error))  # noqa: S301 - made just here
    assert _chinese(str(other)) == _chinese(str(error)) != str(error)
    assert _chinese(copy.deepcopy(str(error))) == _chinese(str(error))


def test_faults_of_several_settings_are_told_each() -> None:
    error = SettingError.of({"a": gettext(SOURCE).format(title="a {b}"), "b": "as it is"})
    assert str(error) == "a {b} was cancelled; as it is"
    assert _chinese(str(error)) == gettext_in("zh_CN", SOURCE).format(title="a {b}") + "; as it is"


def test_a_separator_with_braces_stays() -> None:
    assert joined("{}", ["a", "b"]) == "a{}b"
    assert joined(", ", []) == ""


def test_numbers_keep_their_form() -> None:
    words = gettext("{percent:.0f} % {text}, {remaining:.0f} s left").format(
        percent=12.3, text="", remaining=4.0
    )
    assert _chinese(words).startswith("12 %")


def test_a_gap_that_asks_for_more_than_words_is_read_as_it_was_made() -> None:
    words = gettext("{error.args}").format(error=ValueError("x"))
    assert _chinese(words) == words == "('x',)"


@pytest.mark.parametrize("value", [[1, 2], b"GET", "a", 2.5, None, {"a": 1}])
def test_a_gap_that_asks_for_the_exact_value_gets_it_again(value: object) -> None:
    words = gettext("{value!r} and {value}").format(value=value)
    assert retold(words) == words == f"{value!r} and {value}"


def test_what_looks_like_a_text_kept_for_later_is_left_alone() -> None:
    line = json.dumps(["loss", {"x": 0.1}])
    assert retold(line) == line


def test_it_is_a_text_like_any_other() -> None:
    words = gettext(SOURCE).format(title="ct")
    assert json.dumps([words]) == '["ct was cancelled"]'
    assert {words: 1}["ct was cancelled"] == 1
    assert type(words.upper()) is str
    assert retold(words.upper()) == "CT WAS CANCELLED"


def gettext_in(language: str, source: str) -> str:
    with speaking(language):
        return str(gettext(source))
