"""`daisy run pdf`: a pattern and PDFgetX3's settings in, one of its four curves or all of them out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab import io
from daisy_lab.cli._pdf_auto import with_choice
from daisy_lab.cli._shared_settings import spread
from daisy_lab.errors import DataError, MissingFileError, SettingError, WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab._session import Session
    from daisy_lab._workflow import Workflow

__all__ = ["CURVES", "PdfCall", "prepare_pdfs", "prepare_series", "write_curve"]

CURVES: Final = frozenset({".iq", ".sq", ".fq", ".gr"})
"""Endings of an output that ask for one curve as text; any other ending is a NeXus file with all."""

_AXES: Final[Mapping[str, tuple[str, ...]]] = {
    "background": ("background", "column", "point"),
    "patterns": ("frame", "point"),
    "gr": ("frame", "r"),
    "r": ("r",),
}
_FILES: Final = ("background", "backgroundfile", "backgroundfiles")
_SINGULAR: Final = {"bgscales": "bgscale"}


@dataclass(frozen=True)
class PdfCall:
    """A run of the workflow, laid out: its settings, the arrays it reads, the files they come from."""

    workflow: Workflow
    sample: Path
    background: tuple[Path, ...]
    arrays: Mapping[str, Any]
    notes: tuple[str, ...]
    name: str = ""
    """Of its output, without ending, where there are several."""

    @property
    def files(self) -> list[str]:
        """Give the files that are read."""
        return [str(path) for path in (self.sample, *self.background)]

    def put(self, session: Session) -> None:
        """Put the arrays into a session's store."""
        for name, value in self.arrays.items():
            axes = _AXES.get(name, ("point",))
            if isinstance(value, io.FileArray):
                session.store.put(name, value.labelled(axes))
            else:
                session.store.put(name, value, axes=axes)


def prepare_pdfs(
    workflow: Workflow, samples: Sequence[Path], given: Mapping[str, str], configuration: Path | None
) -> list[PdfCall]:
    """Lay out one run for each pattern, all of them before the first begins.

    Settings given win over the file's, which win over a header's.

    Parameters
    ----------
    workflow
        The workflow `pdf`.
    samples
        Text files with one pattern each, or HDF5 files, as azint writes them, with one for each frame.
    given
        Settings of the command line, `background=FILE` and `auto=true` among them.
    configuration
        A PDFgetX3 configuration, or a result whose settings are used again.

    Raises
    ------
    WorkflowError
        If there is no pattern, or two would be written to one file.
    SettingError, DataError, FileError
        If a setting, or a file, is not understood.
    """
    if not samples:
        raise WorkflowError(
            _(
                "pdf reads patterns (chi, xy, xye, dat, or HDF5 of several), and none is given; write daisy run pdf "
                "FILE"
            )
        )
    calls = []
    for sample in samples:
        many = _is_table(sample)
        for name, pattern in _patterns(sample) if many else [(sample.stem, _pattern(sample))]:
            calls.append(_prepared(workflow, sample, (name, pattern), given, configuration))
    names = [call.name for call in calls]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise WorkflowError(
            _("two patterns are named {name}, and would be written to one file; run them apart").format(
                name=twice
            )
        )
    return calls


def _is_table(path: Path) -> bool:
    return io.content(path.expanduser()) == "hdf5"


def _patterns(path: Path) -> list[tuple[str, io.PatternFile]]:
    series = io.open_patterns([path])
    found = []
    for number, name in enumerate(series.names):
        columns = [series.x, series.values[number]]
        if series.sigma is not None:
            columns.append(series.sigma[number])
        found.append(
            (name, io.PatternFile(path, np.array(columns), "iq", series.dataformat, series.wavelength))
        )
    return found


def _prepared(
    workflow: Workflow,
    sample: Path,
    named_pattern: tuple[str, io.PatternFile],
    given: Mapping[str, str],
    configuration: Path | None,
) -> PdfCall:
    notes: list[str] = []
    read = _configuration(configuration, sample, notes)
    name, pattern = named_pattern
    settings = {_SINGULAR.get(name, name): value for name, value in given.items()}
    files = _background_files(settings, read.background)
    merged = {**read.settings, **settings}
    _take_from_header(merged, pattern, notes)
    _take_background_format(files, pattern)
    arrays: dict[str, Any] = {"x": pattern.x, "intensity": pattern.y}
    _put_background(arrays, files)
    if pattern.sigma is not None:
        arrays["sigma"] = pattern.sigma
    chosen, merged = with_choice(workflow, merged)
    return PdfCall(_with(chosen, merged, arrays), sample, files, arrays, tuple(notes), name)


def prepare_series(
    workflow: Workflow, samples: Sequence[Path], given: Mapping[str, str], configuration: Path | None
) -> PdfCall:
    """Lay out one run for all patterns, or all G(r), of a series.

    Parameters
    ----------
    workflow
        The workflow `pdf-series` or `gr-series`.
    samples, given, configuration
        As for `prepare_pdfs`; the files in the order of the series.

    Raises
    ------
    WorkflowError, SettingError, DataError, FileError
        As `prepare_pdfs`.
    """
    kind = "gr" if "gr" in workflow.inputs else "iq"
    if not samples:
        raise WorkflowError(
            _("{name} reads a series, and no file is given; write daisy run {name} FILES -o OUT.h5").format(
                name=workflow.name
            )
        )
    series = io.open_patterns(samples, kind)
    notes = list(series.notes)
    if kind == "gr":
        return PdfCall(
            workflow.with_settings(given), samples[0], (), {"gr": series.values, "r": series.x}, tuple(notes)
        )
    read = _configuration(configuration, samples[0], notes)
    settings = {_SINGULAR.get(name, name): value for name, value in given.items()}
    files = _background_files(settings, read.background)
    merged = {**read.settings, **settings}
    first = io.PatternFile(samples[0], series.x[np.newaxis], "iq", series.dataformat, series.wavelength)
    _take_from_header(merged, first, notes)
    _take_background_format(files, first)
    arrays: dict[str, Any] = {"patterns": series.values, "x": series.x}
    _put_background(arrays, files)
    return PdfCall(_with(workflow, spread(workflow, merged), arrays), samples[0], files, arrays, tuple(notes))


def _background_files(settings: dict[str, str], otherwise: tuple[Path, ...]) -> tuple[Path, ...]:
    """Take the names of background files out of the settings."""
    named = [settings.pop(name) for name in _FILES if name in settings]
    if not named:
        return otherwise
    return tuple(Path(part).expanduser() for text in named for part in _split(text))


def _put_background(arrays: dict[str, Any], files: Sequence[Path]) -> None:
    """Read backgrounds, and put them beside what is there."""
    if files:
        arrays["background"] = _stack([_background(path) for path in files])


def write_curve(
    workflow: Workflow,
    files: tuple[str, Sequence[str]],
    output: Path,
    results: Mapping[str, Any],
    values: Mapping[str, Any],
) -> Path:
    """Write the curve that the ending of the output names.

    Parameters
    ----------
    workflow
        What was run.
    files
        The sample, and the backgrounds.
    output
        The file.
    results
        Arrays of the run by name.
    values
        What steps found for settings.

    Raises
    ------
    WorkflowError
        If the workflow makes no such curve of one pattern.
    FileError
        If the file cannot be written.
    """
    full = _step_settings(workflow, values)
    sample, backgrounds = files
    kind: Any = output.suffix.lower().removeprefix(".")
    q = results["q"]
    qmax = float(full["qmax"])
    upto = slice(None) if qmax <= 0 else slice(0, int(np.searchsorted(q, qmax * (1 + 1e-9), side="right")))
    x, y = (results["r"], results["gr"]) if kind == "gr" else (q[upto], results[kind][upto])
    band = results["gr_sigma"] if kind == "gr" else None
    header = {
        "dataformat": full.pop("dataformat"),
        "inputfile": Path(sample.partition("::")[0]).name,
        "backgroundfiles": " ".join(Path(path).name for path in backgrounds),
        "mode": full.pop("mode"),
        **full,
    }
    if qmax <= 0:
        header["qmax"] = float(q[-1])
    if float(full["qmaxinst"]) <= 0:
        header["qmaxinst"] = float(q[-1])
    return io.write_pdf_curve(
        output,
        kind,
        x,
        y,
        settings=header,
        sigma=band
        if band is not None and np.isfinite(band).any() and full["calculation"] == "exact"
        else None,
        version=f"daisy-lab-{version('daisy-lab')}",
    )


def _step_settings(workflow: Workflow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give every setting of the step that makes the curves, checked and with its defaults."""
    call = next((one for one in workflow.calls() if {"gr", "gr_sigma"} <= {*one.outputs}), None)
    if call is None:
        raise WorkflowError(
            _("{name} makes no single curve to write as text; give an output with the ending .h5").format(
                name=workflow.name
            )
        )
    found = {setting: values[name] for setting, name in call.bound.items()}
    return dict(call.algorithm.validate({**call.settings, **found}))


def _configuration(path: Path | None, sample: Path, notes: list[str]) -> io.PdfConfiguration:
    if path is None:
        return io.PdfConfiguration({})
    read = io.read_pdf_configuration(path)
    notes += read.notes
    if read.inputfile and Path(read.inputfile).name != sample.name and path.suffix.lower() in CURVES:
        notes.append(
            _("{path} was made of {made}, not of {sample}; its settings are used all the same").format(
                path=path.name, made=read.inputfile, sample=sample.name
            )
        )
    return read


def _pattern(path: Path) -> io.PatternFile:
    pattern = io.read_pattern(path)
    if pattern.kind != "iq":
        raise DataError(
            _(
                "{path} is a {kind}, made of a pattern, and no pattern itself; give the measured one (chi, xy, xye)"
            ).format(path=path, kind={"sq": "S(Q)", "fq": "F(Q)", "gr": "G(r)"}[pattern.kind])
        )
    return pattern


def _take_from_header(merged: dict[str, str], pattern: io.PatternFile, notes: list[str]) -> None:
    """Take what the first column is from the header where nobody said it; refuse a contradiction."""
    asked, told = merged.get("dataformat", ""), pattern.dataformat
    if asked and told and asked != told:
        raise DataError(
            _(
                "dataformat is {asked}, but the header of {path} says that its first column is {told}; set "
                "dataformat={told}, or correct the header"
            ).format(asked=asked, told=told, path=pattern.path.name)
        )
    if not asked and not told:
        raise SettingError(
            _(
                "{path} does not say what its first column is; set dataformat=twotheta (degree), QA (1/angstrom) "
                "or Qnm (1/nm)"
            ).format(path=pattern.path.name)
        )
    if not asked:
        merged["dataformat"] = told
        notes.append(_("dataformat={told}, as the header says").format(told=told))
    if pattern.wavelength > 0 and "wavelength" not in merged:
        merged["wavelength"] = f"{pattern.wavelength:.9g}"
        notes.append(
            _("wavelength={value:.6g} angstrom, as the header says").format(value=pattern.wavelength)
        )


def _take_background_format(files: Sequence[Path], pattern: io.PatternFile) -> None:
    for path in files:
        if not path.is_file():
            raise MissingFileError(
                _("no background file {path}; give it as background=FILE, or background= for none").format(
                    path=path
                )
            )
        told = io.read_pattern(path).dataformat
        if told and pattern.dataformat and told != pattern.dataformat:
            raise DataError(
                _(
                    "the first column of {background} is {one}, that of {sample} {other}; make them the same"
                ).format(background=path.name, one=told, sample=pattern.path.name, other=pattern.dataformat)
            )


def _background(path: Path) -> Any:  # noqa: ANN401 - an array
    found = io.read_pattern(path)
    if found.kind != "iq":
        raise DataError(
            _("background {path} is a curve made of a pattern, and no pattern; give the measured one").format(
                path=path
            )
        )
    return found.columns[:2] if found.sigma is None else np.array([found.x, found.y, found.sigma])


def _stack(parts: Sequence[Any]) -> Any:  # noqa: ANN401 - an array
    columns, points = (max(part.shape[axis] for part in parts) for axis in (0, 1))
    stack = np.full((len(parts), columns, points), np.nan)
    for row, part in zip(stack, parts, strict=True):
        row[: len(part), : part.shape[1]] = part
    return stack


def _with(workflow: Workflow, settings: Mapping[str, str], arrays: Mapping[str, Any]) -> Workflow:
    """Give the workflow with these settings, and without the inputs that nobody gave."""
    changed = workflow.with_settings(settings)
    there = {*arrays, *(name for step in changed.steps for name in step.outputs)}
    steps = [
        replace(step, inputs={port: ref for port, ref in step.inputs.items() if ref.name in there})
        for step in changed.steps
    ]
    return replace(changed, steps=steps)


def _split(text: str) -> list[str]:
    """Split several files at commas; one that exists as it is written stays whole, nothing gives none."""
    if text.strip() and Path(text).expanduser().exists():
        return [text]
    return [part.strip() for part in text.split(",") if part.strip()]
