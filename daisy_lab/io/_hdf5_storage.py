"""What lies behind one HDF5 dataset: the files of a virtual dataset, raw data stored apart, filters to load.

HDF5 gives fill values, without a word, where a source of a virtual dataset is missing; and it opens raw-data
files wherever they lie. Both are looked at before the first value is read.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import h5py

from daisy_lab.errors import DaisyError, FileError, FileFormatError, ForbiddenPathError, choices
from daisy_lab.io._hdf5_file import Hdf5File
from daisy_lab.io._hdf5_links import locate
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.io._hdf5_links import Hdf5Files, Place

__all__ = ["Storage", "examine"]

_NUMBER = re.compile(r"%(\d*)b")
_MAX_DEPTH = 8


class VirtualMap(Protocol):
    """One source of a virtual dataset, as h5py lists it."""

    file_name: str
    dset_name: str
    src_space: h5py.h5s.SpaceID
    vspace: h5py.h5s.SpaceID


class Storage(NamedTuple):
    """How a dataset is stored: its chunk (empty when free), and the identity of the other files it needs."""

    chunks: tuple[int, ...]
    sources: str


def examine(files: Hdf5Files, place: Place, depth: int = 0) -> Storage:
    """Check everything a dataset needs to be read, and load the filters for it.

    Raises
    ------
    FileError
        Sources of a virtual dataset, or files of raw data, are missing.
    ForbiddenPathError
        One lies outside the roots.
    FileFormatError
        A filter that is not installed.
    """
    with place.file.using() as handle:
        dataset = handle[place.path]
        _load_filters(place, dataset)
        chunks = dataset.chunks or ()
        stored_apart = [name for name, _offset, _size in dataset.external or ()]
        maps = dataset.virtual_sources() if dataset.is_virtual else []
        rank = dataset.ndim
    stamps = [_admit_raw(files, place, name) for name in stored_apart]
    if not maps:
        return Storage(chunks, _digest(stamps))
    found = _examine_sources(files, place, maps, depth)
    chunks = next((one.chunks for one in found if len(one.chunks) == rank), ())
    return Storage(chunks, _digest([one.sources for one in found]))


def _load_filters(place: Place, dataset: h5py.Dataset) -> None:
    plist = dataset.id.get_create_plist()
    needed = [plist.get_filter(number) for number in range(plist.get_nfilters())]
    if all(h5py.h5z.filter_avail(one[0]) for one in needed):
        return
    # Imported here: registering the codecs costs time that most files do not need.
    import hdf5plugin  # noqa: F401, PLC0415 - imported for what its import does

    for number, _flags, _values, name in needed:
        if not h5py.h5z.filter_avail(number):
            msg = _(
                "{path} in {file} is compressed with filter {number} ({name}), which is not installed; "
                "rewrite the file with another compression"
            )
            what = name.decode("utf-8", "replace") or "?"
            raise FileFormatError(msg.format(path=place.path, file=place.file.path, number=number, name=what))


def _admit_raw(files: Hdf5Files, place: Place, name: str) -> str:
    path = _raw_path(place.file.path.parent, name)
    real = files.roots.admit(path)
    if not real.is_file():
        msg = _(
            "{path} in {file} keeps its values in {raw}, which is not there; restore that file, or set "
            "HDF5_EXTFILE_PREFIX to its folder"
        )
        raise FileError(msg.format(path=place.path, file=place.file.path, raw=path))
    facts = real.stat()
    return f"{real} {facts.st_size} {facts.st_mtime_ns}"


def _raw_path(folder: Path, name: str) -> Path:
    """Give the file that HDF5 opens for raw data: below a prefix of the environment, or where we run.

    Source: HDF5 `H5D__build_file_prefix` and `H5Pset_efile_prefix`.
    """
    prefix = os.environ.get("HDF5_EXTFILE_PREFIX", "").replace("${ORIGIN}", str(folder))
    return Path.cwd() / prefix / name


def _examine_sources(files: Hdf5Files, place: Place, maps: list[VirtualMap], depth: int) -> list[Storage]:
    """Examine each source once; collect all that are missing into one report."""
    found, missing, seen = [], [], set()
    for one in maps:
        for name in _numbered(place, one.file_name):
            key = (name, one.dset_name)
            if key in seen:
                continue
            seen.add(key)
            try:
                found.append(_examine_source(files, place, one, name, depth))
            except ForbiddenPathError:
                raise
            except DaisyError as error:
                missing.append(f"{name}::{one.dset_name} ({error})")
    if missing:
        msg = _(
            "{path} in {file} is put together from {all} other datasets, of which {count} cannot be read: "
            "{missing}; HDF5 would show fill values there: restore these files"
        )
        raise FileError(
            msg.format(
                path=place.path,
                file=place.file.path,
                all=len(seen),
                count=len(missing),
                missing=choices(missing, 4),
            )
        )
    return found


def _examine_source(files: Hdf5Files, place: Place, mapping: VirtualMap, name: str, depth: int) -> Storage:
    if depth >= _MAX_DEPTH:
        msg = _("{path} in {file} leads through too many virtual datasets; point it to the data themselves")
        raise FileFormatError(msg.format(path=place.path, file=place.file.path))
    if name == ".":
        inside = locate(files, place.file, mapping.dset_name)
        return _check_source(files, inside, mapping, depth)
    real = files.roots.admit(files.target(place.file, name, "HDF5_VDS_PREFIX"))
    # Not kept open: a scan may be put together from more files than a process may hold.
    source = Hdf5File(real)
    try:
        if _NUMBER.search(mapping.dset_name):
            # A pattern over datasets: those that are there decide the length, so none can be missing.
            return Storage((), source.identity)
        inside = locate(files, source, mapping.dset_name)
        storage = _check_source(files, inside, mapping, depth)
    finally:
        source.close()
    return Storage(storage.chunks, f"{source.identity} {storage.sources}")


def _check_source(files: Hdf5Files, place: Place, mapping: VirtualMap, depth: int) -> Storage:
    """Examine a source, and refuse one that is shorter than the part of it that is used."""
    storage = examine(files, place, depth + 1)
    with place.file.using() as handle:
        shape = handle[place.path].shape
    if not _covers(shape, mapping):
        msg = _("{path} in {file} has shape {shape}, less than is used of it; the scan was not finished")
        raise FileFormatError(msg.format(path=place.path, file=place.file.path, shape=shape))
    return storage


def _covers(shape: tuple[int, ...], mapping: VirtualMap) -> bool:
    """Tell whether a source is as large as the part of it that is used; a growing one always is."""
    try:
        if mapping.src_space.get_select_type() == h5py.h5s.SEL_ALL:
            return math.prod(shape) == int(mapping.vspace.get_select_npoints())
        _first, last = mapping.src_space.get_select_bounds()
    except (ValueError, RuntimeError):
        # An unlimited selection has no bounds: the virtual dataset is as long as its sources.
        return True
    return len(last) == len(shape) and all(end < length for end, length in zip(last, shape, strict=True))


def _numbered(place: Place, name: str) -> list[str]:
    """Give the file names behind a `printf`-like pattern: those that are there; any other name as it is."""
    if not _NUMBER.search(name):
        return [name]
    folder = place.file.path.parent
    prefix, _slash, last = name.rpartition("/")
    spelled = re.compile(r"\d+".join(re.escape(part) for part in re.split(r"%\d*b", last)))
    parent = folder / prefix
    names = (
        sorted(entry.name for entry in parent.iterdir() if spelled.fullmatch(entry.name))
        if parent.is_dir()
        else []
    )
    return [str(parent / one) for one in names]


def _digest(stamps: list[str]) -> str:
    return hashlib.blake2b("\n".join(stamps).encode(), digest_size=12).hexdigest() if any(stamps) else ""
