"""What one average atom scatters: <f>, <f^2> of X-rays, <b>, <b^2> of neutrons.

X-rays: form factors of neutral atoms, D. Waasmaier and A. Kirfel, Acta Cryst. A 51 (1995) 416, from xraydb.
Neutrons: bound coherent scattering lengths, from periodictable.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeAlias

import numpy as np
from pydantic import Field

from daisy_lab.algorithms.pdf._composition import SYMBOLS, fractions_of
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["Mode", "Scattering", "compton", "form_factor", "scattering"]

Mode: TypeAlias = Annotated[Literal["xray", "neutron"], Field(title="Radiation")]

_TABLE_END: Final = 6.0 * 4 * np.pi
"""1/angstrom: the form factors are tabulated to sin(theta)/lambda = 6."""


@dataclass(frozen=True, eq=False)
class Scattering:
    """Averages over the atoms of a sample, (q,) each; electrons for X-rays, fm for neutrons."""

    mean: Array
    """<f>"""
    square: Array
    """<f^2>"""

    @property
    def self_part(self) -> Array:
        """Give L = <f^2> / <f>^2, the level that S(Q) - 1 oscillates about."""
        level: Array = self.square / self.mean**2
        return level


def scattering(q: Array, composition: str, mode: Mode) -> Scattering:
    """Give <f> and <f^2> of a sample on a grid.

    Parameters
    ----------
    q
        Momentum transfer in 1/angstrom, (q,).
    composition
        Formula of the sample.
    mode
        `xray` or `neutron`.

    Raises
    ------
    SettingError
        If an element is unknown or not in the table, or the average scattering length is 0.
    """
    parts = [(share, form_factor(symbol, q, mode)) for symbol, share in fractions_of(composition)]
    mean = np.sum([share * f for share, f in parts], axis=0)
    square = np.sum([share * f**2 for share, f in parts], axis=0)
    if np.any(np.abs(mean) < 1e-6 * np.sqrt(square)):
        raise SettingError(
            _(
                "composition '{composition}' scatters {mode} coherently with an average of 0, so that S(Q) cannot "
                "be normalised; another composition or mode is needed"
            ).format(composition=composition, mode=mode)
        )
    return Scattering(mean, square)


def compton(q: Array, composition: str, mode: Mode) -> Array:
    """Give the incoherent (Compton) scattering per atom in electrons, (q,); neutrons have none.

    Each electron of an atom is taken to have the same form factor f / Z, so that Z (1 - (f / Z)^2) scatter
    incoherently (R. W. James, The Optical Principles of the Diffraction of X-rays (1948), chapter 9). It is right
    at both ends and within some percent between them; recoil and detector efficiency are left out.
    """
    if mode == "neutron":
        return np.zeros(len(q))
    parts = []
    for symbol, share in fractions_of(composition):
        electrons = 1 if symbol == "D" else SYMBOLS.index(symbol) + 1
        parts.append(share * (electrons - form_factor(symbol, q, mode) ** 2 / electrons))
    summed: Array = np.maximum(np.sum(parts, axis=0), 0)
    return summed


def form_factor(symbol: str, q: Array, mode: Mode) -> Array:
    """Give f(Q) of one element in electrons, or its coherent scattering length in fm, (q,)."""
    if mode == "neutron":
        return np.full(len(q), _scattering_length(symbol))
    if len(q) and q[-1] > _TABLE_END:
        raise SettingError(
            _(
                "Q reaches {q:.4g} 1/angstrom, but form factors of X-rays end at {end:.4g}; lower qmaxinst"
            ).format(q=float(q[-1]), end=_TABLE_END)
        )
    from xraydb import f0  # noqa: PLC0415 - opens a database, a second at first

    # Deuterium has the electron of hydrogen.
    found: Array = f0("H" if symbol == "D" else symbol, np.asarray(q, np.float64) / (4 * np.pi))
    return found


@lru_cache(maxsize=128)
def _scattering_length(symbol: str) -> float:
    import periodictable  # noqa: PLC0415 - reads its tables when first used

    isotope = periodictable.D if symbol == "D" else periodictable.elements.symbol(symbol)
    length = isotope.neutron.b_c
    if length is None:
        raise SettingError(
            _("there is no neutron scattering length of {symbol} in the table; leave it out").format(
                symbol=symbol
            )
        )
    return float(length)
