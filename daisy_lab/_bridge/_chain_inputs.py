"""Where a session's inputs came from, written so that a fresh session opens the very same."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from daisy_lab import io
from daisy_lab.errors import DaisyError, MissingFileError, WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab._datastore import DataStore

__all__ = ["Inputs", "named_inputs", "stored_inputs"]

_UNITS: Final = ("auto", "degree", "rad")


class Inputs(NamedTuple):
    """What a fresh session is told."""

    files: tuple[str, ...]
    """For `Session.open`."""
    options: str = ""
    """Written behind them."""
    made: tuple[str, ...] = ()
    """Arguments of `store.put`, for what no file has."""


class _Found(NamedTuple):
    file: str
    unit: str


def named_inputs(given: Mapping[str, str]) -> Inputs:
    """Take files as they are named; one that holds all inputs is named once."""
    paths = set(given.values())
    if len(paths) == 1 and "::" not in next(iter(paths)):
        return Inputs(tuple(paths))
    return Inputs(tuple(f"{name}={path}" for name, path in given.items()))


def stored_inputs(store: DataStore, names: Mapping[str, str]) -> Inputs:
    """Find out where each input came from, given the name that it has in the session.

    Raises
    ------
    WorkflowError
        If one is in no file.
    MissingObjectError
        If one is not in the session.
    MissingFileError
        If the file of one is gone.
    """
    files: dict[str, None] = {}
    units: set[str] = set()
    made: list[str] = []
    for name, held in names.items():
        value = store.get(held)
        found = _file_of(name, value)
        if found is not None:
            files[found.file] = None
            units.add(found.unit)
            continue
        written = _even(name, value, store.describe(held).unit)
        if written is None:
            raise WorkflowError(
                _(
                    "'{name}' is in no file that a notebook could read; save it first, and name the file of "
                    "each input"
                ).format(name=name)
            )
        made.append(written)
    unit = next((unit for unit in units if unit != "auto"), "")
    # Whole scans first: what is named alone takes the place of what they have.
    ordered = sorted(files, key=lambda file: "=" in file)
    return Inputs(tuple(ordered), f", angle_unit={unit!r}" if unit else "", tuple(made))


def _file_of(name: str, value: Any) -> _Found | None:  # noqa: ANN401 - any object
    """Give the file of an input as `Session.open` takes it, if that gives the very same."""
    reference = getattr(value, "reference", None)
    if reference is None:
        return None
    while "base" in reference:
        reference = reference["base"]
    path = str(reference["path"])
    if not Path(path).exists():
        raise MissingFileError(
            _(
                "'{name}' was read from {path}, which is not there any more; bring it back, or open it again"
            ).format(name=name, path=path)
        )
    dataset = str(reference.get("dataset", ""))
    for unit in _UNITS if name == "theta" else ("auto",):
        with suppress(DaisyError), io.open_file(path, angle_unit=unit) as opened:
            if name in opened and opened[name].identity == value.identity:
                return _Found(path, unit)
        for text in (f"{path}::{dataset}" if dataset else path, path):
            with suppress(DaisyError):
                if io.open_dataset(text, name=name, angle_unit=unit).identity == value.identity:
                    return _Found(f"{name}={Path(text)}", unit)
    return None


def _even(name: str, value: Any, unit: str) -> str | None:  # noqa: ANN401 - any object
    """Write evenly spaced values, as angles that were given for a file without any, so that every bit is the same."""
    array = np.asarray(value)
    if array.ndim != 1 or array.dtype != np.float64 or array.size < 2:  # noqa: PLR2004 - two ends
        return None
    first, last, count = float(array[0]), float(array[-1]), array.size
    ends = (
        (last, True),
        (first + (last - first) * count / (count - 1), False),
        (np.pi, False),
        (2 * np.pi, False),
    )
    for end, with_end in ends:
        if np.array_equal(np.linspace(first, end, count, endpoint=with_end), array):
            axes = ', axes=("angle",)' if name == "theta" else ""
            line = f"np.linspace({first!r}, {float(end)!r}, {count}, endpoint={with_end})"
            return f"{name!r}, {line}{axes}, unit={unit!r}"
    return None
