"""PDFgetX3's files: the configuration read, the four curves written with headers that its readers know."""

from __future__ import annotations

import configparser
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from daisy_lab._image import running_image
from daisy_lab.errors import FileFormatError
from daisy_lab.io._atomic import Unfinished, cannot_write, check_place
from daisy_lab.io._pattern import read_pattern
from daisy_lab.io._presence import content
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.vocabulary import Array

__all__ = ["PdfConfiguration", "read_pdf_configuration", "write_pdf_curve"]

PdfCurve = Literal["iq", "sq", "fq", "gr"]

_LABELS: Final[Mapping[str, str]] = {
    "iq": "Q(Å$^{-1}$)  I(a.u.)",
    "sq": "Q(Å$^{-1}$)  S(a.u.)",
    "fq": "Q(Å$^{-1}$)  F(Å$^{-1}$)",
    "gr": "r(Å)  G(Å$^{-2}$)",
}
_INPUT: Final = ("dataformat", "inputfile", "backgroundfiles", "outputtype")
_SINGULAR: Final = {
    "bgscales": "bgscale",
    "backgroundfiles": "backgroundfile",
    "outputtypes": "outputtype",
}
_NAMES: Final = (
    "dataformat mode wavelength twothetazero composition bgscale rpoly qmaxinst qmin qmax rmin rmax rstep window "
    "calculation normalization density shape mud"
)
_USED: Final = frozenset(_NAMES.split())
_OTHERS: Final = "version inputfile outputtype output datapath verbose force plot interact filelist findfiles"
_QUIET: Final = frozenset(_OTHERS.split())


@dataclass(frozen=True)
class PdfConfiguration:
    """Settings of a `.cfg` file or of the header of a result.

    Attributes
    ----------
    settings
        By their PDFgetX3 names, as text; `bgscale` and `background` may hold several values.
    background
        Background files, looked for beside the configuration first.
    inputfile
        What the header of a result was made of; empty for a configuration.
    notes
        What is in it and is not used.
    """

    settings: Mapping[str, str]
    background: tuple[Path, ...] = ()
    inputfile: str = ""
    notes: tuple[str, ...] = ()


def read_pdf_configuration(path: str | Path) -> PdfConfiguration:
    """Read a PDFgetX3 configuration, or the settings in the header of an iq, sq, fq or gr file.

    Raises
    ------
    MissingFileError, FileError
        Nothing there, not permitted.
    FileFormatError
        Not such a file.
    """
    where = Path(path).expanduser().absolute()
    if content(where) != "text":
        raise FileFormatError(_("{path} is no text file; give a PDFgetX3 .cfg file").format(path=where))
    text = where.read_text("utf-8", "replace")
    head = re.split(r"^####? start data|^# End of config", text, maxsplit=1, flags=re.MULTILINE)[0]
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(head)
    except configparser.Error as error:
        raise FileFormatError(
            _(
                "{path} is no PDFgetX3 configuration: {reason}; it begins with [DEFAULT] and has lines name = value"
            ).format(path=where, reason=str(error).splitlines()[0])
        ) from None
    sections = [parser.defaults(), *(dict(parser[name]) for name in parser.sections())]
    found = {_SINGULAR.get(key, key): value for section in sections for key, value in section.items()}
    if not found:
        raise FileFormatError(
            _("{path} has no settings; it should have lines name = value").format(path=where)
        )
    return _configuration(where, found)


def _configuration(path: Path, found: Mapping[str, str]) -> PdfConfiguration:
    settings = {name: value for name, value in found.items() if name in _USED and value.strip()}
    folder = Path(found.get("datapath", "").strip() or ".")
    background = tuple(
        _beside(path, folder, name)
        for name in found.get("backgroundfile", "").split()
        if name.lower() != "none"
    )
    unused = sorted(set(found) - _USED - _QUIET - {"backgroundfile"})
    notes = [_("{path}: not used: {names}").format(path=path.name, names=", ".join(unused))] if unused else []
    return PdfConfiguration(settings, background, found.get("inputfile", "").strip(), tuple(notes))


def _beside(path: Path, folder: Path, name: str) -> Path:
    places = [path.parent / folder / name, path.parent / name, Path.cwd() / folder / name, Path.cwd() / name]
    return next((place for place in places if place.is_file()), places[0])


def write_pdf_curve(
    path: str | Path,
    kind: PdfCurve,
    x: Array,
    y: Array,
    *,
    settings: Mapping[str, object],
    sigma: Array | None = None,
    version: str = "daisy-lab",
) -> Path:
    """Write I(Q), S(Q), F(Q) or G(r) as text with a header that PDFgui, pdffit2 and diffpy read.

    Parameters
    ----------
    path
        File to write; one there is replaced once the new one is complete, unless it is measured data.
    kind
        Which curve it is.
    x
        Q in 1/angstrom or r in angstrom, (point,).
    y
        The curve, (point,).
    settings
        Lines `name = value` of the header.
    sigma
        Standard deviation of the curve, (point,); it makes columns 3 (error of x, 0) and 4.
    version
        Program that made it.

    Raises
    ------
    FileError
        If it cannot be written, or a file that is no such curve is there.
    """
    target = Path(path).expanduser().absolute()
    check_place(target)
    _check_replaceable(target)
    columns = [x, y] if sigma is None else [x, y, np.zeros(len(x)), sigma]
    label = _LABELS[kind] + ("" if sigma is None else f"  d{_LABELS[kind].split('(')[0]}  d{kind[0].upper()}")
    rows = "\n".join(" ".join(f"{value:.9g}" for value in row) for row in zip(*columns, strict=True))
    text = f"{_header(kind, settings, version)}#### start data\n#S 1\n#L {label}\n{rows}\n"
    unfinished = Unfinished(target)
    try:
        unfinished.path.write_text(text, "utf-8")
    except OSError as error:
        unfinished.abandon()
        raise cannot_write(target, error) from None
    return unfinished.finish(overwrite=True)


def _check_replaceable(target: Path) -> None:
    """Refuse to replace what is no result: a pattern that was measured cannot be made again."""
    if not target.exists():
        return
    try:
        known = read_pattern(target).settings
    except FileFormatError:
        known = {}
    if "outputtype" not in known:
        raise cannot_write(
            target, FileExistsError(17, _("a file that is no result is there; choose another name"))
        )


def _header(kind: PdfCurve, settings: Mapping[str, object], version: str) -> str:
    lines = {"version": version, **settings, "outputtype": kind}
    first = [f"{name} = {_text(lines[name])}" for name in _INPUT if name in lines]
    rest = [f"{name} = {_text(value)}" for name, value in lines.items() if name not in {*_INPUT, "version"}]
    image = running_image()
    return "\n".join(
        [
            "[DEFAULT]",
            "",
            f"version = {version}",
            *([f"# container image {image.reference}"] if image is not None else []),
            "",
            "# input and output specifications",
            *first,
            "",
            "# PDF calculation setup",
            *rest,
            "",
            "# End of config --------------------------------------------------------------",
            "",
            "",
        ]
    )


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)
