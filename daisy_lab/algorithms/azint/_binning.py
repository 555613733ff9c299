"""Which bins a pattern or a cake has: settings and geometry resolved into one record that every block of frames shares.

A record, so that a result file says exactly how it was made and a stack can be integrated piece by piece.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from daisy_lab.algorithms.azint._cache import digest, kept
from daisy_lab.algorithms.azint._geometry import Geometry
from daisy_lab.algorithms.azint._positions import azimuth_of, divisor_of, flipped, radius_of
from daisy_lab.algorithms.azint._table import Table, build_cake, build_pattern
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.vocabulary import Array

__all__ = ["Binning"]

_TURN: Final = 360.0
_WIDER: Final = 1 + float(np.finfo(np.float32).eps)
"""The last bin ends a little beyond the last pixel, as in pyFAI, so that the pixel is in it."""


@dataclass(frozen=True)
class Binning:
    """Everything that says which pixel goes where and what its counts are divided by, the mask apart."""

    geometry: Geometry
    shape: tuple[int, int]
    unit: Any
    bins: int
    spacing: str = "linear"
    radius: tuple[float, float] = (0.0, 0.0)
    """Where the first bin begins and the last one ends, in the unit; the logarithm of it where bins are logarithmic."""
    azimuth: tuple[float, float] | None = None
    """Sector in degree; None for the whole ring."""
    azimuth_bins: int = 0
    """0 for a pattern."""
    splitting: Any = "bbox"
    solid_angle: bool = True
    polarization: float | None = None
    flip: str = "none"

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Make it of a record again.

        Raises
        ------
        DataError
            If it is none that `bins` made.
        """
        try:
            given = dict(record)
            pair = {name: tuple(given[name]) for name in ("shape", "radius")}
            azimuth = None if given.get("azimuth") is None else tuple(given["azimuth"])
            return cls(**{**given, **pair, "azimuth": azimuth, "geometry": Geometry.of(given["geometry"])})
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, DataError):
                raise
            raise DataError(
                _("this is no record of bins ({error}); give what `bins` or `cake_bins` made").format(
                    error=error
                )
            ) from None

    def record(self) -> dict[str, Any]:
        """Give it as JSON data."""
        return asdict(self) | {
            "geometry": self.geometry.record(),
            "shape": list(self.shape),
            "radius": list(self.radius),
            "azimuth": None if self.azimuth is None else list(self.azimuth),
        }

    def centers(self) -> Array:
        """Give the radius in the middle of each bin, in the unit, (bin,); of its logarithm where bins are such."""
        first, width = self.radius[0], (self.radius[1] - self.radius[0]) / self.bins
        middle = first + width * (np.arange(self.bins) + 0.5)
        return 10**middle if self.spacing == "log" else middle

    def azimuths(self) -> Array:
        """Give the azimuth in the middle of each bin of a cake, degree, (azimuth_bin,)."""
        first, last = self.azimuth or (-_TURN / 2, _TURN / 2)
        return first + (last - first) / self.azimuth_bins * (np.arange(self.azimuth_bins) + 0.5)

    def divisor(self) -> Array:
        """Give what the counts of each pixel are divided by, float32, (row, column), as it lies in the frames."""
        made = divisor_of(
            self.geometry, self.shape, solid_angle=self.solid_angle, polarization=self.polarization
        )
        return flipped(made, self.flip)

    def require(self, shape: tuple[int, int], *, cake: bool = False) -> None:
        """Check that these are bins for frames of a shape, and for a pattern or a cake.

        Raises
        ------
        DataError
            If they are not.
        """
        if cake and not self.azimuth_bins:
            raise DataError(
                _("these bins are those of a pattern; give what `cake_bins` made, or call `integrate`")
            )
        if self.azimuth_bins and not cake:
            raise DataError(_("these bins are those of a cake; give what `bins` made, or call `cake`"))
        if shape != self.shape:
            raise DataError(
                _(
                    "the bins are those of frames of {there} pixels (row, column), and these have {shape}; make the "
                    "bins with these frames"
                ).format(there=self.shape, shape=shape)
            )

    @property
    def size(self) -> int:
        """Give the number of all bins."""
        return self.bins * max(self.azimuth_bins, 1)

    def table(self) -> Table:
        """Give the table of all pixels; kept on disk, so that the same bins cost nothing."""
        key = digest("table", self)
        found = kept(key, lambda: self._build().arrays())
        return self.table_of(found, key)

    def table_of(self, found: Mapping[str, Array], key: str) -> Table:
        """Give a table of its arrays again."""
        return Table(
            found["starts"], found["bins"], found["parts"], self.size, key, consecutive=not self.azimuth_bins
        )

    def resolved(self, mask: Array, wanted: tuple[float | None, float | None]) -> Binning:
        """Give the same with its range of radius worked out: what is not wanted begins and ends with the pixels.

        Raises
        ------
        DataError
            If the mask leaves nothing.
        SettingError
            If the range is empty, or logarithmic bins are to begin at 0.
        """
        low, high = self._radius()
        inside = ~(mask | self._outside()) & np.isfinite(high)
        if not inside.any():
            raise DataError(_("all pixels are masked or outside the sector; check the mask and the sector"))
        first = self._start(low[inside]) if wanted[0] is None else self._spaced(wanted[0])
        last = float(high[inside].max()) if wanted[1] is None else self._spaced(wanted[1])
        if not last > first:
            raise SettingError(
                _(
                    "the range of {unit} goes from {first} to {last}, which is empty; give radial_min below radial_max"
                ).format(unit=self.unit, first=wanted[0], last=wanted[1])
            )
        last += abs(last) * (_WIDER - 1)
        return type(self)(**{**vars(self), "radius": (first, last)})

    def _build(self) -> Table:
        ignored = self._outside().ravel()
        low, high = (part.ravel() for part in self._radius())
        ignored |= ~np.isfinite(low)
        radial = build_pattern(low, high, ignored, self.radius, self.bins)
        if not self.azimuth_bins:
            return radial
        first, last = self.azimuth or (-_TURN / 2, _TURN / 2)
        near, far = (part.ravel() for part in self._turned(first, last))
        return build_cake(radial, self._around(near, far, ignored, (first, last)))

    def _around(self, near: Array, far: Array, ignored: Array, limits: tuple[float, float]) -> Table:
        """Give the table of the azimuth; in a whole turn, what goes beyond its end comes in again at its start."""
        first, last = limits
        span, count = last - first, self.azimuth_bins
        if span < _TURN:
            return build_pattern(near, far, ignored, limits, count)
        wide = build_pattern(near, far, ignored, (first - span, last + span), 3 * count)
        return wide._replace(bins=(wide.bins % count).astype(np.int32), size=count)

    def _start(self, low: Array) -> float:
        """Give where the nearest pixel begins; a radius is never below 0, a logarithm may be."""
        nearest = float(low.min())
        return nearest if self.spacing == "log" else max(nearest, 0.0)

    def _spaced(self, value: float) -> float:
        if self.spacing == "linear":
            return value
        if value <= 0:
            raise SettingError(
                _("logarithmic bins cannot begin at {value}; give a radial_min above 0").format(value=value)
            )
        return float(np.log10(value))

    def _radius(self) -> tuple[Array, Array]:
        """Give where pixels begin and end, as they lie in the frames, on the axis of the bins."""
        low, high = radius_of(self.geometry, self.shape, self.unit, self.splitting)
        if self.spacing == "log":
            # The pixel in which the beam ends reaches down to 0: it begins where half of it lies beyond.
            floor = np.where(low > 0, low, np.maximum(high, 1e-12) / 2)
            low, high = np.log10(floor), np.log10(np.maximum(high, 1e-12))
        return flipped(low, self.flip), flipped(high, self.flip)

    def _turned(self, first: float, last: float) -> tuple[Array, Array]:
        """Give where pixels begin and end in azimuth, moved by whole turns to lie about a sector."""
        low, high = azimuth_of(self.geometry, self.shape, self.splitting)
        middle = (first + last) / 2
        center = (low + high) / 2
        turns = np.round((middle - center) / _TURN) * _TURN
        return flipped(low + turns, self.flip), flipped(high + turns, self.flip)

    def _outside(self) -> Array:
        """Give the pixels that do not touch the sector, (row, column)."""
        if self.azimuth is None or self.azimuth[1] - self.azimuth[0] >= _TURN:
            return np.zeros(self.shape, np.bool_)
        low, high = self._turned(*self.azimuth)
        outside: Array = (high < self.azimuth[0]) | (low > self.azimuth[1])
        return outside
