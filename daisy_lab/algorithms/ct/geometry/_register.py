"""Frames of one scene that moved between exposures: by how much, to a small fraction of a pixel."""

from functools import partial
from math import ceil
from typing import Annotated, Final, NamedTuple

import numpy as np
import scipy.fft
from pydantic import Field

from daisy_lab._algorithm import algorithm, check_cancelled, parallel
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.algorithms.ct._repair import fill_sinogram
from daisy_lab.algorithms.ct.geometry._resample import moved
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes, Exposures, Unit

__all__ = ["FrameShifts", "find_shifts"]

Shifts = Annotated[Array, Axes("exposure"), Unit("pixel")]

_LEAST: Final = 16
# Part of each side over which a frame fades out, so that its edges are no feature.
_FADE: Final = 0.15
# The detector's noise is in the finest detail: frequencies count less the higher they are.
_SMOOTH: Final = 1.0
# Amplitude, as a part of the mean, below which frequencies count by their amplitude and not all alike.
_FLOOR: Final = 10.0
_NEAR: Final = 1.5
_STEP: Final = 0.05
_ROUNDS: Final = 3


class FrameShifts(NamedTuple):
    """How far each frame moved."""

    row_shift: Shifts
    column_shift: Shifts


@algorithm(splits={"exposure": 0})
def find_shifts(
    exposures: Exposures,
    reference: Annotated[Array, Axes("row", "column")],
    *,
    limit: Annotated[float, Unit("pixel"), Field(title="Largest shift", gt=0, le=1000)] = 16.0,
) -> FrameShifts:
    """Give how far each frame is moved against a reference frame of the same scene.

    For repeated exposures: flats whose beam wanders, one projection taken many times. Each frame is moved to where
    its correlation with the reference peaks, to hundredths of a pixel. A scan that turns the sample in
    between needs `find_drift`.

    Parameters
    ----------
    exposures
        Frames, (exposure, row, column).
    reference
        The frame they are compared with, (row, column), such as the first of them.
    limit
        Largest shift that is looked for in each direction, in pixels.

    Returns
    -------
    row_shift
        Rows by which each frame lies further down than the reference, in pixels, (exposure).
    column_shift
        Columns by which each frame lies further right than the reference, in pixels, (exposure).

    Raises
    ------
    DataError
        If the frames differ in size from the reference or are smaller than 16 pixels, or one shows nothing.

    Notes
    -----
    C. D. Kuglin and D. C. Hines, The phase correlation image alignment method, Proc. IEEE Int. Conf. Cybernetics
    and Society, 163 (1975); the peak is refined by a Fourier sum around it, M. Guizar-Sicairos, S. T. Thurman and
    J. R. Fienup, Efficient subpixel image registration algorithms, Opt. Lett. 33, 156 (2008).
    """
    require_axes(exposures, "exposures", ("exposure", "row", "column"))
    require_axes(reference, "reference", ("row", "column"))
    if exposures.shape[1:] != reference.shape or min(reference.shape) < _LEAST:
        raise DataError(
            _(
                "exposures are {there} pixels (row, column) and the reference is {asked}; both must be alike and at "
                "least {least} pixels in each direction"
            ).format(there=exposures.shape[1:], asked=reference.shape, least=_LEAST)
        )
    fixed = _filled(reference, _("the reference"))
    reach = (min(limit, reference.shape[0] / 2), min(limit, reference.shape[1] / 2))
    found = parallel(partial(_shift, exposures, fixed, reach), range(len(exposures)), text="find_shifts")
    shifts = np.array(found, np.float64).reshape(-1, 2)
    return FrameShifts(shifts[:, 0].copy(), shifts[:, 1].copy())


def _filled(frame: Array, name: str) -> Array:
    filled, _replaced = fill_sinogram(frame)
    if not np.isfinite(filled).all() or np.ptp(filled) == 0:
        raise DataError(
            _("{name} shows nothing: all its values are equal, or none is a number").format(name=name)
        )
    return filled


def _shift(exposures: Array, fixed: Array, reach: tuple[float, float], exposure: int) -> tuple[float, float]:
    """Register one frame; each round moves it back by what the last one found, until nothing is left."""
    moving = _filled(exposures[exposure], _("exposure {number}").format(number=exposure))
    down, across = 0.0, 0.0
    for number in range(_ROUNDS):
        check_cancelled()
        back = moved(moving, down, axis=0)
        check_cancelled()
        back = moved(back, across, axis=1)
        check_cancelled()
        both = _measured(down, fixed.shape[0]), _measured(across, fixed.shape[1])
        near = reach if number == 0 else (_NEAR, _NEAR)
        step = _peak(_cross(fixed[both], back[both]), fixed[both].shape, near)
        down, across = down + step[0], across + step[1]
    return down, across


def _measured(shift: float, length: int) -> slice:
    """Give where a frame moved back by `shift` still holds what was measured."""
    return slice(ceil(max(-shift, 0.0)), length - ceil(max(shift, 0.0)))


def _cross(first: Array, second: Array) -> Array:
    """Give the spectrum of the phase correlation, high frequencies damped."""
    window = np.outer(_fade(first.shape[0]), _fade(first.shape[1])).astype(np.float32)
    spectra = [scipy.fft.rfft2(window * (frame - frame.mean())) for frame in (first, second)]
    cross = spectra[1] * np.conj(spectra[0])
    size = np.abs(cross)
    down, across = (
        2 * np.pi * scipy.fft.fftfreq(first.shape[0]),
        2 * np.pi * scipy.fft.rfftfreq(first.shape[1]),
    )
    damp = np.outer(np.exp(-((_SMOOTH * down) ** 2)), np.exp(-((_SMOOTH * across) ** 2)))
    cross *= damp / np.maximum(size, _FLOOR * float(size.mean()) + np.finfo(np.float32).tiny)
    # A real transform stores half of the frequencies: the other half counts as much.
    cross[:, 1 : (first.shape[1] + 1) // 2] *= 2
    return np.asarray(cross)


def _fade(length: int) -> Array:
    place = (np.arange(length) + 0.5) / length
    return np.asarray(np.sin(np.pi / 2 * np.clip(np.minimum(place, 1 - place) / _FADE, 0, 1)) ** 2)


def _peak(cross: Array, shape: tuple[int, ...], reach: tuple[float, float]) -> tuple[float, float]:
    """Give where the correlation is largest: first in whole pixels, then between them."""
    whole = [np.arange(-int(far), int(far) + 1, dtype=float) for far in reach]
    start = _largest(cross, shape, whole)
    check_cancelled()
    fine = [place + np.arange(-_NEAR / 2, _NEAR / 2 + _STEP / 2, _STEP) for place in start]
    value = _sum(cross, shape, fine)
    row, column = np.unravel_index(int(np.argmax(value)), value.shape)
    return (
        float(fine[0][row] + _STEP * _vertex(value[:, column], int(row))),
        float(fine[1][column] + _STEP * _vertex(value[row], int(column))),
    )


def _largest(cross: Array, shape: tuple[int, ...], places: list[Array]) -> tuple[float, float]:
    value = _sum(cross, shape, places)
    row, column = np.unravel_index(int(np.argmax(value)), value.shape)
    return float(places[0][row]), float(places[1][column])


def _sum(cross: Array, shape: tuple[int, ...], places: list[Array]) -> Array:
    """Give the correlation at any rows and columns, as a Fourier sum."""
    down, across = 2j * np.pi * scipy.fft.fftfreq(shape[0]), 2j * np.pi * scipy.fft.rfftfreq(shape[1])
    rows = np.exp(np.outer(places[0], down)) @ cross
    return np.asarray((rows @ np.exp(np.outer(across, places[1]))).real)


def _vertex(values: Array, best: int) -> float:
    """Give where between its neighbours a parabola through a peak is highest, in steps."""
    if not 0 < best < len(values) - 1:
        return 0.0
    before, here, after = values[best - 1 : best + 2]
    bend = before - 2 * here + after
    return float(0.5 * (before - after) / bend) if bend < 0 else 0.0
