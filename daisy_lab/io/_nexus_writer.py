"""A result as a NeXus file that any viewer opens on its main image, and that says how it came about.

Layout: root@default -> entry (NXentry)@default -> NAME (NXdata)@signal -> the array, beside it the values of
its axes. Single numbers go to entry/parameters, the workflow and the ledger to entry/process (NXprocess,
NXnote).
"""

from __future__ import annotations

import datetime as dt
import errno
import importlib.metadata
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Self

import h5py
import numpy as np

from daisy_lab._image import running_image
from daisy_lab.errors import DataError, FileError, MissingObjectError, choices, suggestion
from daisy_lab.io._atomic import Unfinished, cannot_write, require_replaceable
from daisy_lab.io._completeness import Completeness
from daisy_lab.io._hdf5_disk import Disk
from daisy_lab.io._hdf5_file import open_readonly
from daisy_lab.io._nexus_layout import CREATOR, Signal, extend, label, nexus_group, point_to
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from daisy_lab.vocabulary import Array

__all__ = ["ResultWriter"]

_log = logging.getLogger(__name__)
_FAILURES = (OSError, RuntimeError)


class ResultWriter:
    """Writes arrays block by block; the file gets its name when `finish` is called, or never appears.

    Use it as a context manager: leaving it without `finish`, by an exception or not, removes what was
    written.

    Parameters
    ----------
    path
        The result, such as `tooth_rec.h5`.
    overwrite
        Replace a result of that name; else it is an error. Any other file, such as a raw scan, is never replaced.

    Raises
    ------
    FileError
        The path is a folder or a file that is no result, or its folder cannot be written to.
    """

    def __init__(self, path: str | Path, *, overwrite: bool = True) -> None:
        self.path = Path(path).expanduser().absolute()
        self._overwrite = overwrite
        self._check_target()
        self._written: dict[str, Completeness] = {}
        self._unfinished: Unfinished | None = Unfinished(self.path)
        try:
            self._disk = Disk(self._unfinished.path)
            # Our own lock is on the file; HDF5's would not get past it.
            # No chunk cache: a block goes to the file as it is, and no chunk is read back to be completed.
            self._file: h5py.File = h5py.File(self._disk, "w", locking=False, rdcc_nbytes=0)
            self._begin()
        except _FAILURES as error:
            self._abandon()
            raise cannot_write(self.path, error) from None

    def _check_target(self) -> None:
        require_replaceable(self.path, _is_result, _("result of Daisy Lab"))
        if self.path.exists() and not self._overwrite:
            raise cannot_write(self.path, FileExistsError(errno.EEXIST, "exists"))

    def _begin(self) -> None:
        root = self._file
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        root.attrs.update(NX_class="NXroot", creator=CREATOR, file_time=now, file_name=self.path.name)
        self._entry = nexus_group(root, "entry", "NXentry")
        root.attrs["default"] = "entry"
        self._entry["end_time"] = now
        process = nexus_group(self._entry, "process", "NXprocess")
        process["program"], process["version"], process["date"] = CREATOR, _version(), now
        image = running_image()
        if image is not None:
            process["image"] = image.reference
            if image.digest:
                process["image_digest"] = image.digest

    def create(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: npt.DTypeLike,
        *,
        axes: tuple[str, ...] = (),
        unit: str = "",
        default: bool = False,
        axis_values: Mapping[str, tuple[Array, str]] | None = None,
        grows: bool = False,
    ) -> None:
        """Prepare an array that is then written whole or in blocks.

        Parameters
        ----------
        name
            Its name, such as `volume`.
        shape, dtype
            As in NumPy.
        axes
            Name of each axis, such as row, y, x.
        unit
            Unit of the values.
        default
            Viewers show this one first; without any, the first that was created.
        axis_values
            Values of an axis and their unit; an axis left out is counted, in pixels where it is one.
        grows
            Whether `extend` may make it longer.

        Raises
        ------
        DataError
            The name is taken, or the axes do not fit the shape.
        FileError
            Not enough room on the disk.
        """
        self._open_file()
        kind = np.dtype(dtype)
        plan = Signal(
            name.strip("/"),
            tuple(int(length) for length in shape),
            kind,
            axes,
            unit,
            axis_values or {},
            grows,
        )
        plan.check(list(self._written))
        self._require_room(plan)
        try:
            dataset = plan.create(self._entry)
            if default or not self._written:
                point_to(self._entry, plan.name)
            self._disk.check()
        except _FAILURES as error:
            raise self._failed(error) from None
        self._written[plan.name] = Completeness(dataset, plan.axes)

    def extend(self, name: str, length: int) -> None:
        """Make an array that grows longer along its first axis.

        Parameters
        ----------
        name
            An array that was created with `grows`.
        length
            Its new length.

        Raises
        ------
        MissingObjectError
            Not created.
        FileError
            The disk refuses, as when it is full.
        """
        progress = self._known(name.strip("/"))
        try:
            extend(progress.dataset, length)
            self._disk.check()
        except _FAILURES as error:
            raise self._failed(error) from None
        progress.extend(length)

    def write(self, name: str, array: Array, *, axis: str | None = None, start: int = 0) -> None:
        """Write an array, or a block of it along one axis.

        Parameters
        ----------
        name
            An array that was created.
        array
            The whole array, or a block that is whole along every axis but one.
        axis
            The axis along which the block was cut; the first when left out.
        start
            Where the block begins along that axis.

        Raises
        ------
        MissingObjectError
            Not created.
        DataError
            The block does not fit.
        FileError
            The disk refuses, as when it is full.
        """
        name = name.strip("/")
        progress = self._known(name)
        block = np.asarray(array)
        at = progress.fit(name, block.shape, axis, start)
        try:
            if block.ndim == 0:
                progress.dataset[()] = block
            elif block.size:
                index = (slice(None),) * at + (slice(start, start + block.shape[at]),)
                progress.dataset[index] = block
            self._disk.check()
        except _FAILURES as error:
            raise self._failed(error) from None
        progress.note(at, start, block.shape)

    def scalar(self, name: str, value: object, unit: str = "") -> None:
        """Write a single number or text into entry/parameters."""
        self._open_file()
        try:
            group = nexus_group(self._entry, "parameters", "NXparameters")
            if name in group:
                del group[name]
            group[name] = str(value) if isinstance(value, str) else value
            label(group[name], name, unit)
            self._disk.check()
        except TypeError:
            msg = _("{name} is {value!r}, which is no single number or text; create an array for it")
            raise DataError(msg.format(name=name, value=value)) from None
        except _FAILURES as error:
            raise self._failed(error) from None

    def record(self, name: str, text: str) -> None:
        """Write a JSON text, such as the workflow or the ledger, into entry/process."""
        self._open_file()
        try:
            process = self._entry["process"]
            if name in process:
                del process[name]
            note = nexus_group(process, name, "NXnote")
            note["type"], note["data"], note["description"] = "application/json", text, name
            self._disk.check()
        except _FAILURES as error:
            raise self._failed(error) from None

    def finish(self) -> Path:
        """Close the file, make sure that it is on the disk, and give it its name.

        Raises
        ------
        DataError
            A part of an array was never written.
        FileError
            The disk refuses; nothing is left behind.
        """
        file, unfinished = self._open_file()
        for name, progress in self._written.items():
            progress.require_complete(name)
        try:
            file.close()
            self._disk.check()
        except _FAILURES as error:
            raise self._failed(error) from None
        self._disk.close()
        self._unfinished = None
        return unfinished.finish(overwrite=self._overwrite)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._abandon()

    def _abandon(self) -> None:
        """Remove what was written; after `finish` there is nothing to remove."""
        unfinished, self._unfinished = self._unfinished, None
        if unfinished is None:
            return
        try:
            self._file.close()
            self._disk.close()
        except (*_FAILURES, AttributeError):
            # It was never opened, or HDF5 cannot write what it still holds, and need not, as the file goes.
            _log.debug("closing %s failed while it was given up", unfinished.path, exc_info=True)
        unfinished.abandon()

    def _failed(self, error: OSError | RuntimeError) -> FileError:
        self._abandon()
        return cannot_write(self.path, error)

    def _open_file(self) -> tuple[h5py.File, Unfinished]:
        if self._unfinished is None:
            msg = _("{path} is finished or given up; open a new ResultWriter to write again")
            raise FileError(msg.format(path=self.path))
        return self._file, self._unfinished

    def _require_room(self, plan: Signal) -> None:
        """Refuse what cannot fit before hours are spent on it; unless the disk tells no size."""
        usage = shutil.disk_usage(self.path.parent)
        if usage.total and plan.nbytes > usage.free:
            msg = _(
                "cannot write {path}: {name} needs {need}, the disk has {free} free; make room, or choose "
                "another folder"
            )
            need, free = in_bytes(plan.nbytes), in_bytes(usage.free)
            raise FileError(msg.format(path=self.path, name=plan.name, need=need, free=free))

    def _known(self, name: str) -> Completeness:
        self._open_file()
        if name not in self._written:
            there = list(self._written)
            msg = _("there is no '{name}' in {path}; created are {there}{near}")
            near = suggestion(name, there) or _("; create it first")
            raise MissingObjectError(msg.format(name=name, path=self.path, there=choices(there), near=near))
        return self._written[name]


def _is_result(path: Path) -> bool:
    try:
        with open_readonly(path) as file:
            return bool(file.attrs.get("creator") == CREATOR)
    except OSError:
        return False


def _version() -> str:
    try:
        return importlib.metadata.version(CREATOR)
    except importlib.metadata.PackageNotFoundError:
        return "0+unknown"
