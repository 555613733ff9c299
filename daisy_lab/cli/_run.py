"""`daisy run`: a workflow on files, to a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from pydantic import ByteSize, TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from daisy_lab import io
from daisy_lab._engine import pretty_bytes
from daisy_lab._session import Session
from daisy_lab._workflow import Workflow
from daisy_lab.cli._outputs import check_apart, check_writable, write_text
from daisy_lab.cli._report import Truthful, report_of
from daisy_lab.errors import SettingError, WorkflowError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._engine import Run

__all__ = ["parse_settings", "run"]

_POLL_SECONDS = 0.1
_ANGLE_UNITS = ("auto", "degree", "rad")

Named = Annotated[
    list[str],
    typer.Option(
        "--input", metavar="NAME=PATH[::DATASET]", help=_("One input that lies apart; may be repeated.")
    ),
]
Settings = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help=_(
            "Change a setting, as center=295.0 or filter=hann; angle_unit=degree or rad says what angles are in; "
            "may be repeated."
        ),
    ),
]


def run(
    workflow: Annotated[
        str, typer.Argument(metavar="WORKFLOW", help=_("A shipped workflow, as ct, or a JSON file."))
    ],
    scan: Annotated[
        list[Path] | None, typer.Argument(metavar="SCAN", help=_("Scan files: HDF5, NeXus, TIFF."))
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="OUT.h5", help=_("Result file, NeXus/HDF5."))
    ] = Path("result.h5"),
    named: Named = [],
    settings: Settings = [],
    rows: Annotated[str, typer.Option(metavar="FIRST:END", help=_("Only these rows, as 0:2."))] = "",
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help=_("Memory the run may take, as 2GB; half of what is free."))
    ] = "",
    report: Annotated[
        Path | None, typer.Option(metavar="OUT.json", help=_("Write what was done and measured as JSON."))
    ] = None,
    tiff: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help=_("Write the volume as a folder of TIFF images, too.")),
    ] = None,
    device: Annotated[
        Literal["auto", "cpu", "cuda"],
        typer.Option(help=_("Where to compute: cpu, cuda, or auto for a CUDA device where there is one.")),
    ] = "auto",
    session: Annotated[
        str, typer.Option(metavar="NAME", help=_("Keep results under this name; an interrupted run goes on."))
    ] = "",
    plan: Annotated[bool, typer.Option("--plan", help=_("Say what it would cost, and stop."))] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help=_("Print nothing but errors."))] = False,
) -> None:
    """Run a workflow on a scan and write the result."""
    console = Console(quiet=quiet, highlight=False, soft_wrap=True)
    changed, angle_unit = parse_settings(settings)
    prepared = Workflow.load(workflow).with_settings(changed)
    want = parse_rows(rows)
    budget = parse_memory(memory)
    inputs = [*map(str, scan or []), *named]
    _check_inputs(prepared, inputs, named, kept=bool(session))
    _check_outputs(output, report, tiff, inputs)
    with Session(session or None, device=device) as opened:
        notes = opened.open(*inputs, angle_unit=angle_unit)
        for note in notes:
            console.print(note, style="dim", markup=False)
        if plan:
            job = prepared.job(memory=budget, available=opened.store, want=want)
            console.print(str(opened.engine.plan(job)), markup=False)
            return
        started = opened.run_to_file(prepared, output, memory=budget, want=want)
        path = _watch(started, console)
        facts = report_of(started, prepared, path, notes, inputs)
        if (truth := Truthful.of(inputs)) is not None:
            facts["truth"] = truth.compare(path, want)
        if tiff is not None:
            facts["tiff"] = _export(path, prepared.outputs[-1], tiff)
        _summary(console, facts)
        if report is not None:
            write_text(report, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


def _export(path: Path, name: str, folder: Path) -> str:
    """Write a volume of the result as TIFF images, too; give the folder as text."""
    with io.open_file(path) as result:
        io.export_tiff(result[name], folder)
    return str(folder)


def parse_settings(settings: list[str]) -> tuple[dict[str, str], Literal["auto", "degree", "rad"]]:
    """Split `name=value` texts; `angle_unit` belongs to the reader and is taken out."""
    found: dict[str, str] = {}
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise SettingError(_("--set {text}: write NAME=VALUE, as --set center=295.0").format(text=text))
        found[name.strip()] = value.strip()
    unit = found.pop("angle_unit", "auto")
    for known in _ANGLE_UNITS:
        if unit == known:
            return found, known  # type: ignore[return-value]  # mypy does not narrow to the members of a tuple
    raise SettingError(_("angle_unit is '{unit}'; it may be auto, degree or rad").format(unit=unit))


def parse_rows(rows: str) -> dict[str, slice]:
    """Turn `FIRST:END` into the wanted rows."""
    if not rows:
        return {}
    first, colon, end = rows.partition(":")
    try:
        if not colon:
            return {"row": slice(int(first), int(first) + 1)}
        return {"row": slice(int(first) if first else None, int(end) if end else None)}
    except ValueError:
        raise SettingError(_("--rows {rows}: write FIRST:END, as --rows 0:16").format(rows=rows)) from None


def parse_memory(memory: str) -> int | None:
    """Turn `2GB` into bytes."""
    if not memory:
        return None
    try:
        return int(TypeAdapter(ByteSize).validate_python(memory))
    except ValidationError:
        raise SettingError(
            _("--memory {memory}: write a size, as 2GB or 500MB").format(memory=memory)
        ) from None


def _watch(run: Run, console: Console) -> Path:
    """Show progress until the run is over; Ctrl-C cancels it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[text]}"),
        TimeRemainingColumn(),
    )
    shown = 0
    with Progress(
        *columns, console=console, transient=True, disable=console.quiet or not console.is_terminal
    ) as bar:
        task = bar.add_task(run.title, total=1.0, text="")
        try:
            while not run.wait(_POLL_SECONDS):
                bar.update(task, completed=run.fraction or 0.0, text=run.text)
        except KeyboardInterrupt:
            run.cancel()
            run.wait()
        while shown < len(run.lines):
            bar.console.print(run.lines[shown], style="dim", markup=False)
            shown += 1
    path: Path = run.result()
    return path


def _summary(console: Console, facts: dict[str, Any]) -> None:
    for name, value in facts["values"].items():
        console.print(_("{name} found: {value}").format(name=name, value=_short(value)), markup=False)
    truth = facts.get("truth", {})
    if "center_error" in truth:
        console.print(
            _("true center {center:.3f} pixel, error {error:+.3f} pixel").format(
                center=truth["center"], error=truth["center_error"]
            )
        )
    if "rmse_inside" in truth:
        console.print(
            _("error inside the object (RMSE): {rmse:.3g}, {percent:.1f} % of its attenuation").format(
                rmse=truth["rmse_inside"], percent=100 * truth["relative_rmse"]
            )
        )
    console.print(
        _("{path}: {size} in {seconds:.1f} s, peak memory {peak}").format(
            path=facts["output"],
            size=pretty_bytes(facts["output_bytes"]),
            seconds=facts["seconds"],
            peak=pretty_bytes(facts["peak_memory_bytes"]),
        ),
        markup=False,
    )


def _short(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _check_inputs(workflow: Workflow, inputs: list[str], named: list[str], *, kept: bool) -> None:
    """Refuse inputs that nobody reads, and none at all unless a kept session may hold them."""
    if workflow.inputs and not inputs and not kept:
        raise WorkflowError(
            _(
                "{name} reads {inputs}, and no file is given; name a scan file, or each as --input NAME=PATH"
            ).format(name=workflow.name, inputs=", ".join(workflow.inputs))
        )
    known = {*workflow.inputs, *(name for step in workflow.steps for name in step.outputs)}
    for text in named:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise SettingError(
                _("--input {text}: write NAME=PATH, as --input flat=flat.tif").format(text=text)
            )
        if name not in known:
            raise WorkflowError(
                _("--input {text}: {workflow} reads no '{name}'; it reads {inputs}{near}").format(
                    text=text,
                    workflow=workflow.name,
                    name=name,
                    inputs=choices(workflow.inputs),
                    near=suggestion(name, known),
                )
            )


def _check_outputs(output: Path, report: Path | None, tiff: Path | None, inputs: list[str]) -> None:
    """Refuse before the run what could not be written after it, or would replace what is read."""
    check_apart([path for path in (output, report, tiff) if path is not None], inputs)
    if report is not None:
        check_writable(report)
    if tiff is not None:
        io.check_free(tiff)
