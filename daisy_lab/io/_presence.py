"""What lies at a path before any reader touches it: nothing, a folder, an empty file, which kind of content.

Content decides the reader, not the file's ending, so a text file named `.h5` is told for what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from daisy_lab.errors import FileError, FileFormatError, MissingFileError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Content", "content", "not_permitted", "require"]

Content = Literal["folder", "hdf5", "tiff", "text"]

_HDF5 = b"\x89HDF\r\n\x1a\n"
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_HDF5_ENDINGS = frozenset({".h5", ".hdf5", ".hdf", ".nxs", ".nx", ".nx5", ".cxi", ".he5"})
_TIFF_ENDINGS = frozenset({".tif", ".tiff", ".btf"})


def content(path: Path) -> Content:
    """Tell which reader understands what lies at a path.

    Raises
    ------
    MissingFileError
        Nothing there; the message names what is near.
    FileFormatError
        An empty file, or a content no reader knows, or another than the file's ending promises.
    FileError
        Not permitted, or not a regular file.
    """
    require(path)
    if path.is_dir():
        return "folder"
    head = _head(path)
    if not head:
        msg = _("{path} is empty (0 bytes); the scan was not written, or the copy failed: copy it again")
        raise FileFormatError(msg.format(path=path))
    if _is_hdf5(path, head):
        return "hdf5"
    if head.startswith(_TIFF):
        return "tiff"
    return _text_or_report(path, head)


def require(path: Path) -> None:
    """Report a path at which nothing lies, with the nearest names of its folder.

    Raises
    ------
    MissingFileError
        Nothing there.
    FileError
        Not permitted to look.
    """
    try:
        path.stat()
    except PermissionError:
        raise not_permitted(path) from None
    except OSError as error:
        raise _missing(path, error) from None


def not_permitted(path: Path) -> FileError:
    """Give the report of a path that exists but may not be read."""
    msg = _(
        "not permitted to read {path}; ask its owner for read permission (chmod), or copy it to a folder "
        "of yours"
    )
    return FileError(msg.format(path=path))


def _missing(path: Path, error: OSError) -> FileError:
    if path.is_symlink():
        msg = _(
            "{path} is a symbolic link to {target}, which is not there; restore the target or correct "
            "the link"
        )
        return MissingFileError(msg.format(path=path, target=path.readlink()))
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        msg = _("cannot look at {path}: {reason}; check the path and the disk")
        return FileError(msg.format(path=path, reason=error.strerror or error))
    folder = path.parent
    try:
        there = sorted(entry.name for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:
        msg = _("there is no file {path}, and no folder {folder} either; check the path")
        return MissingFileError(msg.format(path=path, folder=folder))
    msg = _("there is no file {path}; the folder holds {there}{near}")
    near = suggestion(path.name, there) or _("; check the path")
    return MissingFileError(msg.format(path=path, there=choices(there), near=near))


def _head(path: Path) -> bytes:
    if not path.is_file():
        msg = _("{path} is neither a file nor a folder; give a scan file or a folder of TIFF images")
        raise FileError(msg.format(path=path))
    try:
        with path.open("rb") as stream:
            return stream.read(4096)
    except PermissionError:
        raise not_permitted(path) from None
    except OSError as error:
        msg = _("cannot read {path}: {reason}; check the disk or the network mount")
        raise FileError(msg.format(path=path, reason=error.strerror or error)) from None


def _is_hdf5(path: Path, head: bytes) -> bool:
    """Look for the signature at 0, 512, 1024, ... as the format allows bytes of the user before it."""
    if head.startswith(_HDF5):
        return True
    size, offset = path.stat().st_size, 512
    with path.open("rb") as stream:
        while offset < size:
            stream.seek(offset)
            if stream.read(len(_HDF5)) == _HDF5:
                return True
            offset *= 2
    return False


def _text_or_report(path: Path, head: bytes) -> Literal["text"]:
    promised = _promised(path)
    readable = b"\x00" not in head
    if readable and not promised:
        return "text"
    begins = repr(head[:24].decode("utf-8", "replace")) if readable else head[:8].hex(" ")
    if promised:
        msg = _(
            "{path} is named as {promised}, but its content is not: it begins with {begins}; give the "
            "right file"
        )
        raise FileFormatError(msg.format(path=path, promised=promised, begins=begins))
    msg = _("{path} is none of HDF5, TIFF, text: it begins with {begins}; convert it to one of these")
    raise FileFormatError(msg.format(path=path, begins=begins))


def _promised(path: Path) -> str:
    ending = path.suffix.lower()
    if ending in _HDF5_ENDINGS:
        return "HDF5"
    return "TIFF" if ending in _TIFF_ENDINGS else ""
