"""What is compared along a series: planted changes, phases and courses are found again, and nothing else."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from daisy_lab.algorithms.pdf import change_points, choose_distances, components, difference, similarity
from daisy_lab.errors import DataError, SettingError
from daisy_lab.io import read_pattern

if TYPE_CHECKING:
    from pathlib import Path

    from daisy_lab.vocabulary import Array

_R = np.arange(1.0, 12.0, 0.02)


def _peaks(*places: float) -> Array:
    found: Array = np.sum([np.exp(-(((_R - place) / 0.1) ** 2)) for place in places], axis=0)
    return found


_CUBIC, _TETRAGONAL = _peaks(2.0, 4.0, 5.7, 8.0), _peaks(2.0, 3.8, 4.3, 5.7, 8.4)


def _mixed(share: Array, noise: float = 0.01) -> Array:
    clean = np.outer(1 - share, _CUBIC) + np.outer(share, _TETRAGONAL)
    return clean + noise * np.random.default_rng(2).normal(size=clean.shape)


def test_the_difference_to_the_first_shows_what_appears() -> None:
    found = difference(_mixed(np.linspace(0, 1, 9), 0))
    assert np.abs(found[0]).max() == 0
    assert found[-1] @ _peaks(4.3) > 0 > found[-1] @ _peaks(4.0)


@pytest.mark.parametrize(
    ("settings", "row"),
    [
        ({"reference": "mean"}, lambda gr: gr[3] - gr.mean(axis=0)),
        ({"reference": "frame", "number": 2}, lambda gr: gr[3] - gr[2]),
        ({"reference": "previous"}, lambda gr: gr[3] - gr[2]),
    ],
)
def test_a_difference_is_that_to_its_reference(settings: dict[str, Any], row: Any) -> None:
    gr = _mixed(np.linspace(0, 1, 6))
    assert np.allclose(difference(gr, **settings)[3], row(gr))


def test_an_empty_first_frame_is_no_reference() -> None:
    gr = _mixed(np.linspace(0, 1, 6))
    gr[0] = np.nan
    found = difference(gr)
    assert np.allclose(found[4], gr[4] - gr[1])
    assert np.isnan(found[0]).all()


def test_similarity_is_pearsons_correlation() -> None:
    gr = _mixed(np.linspace(0, 1, 7))
    assert np.allclose(similarity(gr), np.corrcoef(gr), atol=1e-12)


def test_an_empty_frame_is_like_nothing() -> None:
    gr = _mixed(np.linspace(0, 1, 7))
    gr[2] = np.nan
    found = similarity(gr)
    assert np.isnan(found[2]).all()
    assert np.isnan(found[:, 2]).all()
    assert np.isfinite(np.delete(np.delete(found, 2, 0), 2, 1)).all()


def test_two_phases_are_two_components_with_their_shares() -> None:
    share = 1 / (1 + np.exp(-(np.arange(24) - 12) / 2.0))
    found = components(_mixed(share), count=2)
    assert np.allclose(found.weights.sum(axis=1), 1)
    assert np.corrcoef(found.weights[:, 1], share)[0, 1] > 0.99
    assert np.corrcoef(found.parts[1] - found.parts[0], _TETRAGONAL - _CUBIC)[0, 1] > 0.99
    assert found.unexplained < 0.15


def test_components_are_the_same_each_time_and_leave_empty_frames_out() -> None:
    gr = _mixed(np.linspace(0, 1, 12))
    gr[5] = np.nan
    first, second = components(gr), components(gr)
    assert np.array_equal(first.weights, second.weights, equal_nan=True)
    assert np.isnan(first.weights[5]).all()
    assert np.isfinite(np.delete(first.weights, 5, 0)).all()


def test_a_drift_is_no_change_and_a_bend_is_one() -> None:
    number = np.arange(40)
    drift = _mixed(number / 80)
    bend = _mixed(np.where(number < 23, 0.0, (number - 22) / 30))
    assert change_points(drift).changes == []
    (found,) = change_points(bend).changes
    assert abs(found - 23) <= 1


def test_a_step_is_found_at_its_frame() -> None:
    share = np.where(np.arange(40) < 17, 0.2, 0.5)
    found = change_points(_mixed(share))
    assert found.changes == [17]
    assert found.piece.tolist() == [0] * 17 + [1] * 23
    assert int(np.argmax(found.gain)) == 17


def test_numbers_of_changes_are_those_of_frames_also_where_frames_are_empty() -> None:
    gr = _mixed(np.where(np.arange(40) < 17, 0.2, 0.5))
    gr[[3, 4, 20]] = np.nan
    assert change_points(gr).changes == [17]


def test_the_best_division_is_that_of_trying_all() -> None:
    gr = _mixed(np.repeat([0.1, 0.6, 0.2], [5, 4, 5]))
    found = change_points(gr, trend="constant", shortest_piece=2).changes
    best = min(
        ((a, b) for a in range(2, 11) for b in range(a + 2, 13)),
        key=lambda cut: sum(((part - part.mean(axis=0)) ** 2).sum() for part in np.split(gr, cut)),
    )
    assert tuple(found) == best == (5, 9)


def test_noise_alone_makes_no_change() -> None:
    for seed in range(12):
        noise = np.random.default_rng(seed).normal(size=(60, 300))
        assert change_points(noise).changes == []


def test_a_long_series_is_divided_as_well() -> None:
    gr = np.random.default_rng(1).normal(size=(700, 400)) + np.outer(np.arange(700) / 70, np.ones(400))
    gr[311:] += 0.8 * np.sin(np.arange(400) / 9)
    assert change_points(gr).changes == [311]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda gr: components(gr, count=9), "9 components of 4 frames"),
        (lambda gr: difference(gr, reference="frame", number=4), "from 0 to 3"),
        (lambda gr: choose_distances(gr, _R, nearest=20.0), "no distance lies between"),
    ],
)
def test_what_cannot_be_is_told(call: Any, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        call(_mixed(np.linspace(0, 1, 4)))


def test_too_few_frames_are_told() -> None:
    gr = _mixed(np.linspace(0, 1, 4))
    gr[1:] = np.nan
    with pytest.raises(DataError, match="1 of 4 frames"):
        change_points(gr)


def test_the_transition_of_a_measured_series_is_found(shared_data: Path, tmp_path: Path) -> None:
    """SrFe2As2 leaves its course between 192 and 198 K, over near and over far distances alike."""
    with zipfile.ZipFile(shared_data / "pdf" / "SrFe2As2_temperature_series_gr.zip") as packed:
        packed.extractall(tmp_path)
    files = sorted(tmp_path.rglob("*.gr"))
    kelvin = [int(re.findall(r"_(\d+)K", file.name)[0]) for file in files]
    patterns = [read_pattern(file) for file in files]
    gr = np.array([pattern.y for pattern in patterns])
    for farthest in (10.0, 30.0, 60.0, 0.0):
        compared = choose_distances(gr, patterns[0].x, farthest=farthest).compared
        assert [kelvin[frame] for frame in change_points(compared).changes] == [198]
    like = similarity(compared)
    assert (np.diff(like[0]) < 0).all()
