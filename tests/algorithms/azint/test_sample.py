"""Generated frames of a known crystal, with all the faults of real ones, become the pattern they were made of."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import h5py
import numpy as np
import pytest

from daisy_lab.algorithms.azint import bins, find_bgscale, find_flip, integrate, mask_detector, mask_rings
from daisy_lab.io import read_poni
from daisy_lab.samples.pdf import Truth, make_pdf, read_truth

if TYPE_CHECKING:
    from collections.abc import Callable

THIRDS = (-1 / 3, 0.0, 1 / 3)


class Sample(NamedTuple):
    truth: Truth
    geometry: dict[str, Any]
    frames: np.ndarray
    empty: np.ndarray
    mask: np.ndarray
    """As our own algorithms find it."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    path = tmp_path_factory.mktemp("pdf") / "sample.h5"
    make_pdf(path, crystal="Ni", size=512, frames=4, seed=2)
    geometry = read_poni(path.with_suffix(".poni"))
    with h5py.File(path) as file:
        frames, empty = file["entry/data/data"][...], file["entry/background/data"][...]
    mask = mask_rings(frames, geometry, mask_detector(frames, geometry, lowest=0))
    truth = read_truth(path)
    assert truth is not None
    return Sample(truth, geometry, frames, empty, mask)


def of_sample(truth: Truth) -> Callable[[np.ndarray], np.ndarray]:
    """Give the analytic pattern as a function of arrays of any shape."""
    table = np.arange(0, 50, 0.002)
    values = truth.iq(table)
    return lambda q: np.interp(q, table, values)


def plain(sample: Sample, pattern: Callable[[np.ndarray], np.ndarray], edges: np.ndarray) -> np.ndarray:
    """Average a pattern over nine points of each pixel, and over the pixels whose middle is in a bin."""
    place = sample.truth.place
    value = np.zeros(place.shape)
    for row, column in product(THIRDS, THIRDS):
        angle, _azimuth, _cosine = place.rays(row, column)
        value += pattern(4e-10 * np.pi / place.wavelength * np.sin(angle / 2)) / 9
    used = ~sample.mask
    count, _edges = np.histogram(place.q()[used], edges)
    total, _edges = np.histogram(place.q()[used], edges, weights=value[used])
    return np.asarray(total / count)


def test_hot_pixels_gap_and_beam_stop_are_masked_and_hardly_anything_else(sample: Sample) -> None:
    hot = np.zeros(sample.mask.shape, bool)
    hot[tuple(np.array(sample.truth.hot).T)] = True
    blind = sample.frames[0] < 0
    assert sample.mask[hot | blind].all()
    assert (sample.mask & ~hot & ~blind).mean() < 1e-3


def test_generated_frames_lie_as_their_geometry_says(sample: Sample) -> None:
    assert find_flip(sample.frames, sample.geometry, sample.mask) == "none"


@pytest.mark.parametrize("which", ["sample", "background"])
def test_the_pattern_is_the_analytic_one_within_the_counting_noise(which: str, sample: Sample) -> None:
    truth = sample.truth
    made = bins(
        sample.frames, sample.geometry, sample.mask, bins=400, splitting="no", polarization=0.99,
        radial_min=0.5, radial_max=truth.qmax,
    )  # fmt: skip
    frames = sample.frames if which == "sample" else sample.empty
    found = integrate(frames, made.binning, sample.mask, error_model="poisson")
    first, last = made.binning["radius"]
    edges = np.linspace(first, last, 401)

    def expected(q: np.ndarray) -> np.ndarray:
        level = truth.background(q)
        return np.asarray(level + of_sample(truth)(q)) if which == "sample" else level

    known = plain(sample, expected, edges)
    sigma = np.sqrt((found.sigma**2).mean(axis=0) / len(frames))
    away = (found.intensity.mean(axis=0) - known) / sigma
    assert np.sqrt((away**2).mean()) < 1.2
    assert abs((found.intensity.mean(axis=0) / known - 1).mean()) < 5e-4


def test_the_sample_alone_remains_after_the_background_frame_is_taken_off(sample: Sample) -> None:
    truth = sample.truth
    scale = find_bgscale(sample.frames, sample.geometry, sample.empty, sample.mask)
    made = bins(
        sample.frames, sample.geometry, sample.mask, bins=600, splitting="no", polarization=0.99, radial_min=2,
        radial_max=truth.qmax,
    )  # fmt: skip
    found = integrate(sample.frames, made.binning, sample.mask, None, None, sample.empty, bgscale=scale)
    first, last = made.binning["radius"]
    known = plain(sample, of_sample(truth), np.linspace(first, last, 601))
    away = found.intensity.mean(axis=0) - known
    assert np.sqrt((away**2).sum() / (known**2).sum()) < 0.01
    assert found.intensity.mean(axis=0).sum() == pytest.approx(known.sum(), rel=5e-3)
