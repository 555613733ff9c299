"""Where the curves of several patterns go: a folder with one file for each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from daisy_lab.errors import FileError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daisy_lab.cli._pdf_call import PdfCall

__all__ = ["targets_of"]

_DEFAULT = Path("result.h5")
_KINDS = ("iq", "sq", "fq", "gr", "h5")


def targets_of(calls: Sequence[PdfCall], output: Path, kind: str = "gr") -> list[Path]:
    """Give the file of each run: the output itself for one, `folder/name.gr` for several.

    Parameters
    ----------
    calls
        What is run.
    output
        A file, or a folder: one that is there, or has no ending; it is made.
    kind
        What goes into a folder: iq, sq, fq or gr as text, or h5 with all.

    Raises
    ------
    FileError
        If several patterns would go into one file, or there can be no such folder.
    SettingError
        If the output type is unknown.
    """
    target = output.expanduser()
    if len(calls) == 1 and not target.is_dir() and target.suffix:
        return [target]
    if output == _DEFAULT:
        target = Path()
    elif target.suffix and not target.is_dir():
        raise FileError(
            _(
                "{count} patterns cannot go into {path}; give a folder as -o FOLDER/, or run pdf-series, which writes "
                "them into one file"
            ).format(count=len(calls), path=output)
        )
    if kind not in _KINDS:
        raise SettingError(
            _("outputtype is '{kind}'; one of {known} goes into a folder").format(
                kind=kind, known=", ".join(_KINDS)
            )
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            _("cannot make the folder {path}: {reason}; choose another name").format(
                path=target, reason=error.strerror or error
            )
        ) from None
    return [target / f"{call.name}.{kind}" for call in calls]
