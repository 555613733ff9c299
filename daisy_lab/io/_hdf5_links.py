"""Where a name inside an HDF5 file really leads, every link followed by us and not by HDF5.

HDF5 would open whatever file a link names. Here each soft and external link is resolved step by step, and
each file on the way has to lie in the allowed roots, so that what was checked is what is read.
"""

from __future__ import annotations

import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import h5py

from daisy_lab.errors import FileFormatError, MissingFileError, MissingObjectError, choices, suggestion
from daisy_lab.io._hdf5_file import Hdf5File
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.io._roots import Roots

__all__ = ["Hdf5Files", "Place", "candidates", "locate"]

_MAX_LINKS = 64


class Place(NamedTuple):
    """A file, and a path inside it that contains no link."""

    file: Hdf5File
    path: str


class Hdf5Files:
    """The files that one scan leads to: each opened once, each inside the roots."""

    def __init__(self, roots: Roots) -> None:
        self.roots = roots
        self._open: dict[Path, Hdf5File] = {}

    def get(self, path: Path) -> Hdf5File:
        """Give an admitted file by any of its names."""
        real = self.roots.admit(path)
        if real not in self._open:
            self._open[real] = Hdf5File(real)
        return self._open[real]

    def target(self, origin: Hdf5File, name: str, variable: str = "HDF5_EXT_PREFIX") -> Path:
        """Give the path that HDF5 means by a file name stored in `origin`.

        Raises
        ------
        MissingFileError
            Nothing lies at any place where HDF5 looks.
        """
        tried = candidates(origin.path.parent, name, variable)
        for path in tried:
            if _is_there(path):
                return path
        msg = _(
            "{origin} links to {name}, which is not there (looked at {tried}); copy it beside, or restore it"
        )
        raise MissingFileError(
            msg.format(origin=origin.path, name=name, tried=", ".join(map(str, dict.fromkeys(tried))))
        )

    def close(self) -> None:
        """Close every file."""
        for file in self._open.values():
            file.close()


def candidates(folder: Path, name: str, variable: str) -> list[Path]:
    """Give the places where HDF5 looks for a file named in another file, first choice first.

    Source: HDF5 `H5F_prefix_open_file`: as it is when absolute (then its last part only), below the prefix of
    the environment, below the folder of the file that names it, below the working directory.
    """
    given = Path(name.replace("${ORIGIN}", str(folder)))
    places = [given] if given.is_absolute() else []
    relative = Path(given.name) if given.is_absolute() else given
    prefixes = [
        part.replace("${ORIGIN}", str(folder)) for part in os.environ.get(variable, "").split(":") if part
    ]
    return [
        *places,
        *(Path(prefix) / relative for prefix in prefixes),
        folder / relative,
        Path.cwd() / relative,
    ]


def _is_there(path: Path) -> bool:
    """Tell whether HDF5 could find a file: what it may not look at, it passes over."""
    try:
        return path.exists()
    except OSError:
        return False


def locate(files: Hdf5Files, file: Hdf5File, path: str) -> Place:
    """Follow a path through every link to the file and the link-free path where the object lies.

    Parameters
    ----------
    files
        Opens the targets of external links.
    file
        Where the path starts, at the root.
    path
        As the user writes it, leading slash or not.

    Raises
    ------
    MissingObjectError
        A part of the path is not there; the message says what is.
    MissingFileError
        The target of an external link is not there.
    ForbiddenPathError
        It lies outside the roots.
    FileFormatError
        Links that go round in a circle.
    """
    parts, here, hops = _split(path), "", 0
    while parts:
        part = parts.popleft()
        link = _link(file, here, part, path)
        if isinstance(link, h5py.HardLink):
            here = f"{here}/{part}"
            continue
        hops += 1
        if hops > _MAX_LINKS:
            msg = _("{path} in {file} is a circle of links; correct the links")
            raise FileFormatError(msg.format(path=path, file=file.path))
        if isinstance(link, h5py.ExternalLink):
            file, here = files.get(files.target(file, link.filename)), ""
        elif link.path.startswith("/"):
            here = ""
        parts = _split(link.path) + parts
    return Place(file, here or "/")


def _split(path: str) -> deque[str]:
    return deque(part for part in path.split("/") if part not in {"", "."})


def _link(
    file: Hdf5File, here: str, part: str, path: str
) -> h5py.HardLink | h5py.SoftLink | h5py.ExternalLink:
    """Give the link named `part` in the group at `here`; neither is followed."""
    with file.using() as handle:
        group = handle[here or "/"]
        if not isinstance(group, h5py.Group):
            msg = _(
                "asked for {path}, but {here} in {file} is a dataset, not a group; leave out what follows it"
            )
            raise MissingObjectError(msg.format(path=path, here=here, file=file.path))
        try:
            link = group.get(part, getlink=True)
        except TypeError:
            msg = _(
                "{here}/{part} in {file} is a link of an unknown kind; replace it by a soft or external link"
            )
            raise FileFormatError(msg.format(here=here, part=part, file=file.path)) from None
        if link is None:
            names = list(group)
            msg = _(
                "there is no '{part}' in {here} of {file}, which was asked for {path}; it holds {names}{near}"
            )
            raise MissingObjectError(
                msg.format(
                    part=part,
                    here=here or "/",
                    file=file.path,
                    path=path,
                    names=choices(names),
                    near=suggestion(part, names) or _("; give one of these"),
                )
            )
        return link
