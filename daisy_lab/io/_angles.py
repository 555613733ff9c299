"""Angles as files have them, made the engine's: their unit found or guessed, the projections' picked out.

Whatever is guessed here is told in a note, because a wrong guess gives a blurred volume and no error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from daisy_lab.errors import DaisyError, DataError
from daisy_lab.io._views import Scaled, SelectedFrames
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab.io._contents import Contents
    from daisy_lab.io._lazy import FileArray
    from daisy_lab.vocabulary import Array

__all__ = ["AngleUnit", "evenly_spaced", "in_radian", "of_projections", "unit_in"]

AngleUnit = Literal["auto", "degree", "rad"]

_DEGREE = frozenset({"deg", "degs", "degree", "degrees", "°"})
_RADIAN = frozenset({"rad", "rads", "radian", "radians"})
_TURN = 2 * np.pi


def in_radian(theta: FileArray, asked: AngleUnit = "auto") -> FileArray:
    """Give angles in rad, with a note that tells which unit they were taken to have and why.

    Parameters
    ----------
    theta
        Angles (angle,) as they are in the file; its `unit` is believed when it is one of an angle.
    asked
        The unit the user says they have; `auto` asks the file, then their values.

    Raises
    ------
    DataError
        Not a one-dimensional array.
    """
    if theta.ndim != 1:
        msg = _("theta has shape {shape} in {where}; give one angle per projection, an array with one axis")
        raise DataError(msg.format(shape=theta.shape, where=theta.identity))
    values = theta[...]
    unit, why = _unit(values, theta.unit, asked)
    notes = [_largest(values, unit, why)]
    if unit == "rad" and values.size and np.nanmax(np.abs(values), initial=0) > 2 * _TURN and asked == "auto":
        notes.append(_("theta: so many turns in rad are unusual; say angle_unit=degree if they are degrees"))
    factor = float(np.pi / 180) if unit == "degree" else 1.0
    return Scaled(theta, factor, "rad").labelled(("angle",), "rad", notes)


def unit_in(text: str) -> Literal["degree", "rad", ""]:
    """Give the unit of an angle that a text names, empty when it names none."""
    words = {word.strip("()[],.:;#=\"'").lower() for word in text.replace("/", " ").split()}
    if words & _DEGREE or "°" in text:
        return "degree"
    return "rad" if words & _RADIAN else ""


def _unit(values: Array, written: str, asked: AngleUnit) -> tuple[Literal["degree", "rad"], str]:
    if asked != "auto":
        return asked, _("as asked")
    named = unit_in(written)
    if named:
        return named, _("as the file says")
    return _guess(values), _("guessed from the values; the file names no unit")


def _guess(values: Array) -> Literal["degree", "rad"]:
    """Take more than one turn, or round steps that fill no half turn, as degree."""
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size:
        return "rad"
    if np.abs(finite).max() > _TURN + 0.1:
        return "degree"
    steps = np.abs(np.diff(finite))
    step = float(np.median(steps)) if steps.size else 0.0
    span = float(np.ptp(finite))
    fills = any(abs(span - turn) <= step + 0.02 * turn for turn in (np.pi, _TURN))
    round_step = step > 0 and abs(step * 1000 - round(step * 1000)) < 1e-4  # noqa: PLR2004 - a thousandth of a degree
    return "degree" if round_step and not fills else "rad"


def _largest(values: Array, unit: str, why: str) -> str:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return _("theta: no angle, taken as {unit} ({why})").format(unit=unit, why=why)
    largest = float(finite.max())
    msg = _("theta: largest angle {largest}, taken as {unit} ({why})")
    return msg.format(largest=f"{largest:.6g}", unit=unit, why=why)


def name_theta(contents: Contents, raw: Callable[[], FileArray], asked: AngleUnit) -> None:
    """Add angles to what a file holds, in rad and with what was guessed; or why they cannot be read."""
    try:
        theta = in_radian(raw(), asked)
    except DaisyError as error:
        contents.problems["theta"] = error
        contents.notes.append(str(error))
        return
    contents.notes += theta.notes
    contents.arrays["theta"] = lambda: theta


def of_projections(theta: FileArray, projections: int, others: tuple[int, ...]) -> FileArray:
    """Pick the angles of the projections out of a list that has those of flats and darks in it, too.

    Parameters
    ----------
    theta
        Angles as they are in the file.
    projections
        Number of projections.
    others
        Numbers of flats and of darks.

    Returns
    -------
        The angles of the projections where they can be told apart, else theta as it is; a note says which.
    """
    count = len(theta)
    if count == projections:
        return theta
    if (
        count not in {projections + sum(others), *(projections + one for one in others)}
        or count < projections
    ):
        msg = _("theta: {count} angles for {frames} projections; give the right ones, as in theta=angles.txt")
        return theta.labelled(notes=[msg.format(count=count, frames=projections)])
    values = theta[...].astype(np.float64)
    finite = np.flatnonzero(np.isfinite(values))
    starts = [at for at in range(count - projections + 1) if evenly_spaced(values[at : at + projections])]
    if len(finite) == projections:
        picked = finite
    elif len(starts) == 1 and projections > 1:
        picked = np.arange(starts[0], starts[0] + projections)
    else:
        msg = _(
            "theta: {count} angles for {frames} projections: those of the flats and darks are among them and "
            "cannot be told apart; give those of the projections alone, as in theta=angles.txt"
        )
        return theta.labelled(notes=[msg.format(count=count, frames=projections)])
    msg = _("theta: {count} angles for {frames} projections; took number {first} to {last}, which fit them")
    note = msg.format(count=count, frames=projections, first=int(picked[0]) + 1, last=int(picked[-1]) + 1)
    return SelectedFrames(theta, picked.tolist()).labelled(notes=[note])


def evenly_spaced(values: Array) -> bool:
    """Tell whether values go on by one step other than 0, within a hundredth of it."""
    steps = np.diff(values)
    if not steps.size or not np.isfinite(steps).all():
        return False
    step = float(np.median(steps))
    return step != 0 and bool(np.all(np.abs(steps - step) <= 0.01 * abs(step)))
