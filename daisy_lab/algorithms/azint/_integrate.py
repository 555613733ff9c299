"""Azimuthal integration: frames to patterns, or to cakes."""

from typing import Annotated, Any, Final, Literal, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import Window, algorithm
from daisy_lab._arrays import on_host, to_host
from daisy_lab.algorithms.azint import _sums, _sums_cupy
from daisy_lab.algorithms.azint._binning import Binning
from daisy_lab.algorithms.azint._prepared import means, prepared
from daisy_lab.algorithms.azint._stack import shape_of
from daisy_lab.algorithms.azint._walk import NONE, POISSON, SCATTER, Valid
from daisy_lab.errors import SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes, Exposures, Frames, Mask

__all__ = ["Cakes", "Patterns", "cake", "integrate"]

ErrorModel = Annotated[Literal["none", "poisson", "azimuthal"], Field(title="Error model")]
Scale = Annotated[float, Field(title="Scale of the background", ge=0, allow_inf_nan=False)]
Bound = Annotated[float, Field(allow_inf_nan=False)]
Width = Annotated[float, Field(ge=0, allow_inf_nan=False)]

_SQUARES: Final = {"none": NONE, "poisson": POISSON, "azimuthal": SCATTER}


class Patterns(NamedTuple):
    """One pattern per frame."""

    intensity: Annotated[Array, Axes("frame", "bin")]
    sigma: Annotated[Array, Axes("frame", "bin")]


class Cakes(NamedTuple):
    """One cake per frame."""

    intensity: Annotated[Array, Axes("frame", "azimuth_bin", "bin")]
    sigma: Annotated[Array, Axes("frame", "azimuth_bin", "bin")]


@algorithm(splits={"frame": Window(batch=16)}, cuda=True)
def integrate(  # noqa: PLR0913, PLR0917 - images beside the frames, and one argument per setting
    frames: Frames,
    binning: dict[str, Any],
    mask: Mask | None = None,
    dark: Exposures | None = None,
    flat: Exposures | None = None,
    background_frame: Exposures | None = None,
    *,
    error_model: ErrorModel = "none",
    bgscale: Scale = 1.0,
    lowest: Bound | None = None,
    highest: Bound | None = None,
    dummy: Bound | None = None,
    delta_dummy: Width = 0.0,
) -> Patterns:
    """Give the intensity of every frame against the radius, averaged around the beam.

    The mean over a bin is sum(counts) / sum(divisor), where the divisor of a pixel is flat x polarization x solid
    angle: the same as pyFAI's, for whole stacks at once.

    Parameters
    ----------
    frames
        Frames as the detector wrote them, (frame, row, column); any number type.
    binning
        What `bins` made: geometry, bins and corrections.
    mask
        Pixels to ignore, (row, column), True where ignored.
    dark
        Exposures with the beam off, (exposure, row, column); their mean is subtracted.
    flat
        Response of the pixels, (exposure, row, column), 1 on the average; divided by. Pixels of 0 or below are ignored.
    background_frame
        Exposures without the sample, (exposure, row, column); their mean, times bgscale, is subtracted.
    error_model
        How sigma is estimated: poisson from the counts, azimuthal from the scatter of the pixels along each ring;
        none leaves it out, and is quickest.
    bgscale
        Factor of the background frame.
    lowest
        Smallest value that counts, as 0 for a detector that marks gaps by -1 and -2; every finite one if absent.
    highest
        Largest value that counts, as 65534 for 16 bits that saturate at 65535; every finite one if absent.
    dummy
        Value that stands for a pixel that was not measured.
    delta_dummy
        How far a value may be from dummy and still be one.

    Returns
    -------
    intensity
        Mean intensity of each bin, float64, (frame, bin); NaN where nothing was measured.
    sigma
        Standard error of that mean, float64, (frame, bin); NaN with the error model none.

    Raises
    ------
    DataError
        If an image has another size than the frames, or the bins are those of a cake or another detector.

    Notes
    -----
    Counts are read as float32, sums are float64. Poisson: variance of a pixel is max(1, counts + dark); azimuthal: the
    squared deviations from the mean of the bin, weighted (E. Schubert and M. Gertz, SSDBM 2018). Values that do not
    count are left out of the frame they are in, as pyFAI does.
    """
    made = Binning.of(binning)
    made.require(shape_of(frames))
    valid = _valid(lowest, highest, dummy, delta_dummy)
    images = (mask, dark, flat, background_frame)
    return Patterns(*_integrated(frames, made, images, bgscale, valid, error_model))


@algorithm(splits={"frame": Window(batch=16)}, cuda=True)
def cake(  # noqa: PLR0913, PLR0917 - as above
    frames: Frames,
    binning: dict[str, Any],
    mask: Mask | None = None,
    dark: Exposures | None = None,
    flat: Exposures | None = None,
    background_frame: Exposures | None = None,
    *,
    error_model: ErrorModel = "none",
    bgscale: Scale = 1.0,
    lowest: Bound | None = None,
    highest: Bound | None = None,
    dummy: Bound | None = None,
    delta_dummy: Width = 0.0,
) -> Cakes:
    """Give the intensity of every frame against azimuth and radius, so that rings become straight lines.

    Parameters
    ----------
    frames
        Frames as the detector wrote them, (frame, row, column); any number type.
    binning
        What `cake_bins` made: geometry, bins and corrections.
    mask
        Pixels to ignore, (row, column), True where ignored.
    dark
        Exposures with the beam off, (exposure, row, column); their mean is subtracted.
    flat
        Response of the pixels, (exposure, row, column), 1 on the average; divided by. Pixels of 0 or below are ignored.
    background_frame
        Exposures without the sample, (exposure, row, column); their mean, times bgscale, is subtracted.
    error_model
        How sigma is estimated: poisson from the counts, azimuthal from the scatter of the pixels in each bin;
        none leaves it out, and is quickest.
    bgscale
        Factor of the background frame.
    lowest
        Smallest value that counts, as 0 for a detector that marks gaps by -1 and -2; every finite one if absent.
    highest
        Largest value that counts, as 65534 for 16 bits that saturate at 65535; every finite one if absent.
    dummy
        Value that stands for a pixel that was not measured.
    delta_dummy
        How far a value may be from dummy and still be one.

    Returns
    -------
    intensity
        Mean intensity of each bin, float64, (frame, azimuth_bin, bin); NaN where nothing was measured.
    sigma
        Standard error of that mean; NaN with the error model none.

    Raises
    ------
    DataError
        If an image has another size than the frames, or the bins are those of a pattern or another detector.
    """
    made = Binning.of(binning)
    made.require(shape_of(frames), cake=True)
    valid = _valid(lowest, highest, dummy, delta_dummy)
    images = (mask, dark, flat, background_frame)
    intensity, sigma = _integrated(frames, made, images, bgscale, valid, error_model)
    shape = len(intensity), made.azimuth_bins, made.bins
    return Cakes(intensity.reshape(shape), sigma.reshape(shape))


def _integrated(  # noqa: PLR0917 - what both algorithms have in common
    frames: Array,
    binning: Binning,
    images: tuple[Array | None, ...],
    bgscale: float,
    valid: Valid,
    error_model: str,
) -> tuple[Array, Array]:
    here = tuple(None if one is None else to_host(one) for one in images)
    ready = prepared(binning, here, bgscale, error_model)
    made = _sums if on_host(frames) else _sums_cupy
    sums = made.add_up(frames, ready.table, ready.corrections, valid, _SQUARES[error_model])
    return means(sums, ready.constants, error_model)


def _valid(lowest: float | None, highest: float | None, dummy: float | None, delta: float) -> Valid:
    low, high = -np.inf if lowest is None else lowest, np.inf if highest is None else highest
    if low > high:
        raise SettingError(
            _("no value counts: lowest is {lowest}, highest {highest}; give lowest below highest").format(
                lowest=lowest, highest=highest
            )
        )
    return Valid(low, high) if dummy is None else Valid(low, high, dummy - delta, dummy + delta)
