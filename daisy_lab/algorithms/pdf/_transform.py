"""The sine transform from F(Q) to G(r): exact on any grid by the chirp-z algorithm, or as PDFgetX3 has it.

A sine sum over Q_k = k dq and r_j = r_0 + j dr is a convolution with a chirp (L. R. Rabiner, R. W. Schafer and
C. M. Rader, Bell Syst. Tech. J. 48 (1969) 1249), so that two transforms give it at any r without interpolation.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, log2, pi
from typing import Annotated, Literal, NamedTuple, TypeAlias

import numpy as np
import scipy.fft
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.pdf._grid import Grid
from daisy_lab.algorithms.pdf._settings import QMax, RMax, RMin, RStep
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, QCurve, QGrid, RCurve, RGrid

__all__ = [
    "Calculation",
    "Distances",
    "Transform",
    "Transformed",
    "Waves",
    "Window",
    "points_to",
    "transform",
    "window_of",
]

Calculation: TypeAlias = Annotated[Literal["exact", "compatible"], Field(title="Calculation")]
Window: TypeAlias = Annotated[Literal["none", "lorch", "soft-lorch"], Field(title="Window")]

_ROUNDING = 1e-6
_MOST_POINTS = 1_000_000


class Transformed(NamedTuple):
    """The pair distribution function and its distances."""

    r: RGrid
    gr: RCurve


@dataclass(frozen=True)
class Distances:
    """A grid of r in angstrom, both ends included."""

    rmin: float = 0.0
    rmax: float = 30.0
    rstep: float = 0.01

    @property
    def count(self) -> int:
        """Give the number of points."""
        return floor((self.rmax - self.rmin) / self.rstep + _ROUNDING) + 1

    @property
    def r(self) -> Array:
        """Give the distances, (r,)."""
        return self.rmin + self.rstep * np.arange(self.count)

    def check(self, grid: Grid) -> None:
        """Refuse distances that are none, too many, or that the step of Q cannot tell apart.

        Raises
        ------
        SettingError
            The limits, and what would do.
        """
        if self.rstep <= 0 or self.rmax <= self.rmin or self.rmin < 0 or self.count > _MOST_POINTS:
            raise SettingError(
                _(
                    "r from {rmin} to {rmax} in steps of {rstep} angstrom is no grid; 0 <= rmin < rmax, rstep > 0"
                ).format(rmin=self.rmin, rmax=self.rmax, rstep=self.rstep)
            )
        if self.rmax > pi / grid.step:
            raise SettingError(
                _(
                    "rmax is {rmax} angstrom, but points {step:.4g} 1/angstrom apart tell distances only up to "
                    "{most:.4g}; lower rmax"
                ).format(rmax=self.rmax, step=grid.step, most=pi / grid.step)
            )


def window_of(q: Array, top: float, window: Window) -> Array:
    """Give the factor of each F(Q), (q,), that damps the ripple of the cut at `top`.

    Sources: E. Lorch, J. Phys. C 2 (1969) 229; A. K. Soper and E. R. Barney, J. Appl. Cryst. 44 (2011) 714.
    """
    if window == "none":
        return np.ones(len(q))
    x = np.maximum(pi * q / top, 1e-4)
    if window == "lorch":
        return np.sin(x) / x
    soft: Array = 3 * (np.sin(x) - x * np.cos(x)) / x**3
    return soft


class Waves:
    """Sums of v_k exp(i (start + k step) r_j) over k for all r of a grid, by one convolution with a chirp."""

    def __init__(self, step: float, start: float, count: int, distances: Distances) -> None:
        self._points = distances.count
        self._length = int(scipy.fft.next_fast_len(count + self._points - 1))
        self._before, self._filter, self._after = _chirps(step, start, count, distances, self._length)

    def __call__(self, values: Array) -> tuple[Array, Array]:
        """Give the wave of rows (..., k) before its last factor, and that factor, (r,); their product is the sum."""
        spectrum = scipy.fft.fft(values * self._before[: values.shape[-1]], self._length, overwrite_x=True)
        spectrum *= self._filter
        return scipy.fft.ifft(spectrum, overwrite_x=True)[..., : self._points], self._after

    def sines(self, values: Array) -> Array:
        """Give the sums with a sine, (..., r): the imaginary part alone."""
        wave, factor = self(values)
        found: Array = wave.real * factor.imag
        found += wave.imag * factor.real
        return found

    def cosines(self, values: Array) -> Array:
        """Give the sums with a cosine, (..., r): the real part alone."""
        wave, factor = self(values)
        found: Array = wave.real * factor.real
        found -= wave.imag * factor.imag
        return found


class Transform:
    """G(r) = 2/pi dq sum F sin(Q r) from one grid of Q to one of r; what depends on the grids only is kept."""

    def __init__(self, grid: Grid, distances: Distances, calculation: Calculation = "exact") -> None:
        distances.check(grid)
        self.grid, self.distances, self.calculation = grid, distances, calculation
        self._factor = 2 / pi * grid.step
        if calculation == "exact":
            # From Q = 0 on, so that another qmin finds the chirps made.
            self._waves = Waves(grid.step, 0.0, grid.first + grid.count, distances)
        else:
            self._prepare_compatible()

    def __call__(self, fq: Array) -> Array:
        """Transform rows of F(Q), (..., q), whose first points of the grid are given; the rest counts as 0."""
        if self.calculation == "compatible":
            return self._compatible(fq)
        padded = np.zeros((*fq.shape[:-1], self.grid.first + fq.shape[-1]))
        padded[..., self.grid.first :] = fq
        gr = self._waves.sines(padded)
        gr *= self._factor
        return gr

    def _prepare_compatible(self) -> None:
        grid = self.grid
        needed = max(pi / (self.distances.rstep * grid.step), grid.first + grid.count)
        self._padded = 1 << ceil(log2(needed))
        place = self.distances.r / (pi / (self._padded * grid.step))
        self._left = np.minimum(place.astype(np.int64), self._padded - 1)
        self._weight = place - self._left

    def _compatible(self, fq: Array) -> Array:
        padded = np.zeros((*fq.shape[:-1], 2 * self._padded))
        padded[..., self.grid.first : self.grid.first + fq.shape[-1]] = fq
        sines = -self._factor * scipy.fft.rfft(padded).imag
        below = sines[..., self._left]
        gr: Array = below + self._weight * (sines[..., self._left + 1] - below)
        return gr


@lru_cache(maxsize=32)
def _chirps(
    step: float, start: float, count: int, distances: Distances, length: int
) -> tuple[Array, Array, Array]:
    """Give the factors before, between and after the two transforms."""
    points, turn = distances.count, step * distances.rstep
    at, to = np.arange(count, dtype=np.float64), np.arange(points, dtype=np.float64)
    before = np.exp(1j * (at * step * distances.rmin + turn * at**2 / 2))
    reach = np.arange(1 - count, points, dtype=np.float64)
    chirp = np.zeros(length, np.complex128)
    values = np.exp(-1j * turn * reach**2 / 2)
    chirp[:points] = values[count - 1 :]
    if count > 1:
        chirp[1 - count :] = values[: count - 1]
    after = np.exp(1j * (turn * to**2 / 2 + start * distances.r))
    made = before, scipy.fft.fft(chirp), after
    for part in made:
        part.setflags(write=False)
    return made


@algorithm
def transform(
    q: QGrid,
    fq: QCurve,
    *,
    qmax: QMax = 0.0,
    rmin: RMin = 0.0,
    rmax: RMax = 30.0,
    rstep: RStep = 0.01,
    window: Window = "none",
    calculation: Calculation = "exact",
) -> Transformed:
    """Give the pair distribution function G(r) by the sine transform of F(Q).

    G(r) = 2/pi dq sum F(Q) sin(Q r) over qmin <= Q <= qmax.

    Parameters
    ----------
    q
        Uniform grid in 1/angstrom, (q,).
    fq
        Reduced structure function in 1/angstrom, (q,).
    qmax
        Highest Q of the transform in 1/angstrom; at most qmaxinst. 0 takes all.
    rmin
        First distance in angstrom.
    rmax
        Last distance in angstrom.
    rstep
        Step of the distances in angstrom.
    window
        Damps the ripple that the end at qmax makes, and broadens the peaks: Lorch, or the softer revised Lorch.
    calculation
        `exact` sums at each r; `compatible` interpolates as PDFgetX3 does, to be compared with its output.

    Returns
    -------
    r
        Distances in angstrom, (r,).
    gr
        G(r) in 1/angstrom^2, (r,).

    Raises
    ------
    SettingError
        If qmax lies beyond the data, or the distances make no grid.

    References
    ----------
    T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks, 2nd ed. (2012), section 3.1.
    """
    grid, values = Grid.of(q), np.asarray(fq, np.float64)
    if values.shape[-1] != grid.count:
        raise DataError(
            _("q has {points} points and F(Q) {values}; they must have as many").format(
                points=grid.count, values=values.shape[-1]
            )
        )
    distances = Distances(rmin, rmax, rstep)
    used = points_to(grid, qmax)
    damped = values[..., :used] * window_of(grid.q[:used], qmax or float(grid.q[-1]), window)
    return Transformed(distances.r, Transform(grid, distances, calculation)(damped))


def points_to(grid: Grid, qmax: float) -> int:
    """Give the number of points up to qmax, all of them for 0.

    Raises
    ------
    SettingError
        If qmax lies beyond the grid, or before its second point.
    """
    last = (grid.first + grid.count - 1) * grid.step
    if qmax > last + grid.step * (1 + _ROUNDING):
        raise SettingError(
            _(
                "qmax is {asked:.6g} 1/angstrom, but the data (up to qmaxinst) end at {last:.6g}; lower qmax"
            ).format(asked=qmax, last=last)
        )
    used = min(floor(qmax / grid.step + 1e-9) - grid.first + 1, grid.count) if qmax > 0 else grid.count
    if used < 2:  # noqa: PLR2004 - a sum needs points
        raise SettingError(
            _("qmax is {asked:.6g} 1/angstrom, but the data begin at {first:.6g}; raise qmax").format(
                asked=qmax, first=grid.first * grid.step
            )
        )
    return used
