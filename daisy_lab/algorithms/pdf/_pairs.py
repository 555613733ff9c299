"""F(Q), G(r) and I(Q) of a known crystal, by the sum over pairs of its atoms: an answer to compare with.

Peaks are Gaussians of the thermal motion of both atoms, damped as exp(-(qdamp r)^2 / 2) by the resolution of the
instrument, T. Proffen and S. J. L. Billinge, J. Appl. Cryst. 32 (1999) 572. With 1 / r_k in place of 1 / r in front of
each Gaussian F and G are exact transforms of each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.interpolate import CubicSpline

from daisy_lab.algorithms.pdf._scattering import Mode, compton, form_factor
from daisy_lab.algorithms.pdf._transform import Distances, Waves
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["CRYSTALS", "Crystal", "Pairs"]

_SHELL: Final = 1e-4
"""Angstrom: distances nearer than this are one shell."""
_DAMPED: Final = 6.0
"""Pairs further apart than this over qdamp are damped below 2e-8."""
_WIDE: Final = 48
"""Steps that a Gaussian reaches to each side: eight times its width."""


@dataclass(frozen=True)
class Crystal:
    """A unit cell: edges in angstrom, angles in degree, atoms as symbol and fractional coordinates."""

    name: str
    edges: tuple[float, float, float]
    atoms: tuple[tuple[str, float, float, float], ...]
    angles: tuple[float, float, float] = (90.0, 90.0, 90.0)

    @property
    def cell(self) -> Array:
        """Give the vectors of the cell in angstrom, (vector, 3)."""
        a, b, c = self.edges
        alpha, beta, gamma = np.deg2rad(self.angles)
        cx = np.cos(beta)
        cy = (np.cos(alpha) - np.cos(beta) * np.cos(gamma)) / np.sin(gamma)
        third = [c * cx, c * cy, c * np.sqrt(max(1 - cx**2 - cy**2, 0.0))]
        return np.array([[a, 0, 0], [b * np.cos(gamma), b * np.sin(gamma), 0], third])

    @property
    def composition(self) -> str:
        """Give the formula of the cell."""
        symbols = [symbol for symbol, *_place in self.atoms]
        return "".join(f"{symbol}{symbols.count(symbol)}" for symbol in dict.fromkeys(symbols))

    @property
    def density(self) -> float:
        """Give the number of atoms per cubic angstrom."""
        return len(self.atoms) / abs(float(np.linalg.det(self.cell)))


def _face_centred(symbol: str, *shift: float) -> tuple[tuple[str, float, float, float], ...]:
    x, y, z = shift
    corners = ((0.0, 0.0, 0.0), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5), (0.0, 0.5, 0.5))
    return tuple((symbol, (a + x) % 1, (b + y) % 1, (c + z) % 1) for a, b, c in corners)


_CEO2: Final = _face_centred("Ce", 0, 0, 0) + tuple(
    ("O", x, y, z) for x in (0.25, 0.75) for y in (0.25, 0.75) for z in (0.25, 0.75)
)
_B: Final = 0.1993
_LAB6: Final = (
    ("La", 0.0, 0.0, 0.0),
    *(("B", *place) for place in ((_B, 0.5, 0.5), (1 - _B, 0.5, 0.5), (0.5, _B, 0.5))),
    *(("B", *place) for place in ((0.5, 1 - _B, 0.5), (0.5, 0.5, _B), (0.5, 0.5, 1 - _B))),
)
CRYSTALS: Final = {
    "Ni": Crystal("Ni", (3.5238, 3.5238, 3.5238), _face_centred("Ni", 0, 0, 0)),
    "Si": Crystal(
        "Si", (5.4312, 5.4312, 5.4312), _face_centred("Si", 0, 0, 0) + _face_centred("Si", 0.25, 0.25, 0.25)
    ),
    "CeO2": Crystal("CeO2", (5.41165, 5.41165, 5.41165), _CEO2),
    "LaB6": Crystal("LaB6", (4.15689, 4.15689, 4.15689), _LAB6),
}
"""Crystals whose cells are known from the literature and used as standards; edges in angstrom."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs of a crystal that the damping leaves.

    Parameters
    ----------
    crystal
        The cell.
    uiso
        Mean square displacement of each atom along a line, in square angstrom.
    qdamp
        Damping of G(r) by the resolution, in 1/angstrom, above 0.
    """

    crystal: Crystal
    uiso: float = 0.005
    qdamp: float = 0.05

    def __post_init__(self) -> None:
        if self.qdamp < 0.01 or self.uiso <= 0:  # noqa: PLR2004 - told in the message
            raise SettingError(
                _("qdamp {qdamp} and uiso {uiso}: qdamp is 0.01 1/angstrom or more, and uiso above 0").format(
                    qdamp=self.qdamp, uiso=self.uiso
                )
            )

    @cached_property
    def shells(self) -> dict[tuple[str, str], tuple[Array, Array]]:
        """Give distances in angstrom and neighbours per first atom for each pair of elements, damping left out."""
        found: dict[tuple[str, str], list[Array]] = {}
        symbols = [symbol for symbol, *_place in self.crystal.atoms]
        places = np.array([place for _symbol, *place in self.crystal.atoms]) @ self.crystal.cell
        shifts = self._shifts()
        reach = _DAMPED / self.qdamp
        for one, here in zip(symbols, places, strict=True):
            for other, there in zip(symbols, places, strict=True):
                distance = np.linalg.norm(shifts + (there - here), axis=1)
                found.setdefault((one, other), []).append(distance[(distance > _SHELL) & (distance < reach)])
        return {
            pair: _counted(np.concatenate(parts), symbols.count(pair[0])) for pair, parts in found.items()
        }

    def distances(self, rmax: float) -> Array:
        """Give the distances between atoms up to rmax in angstrom, sorted."""
        known = np.concatenate([r[r <= rmax] for r, _count in self.shells.values()])
        return np.unique(np.round(known, 4))

    def partial(self, pair: tuple[str, str], q: Array) -> Array:
        """Give Q (A(Q) - 1) of one pair of elements in 1/angstrom on a uniform grid, (q,), per atom of the first."""
        step = float(q[1] - q[0])
        # Gaussians of the thermal motion on a grid of r: as smooth as they are, their sum is exact.
        peaks = self._peaks(*self.shells[pair])
        grid = Distances(float(q[0]), float(q[-1]), step)
        summed = Waves(self._spacing, 0.0, len(peaks), grid).sines(peaks) * self._spacing
        share = sum(symbol == pair[1] for symbol, *_place in self.crystal.atoms) / len(self.crystal.atoms)
        # The mean density is damped alike; its transform lives at the smallest Q only.
        level = 4 * np.pi * self.crystal.density * share * np.sqrt(np.pi / 2) / self.qdamp**3
        found: Array = summed - level * q * np.exp(-((q / self.qdamp) ** 2) / 2)
        return found

    def intensity(self, q: Array, mode: Mode = "xray", *, incoherent: bool = False) -> Array:
        """Give the scattering per atom on a uniform grid, (q,), in electrons or square fm; Compton's if asked for."""
        fq, averages = self._weighted(q, mode)
        found: Array = averages + np.divide(fq, q, out=np.zeros_like(fq), where=q > 0)
        if incoherent:
            found = found + compton(q, self.crystal.composition, mode)
        return found

    def fq(self, q: Array, mode: Mode = "xray") -> Array:
        """Give F(Q) = Q (S(Q) - 1) in 1/angstrom on a uniform grid, (q,)."""
        fq, _averages = self._weighted(q, mode)
        mean = np.sum([share * form_factor(symbol, q, mode) for symbol, share in self._shares()], axis=0)
        found: Array = fq / mean**2
        return found

    def gr(self, r: Array, mode: Mode = "xray") -> Array:
        """Give G(r) in 1/angstrom^2, (r,), without any cut of Q; X-rays count with their electrons.

        For one element, and for neutrons, it is exact; for several and X-rays the form factors at Q = 0 stand for
        those at all Q, as in PDFgui.
        """
        zero = np.zeros(1)
        weight = {symbol: float(form_factor(symbol, zero, mode)[0]) for symbol, _share in self._shares()}
        mean = sum(share * weight[symbol] for symbol, share in self._shares())
        damped = np.exp(-((self.qdamp * r) ** 2) / 2)
        total: Array = -4 * np.pi * self.crystal.density * r * damped
        grid = self._spacing * np.arange(int(r[-1] / self._spacing) + 3)
        for (one, other), (shells, count) in self.shells.items():
            factor = dict(self._shares())[one] * weight[one] * weight[other] / mean**2
            near = shells < float(r[-1]) + 1
            peaks = self._peaks(shells[near], count[near])[: len(grid)]
            total += factor * CubicSpline(grid[: len(peaks)], peaks)(r)
        return total

    @property
    def _spacing(self) -> float:
        """Give the step of r in angstrom at which the Gaussians are known."""
        return float(np.sqrt(2 * self.uiso)) / 6

    def _peaks(self, shells: Array, count: Array) -> Array:
        """Give the sum of the Gaussians of all shells on multiples of the step, (r,)."""
        width, step = np.sqrt(2 * self.uiso), self._spacing
        height = count * np.exp(-((self.qdamp * shells) ** 2) / 2) / (shells * width * np.sqrt(2 * np.pi))
        middle = np.rint(shells / step).astype(np.int64)
        summed = np.zeros(int(middle.max()) + _WIDE + 2)
        for offset in range(-_WIDE, _WIDE + 1):
            at = middle + offset
            values = height * np.exp(-(((at * step - shells) / width) ** 2) / 2)
            inside = at >= 0
            summed += np.bincount(at[inside], values[inside], minlength=len(summed))
        return summed

    def _weighted(self, q: Array, mode: Mode) -> tuple[Array, Array]:
        factors = {symbol: form_factor(symbol, q, mode) for symbol, _share in self._shares()}
        square = np.sum([share * factors[symbol] ** 2 for symbol, share in self._shares()], axis=0)
        shares = dict(self._shares())
        fq = np.zeros(len(q))
        for one, other in self.shells:
            fq += shares[one] * factors[one] * factors[other] * self.partial((one, other), q)
        return fq, square

    def _shares(self) -> tuple[tuple[str, float], ...]:
        symbols = [symbol for symbol, *_place in self.crystal.atoms]
        return tuple((symbol, symbols.count(symbol) / len(symbols)) for symbol in dict.fromkeys(symbols))

    def _shifts(self) -> Array:
        """Give all lattice vectors that the damping leaves, (vector, 3)."""
        cell = self.crystal.cell
        heights = 1 / np.linalg.norm(np.linalg.inv(cell), axis=0)
        most = np.ceil(_DAMPED / self.qdamp / heights).astype(int) + 1
        steps = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in most), indexing="ij"), -1).reshape(-1, 3)
        shifts: Array = steps @ cell
        near: Array = np.linalg.norm(shifts, axis=1) < _DAMPED / self.qdamp + np.linalg.norm(cell.sum(axis=0))
        chosen: Array = shifts[near]
        return chosen


def _counted(distances: Array, atoms: int) -> tuple[Array, Array]:
    """Give the distances of the shells, and how many neighbours one atom has in each."""
    ordered = np.sort(distances)
    edges = np.flatnonzero(np.diff(ordered) > _SHELL) + 1
    starts = np.concatenate([[0], edges]).astype(int)
    counts = np.diff(np.concatenate([starts, [len(ordered)]]))
    return np.add.reduceat(ordered, starts) / counts, counts / atoms
