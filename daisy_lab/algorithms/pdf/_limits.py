"""What bounds the settings before anything is tried: how near two atoms can be, and where a pattern ends."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np

from daisy_lab.algorithms.pdf._composition import parse_composition
from daisy_lab.algorithms.pdf._scattering import form_factor

if TYPE_CHECKING:
    from daisy_lab.algorithms.pdf._scattering import Mode
    from daisy_lab.vocabulary import Array

__all__ = ["shortest_distance", "usable_end"]

_BOND: Final = 0.9
"""The foot of a peak over its place."""
_VISIBLE: Final = 0.01
"""Share of the scattering from which on a pair of elements shows."""
_UNKNOWN_RADIUS: Final = 1.5
_BIN: Final = 0.25
"""1/angstrom: the intensity is looked at in pieces of this length."""
_FALL: Final = 0.1
_SPREAD: Final = 6.0
_loading: Final = Lock()


@lru_cache(maxsize=32)
def shortest_distance(composition: str, mode: Mode = "xray") -> float:
    """Give a distance in angstrom below which no two atoms of a composition can be seen.

    It is nine tenths of the smallest sum of two covalent radii (B. Cordero et al., Dalton Trans. (2008) 2832) among the
    pairs of elements that scatter enough to show.

    Parameters
    ----------
    composition
        Chemical formula.
    mode
        Radiation.

    Raises
    ------
    SettingError
        If the composition cannot be understood.
    """
    counts = parse_composition(composition)
    total = sum(counts.values())
    weight = {
        symbol: count / total * abs(float(form_factor(symbol, np.zeros(1), mode)[0]))
        for symbol, count in counts.items()
    }
    radius = {symbol: _radius_of(symbol) for symbol in counts}
    whole = sum(weight.values()) ** 2
    sums = [
        radius[one] + radius[other]
        for one in counts
        for other in counts
        if weight[one] * weight[other] >= _VISIBLE * whole
    ]
    return _BOND * float(min(sums))


def _radius_of(symbol: str) -> float:
    # Takes a while to load.
    from periodictable import covalent_radius, elements  # noqa: PLC0415

    # Its tables load at the first look, and a second thread that looks meanwhile would find no radius.
    with _loading:
        covalent_radius.init(elements)
        return float(elements.symbol(symbol).covalent_radius or _UNKNOWN_RADIUS)


def usable_end(q: Array, intensity: Array) -> float:
    """Give the last Q in 1/angstrom before the intensity falls off the edge of the detector.

    In the last third of the pattern, that is before the first quarter of 1/angstrom in which the logarithm of the
    intensity falls clearly more than it usually does.

    Parameters
    ----------
    q
        Uniform grid in 1/angstrom, (q,).
    intensity
        Intensity on it, background not subtracted or with it, (q,).
    """
    width = max(2, int(_BIN / (q[1] - q[0])))
    pieces = len(q) // width
    if pieces < 12:  # noqa: PLR2004 - too short to tell
        return float(q[-1])
    level = np.median(intensity[: pieces * width].reshape(pieces, width), axis=1)
    steps = np.diff(np.log(np.maximum(level, 1e-9 * level.max())))
    usual = steps[pieces // 2 :]
    middle = float(np.median(usual))
    spread = 1.4826 * float(np.median(np.abs(usual - middle)))
    first = 2 * pieces // 3
    falls = np.flatnonzero(steps[first:] < middle - max(_SPREAD * spread, _FALL))
    return float(q[(first + int(falls[0])) * width - 1] if len(falls) else q[-1])
