"""Which objects of a store fit an input, and what a result may be called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from daisy_lab._bridge._describe import described
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from daisy_lab._algorithm import Algorithm, Port
    from daisy_lab._datastore import DataObject, DataStore

__all__ = ["fitting", "suggested_output"]

_ARRAYS = ("array", "dataset")


def fitting(port: Port, store: DataStore) -> tuple[str, ...]:
    """Name the objects that fit an input: what it is said to be first, then its namesake, then the newest."""
    fits = [about for about in described(store) if _fits(port, about)]
    fits.sort(key=lambda about: _distance(port, about))
    return tuple(about.name for about in fits)


def _distance(port: Port, about: DataObject) -> tuple[bool, bool, bool, float]:
    """Say how far an object is from what the input means: what it is said to be, its name, its axes, its age.

    A reconstruction calls its input projections, and says that they are `Absorption along each ray`.
    """
    word = about.name.rpartition("/")[2]
    meant = re.match(r"\w*", port.text.lower())
    return meant is None or word != meant[0], word != port.name, about.axes != port.axes, -about.created


def _fits(port: Port, about: DataObject) -> bool:
    if port.axes is None:
        return True
    if about.kind not in _ARRAYS:
        return False
    if isinstance(port.axes, SameAxes):
        return True
    named = about.axes and not all(axis == f"axis{n}" for n, axis in enumerate(about.axes))
    return about.axes == port.axes if named else len(about.shape) == len(port.axes)


def suggested_output(port: Port, found: Algorithm[..., Any], store: DataStore) -> str:
    """Give a name for a result: the output's own word; where it only repeats the algorithm's, that with what it did."""
    name = port.name if port.name != found.name else f"{found.name}_result"
    inputs = {item.name for item in found.inputs}
    if name in inputs and name in store:
        return f"{name}_{found.name}"
    return name
