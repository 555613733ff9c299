"""Each angle stands for its share of half a turn."""

from __future__ import annotations

import numpy as np
import pytest

from daisy_lab.algorithms.ct import even_angles
from daisy_lab.algorithms.ct._angles import angle_weights, half_turns


def _weights(*degrees: float) -> np.ndarray:
    return np.rad2deg(angle_weights(np.deg2rad(np.array(degrees, float))))


def test_even_angles_share_evenly() -> None:
    np.testing.assert_allclose(_weights(*range(0, 180, 10)), 10)


def test_both_ends_of_half_a_turn_share_one_weight() -> None:
    np.testing.assert_allclose(_weights(*range(0, 181, 10)), [5, *[10] * 17, 5])


def test_full_turn_counts_each_ray_twice() -> None:
    np.testing.assert_allclose(_weights(*range(0, 360, 10)), 5)


def test_duplicates_share_one_weight() -> None:
    np.testing.assert_allclose(
        _weights(*range(0, 180, 10), 20, 20), [*[10] * 2, 10 / 3, *[10] * 15, *[10 / 3] * 2]
    )


def test_uneven_angles_get_trapezoids_in_any_order() -> None:
    np.testing.assert_allclose(_weights(90, 0, 30), [75, 60, 45])


@pytest.mark.parametrize("degrees", [[17.0], [17.0, 17.0, 197.0]])
def test_one_direction_stands_for_half_a_turn(degrees: list[float]) -> None:
    np.testing.assert_allclose(_weights(*degrees), 180 / len(degrees))


def test_wedge_that_was_not_measured_is_not_filled() -> None:
    np.testing.assert_allclose(_weights(*range(0, 121, 2)), 2)


def test_random_angles_cover_half_a_turn() -> None:
    weights = angle_weights(np.random.default_rng(3).uniform(-20, 20, 300))
    assert weights.sum() == pytest.approx(np.pi)
    assert weights.min() > 0


def test_even_angles_leave_out_their_end() -> None:
    theta = even_angles(np.zeros((4, 1, 1)), start=10, stop=190)
    np.testing.assert_allclose(np.rad2deg(theta), [10, 55, 100, 145])


@pytest.mark.parametrize(
    ("degrees", "turns", "views"),
    [
        (np.arange(181) * 180 / 181, 1, 181),
        (np.linspace(0, 180, 181), 1, 180),
        (np.linspace(89.97, 270.03, 181), 1, 180),
        (np.arange(0, 360, 2.0), 3, 90),
        (np.arange(0, 120, 1.0), 0, 0),
        (np.array([0.0, 60, 120]), 0, 0),
        (np.arange(179, -1, -1.0), 1, 180),
    ],
)
def test_half_turns_leave_out_the_opposite_of_their_first_view(
    degrees: np.ndarray, turns: int, views: int
) -> None:
    found = half_turns(np.deg2rad(degrees))
    assert len(found) >= turns if turns > 1 else len(found) == turns
    assert all(len(turn.views) == views for turn in found)
    assert all((np.diff(turn.theta) > 0).all() for turn in found)
