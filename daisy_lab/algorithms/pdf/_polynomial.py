"""The slowly varying error of F(Q), a polynomial without constant term, fitted and taken out.

The degree is a real number: between two whole degrees the two corrections are mixed. The polynomials come from an
Arnoldi process on Q (P. D. Brubeck, Y. Nakatsukasa and L. N. Trefethen, SIAM Review 63 (2021) 405), so that each
degree only adds one more orthogonal function and no power of Q ever loses its digits.
"""

from dataclasses import dataclass
from math import floor, pi
from typing import NamedTuple, Self

import numpy as np

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.pdf._grid import Grid
from daisy_lab.algorithms.pdf._settings import RPoly
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, QCurve, QGrid

__all__ = ["Basis", "Corrected", "correct_polynomial", "degree_of", "structure_factor"]


class Corrected(NamedTuple):
    """The corrected functions on the grid of Q."""

    sq: QCurve
    fq: QCurve


@dataclass(frozen=True, eq=False)
class Basis:
    """Orthonormal functions on a grid, (degree, q); the first m span Q, Q^2 ... Q^m."""

    functions: Array

    @classmethod
    def of(cls, q: Array, degrees: int) -> Self:
        """Build the functions up to a degree.

        Raises
        ------
        SettingError
            If there are more degrees than the points can bear.
        """
        if degrees > len(q) // 2:
            raise SettingError(
                _(
                    "rpoly asks for a polynomial of degree {degree} through {points} points; lower rpoly"
                ).format(degree=degrees, points=len(q))
            )
        functions = np.empty((degrees, len(q)))
        scaled = q / q[-1]
        for number in range(degrees):
            new = scaled * (functions[number - 1] if number else 1.0)
            for _again in range(2):
                new = new - (functions[:number] @ new) @ functions[:number]
            functions[number] = new / np.linalg.norm(new)
        return cls(functions)

    def weights(self, degree: float) -> Array:
        """Give how much of each function is taken out for a real degree, (degree,)."""
        whole = floor(degree)
        return np.concatenate([np.ones(whole), [degree - whole]])

    def correct(self, fq: Array, degree: float) -> Array:
        """Take the fitted polynomial of a real degree out of F(Q), (..., q)."""
        weights = self.weights(degree)
        used = self.functions[: len(weights)]
        corrected: Array = fq - (fq @ used.T * weights) @ used
        return corrected


def degree_of(rpoly: float, grid: Grid) -> float:
    """Give the real degree rpoly (Q_last - Q_first) / pi; `rpoly` in angstrom."""
    return rpoly * (grid.count - 1) * grid.step / pi


@algorithm
def correct_polynomial(
    q: QGrid,
    fq_raw: QCurve,
    *,
    rpoly: RPoly = 0.9,
) -> Corrected:
    """Give S(Q) and F(Q) with their slowly varying error taken out.

    The error is a polynomial of Q without constant term, fitted over the whole grid. Its degree is
    n = rpoly (Q_last - Q_first) / pi; for a degree between two whole numbers both corrections are mixed.

    Parameters
    ----------
    q
        Uniform grid in 1/angstrom, (q,).
    fq_raw
        F(Q) with its slowly varying error, (q,).
    rpoly
        Distance in angstrom below which G(r) is taken for error; less than the shortest distance of two atoms.

    Returns
    -------
    sq
        Total scattering structure function S(Q), (q,).
    fq
        Reduced structure function F(Q) = Q (S(Q) - 1) in 1/angstrom, (q,).

    Raises
    ------
    SettingError
        If `rpoly` asks for a degree that the points cannot bear.
    DataError
        If the columns do not fit each other.

    References
    ----------
    P. Juhas, T. Davis, C. L. Farrow and S. J. L. Billinge, J. Appl. Cryst. 46 (2013) 560, equation 10 and below.
    """
    grid, values = Grid.of(q), np.asarray(fq_raw, np.float64)
    if values.shape[-1] != grid.count:
        raise DataError(
            _("q has {points} points and F(Q) {values}; they must have as many").format(
                points=grid.count, values=values.shape[-1]
            )
        )
    degree = degree_of(rpoly, grid)
    fq = Basis.of(grid.q, floor(degree) + 1).correct(values, degree)
    return Corrected(structure_factor(grid, fq), fq)


def structure_factor(grid: Grid, fq: Array) -> Array:
    """Give S = 1 + F / Q, (..., q); at Q = 0 the straight line through the next two points."""
    q = grid.q
    sq: Array = np.empty_like(fq)
    at = 1 if grid.first == 0 else 0
    sq[..., at:] = 1 + fq[..., at:] / q[at:]
    if at:
        sq[..., 0] = 2 * sq[..., 1] - sq[..., 2]
    return sq
