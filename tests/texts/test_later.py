"""A text that is written down in one language and read in another."""

from __future__ import annotations

import pytest

from daisy_lab.texts import later, speaking, told


def test_a_text_is_read_in_the_language_of_its_reader() -> None:
    kept = later("Opened {name}", name="scan.h5")
    with speaking("zh_CN"):
        assert told(kept) == "打开 scan.h5"
    with speaking("en"):
        assert told(kept) == "Opened scan.h5"


def test_what_goes_into_a_gap_is_translated_too() -> None:
    kept = later("{what}: {value}", what=later("Method"), value=later("left as it is"))
    with speaking("zh_CN"):
        assert told(kept) == "方法\N{FULLWIDTH COLON}保持不变"
    with speaking("en"):
        assert told(kept) == "Method: left as it is"


@pytest.mark.parametrize("text", ["", "iterations = 30", '["', "[1, 2]", '["a"]', '["a", 3]', "[2, {}]"])
def test_any_other_text_is_given_as_it_is(text: str) -> None:
    assert told(text) == text


def test_a_text_whose_gaps_were_others_is_told_without_them() -> None:
    assert told('["Row {row}",{"line":3}]') == "Row {row}"
