"""Peaks of G(r): where they are, how high, and between which atoms where the crystal is known."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.algorithms.pdf import CRYSTALS, Pairs, parse_composition
from daisy_lab.errors import DaisyError

if TYPE_CHECKING:
    from daisy_lab.algorithms.pdf import Crystal
    from daisy_lab.vocabulary import Array

__all__ = ["crystal_of", "find_peaks", "low_line"]

_SHARE: Final = 0.06
"""Of the highest peak: what stands out less is taken for ripple."""
_NEAR: Final = 0.12
"""Angstrom: a distance of the crystal that lies this near belongs to the peak."""
_REACH: Final = 20.0
_MOST: Final = 300
_FIRST: Final = 0.8
_TALL: Final = 0.2


@lru_cache(maxsize=64)
def crystal_of(composition: str) -> Crystal | None:
    """Give the crystal that a formula is of, if it is one of those whose cell is known."""
    try:
        counts = parse_composition(composition)
    except DaisyError:
        return None
    least = min(counts.values())
    shares = {symbol: count / least for symbol, count in counts.items()}
    for crystal in CRYSTALS.values():
        known = parse_composition(crystal.composition)
        low = min(known.values())
        if {symbol: count / low for symbol, count in known.items()} == shares:
            return crystal
    return None


def find_peaks(r: Array, gr: Array, composition: str) -> list[dict[str, Any]]:
    """Give peaks as a plot marks them: `r`, `g`, `text`, `tall`.

    Parameters
    ----------
    r
        Distances in angstrom, (r,).
    gr
        G(r), (r,).
    composition
        Formula; that of a known crystal brings pairs of elements.
    """
    # Takes 0.1 s to load, and only this needs it.
    from scipy.signal import find_peaks as stand_out  # noqa: PLC0415

    if len(r) < 3 or not np.isfinite(gr).all():  # noqa: PLR2004 - a peak has neighbours
        return []
    highest = float(gr[r >= _FIRST].max(initial=0.0))
    if highest <= 0:
        return []
    places, about = stand_out(gr, height=0, prominence=_SHARE * highest)
    strong = [
        (int(at), float(size))
        for at, size in zip(places, about["prominences"], strict=True)
        if r[at] >= _FIRST
    ][:_MOST]
    crystal = crystal_of(composition)
    shells = _shells(crystal.name) if crystal else ()
    return [_peak(r, gr, at, size > _TALL * highest, shells) for at, size in strong]


def low_line(r: Array, gr: Array, composition: str, density: float, first: float) -> tuple[float, str]:
    """Give the density in atoms per cubic angstrom that the line -4 pi rho0 r below the first peak has, and whence.

    Parameters
    ----------
    density
        As the recipe has it; 0 is unknown.
    first
        First peak in angstrom; 0 is unknown.

    Returns
    -------
    density
        0 if nothing tells it.
    origin
        `given`, `crystal` or `fitted`.
    """
    if density > 0:
        return density, "given"
    crystal = crystal_of(composition)
    if crystal is not None:
        return crystal.density, "crystal"
    inside = (r > 0.2) & (r < max(first - 0.4, 0.6))  # noqa: PLR2004 - angstrom, beside the origin and the peak
    if not inside.any():
        return 0.0, "fitted"
    slope = float(gr[inside] @ r[inside] / (r[inside] @ r[inside]))
    return max(-slope / (4 * np.pi), 0.0), "fitted"


def _peak(r: Array, gr: Array, at: int, tall: bool, shells: tuple[tuple[float, str], ...]) -> dict[str, Any]:  # noqa: FBT001 - a fact
    before, top, after = (float(gr[place]) for place in (at - 1, at, at + 1))
    bend = before - 2 * top + after
    place = float(r[at]) + (0.5 * (before - after) / bend * float(r[1] - r[0]) if bend else 0.0)
    pairs = dict.fromkeys(pair for distance, pair in shells if abs(distance - place) < _NEAR)
    text = f"{place:.3f} Å" + (f"  {', '.join(pairs)}" if pairs else "")
    return {"r": place, "g": top, "text": text, "tall": tall}


@lru_cache(maxsize=8)
def _shells(name: str) -> tuple[tuple[float, str], ...]:
    """Give distances of a crystal with the pair of elements, each pair once."""
    found = Pairs(CRYSTALS[name], qdamp=0.3).shells
    pairs: dict[tuple[str, ...], Array] = {}
    for (one, other), (distances, _count) in found.items():
        pairs.setdefault(tuple(sorted((one, other))), distances[distances < _REACH])
    return tuple(
        (float(distance), f"{one}–{other}")  # noqa: RUF001 - the sign between two atoms
        for (one, other), distances in pairs.items()
        for distance in distances
    )
