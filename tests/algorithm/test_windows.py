"""Along which axes a result can be cut, with which neighbours; also as functions of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from daisy_lab import EACH, Window, algorithm
from daisy_lab.errors import DefinitionError
from daisy_lab.vocabulary import Angles, Pixel, Projections, Same, Volume

if TYPE_CHECKING:
    from types import SimpleNamespace


def test_without_splits_everything_is_asked_whole() -> None:
    @algorithm
    def whole(projections: Projections) -> Pixel:
        """Need everything."""
        return 0.0

    assert whole.windows({}) == {}
    assert whole.windows({}, axes=("angle", "row", "column")) == {}


def test_a_number_is_a_halo_on_both_sides() -> None:
    @algorithm(splits={"row": 2, "angle": 0})
    def smooth(projections: Projections) -> Projections:
        """Smooth."""
        return projections

    assert smooth.windows({}) == {"row": Window(before=2, after=2), "angle": Window()}


def test_a_window_is_taken_as_it_is() -> None:
    window = Window(before=1, after=3, stride=2, batch=8, tolerance=1e-4)

    @algorithm(splits={"row": window})
    def bin_rows(projections: Projections) -> Projections:
        """Bin."""
        return projections

    assert bin_rows.windows({})["row"] == window
    assert window.halo == 4


def test_windows_follow_the_settings() -> None:
    def half(settings: SimpleNamespace) -> int:
        return int(settings.size) // 2

    def cascade(settings: SimpleNamespace) -> Window:
        return Window(after=settings.size, stride=settings.factor)

    @algorithm(splits={"row": half, "angle": cascade})
    def smooth(projections: Projections, *, size: int = 3, factor: int = 1) -> Projections:
        """Smooth."""
        return projections

    assert smooth.windows(smooth.validate({})) == {
        "row": Window(before=1, after=1),
        "angle": Window(after=3),
    }
    assert smooth.windows(smooth.validate({"size": "9", "factor": 2})) == {
        "row": Window(before=4, after=4),
        "angle": Window(after=9, stride=2),
    }


def test_each_is_every_axis_of_the_first_input() -> None:
    @algorithm(splits=EACH)
    def minus_log(absorption: Same) -> Same:
        """Take the logarithm."""
        return absorption

    assert minus_log.windows({}, axes=("row", "y", "x")) == {"row": Window(), "y": Window(), "x": Window()}
    assert minus_log.windows({}) == {}


def test_an_axis_of_any_input_can_be_split() -> None:
    @algorithm(splits={"angle": 0})
    def back(volume: Volume, theta: Angles) -> Projections:
        """Project."""
        return volume

    assert back.windows({}) == {"angle": Window()}


def test_a_split_axis_that_no_input_has_is_refused() -> None:
    with pytest.raises(
        DefinitionError,
        match="algorithm bad splits along 'rows', but its inputs have the axes angle, column, row",
    ):

        @algorithm(splits={"rows": 0})
        def bad(projections: Projections) -> Projections:
            return projections


def test_the_axis_is_checked_where_the_first_input_is_a_value_too() -> None:
    with pytest.raises(DefinitionError, match="'rows'"):

        @algorithm(splits={"rows": 0})
        def bad(center: Pixel, projections: Projections) -> Projections:
            return projections


def test_any_axis_can_be_named_for_same() -> None:
    @algorithm(splits={"row": 1})
    def blur(a: Same) -> Same:
        """Blur."""
        return a

    assert blur.windows({}, axes=("row", "column")) == {"row": Window(before=1, after=1)}


@pytest.mark.parametrize(
    "wrong", [{"before": -1}, {"after": -1}, {"stride": 0}, {"batch": 0}, {"tolerance": -0.1}]
)
def test_an_impossible_window_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(DefinitionError, match="cannot be: before, after and tolerance start at 0"):
        Window(**wrong)  # type: ignore[arg-type]  # the fault under test


def test_a_function_that_gives_an_impossible_window_is_told() -> None:
    @algorithm(splits={"row": lambda settings: -settings.size})
    def bad(projections: Projections, *, size: int = 3) -> Projections:
        """Have a negative halo."""
        return projections

    with pytest.raises(DefinitionError, match="cannot be"):
        bad.windows({"size": 3})


def test_splits_cannot_be_changed_from_outside() -> None:
    given = {"row": 0}

    @algorithm(splits=given)
    def plain(projections: Projections) -> Projections:
        """Do nothing."""
        return projections

    given["angle"] = 5
    assert plain.windows({}) == {"row": Window()}
