"""A file as named arrays: the one door to every reader."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Self

from daisy_lab.errors import MissingObjectError, choices, suggestion
from daisy_lab.io._hdf5 import read_hdf5
from daisy_lab.io._pattern_columns import PATTERN_ENDINGS, read_columns
from daisy_lab.io._presence import content, require
from daisy_lab.io._roots import Roots
from daisy_lab.io._text import read_text
from daisy_lab.io._tiff import read_tiff
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from daisy_lab.io._angles import AngleUnit
    from daisy_lab.io._contents import Contents
    from daisy_lab.io._lazy import FileArray

__all__ = ["OpenedFile", "open_file"]

_READERS = {"folder": read_tiff, "tiff": read_tiff, "hdf5": read_hdf5, "text": read_text}


class OpenedFile(Mapping[str, "FileArray"]):
    """What a file holds, by the vocabulary's names or by the paths in the file; read only when sliced.

    Iterating gives the names that can be read. Asking for a broken one (a dangling link, a virtual dataset
    with missing sources) raises its report; the others stay usable. Use it as a context manager, or `close`
    it; arrays taken out of it open their file again when they are read later.

    Attributes
    ----------
    path
        The file or folder.
    format
        `data-exchange`, `nxtomo`, `hdf5`, `tiff`, `text`; `pattern`, `sq`, `fq` or `gr` for columns of a pattern.
    notes
        Sensible guesses that were made, and what in the file is broken, as sentences for the user.
    metadata
        Texts beside the arrays, such as the sample's name, by path.
    signals
        Paths of what the groups of a NeXus file say is their signal.
    default
        The one that the file itself names first; empty if it names none.
    """

    def __init__(self, path: Path, contents: Contents) -> None:
        self.path = path
        self.format = contents.format
        self.notes = tuple(dict.fromkeys(contents.notes))
        self.metadata: Mapping[str, object] = dict(contents.metadata)
        self.signals, self.default = contents.signals, contents.default
        self._contents = contents
        self._made: dict[str, FileArray] = {}

    def __getitem__(self, name: str) -> FileArray:
        known = self._resolve(name)
        if known not in self._made:
            self._made[known] = self._contents.arrays[known]()
        return self._made[known]

    def _resolve(self, name: str) -> str:
        plain = name.strip("/")
        word = self._contents.aliases.get(plain, plain)
        if word in self._contents.arrays:
            return word
        if word in self._contents.problems:
            raise self._contents.problems[word]
        there = sorted(self._contents.arrays)
        msg = _("there is no '{name}' in {path} ({format}); it holds {there}{near}")
        near = suggestion(plain, there) or _("; give one of these")
        raise MissingObjectError(
            msg.format(name=name, path=self.path, format=self.format, there=choices(there), near=near)
        )

    def __contains__(self, name: object) -> bool:
        plain = name.strip("/") if isinstance(name, str) else ""
        return self._contents.aliases.get(plain, plain) in self._contents.arrays

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents.arrays)

    def __len__(self) -> int:
        return len(self._contents.arrays)

    def __repr__(self) -> str:
        return f"<OpenedFile {self.path} ({self.format}): {choices(self)}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; arrays taken out of it open it again when they are read."""
        self._contents.close()


def open_file(
    path: str | Path, *, roots: Sequence[str | Path] | None = None, angle_unit: AngleUnit = "auto"
) -> OpenedFile:
    """Open a scan: a Data Exchange, NXtomo or other HDF5 file, TIFF images, a powder pattern, or a text of angles.

    Parameters
    ----------
    path
        A file, or a folder of TIFF images.
    roots
        Folders that links may lead to; without it the folder of the file, and the one it really lies in.
    angle_unit
        Unit of the angles in the file; `auto` believes the file, then guesses, and tells it in `notes`.

    Raises
    ------
    MissingFileError, ForbiddenPathError, FileFormatError, FileError
        Nothing there, outside the roots, damaged or unknown, not permitted.
    """
    where = Path(path).expanduser().absolute()
    require(where)
    allowed = Roots.around(where, roots)
    allowed.admit(where)
    kind = content(where)
    columns = kind == "text" and where.suffix.lower() in PATTERN_ENDINGS
    return OpenedFile(where, (read_columns if columns else _READERS[kind])(where, allowed, angle_unit))
