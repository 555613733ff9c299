"""A view over the mirror image of the one half a turn away: about the right axis nothing is left of either."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab._arrays import namespace
from daisy_lab.algorithms.ct._frames import require_axes
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Array, Axes, Pixel, Projections

__all__ = ["overlay_opposite"]


@algorithm(splits={"row": 0})
def overlay_opposite(
    view: Projections,
    opposite: Projections,
    *,
    center: Annotated[Pixel, Field(title="Rotation axis", allow_inf_nan=False)],
    show: Annotated[Literal["difference", "blend"], Field(title="Show")] = "difference",
) -> Annotated[Array, Axes("row", "column")]:
    """Give a view and the mirror image of the one half a turn away, one over the other.

    Parameters
    ----------
    view
        Absorption seen from one side, (angle, row, column); of several views the first is taken.
    opposite
        Absorption seen from half a turn away.
    center
        Column of the rotation axis, about which the opposite view is mirrored, in pixels.
    show
        The difference, in which edges vanish about the right axis; or the mean of both, in which they are double about
        a wrong one.

    Returns
    -------
    overlay
        Float32, (row, column); NaN in columns that only one of the two has.

    Raises
    ------
    DataError
        If the two differ in shape, or there is no view.

    Notes
    -----
    A view from the opposite side is the mirrored view: S. R. Deans, "The Radon transform and some of its
    applications", Wiley (1983), chapter 3. Between columns the mirrored one is interpolated linearly.
    """
    for name, views in (("view", view), ("opposite", opposite)):
        require_axes(views, name, ("angle", "row", "column"))
    if view.shape[1:] != opposite.shape[1:] or not len(view) or not len(opposite):
        raise DataError(
            _(
                "one view over another was asked for, and they have the shapes {first} and {second}; give two views "
                "of one scan"
            ).format(first=tuple(view.shape), second=tuple(opposite.shape))
        )
    xp = namespace(view)
    one, other = view[0].astype(np.float32), opposite[0].astype(np.float32)
    width = one.shape[1]
    at = 2.0 * center - xp.arange(width)
    before = xp.clip(xp.floor(at), 0, max(width - 2, 0)).astype(np.int64)
    after = xp.minimum(before + 1, width - 1)
    share = (at - before).astype(np.float32)
    mirrored = other[:, before] * (1 - share) + other[:, after] * share
    laid = one - mirrored if show == "difference" else (one + mirrored) / 2
    overlay: Array = xp.where((at >= 0) & (at <= width - 1), laid, np.float32(np.nan))
    return overlay
