"""What an HDF5 file holds, found by one walk that follows links into allowed files and survives broken ones.

Nothing is read but attributes and short texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import h5py

from daisy_lab.errors import DaisyError
from daisy_lab.io._hdf5_array import is_numeric, text_of
from daisy_lab.io._hdf5_links import Place, locate
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.io._hdf5_file import Hdf5File
    from daisy_lab.io._hdf5_links import Hdf5Files

__all__ = ["Found", "Survey", "survey"]

_MAX_OBJECTS = 20_000


@dataclass(frozen=True)
class Found:
    """A dataset with numbers: its name as a user writes it, where it lies, and how it is labelled."""

    name: str
    place: Place
    shape: tuple[int, ...]
    virtual: bool = False
    axes: tuple[str, ...] = ()


@dataclass
class Survey:
    """Everything the walk met, by its name without a leading slash."""

    files: Hdf5Files
    datasets: dict[str, Found] = field(default_factory=dict)
    texts: dict[str, object] = field(default_factory=dict)
    groups: dict[str, Mapping[str, object]] = field(default_factory=dict)
    problems: dict[str, DaisyError] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Visit:
    """A group still to be looked into, with the groups above it, to notice circles."""

    name: str
    place: Place
    above: frozenset[tuple[str, int]]


def survey(files: Hdf5Files, file: Hdf5File) -> Survey:
    """Walk through a file, into every group and link once per path."""
    result = Survey(files)
    waiting = [_Visit("", Place(file, "/"), frozenset())]
    met = 0
    while waiting:
        visit = waiting.pop()
        members = _enter(visit, result)
        met += len(members)
        if met > _MAX_OBJECTS:
            msg = _("more than {count} objects; the rest is not listed, but opens by its path")
            result.notes.append(msg.format(count=_MAX_OBJECTS))
            break
        inside = [_member(files, visit, member, result) for member in members]
        waiting += reversed([one for one in inside if one is not None])
    return result


def _enter(visit: _Visit, result: Survey) -> list[str]:
    with visit.place.file.using() as handle:
        group = handle[visit.place.path]
        attributes = {key: text_of(value) or value for key, value in _attributes(group).items()}
        result.groups[visit.name] = attributes
        return list(group)


def _attributes(thing: h5py.Group | h5py.Dataset) -> dict[str, object]:
    """Give the attributes that can be read; one of a type h5py does not know is left out."""
    found: dict[str, object] = {}
    for key in thing.attrs:
        try:
            found[key] = thing.attrs[key]
        except (OSError, TypeError, ValueError):
            continue
    return found


def _member(files: Hdf5Files, visit: _Visit, member: str, result: Survey) -> _Visit | None:
    """Note a dataset; give a group back to be walked into."""
    name = f"{visit.name}/{member}" if visit.name else member
    try:
        place = _place(files, visit.place, member)
        with place.file.using() as handle:
            thing = handle[place.path]
            if isinstance(thing, h5py.Group):
                return _deeper(visit, name, place, thing)
            if isinstance(thing, h5py.Dataset):
                axes = _named_axes(result.groups[visit.name], member, len(thing.shape or ()))
                _note_dataset(name, place, thing, axes, result)
    except DaisyError as error:
        result.problems[name] = error
        result.notes.append(f"{name}: {error}")
    except (OSError, KeyError, RuntimeError, TypeError) as error:
        msg = _("{name}: cannot be opened ({reason}); the rest of the file can be used")
        result.notes.append(msg.format(name=name, reason=error))
    return None


def _place(files: Hdf5Files, group: Place, member: str) -> Place:
    path = f"{group.path.rstrip('/')}/{member}"
    with group.file.using() as handle:
        if isinstance(handle[group.path].get(member, getlink=True), h5py.HardLink):
            return Place(group.file, path)
    return locate(files, group.file, path)


def _deeper(visit: _Visit, name: str, place: Place, group: h5py.Group) -> _Visit | None:
    """Give a group to walk into, unless it is one of those it lies in."""
    key = (str(place.file.path), hash(group.id))
    return None if key in visit.above else _Visit(name, place, visit.above | {key})


def _note_dataset(
    name: str, place: Place, dataset: h5py.Dataset, axes: tuple[str, ...], result: Survey
) -> None:
    if dataset.shape is not None and is_numeric(dataset.dtype):
        result.datasets[name] = Found(name, place, dataset.shape, bool(dataset.is_virtual), axes)
    elif dataset.shape in {(), (1,)} and h5py.check_string_dtype(dataset.dtype):
        result.texts[name] = text_of(dataset[()])


def _named_axes(attributes: Mapping[str, object], member: str, rank: int) -> tuple[str, ...]:
    """Give the names that a NeXus group has for the axes of its signal; '.' is an axis without a name."""
    if attributes.get("signal") != member:
        return ()
    given = attributes.get("axes", ())
    names = [given] if isinstance(given, str) else [text_of(one) for one in _listed(given)]
    if len(names) == 1 and len(names) < rank:
        names = names[0].replace(":", ",").split(",")
    if len(names) != rank or _repeated(names):
        return ()
    return tuple(f"axis{at}" if one == "." else one for at, one in enumerate(names))


def _repeated(names: list[str]) -> bool:
    real = [one for one in names if one != "."]
    return len(set(real)) < len(real)


def _listed(value: object) -> list[object]:
    return list(value) if hasattr(value, "__iter__") and not isinstance(value, str | bytes) else []
