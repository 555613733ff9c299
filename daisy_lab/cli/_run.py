"""`daisy run`: a workflow on files, to a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from pydantic import ByteSize, TypeAdapter, ValidationError
from rich.console import Console

from daisy_lab import io
from daisy_lab._session import Session, follow_to_file
from daisy_lab._workflow import Workflow
from daisy_lab.cli._outputs import write_text
from daisy_lab.cli._pdf_curve import CURVES, write_curve
from daisy_lab.cli._report import Truthful, report_of
from daisy_lab.cli._run_azint import FRAME_WORKFLOWS, FrameCall, prepare_frames, write_geometry
from daisy_lab.cli._run_patterns import PATTERN_WORKFLOWS, Wish, run_patterns
from daisy_lab.cli._shared_settings import spread
from daisy_lab.cli._watching import check_outputs, summary, watch
from daisy_lab.errors import SettingError, WorkflowError, choices, suggestion
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._engine import DeviceName

__all__ = ["parse_settings", "run"]

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
    configuration: Annotated[
        Path | None,
        typer.Option(
            "--settings",
            metavar="FILE.cfg",
            help=_(
                "Settings of a PDFgetX3 configuration, or of the header of a .gr file; --set wins over them."
            ),
        ),
    ] = None,
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
    follow: Annotated[
        bool, typer.Option("--follow", help=_("Take frames as they arrive in a file that is being written."))
    ] = False,
    idle: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0, help=_("With --follow: end when nothing new came so long.")),
    ] = 60.0,
    expect: Annotated[
        int | None, typer.Option(metavar="COUNT", min=1, help=_("With --follow: end after so many frames."))
    ] = None,
    plan: Annotated[bool, typer.Option("--plan", help=_("Say what it would cost, and stop."))] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help=_("Print nothing but errors."))] = False,
) -> None:
    """Run a workflow on a scan and write the result."""
    console = Console(quiet=quiet, highlight=False, soft_wrap=True)
    changed, angle_unit = parse_settings(settings)
    loaded = Workflow.load(workflow)
    if loaded.name in PATTERN_WORKFLOWS:
        wish = Wish(output, report, parse_memory(memory), device, session, plan=plan)
        run_patterns(loaded, scan or [], (changed, configuration), wish, console)
        return
    if loaded.name in FRAME_WORKFLOWS:
        frames = prepare_frames(
            loaded, scan or [], named, spread(loaded, changed), (idle, expect) if follow else None
        )
        check_outputs(output, report, None, frames.files)
        _run_frames(
            frames,
            output,
            report,
            (parse_memory(memory), plan),
            device=device,
            session=session,
            console=console,
        )
        return
    if follow:
        raise SettingError(
            _(
                "--follow belongs to workflows on detector frames ({names}); run {name} on the complete file"
            ).format(names=choices(sorted(FRAME_WORKFLOWS)), name=loaded.name)
        )
    if configuration is not None:
        raise SettingError(
            _("--settings belongs to the workflow pdf; write settings of others as --set NAME=VALUE")
        )
    prepared = loaded.with_settings(changed)
    want = parse_rows(rows)
    budget = parse_memory(memory)
    inputs = [*map(str, scan or []), *named]
    _check_inputs(prepared, inputs, named, kept=bool(session))
    check_outputs(output, report, tiff, inputs)
    with Session(session or None, device=device) as opened:
        notes = opened.open(*inputs, angle_unit=angle_unit)
        for note in notes:
            console.print(note, style="dim", markup=False)
        if plan:
            job = prepared.job(memory=budget, available=opened.store, want=want)
            console.print(str(opened.engine.plan(job)), markup=False)
            return
        started = opened.run_to_file(prepared, output, memory=budget, want=want)
        path = watch(started, console)
        facts = report_of(started, prepared, path, notes, inputs)
        if (truth := Truthful.of(inputs)) is not None:
            facts["truth"] = truth.compare(path, want)
        if tiff is not None:
            facts["tiff"] = _export(path, prepared.outputs[-1], tiff)
        summary(console, facts)
        if report is not None:
            write_text(report, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")


def _run_frames(
    call: FrameCall,
    output: Path,
    report: Path | None,
    wish: tuple[int | None, bool],
    *,
    device: DeviceName,
    session: str,
    console: Console,
) -> None:
    """Run a workflow on detector frames, and write its results, or the geometry it found as a .poni file."""
    budget, plan = wish
    for note in call.notes:
        console.print(note, style="dim", markup=False)
    with Session(session or None, device=device) as opened:
        call.put(opened)
        if plan:
            job = call.workflow.job(memory=budget, available=opened.store)
            console.print(str(opened.engine.plan(job)), markup=False)
            return
        if call.growing is not None:
            started = follow_to_file(opened.engine, call.workflow, call.growing, output)
            path = watch(started, console)
        elif output.suffix.lower() == ".poni":
            started = call.workflow.run(opened.engine)
            path = write_geometry(call, output, watch(started, console))
        elif output.suffix.lower() in CURVES:
            started = call.workflow.run(opened.engine)
            results = watch(started, console)
            path = write_curve(call.workflow, (call.files[0], ()), output, results, started.report["values"])
        else:
            started = opened.run_to_file(call.workflow, output, memory=budget)
            path = watch(started, console)
        facts = report_of(started, call.workflow, path, call.notes, call.files)
        summary(console, facts)
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
