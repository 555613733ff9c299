"""From counts to absorption in one pass, for the scans that need nothing between the two steps."""

from typing import Annotated

from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.ct.correction._correction import Elapsed, corrected
from daisy_lab.algorithms.ct.correction._exposures import Average
from daisy_lab.vocabulary import Exposures, Projections

__all__ = ["counts_to_absorption"]


@algorithm(splits={"angle": 0, "row": 0, "column": 0}, cuda=True)
def counts_to_absorption(
    projections: Projections,
    dark: Exposures,
    flat: Exposures,
    flat_after: Exposures | None = None,
    elapsed: Elapsed | None = None,
    *,
    average: Annotated[Average, Field(title="Average of exposures")] = "mean",
    floor: Annotated[float, Field(title="Smallest transmission", ge=1e-30, lt=1)] = 1e-6,
) -> Projections:
    """Give the absorption along each ray: -log((projections - dark) / (flat - dark)).

    The same numbers as `normalize` and then `minus_log`, in two thirds of the time and without the transmission
    in memory. Take the two steps where something is to be done to the transmission: to bring air to 1,
    to remove zingers, or to retrieve the phase.

    Parameters
    ----------
    projections
        Radiographs of the sample as counted, (angle, row, column); any number type.
    dark
        Exposures with the beam off, (exposure, row, column). With no exposure at all the dark signal counts
        as 0.
    flat
        Exposures with the beam on and the sample out, (exposure, row, column); those from before the scan if
        there are others from after it.
    flat_after
        Exposures with the beam on and the sample out after the scan, (exposure, row, column).
    elapsed
        Part of the scan that had passed at each projection, (angle,): 0 at the flats, 1 at the flats after.
        Needed with these; `even_times` gives it for a steady scan.
    average
        How exposures are combined: the mean has the least noise, the median ignores a zinger or a bad frame.
    floor
        Transmission that stands for everything darker, for zero and for negative values; 1e-6 limits the
        absorption to 13.8.

    Returns
    -------
    absorption
        Line integral of the attenuation (no unit), float32, (angle, row, column); NaN where nothing was
        measured.

    Raises
    ------
    DataError
        If there is no flat, the frames differ in size, or the times do not fit the projections.
    """
    return corrected(projections, dark, (flat, flat_after), elapsed, average=average, floor=floor)
