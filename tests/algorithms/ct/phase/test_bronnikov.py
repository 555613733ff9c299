"""Bronnikov's filter: the phase of a propagated wave, and Paganin's filter as its special case."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daisy_lab.algorithms.ct.phase import bronnikov, paganin
from daisy_lab.errors import SettingError

_OPTICS: dict[str, Any] = {"energy": 20.0, "distance": 100.0, "pixel_size": 1.0, "padding": "reflect"}
_WAVELENGTH = 12.398419843 / 20e4  # um
_FRAMES = np.random.default_rng(3).uniform(0.9, 1.1, (4, 24, 31)).astype(np.float32)


def test_phase_of_a_propagated_gaussian_is_recovered() -> None:
    line = np.arange(256) - 127.5
    phase = 2.0 * np.exp(-(line**2 + line[:, np.newaxis] ** 2) / (2 * 20.0**2))
    f = np.fft.fftfreq(256)
    travel = np.exp(-1j * np.pi * _WAVELENGTH * 1e5 * (f**2 + f[:, np.newaxis] ** 2))
    intensity = np.abs(np.fft.ifft2(np.fft.fft2(np.exp(-1j * phase)) * travel)) ** 2
    found = bronnikov(intensity[np.newaxis], **_OPTICS, alpha=0.0)[0]
    np.testing.assert_allclose(found, phase - phase.mean(), atol=0.02)


def test_with_the_alpha_of_one_material_it_is_paganins_filter() -> None:
    delta_beta = 800.0
    alpha = 4 * np.pi / (delta_beta * _WAVELENGTH * 1e5)
    filtered = paganin(_FRAMES, **_OPTICS, delta_beta=delta_beta)
    # Where little is absorbed, 1 - transmission is the absorption and phase over absorption is delta / 2 beta.
    found = bronnikov(_FRAMES, **_OPTICS, alpha=alpha)
    np.testing.assert_allclose(found, delta_beta / 2 * (1 - filtered), atol=2e-6 * delta_beta)


@pytest.mark.parametrize("alpha", [0.0, 1e-3])
def test_blocks_of_angles_have_the_bits_of_the_whole(alpha: float) -> None:
    whole = bronnikov(_FRAMES, **_OPTICS, alpha=alpha)
    np.testing.assert_array_equal(bronnikov(_FRAMES[1:3], **_OPTICS, alpha=alpha), whole[1:3])


def test_preview_of_some_rows_is_within_its_tolerance() -> None:
    frame = np.random.default_rng(1).uniform(0.9, 1.0, (1, 600, 20)).astype(np.float32)
    settings = _OPTICS | {"alpha": 0.02}
    window = bronnikov.windows(bronnikov.validate(settings))["row"]
    band = bronnikov(frame[:, 300 - window.before : 304 + window.after], **settings)
    whole = bronnikov(frame, **settings)[:, 300:304]
    here = band[:, window.before : window.before + 4]
    assert window.before < 200
    assert np.abs(here - whole).max() <= window.tolerance * np.abs(whole).max()


def test_without_alpha_a_preview_asks_for_whole_frames() -> None:
    assert bronnikov.windows(bronnikov.validate(_OPTICS | {"alpha": 0}))["row"].before > 100_000


def test_air_has_no_phase() -> None:
    for padding in ("reflect", "edge"):
        found = bronnikov(np.ones((1, 9, 11), np.uint16), **_OPTICS | {"padding": padding})
        np.testing.assert_array_equal(found, 0)


def test_edges_repeated_without_end_are_refused() -> None:
    with pytest.raises(SettingError, match="no end; choose padding 'reflect'"):
        bronnikov(_FRAMES, **_OPTICS | {"alpha": 0.0, "padding": "edge"})


@pytest.mark.parametrize("alpha", [0.0, 1e-3])
def test_on_a_device_it_is_what_the_processor_gives(device: Any, alpha: float) -> None:
    found = bronnikov(device.asarray(_FRAMES), **_OPTICS, alpha=alpha)
    assert isinstance(found, device.ndarray)
    expected = bronnikov(_FRAMES, **_OPTICS, alpha=alpha)
    np.testing.assert_allclose(device.asnumpy(found), expected, atol=1e-5 * np.abs(expected).max())
