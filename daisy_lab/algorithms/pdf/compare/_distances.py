"""The part of G(r) that is compared: near distances tell of bonds, far ones of the lattice."""

from typing import Annotated, NamedTuple

import numpy as np
from pydantic import Field

from daisy_lab._algorithm import algorithm
from daisy_lab.errors import DataError, SettingError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import Angstrom, Array, Axes, DistanceFunctions, RGrid, Unit

__all__ = ["Compared", "choose_distances"]


class Compared(NamedTuple):
    """G(r) of each frame at the chosen distances."""

    compared: Annotated[Array, Axes("frame", "distance")]
    distance: Annotated[Array, Axes("distance"), Unit("angstrom")]


@algorithm
def choose_distances(
    gr: DistanceFunctions,
    r: RGrid,
    *,
    nearest: Annotated[Angstrom, Field(title="Nearest distance compared", ge=0)] = 1.0,
    farthest: Annotated[Angstrom, Field(title="Farthest distance compared", ge=0)] = 0.0,
) -> Compared:
    """Give G(r) of each frame between two distances.

    Parameters
    ----------
    gr
        G(r) of each frame in 1/angstrom^2, (frame, r).
    r
        Distances in angstrom, (r,).
    nearest
        First distance in angstrom; below the first bond G(r) is error, and tells nothing.
    farthest
        Last distance in angstrom; 0 takes all.

    Returns
    -------
    compared
        G(r) in 1/angstrom^2, (frame, distance).
    distance
        Distances in angstrom, (distance,).

    Raises
    ------
    SettingError
        If no distance lies between.
    DataError
        If G(r) has not as many points as r.
    """
    values, places = np.asarray(gr), np.asarray(r)
    if values.shape[-1:] != places.shape:
        raise DataError(
            _("G(r) has {points} points and r {places}; they must have as many").format(
                points=values.shape[-1:], places=places.shape
            )
        )
    last = farthest or float(places[-1])
    inside = np.flatnonzero((places >= nearest) & (places <= last))
    if not len(inside):
        raise SettingError(
            _(
                "no distance lies between nearest {nearest} and farthest {farthest}; r goes from {first:.4g} to "
                "{last:.4g} angstrom"
            ).format(nearest=nearest, farthest=farthest, first=places[0], last=places[-1])
        )
    part = slice(int(inside[0]), int(inside[-1]) + 1)
    return Compared(values[:, part].copy(), places[part].copy())
