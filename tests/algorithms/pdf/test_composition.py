"""Formulas as scientists write them, and what is said of those that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daisy_lab.algorithms.pdf import parse_composition
from daisy_lab.errors import SettingError


@pytest.mark.parametrize(
    "text", ["PbTi0.5Zr0.5O3", "Pb (TiZr)0.5 O3", "Pb 1 (Ti Zr) 1/2 O 3", "O3Pb1(Zr Ti).5"]
)
def test_the_ways_to_write_one_formula_are_one(text: str) -> None:
    assert parse_composition(text) == {"Pb": 1, "Ti": 0.5, "Zr": 0.5, "O": 3}


def test_an_element_may_come_several_times() -> None:
    assert parse_composition("CH3 CH3") == {"C": 2, "H": 6}


def test_groups_may_be_nested() -> None:
    assert parse_composition("Ca(Al(OH)4)2") == {"Ca": 1, "Al": 2, "O": 8, "H": 8}


def test_an_element_without_atoms_is_left_out() -> None:
    assert parse_composition("NiO0") == {"Ni": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("Xx2", "no element 'Xx'"),
        ("lab6", "cannot be read at 'lab6'"),
        ("La6B?", "cannot be read at '?'"),
        ("(LaB6", "parenthesis"),
        ("LaB6)", "parenthesis"),
        ("3La", "follows no element"),
        ("La0", "no atoms"),
        ("La1/0", "divides by 0"),
    ],
)
def test_what_is_no_formula_is_told(text: str, told: str) -> None:
    with pytest.raises(SettingError, match=told.replace("?", r"\?")):
        parse_composition(text)


def test_a_wrong_case_names_the_element_that_is_meant() -> None:
    with pytest.raises(SettingError, match="did you mean"):
        parse_composition("Ln2")


@given(st.text(max_size=30))
def test_any_text_is_a_formula_or_is_told(text: str) -> None:
    try:
        counts = parse_composition(text)
    except SettingError as error:
        assert "composition" in str(error)  # noqa: PT017 - either way is right
        return
    assert counts
    assert all(count > 0 for count in counts.values())
