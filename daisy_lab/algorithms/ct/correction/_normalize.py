"""Dark and flat correction: what the sample let through, without the beam's profile and the offset."""

from typing import Annotated

from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.algorithms.ct.correction._correction import Elapsed, corrected
from daisy_lab.algorithms.ct.correction._exposures import Average
from daisy_lab.vocabulary import Exposures, Projections

__all__ = ["normalize"]


@algorithm(splits={"angle": 0, "row": 0, "column": 0}, cuda=True)
def normalize(
    projections: Projections,
    dark: Exposures,
    flat: Exposures,
    flat_after: Exposures | None = None,
    elapsed: Elapsed | None = None,
    *,
    average: Annotated[Average, Field(title="Average of exposures")] = "mean",
) -> Projections:
    """Give the transmission of the sample: (projections - dark) / (flat - dark).

    With flats from after the scan as well, the beam of each projection lies on the straight line between both.
    A pixel whose flat does not exceed its dark is dead: what it would measure is missing (NaN), and the number of
    such pixels goes to the log, as does that of values in the projections that are no finite numbers. `repair` fills
    both from their neighbours; `find_center` and `reconstruct` interpolate what is left of them.

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

    Returns
    -------
    transmission
        Fraction of the beam that passed, float32, (angle, row, column); slightly above 1 or below 0 by noise.

    Raises
    ------
    DataError
        If there is no flat, the frames differ in size, or the times do not fit the projections.
    """
    return corrected(projections, dark, (flat, flat_after), elapsed, average=average)
