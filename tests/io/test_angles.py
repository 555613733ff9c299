from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from daisy_lab.io import open_dataset, open_file
from daisy_lab.io._angles import evenly_spaced, unit_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from daisy_lab.vocabulary import Array


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        (np.linspace(0, 180, 181), "degree"),
        (np.linspace(0, 179, 180), "degree"),
        (np.linspace(89.97, 270.03, 50), "degree"),
        (np.linspace(-90, 90, 19), "degree"),
        (np.linspace(0, np.pi, 181), "rad"),
        (np.linspace(0, np.pi, 180, endpoint=False), "rad"),
        (np.linspace(0, 2 * np.pi, 400), "rad"),
        (np.linspace(-np.pi / 2, np.pi / 2, 31), "rad"),
        (np.arange(0, 5, 0.5), "degree"),
        (np.zeros(4), "rad"),
    ],
)
def test_unit_is_guessed_from_range_and_steps_and_told(
    make: Callable[..., Path], frames: Callable[..., Array], values: Array, unit: str
) -> None:
    path = make("t.h5", {"exchange/data": frames(len(values)), "exchange/theta": values})
    with open_file(path) as scan:
        np.testing.assert_allclose(scan["theta"], np.deg2rad(values) if unit == "degree" else values)
        assert any(f"taken as {unit} (guessed" in note for note in scan.notes)


def test_the_unit_asked_for_wins_over_the_file(exchange: Path) -> None:
    with open_file(exchange, angle_unit="rad") as scan:
        assert scan["theta"][-1] == 180
        assert any("taken as rad (as asked)" in note for note in scan.notes)


def test_the_file_wins_over_a_guess(make: Callable[..., Path], frames: Callable[..., Array]) -> None:
    datasets = {"exchange/data": frames(3), "exchange/theta": np.array([0.0, 1.0, 2.0])}
    path = make("t.h5", datasets, {"exchange/theta": "rad"})
    np.testing.assert_allclose(open_file(path)["theta"], [0, 1, 2])


def test_many_turns_in_rad_are_doubted(make: Callable[..., Path], frames: Callable[..., Array]) -> None:
    path = make(
        "t.h5",
        {"exchange/data": frames(3), "exchange/theta": np.array([0, 90.0, 180])},
        {"exchange/theta": "rad"},
    )
    assert any("say angle_unit=degree" in note for note in open_file(path).notes)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("degrees", "degree"),
        ("theta (deg)", "degree"),
        ("angle [rad]", "rad"),
        ("°", "degree"),
        ("grad", ""),
        ("", ""),
    ],
)
def test_units_are_read_from_words(text: str, unit: str) -> None:
    assert unit_in(text) == unit


def test_even_spacing_allows_a_hundredth_of_a_step() -> None:
    assert evenly_spaced(np.array([0, 1.0, 2.005, 3.0]))
    assert not evenly_spaced(np.array([0, 1.0, 2.5, 3.0]))
    assert not evenly_spaced(np.zeros(4))


def test_theta_of_any_dataset_is_in_rad_as_one_input(make: Callable[..., Path]) -> None:
    path = make("any.h5", {"motor/rotation": np.array([0.0, 90, 180])})
    theta = open_dataset(f"{path}::motor/rotation", name="theta")
    np.testing.assert_allclose(theta, [0, np.pi / 2, np.pi])
    assert theta.axes == ("angle",)
    assert any("taken as degree" in note for note in theta.notes)
