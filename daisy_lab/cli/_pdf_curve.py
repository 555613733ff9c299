"""One curve as text: what the ending of an output asks for, with the settings that made it."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab import io
from daisy_lab.errors import WorkflowError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab._workflow import Workflow

__all__ = ["CURVES", "write_curve"]

CURVES: Final = frozenset({".iq", ".sq", ".fq", ".gr"})
"""Endings of an output that ask for one curve as text; any other ending is a NeXus file with all."""


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
