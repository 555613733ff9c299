"""Where the rotation axis projects onto the detector, to a small fraction of a pixel, from a few rows."""

from typing import Annotated, Literal, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm, log
from daisy_lab.algorithms.ct.axis._candidate import METHODS, Candidate, Search, agreed
from daisy_lab.algorithms.ct.axis._rows import prepare_rows
from daisy_lab.algorithms.ct.axis._ways import candidates, decide, one_way
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angles, Array, Axes, Pixel, Projections, Unit

__all__ = ["CenterComparison", "compare_centers", "find_center", "search_of"]

# Below this an axis is a guess.
_LEAST_CONFIDENCE = 0.1
_DOUBT = 0.5

SearchPart = Annotated[float, Field(title="Search range", gt=0, le=1)]
Around = Annotated[Pixel, Field(title="Search around", allow_inf_nan=False)]


class CenterComparison(NamedTuple):
    """What each way of finding the axis says, and what they say together."""

    center: Pixel
    confidence: float
    centers: Annotated[Array, Axes("method"), Unit("pixel")]
    confidences: Annotated[Array, Axes("method")]
    errors: Annotated[Array, Axes("method"), Unit("pixel")]


@algorithm
def find_center(
    absorption: Projections,
    theta: Angles,
    *,
    method: Annotated[
        Literal["auto", "wedge", "opposite", "overlap", "mass", "sharpness"], Field(title="Method")
    ] = "auto",
    search: SearchPart = 0.7,
    around: Around | None = None,
) -> Pixel:
    """Give the column of the rotation axis, found in several independent ways that check each other.

    The angles may begin anywhere, be in any order and need not be even. Single bright pixels and stripes are left
    out, an object wider than the detector is allowed for. The log tells what each way found and how sure it is;
    `compare_centers` gives the same as numbers.

    Parameters
    ----------
    absorption
        Absorption along each ray, (angle, row, column). A few rows are enough, one is possible.
    theta
        Angle of each projection in rad.
    method
        auto takes the quick ways, and reconstructs slices where these leave doubt. wedge needs half a turn and is
        the most exact, about 0.02 pixels. opposite compares views half a turn apart with their mirror images.
        overlap does the same over the whole detector, for a whole turn with the axis near an edge. mass follows the
        centre of mass and takes less than half a turn, but the whole object must be seen. sharpness reconstructs
        slices and takes the sharpest: any scan, slowest.
    search
        Part of the detector's width, about the middle of the search, in which the axis is looked for; auto and
        overlap look beyond it in a whole turn.
    around
        Column about which the axis is looked for; the middle of the detector where it is left out.

    Returns
    -------
    center
        Column in pixels; 0 is the middle of the first column.

    Raises
    ------
    DataError
        If the rows hold nothing that turns, the angles do not suit the method, the best axis lies at the end of
        the search range, or even the best one hardly fits.
    SettingError
        If the search is to be around a column outside the detector.

    Notes
    -----
    wedge: N. T. Vo et al., Opt. Express 22, 19078 (2014), evaluated for all axes at once, see `_wedge.py`.
    opposite and overlap: generalised cross-correlation, C. H. Knapp and G. C. Carter, IEEE Trans. Acoust. Speech
    Signal Process. 24, 320 (1976). mass: the first Helgason-Ludwig condition. sharpness: T. Donath et al., J. Opt.
    Soc. Am. A 23, 1048 (2006).
    """
    rows = prepare_rows(absorption, theta)
    where = search_of(rows.width, search, around)
    found = decide(rows, where) if method == "auto" else one_way(method, rows, where)
    if found.confidence < _LEAST_CONFIDENCE:
        raise DataError(
            _(
                "no rotation axis fits: the best column, {center:.1f}, is hardly better than others (confidence "
                "{confidence:.2f} of 1); use other rows, check the angles and the flats, try another method, or "
                "give the rotation axis as a number"
            ).format(center=found.center, confidence=found.confidence)
        )
    _tell(found, method)
    return found.center


@algorithm
def compare_centers(
    absorption: Projections,
    theta: Angles,
    *,
    search: SearchPart = 0.7,
    around: Around | None = None,
) -> CenterComparison:
    """Give the rotation axis as each way finds it, and how sure it is.

    Confidence runs from 0 to 1. One way alone: 1 - (next best fit) / (best fit). All together: ways within a pixel
    of each other support each other, and lose as much as others speak against them.

    Parameters
    ----------
    absorption
        Absorption along each ray, (angle, row, column). A few rows are enough, one is possible.
    theta
        Angle of each projection in rad.
    search
        Part of the detector's width, about the middle of the search, in which the axis is looked for.
    around
        Column about which the axis is looked for; the middle of the detector where it is left out.

    Returns
    -------
    center
        Column of the rotation axis in pixels, as the most exact of those that agree finds it.
    confidence
        How far that is to be trusted, 0 to 1.
    centers
        Columns found by wedge, opposite, overlap, mass and sharpness, in this order; NaN where a way does not
        suit these data, and the log tells why.
    confidences
        How far each of them is to be trusted, 0 to 1; 0 where nothing was found.
    errors
        How far off in pixels each of them usually is with such views, if it is right at all; NaN where nothing was
        found.

    Raises
    ------
    DataError
        If no way leads to an axis.
    """
    rows = prepare_rows(absorption, theta)
    found, reasons = candidates(rows, search_of(rows.width, search, around))
    for reason in reasons:
        log(str(reason))
    if not found:
        raise reasons[0]
    # Overlap is opposite over a wider range: where both agree, one of them says nothing new.
    best = agreed(_independent(found))
    table = {item.method: item for item in found}
    nothing = Candidate("", float("nan"), 0.0, float("nan"))
    return CenterComparison(
        best.center,
        best.confidence,
        np.array([table.get(method, nothing).center for method in METHODS]),
        np.array([table.get(method, nothing).confidence for method in METHODS]),
        np.array([table.get(method, nothing).error for method in METHODS]),
    )


def search_of(width: int, search: float, around: float | None) -> Search:
    """Give where to look on a detector of this width.

    Raises
    ------
    SettingError
        If the middle of the search lies outside the detector.
    """
    middle = (width - 1) / 2
    if around is not None and not 0 <= around <= width - 1:
        raise SettingError.of(
            {
                "around": _(
                    "the rotation axis is to be looked for around column {around}, outside the detector with columns "
                    "0 to {last}; give a column of the detector"
                ).format(around=around, last=width - 1),
            }
        )
    return Search(middle if around is None else float(around), max(1.0, search * width / 2))


def _independent(found: list[Candidate]) -> list[Candidate]:
    overlap = any(item.method == "overlap" for item in found)
    return [item for item in found if not (overlap and item.method == "opposite")]


def _tell(found: Candidate, method: str) -> None:
    if method != "auto":
        log(
            _("rotation axis at column {center:.2f}, confidence {confidence:.2f}").format(
                center=found.center, confidence=found.confidence
            )
        )
    if found.confidence < _DOUBT:
        log(_("the rotation axis is in doubt: look at slices about several axes with try_centers"))
