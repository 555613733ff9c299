"""Decides whether an array put into the store can be taken over as it is, or must be copied.

Taking over costs nothing, but is right only when nobody else can write to the memory. A view made earlier
can: it holds a reference to the array it looks at. NumPy keeps no list of views, so references are counted:
those the call itself makes (measured at import, they differ between Pythons) and those found under names, or
in containers under names, in the calling function. What is left over may be a view, and the array is copied:
when in doubt, copy.

Not seen: an address taken as a number (`a.ctypes.data`), and a caller who makes his own array writable again
on purpose with `a.setflags(write=True)`; NumPy lets the owner do that. What the store hands out refuses it.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from daisy_lab.vocabulary import Array

__all__ = ["BY_ITEM", "BY_MAPPING", "BY_PUT", "is_base", "only_named"]

_LARGEST_CONTAINER = 1000


def is_base(array: Array) -> bool:
    """Tell whether the array owns its memory and is a plain NumPy array."""
    return type(array) is np.ndarray and array.base is None and array.flags.owndata


def only_named(array: Array, others: int, frame: FrameType | None) -> bool:
    """Tell whether every other reference to the array is a name in the calling function.

    Parameters
    ----------
    array
        A base array, or a buffer made by `create`.
    others
        References besides those that the call itself makes.
    frame
        The calling function's.
    """
    if others <= 0:
        return True
    return frame is not None and others <= _named(array, frame)


def _named(array: Array, frame: FrameType) -> int:
    """Count the references the frame's names explain, directly or in a list, tuple or dict."""
    names = frame.f_locals
    try:
        return _count(array, names)
    finally:
        # Up to Python 3.12 a function's f_locals is a copy, which the frame keeps with every array in it.
        if (
            type(names) is dict
            and frame.f_code.co_flags & inspect.CO_OPTIMIZED
            and _references(names) == _UNSHARED
        ):
            names.clear()


def _count(array: Array, names: Mapping[str, Any]) -> int:
    found, seen = 0, {id(names)}
    for value in list(names.values()):
        if value is array:
            found += 1
        elif isinstance(value, list | tuple | dict) and id(value) not in seen:
            seen.add(id(value))
            if len(value) <= _LARGEST_CONTAINER:
                held = value.values() if isinstance(value, dict) else value
                found += sum(1 for entry in held if entry is array)
    return found


def _references(names: Mapping[str, Any]) -> int:
    return sys.getrefcount(names)


def _measure_unshared() -> int:
    def function() -> int:
        frame = inspect.currentframe()
        names = frame.f_locals if frame else {}
        return _references(names)

    return function()


class _Probe:
    """Takes an array by the same kinds of call as the store and counts its references there."""

    def put(
        self, _name: str, value: Array, *, axes: object = None, unit: str = "", made_by: str = ""
    ) -> None:
        del axes, unit, made_by
        self.count = sys.getrefcount(value)

    def __setitem__(self, _name: str, value: Array) -> None:
        self.count = sys.getrefcount(value)

    def unnamed_put(self) -> int:
        self.put("x", np.empty(1))
        unnamed = self.count
        array = np.empty(1)
        self.put("x", array)
        return min(unnamed, self.count - 1)  # a Python that passes borrowed references counts fewer

    def unnamed_item(self) -> int:
        self["x"] = np.empty(1)
        unnamed = self.count
        array = np.empty(1)
        self["x"] = array
        return min(unnamed, self.count - 1)


def _measure_mapping() -> int:
    class Held:
        def __init__(self) -> None:
            self.value = np.empty(1)

    held = Held()
    return sys.getrefcount(held.value)


_UNSHARED = _measure_unshared()
BY_PUT = _Probe().unnamed_put()
BY_ITEM = _Probe().unnamed_item()
BY_MAPPING = _measure_mapping()
