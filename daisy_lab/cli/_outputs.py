"""What a command may write where: nothing measured is ever replaced, and no file is left half written."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from daisy_lab import io
from daisy_lab.errors import FileError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["check_apart", "check_writable", "write_text"]


def check_apart(outputs: Sequence[Path], inputs: Iterable[str]) -> None:
    """Refuse an output that is an input, by whatever name or link, or that is two outputs at once.

    Parameters
    ----------
    outputs
        Files and folders to be written.
    inputs
        As on the command line: `path`, or `name=path[::dataset]`.

    Raises
    ------
    FileError
        If one would be lost.
    """
    known = [path for text in inputs for path in _paths(text)]
    for number, output in enumerate(outputs):
        if any(_same(output, path) for path in known):
            raise FileError(
                _("cannot write {path}: it is what is read; give the output another name").format(path=output)
            )
        if any(_same(output, other) for other in outputs[:number]):
            raise FileError(
                _("{path} is asked for twice, for two outputs; give each a name of its own").format(
                    path=output
                )
            )


def check_writable(path: Path) -> None:
    """Refuse, before the work, a text or a picture that could not be written after it.

    Raises
    ------
    FileError
        No such folder, a folder of that name, not permitted, or measured data lie there.
    """
    target = path.expanduser().absolute()
    if _is_data(target):
        raise FileError(
            _(
                "cannot write {path}: a file with data is there, and is not replaced; choose another name"
            ).format(path=path)
        )
    io.check_place(target)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all; into a pipe or a terminal as it comes.

    Raises
    ------
    FileError
        As `check_writable` has it, or the disk is full.
    """
    check_writable(path)
    target = path.expanduser().absolute()
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        unfinished = io.Unfinished(target)
        try:
            unfinished.path.write_text(text, encoding="utf-8")
        except OSError:
            unfinished.abandon()
            raise
    except FileError:
        raise
    except OSError as error:
        raise io.cannot_write(target, error) from None
    unfinished.finish(overwrite=True)


def _is_data(path: Path) -> bool:
    # A picture or a damaged file is of no kind that can be read.
    with suppress(FileError):
        return path.is_file() and io.content(path) in {"hdf5", "tiff"}
    return False


def _paths(text: str) -> list[Path]:
    """Give what an input may mean: a file name may have `=` or `::` in it."""
    apart = text.partition("=")[2].partition("::")[0]
    return [Path(one).expanduser() for one in (text, apart) if one]


def _same(one: Path, other: Path) -> bool:
    try:
        return one.expanduser().samefile(other)
    except OSError:
        return one.expanduser().absolute() == other.absolute()
