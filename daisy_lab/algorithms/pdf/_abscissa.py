"""The first column of a pattern, whatever it is, as momentum transfer Q in 1/angstrom."""

from typing import Annotated, Literal, TypeAlias

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log
from daisy_lab.algorithms.pdf._settings import TwoThetaZero, Wavelength
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Abscissa, Array, Momentum

__all__ = ["DataFormat", "check_abscissa", "to_q"]

DataFormat: TypeAlias = Annotated[Literal["twotheta", "QA", "Qnm"], Field(title="First column")]

_HIGHEST_ANGLE = 180.0
_HIGHEST_Q = 120.0
"""1/angstrom: beyond it no instrument measures, so the numbers are degrees or 1/nm."""
_LEAST_POINTS = 8


@algorithm
def to_q(
    x: Abscissa,
    *,
    dataformat: DataFormat = "twotheta",
    wavelength: Wavelength = 0.0,
    twothetazero: TwoThetaZero = 0.0,
) -> Momentum:
    """Give the momentum transfer Q of each point of a pattern.

    Q = 4 pi sin((2theta - 2theta0) / 2) / wavelength. The points keep their order.

    Parameters
    ----------
    x
        First column of the pattern, (point,): two theta in degree, or Q.
    dataformat
        What the first column is: two theta in degree, Q in 1/angstrom (QA) or Q in 1/nm (Qnm).
    wavelength
        Wavelength in angstrom; needed for two theta.
    twothetazero
        Two theta of the direct beam in degree, subtracted from each angle.

    Returns
    -------
    q
        Momentum transfer in 1/angstrom, float64, (point,).

    Raises
    ------
    SettingError
        If two theta is given without a wavelength.
    DataError
        If the numbers cannot be what `dataformat` says, or are not a rising column.

    References
    ----------
    T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks, 2nd ed. (2012), section 2.2.
    """
    values = check_abscissa(x, "x")
    finite = values[np.isfinite(values)]
    if dataformat == "twotheta":
        return _from_angles(values, finite, wavelength, twothetazero)
    q = values if dataformat == "QA" else values / 10.0
    _check_momentum(finite if dataformat == "QA" else finite / 10.0, dataformat, wavelength)
    return q


def check_abscissa(x: Array, name: str) -> Array:
    """Give a column as float64 after checking that its finite values rise from point to point, or fall.

    Raises
    ------
    DataError
        If it is no column, has too few points, or goes forth and back.
    """
    values = np.asarray(x, np.float64)
    finite = values[np.isfinite(values)] if values.ndim == 1 else values
    if values.ndim != 1 or len(finite) < _LEAST_POINTS:
        raise DataError(
            _(
                "{name} has the shape {shape} with {count} numbers; a pattern is a column of {least} or more"
            ).format(name=name, shape=values.shape, count=finite.size, least=_LEAST_POINTS)
        )
    steps = np.diff(finite)
    rising = steps if finite[-1] >= finite[0] else -steps
    if not np.all(rising > 0):
        at = int(np.argmin(rising > 0))
        told = _("occurs twice") if steps[at] == 0 else _("is out of order")
        raise DataError(
            _(
                "{name} must rise from point to point, but point {at}, {value:.6g}, {told}; sort or merge them"
            ).format(name=name, at=at + 2, value=float(finite[at + 1]), told=told)
        )
    return values


def _from_angles(values: Array, finite: Array, wavelength: float, twothetazero: float) -> Array:
    if wavelength <= 0:
        raise SettingError(
            _(
                "dataformat is twotheta, and no wavelength is given; set wavelength in angstrom, as wavelength=0.1428"
            )
        )
    if np.abs(finite - twothetazero).max() > _HIGHEST_ANGLE:
        raise DataError(
            _(
                "dataformat is twotheta, but the first column reaches {largest:.6g}, more than 180 degree; is it Q in "
                "1/nm? Then set dataformat=Qnm"
            ).format(largest=float(finite.max()))
        )
    q: Array = 4 * np.pi / wavelength * np.sin(np.deg2rad(values - twothetazero) / 2)
    return q


def _check_momentum(finite: Array, dataformat: str, wavelength: float) -> None:
    """Refuse a Q that this wavelength, or any instrument, cannot reach."""
    largest = float(finite.max())
    limit = 4 * np.pi / wavelength if wavelength > 0 else _HIGHEST_Q
    if largest > limit:
        raise DataError(
            _(
                "dataformat is {dataformat}, so the first column reaches Q = {largest:.6g} 1/angstrom, and {limit:.4g} "
                "is the most that can be measured; for degrees set dataformat=twotheta and wavelength, for 1/nm Qnm"
            ).format(dataformat=dataformat, largest=largest, limit=limit)
        )
    if finite.min() < 0:
        log(_("Q begins below 0; points there are left out"))
