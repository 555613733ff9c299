"""What is done to objects: names, versions, undo; how one was made, compared, saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab import io
from daisy_lab._bridge._describe import object_info
from daisy_lab._bridge._handlers import handles
from daisy_lab._bridge._saving import save_object
from daisy_lab._messages import (
    CompareObjects,
    Comparison,
    DeleteObjects,
    Done,
    Lineage,
    LineageNode,
    ListVersions,
    Redo,
    RenameObject,
    RestoreVersion,
    SavedFile,
    SaveObject,
    ShowLineage,
    Undo,
    Versions,
)
from daisy_lab._preview import in_words
from daisy_lab._workflow import Workflow, to_python
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._bridge._bridge import Bridge
    from daisy_lab._bridge._front import Front
    from daisy_lab._datastore import DataObject
    from daisy_lab._ledger import Entry, Ledger, Used
    from daisy_lab.vocabulary import Array

_BLOCK: Final = 1 << 22
"""Values compared at once."""


@handles(RenameObject)
def rename(bridge: Bridge, _front: Front, asked: RenameObject) -> Done:
    """Give an object another name."""
    bridge.engine.store.rename(asked.name, asked.new)
    return Done()


@handles(DeleteObjects)
def delete(bridge: Bridge, _front: Front, asked: DeleteObjects) -> Done:
    """Take names away, all or none."""
    bridge.engine.store.delete(*asked.names)
    return Done()


@handles(RestoreVersion, "record")
def restore(bridge: Bridge, _front: Front, asked: RestoreVersion) -> Done:
    """Make an old version current again."""
    bridge.engine.store.restore(asked.name, asked.version)
    return Done()


@handles(Undo, "record")
def undo(bridge: Bridge, _front: Front, _asked: Undo) -> Done:
    """Take the last action back, after what was asked to be kept before."""
    bridge.engine.store.undo()
    return Done()


@handles(Redo, "record")
def redo(bridge: Bridge, _front: Front, _asked: Redo) -> Done:
    """Take it again."""
    bridge.engine.store.redo()
    return Done()


@handles(ListVersions)
def versions(bridge: Bridge, _front: Front, asked: ListVersions) -> Versions:
    """Give all versions of a name, oldest first."""
    found = bridge.engine.store.history(asked.name)
    return Versions(versions=tuple(object_info(about, bridge.engine) for about in found))


@handles(ShowLineage, "work")
def lineage(bridge: Bridge, _front: Front, asked: ShowLineage) -> Lineage:
    """Give the chain of runs that made an object."""
    store, ledger = bridge.engine.store, bridge.engine.ledger
    about = store.describe(asked.name, asked.version)
    chain = ledger.chain(about.name, about.version)
    makers = {(used.name, used.version): entry.run for entry in chain for used in entry.outputs.values()}
    hidden = {
        used.identity: entry.run for entry in chain for used in entry.outputs.values() if not used.version
    }
    nodes: dict[str, LineageNode] = {}
    for entry in chain:
        reads = []
        for used in (*entry.inputs.values(), *entry.bound.values()):
            maker = makers.get((used.name, used.version)) or hidden.get(used.identity)
            if maker is None or maker == entry.run:
                maker = _source(used, nodes)
            reads.append(maker)
        nodes[entry.run] = _node(entry, tuple(dict.fromkeys(reads)))
    if not chain:
        nodes["0"] = LineageNode(id="0", kind="object", title=about.name, text=_("put by hand"), reads=())
    return Lineage(nodes=tuple(nodes.values()), python=_script(ledger, about) if chain else "")


def _script(ledger: Ledger, about: DataObject) -> str:
    """Write the chain as a script; none where an algorithm of then is not there any more."""
    try:
        return to_python(Workflow.from_ledger(ledger, about.name, about.version))
    except DaisyError:
        return ""


def _source(used: Used, nodes: dict[str, LineageNode]) -> str:
    key = f"{used.name}@{used.version}"
    nodes.setdefault(
        key,
        LineageNode(
            id=key,
            kind="object",
            title=used.name or _("a value"),
            text=_("read from a file, or put by hand"),
            reads=(),
        ),
    )
    return key


def _node(entry: Entry, reads: tuple[str, ...]) -> LineageNode:
    settings = {**entry.settings, **{name: f"={used.name}" for name, used in entry.bound.items()}}
    text = ", ".join(f"{name} {in_words(value)}" for name, value in settings.items() if value is not None)
    return LineageNode(
        id=entry.run, kind="run", title=entry.algorithm, text=text, reads=reads, seconds=entry.seconds
    )


@handles(CompareObjects, "work")
def compare(bridge: Bridge, _front: Front, asked: CompareObjects) -> Comparison:
    """Say how two objects differ."""
    store = bridge.engine.store
    first = store.describe(asked.first, asked.first_version)
    second = store.describe(asked.second, asked.second_version)
    one, two = store.get(first.name, first.version), store.get(second.name, second.version)
    if store.identity(first.name, first.version) == store.identity(second.name, second.version):
        return Comparison(same=True, text=_("the same, bit by bit"), largest=0.0, rms=0.0)
    if first.shape != second.shape or not (_numeric(one) and _numeric(two)):
        return Comparison(
            same=False,
            text=_("{first} is {one}, {second} is {two}").format(
                first=first.name, one=_kind(first), second=second.name, two=_kind(second)
            ),
        )
    largest, rms = _difference(one, two)
    text = _("largest difference {largest}, root mean square {rms}").format(
        largest=in_words(largest, first.unit), rms=in_words(rms, first.unit)
    )
    return Comparison(same=False, text=text, largest=largest, rms=rms)


def _numeric(value: Any) -> bool:  # noqa: ANN401 - any object
    dtype = getattr(value, "dtype", None)
    return (dtype is not None and np.dtype(dtype).kind in "buif") or type(value) in {int, float}


def _kind(about: DataObject) -> str:
    shape = " x ".join(map(str, about.shape))
    return f"{about.kind} {shape} {about.dtype}".strip()


def _difference(one: Any, two: Any) -> tuple[float, float]:  # noqa: ANN401 - arrays, or still in a file
    """Give the largest and the root mean square difference where both are numbers, block by block."""
    if not getattr(one, "shape", ()):
        one, two = np.atleast_1d(one), np.atleast_1d(two)
    largest, total, count = 0.0, 0.0, 0
    step = max(1, _BLOCK // max(int(np.prod(one.shape[1:])), 1))
    for start in range(0, one.shape[0], step):
        part = slice(start, start + step)
        apart: Array = np.asarray(one[part], np.float64) - np.asarray(two[part], np.float64)
        known = apart[np.isfinite(apart)]
        if known.size:
            largest = max(largest, float(np.abs(known).max()))
            total += float(np.square(known).sum())
            count += known.size
    return largest, float(np.sqrt(total / count)) if count else 0.0


@handles(SaveObject, "work")
def save(bridge: Bridge, _front: Front, asked: SaveObject) -> SavedFile:
    """Save an object below the kernel's folder."""
    path = io.inside(Path(asked.path), bridge.roots)
    return save_object(bridge.engine.store, asked.name, path, asked.form, overwrite=asked.overwrite)
