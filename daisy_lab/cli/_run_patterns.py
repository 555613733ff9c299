"""`daisy run` on powder patterns and on G(r): one, several into a folder, or a series into one file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from daisy_lab._session import Session
from daisy_lab.cli._outputs import write_text
from daisy_lab.cli._pdf_call import PdfCall
from daisy_lab.cli._pdf_curve import CURVES, write_curve
from daisy_lab.cli._pdf_folder import targets_of
from daisy_lab.cli._report import report_of
from daisy_lab.cli._run_pdf import prepare_pdfs, prepare_series
from daisy_lab.cli._watching import check_outputs, summary, watch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from daisy_lab._engine import DeviceName
    from daisy_lab._workflow import Workflow

__all__ = ["PATTERN_WORKFLOWS", "Wish", "run_patterns"]

PATTERN_WORKFLOWS: Final = frozenset({"pdf", "pdf-series", "gr-series"})
"""Workflows that read patterns, or curves made of them."""


@dataclass(frozen=True)
class Wish:
    """What a user asks of a run beside the work itself."""

    output: Path
    report: Path | None
    memory: int | None
    device: DeviceName
    session: str
    plan: bool = False


def run_patterns(
    workflow: Workflow,
    samples: Sequence[Path],
    given: tuple[Mapping[str, str], Path | None],
    wish: Wish,
    console: Console,
) -> None:
    """Run a workflow on patterns; everything is read and checked before the first run begins.

    Parameters
    ----------
    workflow
        One of `PATTERN_WORKFLOWS`.
    samples
        Files with patterns, or with G(r).
    given
        Settings by name, and a configuration with more of them.
    wish
        Where to, and how.
    console
        Where it is told.

    Raises
    ------
    DaisyError
        What the files, the settings and the run report.
    """
    settings, configuration = dict(given[0]), given[1]
    if workflow.name == "pdf":
        kind = settings.pop("outputtype", settings.pop("outputtypes", "gr"))
        calls = prepare_pdfs(workflow, samples, settings, configuration)
        targets = targets_of(calls, wish.output, kind)
    else:
        calls, targets = [prepare_series(workflow, samples, settings, configuration)], [wish.output]
    for call, target in zip(calls, targets, strict=True):
        check_outputs(target, wish.report, None, [*call.files, *map(str, samples)])
    done = [_run(call, target, wish, console) for call, target in zip(calls, targets, strict=True)]
    if wish.report is not None and not wish.plan:
        facts = done[0] if len(done) == 1 else {"workflow": workflow.name, "runs": done}
        write_text(wish.report, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


def _run(call: PdfCall, output: Path, wish: Wish, console: Console) -> dict[str, Any]:
    """Run one, and write one curve, or all results with the recipe."""
    for note in call.notes:
        console.print(note, style="dim", markup=False)
    with Session(wish.session or None, device=wish.device) as opened:
        call.put(opened)
        if wish.plan:
            job = call.workflow.job(memory=wish.memory, available=opened.store)
            console.print(str(opened.engine.plan(job)), markup=False)
            return {}
        if output.suffix.lower() in CURVES:
            started = call.workflow.run(opened.engine)
            results = watch(started, console)
            files = (str(call.sample), [str(path) for path in call.background])
            path = write_curve(call.workflow, files, output, results, started.report["values"])
        else:
            started = opened.run_to_file(call.workflow, output, memory=wish.memory)
            path = watch(started, console)
        facts = report_of(started, call.workflow, path, call.notes, call.files)
        summary(console, facts)
        return facts
