"""The same numbers as algotom gives for the same settings, where its definition is the paper's."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from daisy_lab.algorithms import ct
from daisy_lab.algorithms.ct.stripes._wavelets import daubechies

removal = pytest.importorskip("algotom.prep.removal")


def _scan(views: int = 200, columns: int = 333) -> np.ndarray:
    """Make a striped transmission without equal values in a column: their order is not defined by the method."""
    random = np.random.default_rng(7)
    place = np.linspace(-1, 1, columns)
    turn = np.arange(views)[:, np.newaxis] * np.pi / views
    body = np.exp(-1.5 * np.sqrt(np.clip(1 - (place * 1.4 - 0.2 * np.cos(turn)) ** 2, 0, None)))
    values = body * random.normal(1, 0.03, columns) * random.normal(1, 0.004, (views, columns))
    values[:, 100:108] *= 1.25
    values[:, 60] = random.uniform(0.2, 0.9, views)
    order = np.argsort(values, axis=0)
    steps = np.sort((values * 2**20).astype(int), axis=0) - np.arange(views)[:, np.newaxis]
    distinct = np.maximum.accumulate(steps, axis=0) + np.arange(views)[:, np.newaxis]
    np.put_along_axis(values, order, distinct / 2**20, axis=0)
    return values.astype(np.float32)


@pytest.mark.parametrize(
    ("ours", "theirs", "settings", "their_settings"),
    [
        ("all", "remove_all_stripe", {}, {}),
        (
            "all",
            "remove_all_stripe",
            {"threshold": 2, "large_size": 31, "small_size": 9, "trim": 0.2},
            {"snr": 2, "la_size": 31, "sm_size": 9, "drop_ratio": 0.2},
        ),
        ("dead", "remove_dead_stripe", {}, {}),
        (
            "dead",
            "remove_dead_stripe",
            {"residual": False, "smoothing": 7, "size": 20},
            {"residual": False, "smooth_strength": 7, "size": 20},
        ),
        ("large", "remove_large_stripe", {}, {}),
        ("large", "remove_large_stripe", {"normalize": False}, {"norm": False}),
        ("sorting", "remove_stripe_based_sorting", {"size": 12}, {"size": 12}),
        ("filtering", "remove_stripe_based_filtering", {}, {}),
        (
            "filtering",
            "remove_stripe_based_filtering",
            {"sort": False, "sigma": 8},
            {"sort": False, "sigma": 8},
        ),
        ("fitting", "remove_stripe_based_fitting", {}, {}),
        ("fitting", "remove_stripe_based_fitting", {"order": 4, "sort": True}, {"order": 4, "sort": True}),
    ],
)
@pytest.mark.parametrize("shape", [(200, 333), (121, 256)])
def test_vo_filters_give_the_numbers_of_algotom(
    ours: str, theirs: str, settings: dict[str, Any], their_settings: dict[str, Any], shape: tuple[int, int]
) -> None:
    scan = _scan(*shape)
    expected = getattr(removal, theirs)(scan, **their_settings)
    found = getattr(ct, f"remove_stripes_{ours}")(scan[:, np.newaxis], **settings)[:, 0]
    different = ~np.isclose(found, expected, rtol=1e-4, atol=1e-6)
    # Sorting what a float32 transform gave: values that are nearly equal may change places.
    assert different.mean() <= (1e-3 if ours == "filtering" and settings.get("sort", True) else 0)
    np.testing.assert_allclose(found, expected, atol=2e-3)


def test_fourier_wavelet_is_the_same_but_for_the_centre_of_the_damping(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With an even number of coefficients algotom's damping is centred one frequency off zero; the paper's is not."""
    utility = importlib.import_module("algotom.util.utility")

    def centred(width: int, height: int, size: float, _window: str) -> np.ndarray:
        frequency = np.arange(width) - width // 2
        return np.tile(1 - np.exp(-(frequency**2) / (2 * size**2)), (height, 1))

    monkeypatch.setattr(utility, "make_2d_damping_window", centred)
    scan = _scan()
    for settings in ({}, {"level": 2, "wavelet": "db4", "sigma": 3.0}):
        theirs = {"level": 5, "wavelet": "db9", "sigma": 1} | settings
        expected = removal.remove_stripe_based_wavelet_fft(
            scan, theirs["level"], theirs["sigma"], theirs["wavelet"]
        )
        found = ct.remove_stripes_fourier_wavelet(scan[:, np.newaxis], **settings)[:, 0]
        np.testing.assert_allclose(found, expected, atol=3e-6)


@pytest.mark.parametrize("wavelet", ["db1", "db2", "db7", "db13", "db20"])
def test_wavelets_are_those_of_pywavelets(wavelet: Any) -> None:
    expected = pytest.importorskip("pywt").Wavelet(wavelet)
    low, high = daubechies(wavelet)
    np.testing.assert_allclose(low, expected.rec_lo, atol=1e-6)
    np.testing.assert_allclose(high, expected.rec_hi, atol=1e-6)
