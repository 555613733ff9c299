"""Files from the browser's file list into the store; only below the folders that are allowed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from daisy_lab import io
from daisy_lab._bridge._handlers import handles
from daisy_lab._bridge._inputs import fresh
from daisy_lab._datastore import Put
from daisy_lab._messages import AskFile, DatasetInfo, Done, FileInfo, Loaded, LoadFile, SayAlive, Watch
from daisy_lab.errors import DaisyError, DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Container

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._messages import AngleRange
    from daisy_lab.vocabulary import Array

_SCAN = ("projections", "flat", "dark", "theta")
_MOST = 500


@handles(Watch)
def watch(bridge: Bridge, front: Front, asked: Watch) -> Done:
    """Take note of what a front shows, and of its language."""
    bridge.watch(front, frozenset(asked.topics), asked.language)
    return Done()


@handles(SayAlive)
def alive(_bridge: Bridge, _front: Front, _asked: SayAlive) -> Done:
    """Nothing is to be done: that it was heard is enough."""
    return Done()


@handles(AskFile, "work")
def look(bridge: Bridge, _front: Front, asked: AskFile) -> FileInfo:
    """Say what is in a file."""
    path = io.inside(Path(asked.path), bridge.roots)
    found = []
    with io.open_file(path, roots=bridge.roots) as opened:
        scan = [name for name in _SCAN if name in opened]
        for name in list(opened)[:_MOST]:
            try:
                array = opened[name]
            except DaisyError as error:
                found.append(
                    DatasetInfo(dataset=name, shape=(), dtype="", name="", chosen=False, note=str(error))
                )
                continue
            found.append(
                DatasetInfo(
                    dataset=name,
                    shape=array.shape,
                    dtype=str(array.dtype),
                    name=_name_of(name),
                    chosen=name in scan or not scan,
                    note="; ".join(getattr(array, "notes", ())),
                )
            )
        missing = _missing(opened) if "projections" in opened else ()
        return FileInfo(
            path=asked.path,
            form=opened.format,
            datasets=tuple(found),
            notes=tuple(opened.notes),
            missing=missing,
        )


def _missing(there: Container[str], group: str = "") -> tuple[str, ...]:
    """Name what a scan needs and does not have."""
    return tuple(name for name in _SCAN if f"{group}{name}" not in there)


@handles(LoadFile, "work")
def load(bridge: Bridge, _front: Front, asked: LoadFile) -> Loaded:
    """Put datasets into the store, lazily."""
    path = io.inside(Path(asked.path), bridge.roots)
    group = f"{asked.group.strip('/')}/" if asked.group.strip("/") else ""
    with io.open_file(path, roots=bridge.roots, angle_unit=asked.angle_unit) as opened:
        wanted = asked.datasets or {
            _name_of(name): name for name in ([name for name in _SCAN if name in opened] or list(opened))
        }
        # Arrays open their file again when they are read.
        arrays = {f"{group}{name}": Put(opened[dataset]) for name, dataset in wanted.items()}
    notes = list(opened.notes)
    projections = arrays.get(f"{group}projections")
    if projections is not None:
        theta = f"{group}theta"
        frames = len(projections.value)  # type: ignore[arg-type]  # an array of the file
        if asked.theta is not None:
            arrays[theta] = Put(_angles(asked.theta, frames), ("angle",), "rad", owned=True)
        elif theta not in arrays and theta not in bridge.engine.store:
            notes.append(
                _(
                    "the file has no angles, and a reconstruction needs them: give the first and the last angle "
                    "of its {count} projections, or load theta from another file"
                ).format(count=frames)
            )
    store = bridge.engine.store
    store.put_many(arrays if asked.undoable else fresh(store, arrays), undoable=asked.undoable)
    missing = _missing(bridge.engine.store, group) if projections is not None else ()
    return Loaded(names=tuple(arrays), notes=tuple(notes), missing=missing)


def _angles(asked: AngleRange, projections: int) -> Array:
    """Make evenly spaced angles in rad.

    Raises
    ------
    DataError
        If they are not as many as there are projections.
    """
    count = asked.count or projections
    if count != projections:
        raise DataError(
            _("{count} angles were given for {frames} projections; there is one angle per projection").format(
                count=count, frames=projections
            )
        )
    first, last = np.deg2rad(asked.first), np.deg2rad(asked.last)
    return np.linspace(first, last, count, endpoint=asked.with_last)


def _name_of(dataset: str) -> str:
    """Give a name for the store: the path inside a file, in signs that may be in a name."""
    parts = (re.sub(r"[^\w.-]+", "_", part) for part in dataset.split("/"))
    return "/".join(part for part in parts if part.strip(".")) or "data"
