"""Frames or patterns of an HDF5 file that is still being written, handed out as they arrive.

A writer in HDF5's single-writer mode (SWMR) may write while this reads. Any other writer has to close its file in
between: it is then opened anew for every look, and left alone at once. A frame counts when all of its chunks are in
the file; what is half written waits.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import h5py
import numpy as np

from daisy_lab.errors import DataError, FileError, FileFormatError, MissingObjectError, choices
from daisy_lab.io._hdf5_array import text_of
from daisy_lab.io._roots import Roots
from daisy_lab.io._signals import default_of, likeliest, signals_of
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["GrowingFrames", "being_written"]

_POLL_SECONDS: Final = 0.2
_FRAME_AXES: Final = 3
_FLAGS_AT: Final = 11
_WRITING: Final = 0b101
"""Bits of the superblock that say open for writing, and open in single-writer mode."""


class GrowingFrames:
    """Frames that a detector still writes.

    They end when as many as expected have arrived, when the writer closes a file that it had open in single-writer
    mode, or when nothing new came for a while.

    Parameters
    ----------
    text
        `file` or `file::dataset`; the file, and the dataset in it, need not be there yet.
    idle
        Seconds without a new frame after which no more is waited for.
    expected
        How many frames there will be; unknown if absent, unless the dataset has room for so many and cannot grow.
    axes
        Of the dataset: 3 for frames, 2 for patterns.
    pause
        Waits for some seconds between two looks; it may raise to give up.
    clock
        Tells seconds.

    Attributes
    ----------
    ended
        Why no more frames are waited for, as a sentence; empty before the end.
    """

    def __init__(
        self,
        text: str | Path,
        *,
        idle: float = 60.0,
        expected: int | None = None,
        axes: int = _FRAME_AXES,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        name, _mark, self._dataset = str(text).partition("::")
        self.path = Path(name).expanduser().absolute()
        self.ended = ""
        self.expected = expected
        self._axes = axes
        self._idle, self._pause, self._clock = idle, pause, clock
        self._roots = Roots.around(self.path, None)
        self._was_writing = False
        self._kind: tuple[tuple[int, ...], np.dtype[Any]] | None = None

    @property
    def source(self) -> dict[str, str]:
        """Give the file, and the dataset once it was found."""
        return {"path": str(self.path), "dataset": self._dataset}

    def column(self, names: Sequence[str]) -> Array:
        """Give the only dataset of one axis that has one of these names, as the first column of patterns.

        Raises
        ------
        MissingObjectError
            If there is none, or several.
        FileError
            If the file cannot be read.
        """
        with self._opened() as file:
            found: list[str] = []

            def look(name: str, item: object) -> None:
                if isinstance(item, h5py.Dataset) and item.ndim == 1 and name.rpartition("/")[2] in names:
                    found.append(name)

            file.visititems(look)
            if len(found) != 1:
                raise MissingObjectError(
                    _("{path} has {count} first columns called {names}; a series of patterns has one").format(
                        path=self.path, count=len(found), names=choices(names)
                    )
                )
            return np.asarray(file[found[0]][...], np.float64)

    def batches(self, most: int) -> Iterator[Array]:
        """Give frames as they arrive, (frame, row, column): all that are there, but at most so many at once.

        Parameters
        ----------
        most
            Frames of a batch.

        Raises
        ------
        DataError
            If the dataset is no stack of frames, or its frames change.
        FileError, MissingObjectError
            If nothing can be read even when the time is over.
        """
        done, since = 0, self._clock()
        trouble: FileError | MissingObjectError | None = None
        while True:
            # Before the look: what came until the writer closed is seen by it.
            writing = self._writing()
            try:
                block = self._next(done, most)
                trouble = None
            except (FileError, MissingObjectError) as error:
                block, trouble = None, error
            if block is not None:
                done += len(block)
                since = self._clock()
                yield block
            elif self._over(done, since, writing=writing):
                break
            else:
                self._pause(_POLL_SECONDS)
            if self.expected is not None and done >= self.expected:
                self.ended = _("all {count} frames have arrived").format(count=done)
                return
        if not done:
            raise trouble or DataError(
                _("{path} has no frame, and none came in {idle:g} s; start the scan, or wait longer").format(
                    path=self.path, idle=self._idle
                )
            )

    def _over(self, done: int, since: float, *, writing: bool) -> bool:
        """Say whether no more is to come, and why."""
        if self._was_writing and not writing and done:
            self.ended = _("the file was closed by its writer after {count} frames").format(count=done)
        elif self._clock() - since >= self._idle:
            self.ended = _("no new frame came in {idle:g} s after {count} frames").format(
                idle=self._idle, count=done
            )
        self._was_writing |= writing
        return bool(self.ended)

    def _writing(self) -> bool:
        return being_written(self.path)

    def _next(self, done: int, most: int) -> Array | None:
        """Read what has arrived behind the first `done` frames; None where nothing has."""
        with self._opened() as file:
            dataset = self._found(file)
            self._check(dataset)
            if self.expected is None and dataset.maxshape[0] == dataset.shape[0] and dataset.chunks:
                self.expected = int(dataset.shape[0])
            count = min(done + most, len(dataset) if self.expected is None else self.expected, len(dataset))
            end = done
            while end < count and _is_whole(dataset, end):
                end += 1
            return np.asarray(dataset[done:end]) if end > done else None

    @contextmanager
    def _opened(self) -> Iterator[h5py.File]:
        self._roots.admit(self.path)
        try:
            try:
                file = h5py.File(self.path, "r", libver="latest", swmr=True)
            except OSError:
                # A file without single-writer mode, or one that is written without it at the moment.
                file = h5py.File(self.path, "r")
        except OSError as error:
            raise FileError(
                _("{path} cannot be read yet: {reason}; write it in HDF5's SWMR mode, or close it").format(
                    path=self.path, reason=error
                )
            ) from None
        try:
            yield file
        except (OSError, RuntimeError, KeyError) as error:
            if isinstance(error, FileError | MissingObjectError):
                raise
            raise FileFormatError(
                _("{path} cannot be read: {reason}; copy it again when it is closed").format(
                    path=self.path, reason=error
                )
            ) from error
        finally:
            file.close()

    def _found(self, file: h5py.File) -> h5py.Dataset:
        """Find the dataset that is named, or the only stack of frames."""
        if not self._dataset:
            stacks: list[str] = []
            groups = {"": _texts(file)}

            def look(name: str, item: object) -> None:
                if _is_stack(item, self._axes):
                    stacks.append(name)
                elif isinstance(item, h5py.Group):
                    groups[name] = _texts(item)

            file.visititems(look)
            found = likeliest(stacks, default_of(groups), signals_of(groups))
            if found is None:
                raise MissingObjectError(
                    _("{path} has {count} stacks of frames: {names}; name one as {path}::dataset").format(
                        path=self.path, count=len(stacks), names=choices(stacks)
                    )
                )
            self._dataset = found
        dataset = file.get(self._dataset)
        if not isinstance(dataset, h5py.Dataset):
            raise MissingObjectError(
                _("there is no dataset '{name}' in {path}; it holds {there}").format(
                    name=self._dataset, path=self.path, there=choices(list(file))
                )
            )
        self._roots.admit(Path(dataset.file.filename))
        return dataset

    def _check(self, dataset: h5py.Dataset) -> None:
        if dataset.ndim != self._axes or dataset.dtype.kind not in "biuf":
            raise DataError(
                _("{path}::{name} has the shape {shape}, but {wanted} is expected").format(
                    path=self.path,
                    name=self._dataset,
                    shape=dataset.shape,
                    wanted="(frame, row, column)" if self._axes == _FRAME_AXES else "(frame, point)",
                )
            )
        kind = tuple(dataset.shape[1:]), dataset.dtype
        self._kind = self._kind or kind
        if kind != self._kind:
            raise DataError(
                _("the frames of {path} were {before} and are {now} (row, column); start again").format(
                    path=self.path, before=self._kind[0], now=kind[0]
                )
            )


def _texts(group: h5py.Group) -> dict[str, object]:
    """Give the attributes that say what the data are."""
    return {key: text_of(group.attrs[key]) for key in ("signal", "default") if key in group.attrs}


def being_written(path: Path) -> bool:
    """Whether a writer has a file open in single-writer mode, as its superblock says.

    HDF5 File Format Specification 3.0, II.A. A writer without that mode sets only one of the two bits; it may close
    the file and open it again.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_FLAGS_AT + 1)
    except OSError:
        return False
    return len(head) > _FLAGS_AT and head[8] >= 3 and head[_FLAGS_AT] & _WRITING == _WRITING  # noqa: PLR2004 - version


def _is_stack(item: object, axes: int) -> bool:
    return isinstance(item, h5py.Dataset) and item.ndim == axes and item.dtype.kind in "biuf"


def _is_whole(dataset: h5py.Dataset, frame: int) -> bool:
    """Say whether all chunks of a frame are in the file; where there are none, what has a place counts."""
    if not dataset.chunks:
        return True
    ends = zip(dataset.shape[1:], dataset.chunks[1:], strict=True)
    corners = product(*(range(0, length, chunk) for length, chunk in ends))
    first = frame // dataset.chunks[0] * dataset.chunks[0]
    return all(
        dataset.id.get_chunk_info_by_coord((first, *corner)).byte_offset is not None for corner in corners
    )
