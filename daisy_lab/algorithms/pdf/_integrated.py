"""What an azimuthal integration gives, as the patterns that G(r) is made of."""

from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.pdf._abscissa import to_q
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes, Momentum, Pattern, Patterns

__all__ = ["MeanPattern", "as_patterns", "mean_pattern", "q_of_bins"]

Integrated = Annotated[Array, Axes("frame", "bin")]
Radius = Annotated[Array, Axes("bin")]


class MeanPattern(NamedTuple):
    """One pattern."""

    mean: Pattern
    mean_sigma: Pattern


@algorithm
def q_of_bins(radius: Radius, binning: dict[str, Any]) -> Momentum:
    """Give Q of the bins that frames were integrated into, whatever unit these are even in.

    Parameters
    ----------
    radius
        Middle of each bin, (bin,).
    binning
        The record of the integration: its unit, and the geometry with the wavelength.

    Returns
    -------
    q
        In 1/angstrom, (point,).

    Raises
    ------
    DataError
        If the bins are distances on the detector, or the record names no unit or wavelength.
    """
    unit, values = str(binning.get("unit", "")), np.asarray(radius, np.float64)
    if unit in {"q_A^-1", "q_nm^-1"}:
        return to_q(values, dataformat="QA" if unit == "q_A^-1" else "Qnm")
    if unit in {"2th_deg", "2th_rad"}:
        wavelength = float(binning.get("geometry", {}).get("wavelength") or 0.0) * 1e10
        return to_q(
            values if unit == "2th_deg" else np.rad2deg(values), dataformat="twotheta", wavelength=wavelength
        )
    raise DataError(
        _("the bins are even in '{unit}', which tells no Q; integrate with unit=q_A^-1 or 2th_deg").format(
            unit=unit
        )
    )


@algorithm(splits={"frame": 0})
def as_patterns(intensity: Integrated) -> Patterns:
    """Give the intensities of bins as those of points, to go on with `patterns_to_gr`.

    Parameters
    ----------
    intensity
        Of each frame, (frame, bin).

    Returns
    -------
    patterns
        The same, (frame, point).
    """
    return np.asarray(intensity)


@algorithm
def mean_pattern(
    intensity: Integrated,
    sigma: Integrated | None = None,
    *,
    spread: Annotated[Literal["given", "frames"], Field(title="Error of the mean")] = "given",
) -> MeanPattern:
    """Give the mean pattern of several frames, and its error.

    Parameters
    ----------
    intensity
        Of each frame, (frame, bin); NaN where nothing was measured.
    sigma
        Standard deviation of each, (frame, bin).
    spread
        `given` takes the error from sigma, `frames` from how much the frames differ; that needs two or more.

    Returns
    -------
    mean
        Intensity, (point,); NaN where no frame has any.
    mean_sigma
        Standard deviation of the mean, (point,); NaN where it is not known.

    Raises
    ------
    DataError
        If it is no series of patterns, or sigma has another shape.
    """
    values = np.asarray(intensity, np.float64)
    if values.ndim != 2 or (sigma is not None and sigma.shape != values.shape):  # noqa: PLR2004 - (frame, bin)
        raise DataError(
            _("the intensity has the shape {intensity} and sigma {sigma}; both are (frame, bin)").format(
                intensity=values.shape, sigma=None if sigma is None else sigma.shape
            )
        )
    there = np.isfinite(values)
    count = there.sum(axis=0)
    mean = np.divide(
        np.where(there, values, 0).sum(axis=0), count, out=np.full(values.shape[1], np.nan), where=count > 0
    )
    if spread == "frames":
        squares, below = np.where(there, values - mean, 0) ** 2, count * (count - 1.0)
    elif sigma is not None:
        squares, below = np.where(there, np.asarray(sigma, np.float64), 0) ** 2, count * (count * 1.0)
    else:
        return MeanPattern(mean, np.full_like(mean, np.nan))
    variance = np.divide(squares.sum(axis=0), below, out=np.full_like(mean, np.nan), where=below > 0)
    return MeanPattern(mean, np.sqrt(variance))
