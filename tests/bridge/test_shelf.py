"""The shelf: arrays that are only looked at."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_lab._bridge._front import Front
from daisy_lab._bridge._shelf import Shelf
from daisy_lab.errors import MissingObjectError


class Nowhere:
    def send(self, *_said: object, **_more: object) -> None:
        """Say nothing."""

    def close(self) -> None:
        """Nothing is open."""


def front() -> Front:
    return Front(Nowhere(), lambda _front: None)


def test_the_newest_version_is_found_and_the_one_before() -> None:
    shelf, one = Shelf(), front()
    first = shelf.put(one, "~a", np.zeros(3), ("x",), "mm")
    second = shelf.put(one, "~a", np.ones(3))
    assert shelf.find(one, "~a")[0] == second
    about, array = shelf.find(one, "~a", first.version)
    assert (about.axes, about.unit, array[0]) == (("x",), "mm", 0)


def test_versions_before_that_are_gone() -> None:
    shelf, one = Shelf(), front()
    first = shelf.put(one, "~a", np.zeros(3))
    for _number in range(2):
        shelf.put(one, "~a", np.zeros(3))
    with pytest.raises(MissingObjectError, match="ask for the slice again"):
        shelf.find(one, "~a", first.version)


def test_what_lies_on_everybodys_shelf_is_seen_by_all() -> None:
    shelf = Shelf()
    about = shelf.put(None, "~shared", np.zeros(3))
    assert shelf.find(front(), "~shared")[0] == about


def test_a_front_does_not_see_the_shelf_of_another() -> None:
    shelf, one = Shelf(), front()
    shelf.put(one, "~a", np.zeros(3))
    with pytest.raises(MissingObjectError):
        shelf.find(front(), "~a")


def test_the_bytes_are_bounded_and_the_oldest_go() -> None:
    shelf, one = Shelf(100), front()
    for number in range(5):
        shelf.put(one, f"~{number}", np.zeros(5))
    assert shelf.nbytes == 80
    with pytest.raises(MissingObjectError):
        shelf.find(one, "~0")
    assert shelf.find(one, "~4")


def test_one_array_larger_than_the_bound_is_shown_all_the_same() -> None:
    shelf, one = Shelf(10), front()
    shelf.put(one, "~small", np.zeros(1))
    shelf.put(one, "~large", np.zeros(100))
    assert shelf.find(one, "~large")[1].nbytes == 800


def test_a_group_is_taken_away_and_others_stay() -> None:
    shelf, one = Shelf(), front()
    for name in ("~s.0", "~s.1", "~s", "~slice"):
        shelf.put(one, name, np.zeros(3))
    shelf.take_away(one, "~s")
    assert shelf.nbytes == 24
    assert shelf.find(one, "~slice")


def test_a_front_that_left_holds_nothing() -> None:
    shelf, one, other = Shelf(), front(), front()
    shelf.put(one, "~a", np.zeros(3))
    shelf.put(other, "~a", np.zeros(3))
    shelf.forget(one)
    assert shelf.nbytes == 24
