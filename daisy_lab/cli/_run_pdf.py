"""`daisy run pdf`: a pattern and PDFgetX3's settings in, one of its four curves or all of them out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab import io
from daisy_lab.cli._pdf_auto import with_choice
from daisy_lab.cli._pdf_call import PdfCall
from daisy_lab.cli._pdf_files import (
    background_files,
    check_backgrounds,
    patterns_of,
    read_backgrounds,
    read_configuration,
    take_from_header,
)
from daisy_lab.cli._shared_settings import spread
from daisy_lab.errors import WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from daisy_lab._workflow import Workflow

__all__ = ["prepare_pdfs", "prepare_series"]

_SINGULAR: Final = {"bgscales": "bgscale"}


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
    calls = [
        _prepared(workflow, sample, named, given, configuration)
        for sample in samples
        for named in patterns_of(sample)
    ]
    names = [call.name for call in calls]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise WorkflowError(
            _("two patterns are named {name}, and would be written to one file; run them apart").format(
                name=twice
            )
        )
    return calls


def _prepared(
    workflow: Workflow,
    sample: Path,
    named_pattern: tuple[str, io.PatternFile],
    given: Mapping[str, str],
    configuration: Path | None,
) -> PdfCall:
    name, pattern = named_pattern
    notes: list[str] = []
    merged, files = _merged(sample, pattern, given, configuration, notes)
    arrays: dict[str, Any] = {"x": pattern.x, "intensity": pattern.y}
    if files:
        arrays["background"] = read_backgrounds(files)
    if pattern.sigma is not None:
        arrays["sigma"] = pattern.sigma
    chosen, merged = with_choice(workflow, merged)
    return PdfCall(_with(chosen, merged, arrays), sample, files, arrays, tuple(notes), name)


def _merged(
    sample: Path,
    pattern: io.PatternFile,
    given: Mapping[str, str],
    configuration: Path | None,
    notes: list[str],
) -> tuple[dict[str, str], tuple[Path, ...]]:
    """Give the settings of line, configuration and header together, and the background files."""
    read = read_configuration(configuration, sample, notes)
    settings = {_SINGULAR.get(name, name): value for name, value in given.items()}
    files = background_files(settings, read.background)
    merged = {**read.settings, **settings}
    take_from_header(merged, pattern, notes)
    check_backgrounds(files, pattern)
    return merged, files


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
    first = io.PatternFile(samples[0], series.x[np.newaxis], "iq", series.dataformat, series.wavelength)
    merged, files = _merged(samples[0], first, given, configuration, notes)
    arrays: dict[str, Any] = {"patterns": series.values, "x": series.x}
    if files:
        arrays["background"] = read_backgrounds(files)
    return PdfCall(_with(workflow, spread(workflow, merged), arrays), samples[0], files, arrays, tuple(notes))


def _with(workflow: Workflow, settings: Mapping[str, str], arrays: Mapping[str, Any]) -> Workflow:
    """Give the workflow with these settings, and without the inputs that nobody gave."""
    changed = workflow.with_settings(settings)
    there = {*arrays, *(name for step in changed.steps for name in step.outputs)}
    steps = [
        replace(step, inputs={port: ref for port, ref in step.inputs.items() if ref.name in there})
        for step in changed.steps
    ]
    return replace(changed, steps=steps)
