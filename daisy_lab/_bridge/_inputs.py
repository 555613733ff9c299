"""Files into the store as the inputs of a workflow: patterns, frames, and what goes with them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from daisy_lab import io
from daisy_lab._bridge._handlers import handles
from daisy_lab._datastore import Put
from daisy_lab._ledger import plain
from daisy_lab._messages import InputLoaded, LoadInput
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._datastore import DataStore
    from daisy_lab.vocabulary import Array

__all__ = ["fresh"]

_MOST_NAMES = 10_000
_STACK_AXES = ("frame", "row", "column")
_FIRST_COLUMNS = ("x", "q", "radius", "two_theta", "tth", "2theta")
_BEGUN_SECONDS = 2.0
"""A file that is still being written has its first frame after so long, or is opened later."""
_IMAGE_AXES = ("exposure", "row", "column")


@handles(LoadInput, "work")
def load(bridge: Bridge, front: Front, asked: LoadInput) -> InputLoaded:
    """Read the files, and put what they hold into the store; what is there already stays as it is.

    What is open is what a page's settings say, and follows them: undo knows of the settings alone.
    """
    paths = [io.inside(Path(path), bridge.roots) for path in asked.paths]
    if asked.role == "settings":
        return _settings(paths[0], bridge.roots)
    notes: tuple[str, ...] = ()
    if asked.role == "gr" or _is_table(asked.role, paths):
        made, about = _series_of(asked.role, paths)
    elif asked.role in {"pattern", "patterns", "background"}:
        made, about = _patterns(asked.role, paths, bridge.roots)
    else:
        made, notes, about = _frames(asked.role, asked.name or asked.role, paths)
    first: Any = next(iter(made.values())).value
    if asked.look:
        for name, put in made.items():
            bridge.shelf.put(front, f"~{name}", np.asarray(put.value), put.axes or ())
        made = {f"~{name}": put for name, put in made.items()}
    else:
        bridge.engine.store.put_many(fresh(bridge.engine.store, made), undoable=False)
    for put in made.values():
        if isinstance(put.value, io.FileArray):
            # A file that is left open cannot be appended to.
            put.value.close()
    return InputLoaded(names=tuple(made), shape=tuple(np.shape(first)), notes=notes, about=about)


def fresh(store: DataStore, made: dict[str, Put]) -> dict[str, Put]:
    """Give what the store does not hold yet."""
    return {
        name: put for name, put in made.items() if name not in store or not _same(store.get(name), put.value)
    }


def _same(held: Any, given: Any) -> bool:  # noqa: ANN401 - any object
    """Tell whether the store holds this very thing already: loading it again is then no action."""
    if isinstance(given, io.FileArray):
        return getattr(held, "identity", None) == given.identity
    if isinstance(given, np.ndarray):
        return np.shape(held) == given.shape and np.array_equal(
            np.asarray(held), given, equal_nan=_floats(given)
        )
    return bool(plain(held) == given)


def _floats(array: Array) -> bool:
    return array.dtype.kind == "f"


def _settings(path: Path, roots: Sequence[Path]) -> InputLoaded:
    """Tell the settings of a PDFgetX3 configuration, or of the header of a result."""
    found = io.read_pdf_configuration(path)
    about = {
        "settings": dict(found.settings),
        "background": [_relative(file, roots) for file in found.background if file.is_file()],
        "inputfile": found.inputfile,
    }
    about["missing"] = [file.name for file in found.background if not file.is_file()]
    return InputLoaded(names=(), notes=found.notes, about=about)


def _relative(path: Path, roots: Sequence[Path]) -> str:
    """Give a path as a page names it: below the first root where it is there."""
    real, root = path.resolve(), Path(roots[0]).resolve()
    return os.fspath(real.relative_to(root)) if real.is_relative_to(root) else os.fspath(path)


def _patterns(
    role: str, paths: Sequence[Path], roots: Sequence[Path]
) -> tuple[dict[str, Put], dict[str, Any]]:
    read = [io.read_pattern(path, roots=roots) for path in paths]
    for one in read:
        if one.kind != "iq":
            raise DataError(
                _(
                    "{path} is a {kind}, made of a pattern, and no pattern itself; give the measured one "
                    "(chi, xy, xye)"
                ).format(path=one.path.name, kind={"sq": "S(Q)", "fq": "F(Q)", "gr": "G(r)"}[one.kind])
            )
    first = read[0]
    about = {"kind": first.kind, "dataformat": first.dataformat, "wavelength": first.wavelength}
    if role == "background":
        stack = np.full((len(read), 2, max(one.columns.shape[1] for one in read)), np.nan)
        for row, one in zip(stack, read, strict=True):
            row[:, : one.columns.shape[1]] = one.columns[:2]
        return {"background": Put(stack, ("background", "column", "point"), owned=True)}, about
    made = {"x": Put(first.x, ("point",))}
    if role == "patterns":
        return made | {"patterns": Put(_series(read), ("frame", "point"), owned=True)}, about
    made["intensity"] = Put(first.y, ("point",))
    if first.sigma is not None:
        made["sigma"] = Put(first.sigma, ("point",))
    return made, about


def _is_table(role: str, paths: Sequence[Path]) -> bool:
    """Whether patterns lie in one HDF5 file."""
    return role in {"pattern", "patterns"} and len(paths) == 1 and io.content(paths[0]) == "hdf5"


def _series_of(role: str, paths: Sequence[Path]) -> tuple[dict[str, Put], dict[str, Any]]:
    """Open a series as it lies in its files; as a pattern, its first one."""
    if role != "gr" and io.being_written(paths[0]):
        return _begun_series(role, paths[0])
    found = io.open_patterns(paths, "gr" if role == "gr" else "iq")
    about: dict[str, Any] = {"kind": "gr" if role == "gr" else "iq", "names": list(found.names[:_MOST_NAMES])}
    about |= {"dataformat": found.dataformat, "wavelength": found.wavelength, "source": _source(found.values)}
    first = "r" if role == "gr" else "x"
    made = {first: Put(found.x, (first if first == "r" else "point",))}
    if role == "pattern":
        made["intensity"] = Put(np.asarray(found.values[:1])[0], ("point",))
        if found.sigma is not None:
            made["sigma"] = Put(np.asarray(found.sigma[:1])[0], ("point",))
        if isinstance(found.values, io.FileArray):
            found.values.close()
        return made, about
    made[role] = Put(found.values, ("frame", made[first].axes[0]))
    return made, about


def _source(values: Any) -> dict[str, str]:  # noqa: ANN401 - an array, or one still in its file
    """Say which dataset an array lies in, for who follows it as it grows; nothing where it cannot grow."""
    reference = getattr(values, "reference", {})
    return {name: reference[name] for name in ("path", "dataset") if "dataset" in reference}


def _begun_series(role: str, path: Path) -> tuple[dict[str, Put], dict[str, Any]]:
    """Give the first pattern of a file that is still being written."""
    growing = io.GrowingFrames(path, axes=2, expected=1, idle=_BEGUN_SECONDS)
    first = next(growing.batches(1))
    x = growing.column(_FIRST_COLUMNS)
    about = {"kind": "iq", "dataformat": "", "wavelength": 0.0, "source": growing.source}
    name, value = ("intensity", first[0]) if role == "pattern" else ("patterns", first)
    axes = ("point",) if role == "pattern" else ("frame", "point")
    return {"x": Put(x, ("point",)), name: Put(value, axes, owned=True)}, about


def _series(read: Sequence[io.PatternFile]) -> Array:
    """Lay patterns over one another.

    Raises
    ------
    DataError
        If one has another first column.
    """
    first = read[0]
    for one in read[1:]:
        if one.x.shape != first.x.shape or not np.allclose(one.x, first.x, rtol=1e-6):
            raise DataError(
                _(
                    "{path} has another first column than {first}; a series is measured at the same points"
                ).format(path=one.path.name, first=first.path.name)
            )
    return np.stack([one.y for one in read])


def _frames(
    role: str, name: str, paths: Sequence[Path]
) -> tuple[dict[str, Put], tuple[str, ...], dict[str, Any]]:
    if role == "geometry":
        return {name: Put(io.read_poni(paths[0]))}, (), {}
    if role == "frames" and len(paths) == 1 and io.being_written(paths[0]):
        growing = io.GrowingFrames(paths[0], expected=1, idle=_BEGUN_SECONDS)
        first = next(growing.batches(1))
        said = _("{path} is still being written: its first frame is open").format(path=paths[0].name)
        return {name: Put(first, _STACK_AXES, owned=True)}, (said,), {"source": growing.source}
    if role == "frames":
        stack = io.open_frames(*paths)
        return {name: Put(stack)}, tuple(stack.notes), {"source": _source(stack)}
    if role == "points":
        return {name: Put(_points(paths[0]), ("point", "column"), owned=True)}, (), {}
    axes = ("row", "column") if role == "mask" else _IMAGE_AXES
    return {name: Put(io.open_image(paths[0], role), axes)}, (), {}


def _points(path: Path) -> Array:
    """Read places on rings: row, column and number of the ring, one point per line."""
    try:
        found: Array = np.loadtxt(path, ndmin=2)
    except (OSError, ValueError) as error:
        raise DataError(
            _(
                "{path} cannot be read ({reason}); write row, column and number of the ring, one point per line"
            ).format(path=path.name, reason=error)
        ) from None
    return found
