"""`daisy list`, `show`, `check`, `export`: what is there, what it takes, and whether it would run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from daisy_lab import texts
from daisy_lab._algorithm import EACH, Window, registry
from daisy_lab._session import Session
from daisy_lab._workflow import Workflow, shipped_names, to_python
from daisy_lab.cli._made import is_file_name, show_made, workflow_of
from daisy_lab.cli._outputs import check_apart, write_text
from daisy_lab.cli._run import Named, Settings, parse_settings
from daisy_lab.errors import MissingAlgorithmError, MissingFileError
from daisy_lab.texts import gettext as _
from daisy_lab.vocabulary import SameAxes

if TYPE_CHECKING:
    from daisy_lab._algorithm import Algorithm, Port

__all__ = ["check", "export", "list_", "show"]

AsJson = Annotated[bool, typer.Option("--json", help=_("Print JSON for other programs."))]


def list_(
    what: Annotated[
        Literal["algorithms", "workflows"], typer.Argument(metavar="WHAT", help=_("What to list."))
    ] = "algorithms",
    as_json: AsJson = False,
) -> None:
    """List algorithms or workflows, plug-ins included; a broken plug-in is listed with its reason."""
    if what == "workflows":
        _list_workflows(as_json=as_json)
        return
    found = list(registry)
    broken = registry.broken()
    if as_json:
        data = {
            "algorithms": [
                {"id": item.id, "summary": item.summary, "version": item.version} for item in found
            ],
            "broken": [vars(item) for item in broken],
        }
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    table = _table(_("algorithm"), _("what it gives"), _("from"))
    for item in found:
        table.add_row(f"[bold]{item.id}[/]", escape(texts.gettext(item.summary)), escape(item.version))
    console = Console(highlight=False)
    console.print(table)
    for plugin in broken:
        console.print(
            _("plug-in {name} ({distribution}) could not be loaded: {reason}").format(
                name=plugin.name, distribution=plugin.distribution, reason=plugin.reason
            ),
            style="red",
            markup=False,
        )


def _list_workflows(*, as_json: bool) -> None:
    found = [Workflow.load(name) for name in shipped_names()]
    if as_json:
        data = [{"name": item.name, "title": item.title, "summary": item.summary} for item in found]
        typer.echo(json.dumps({"workflows": data}, indent=2, ensure_ascii=False))
        return
    table = _table(_("workflow"), _("what it gives"))
    for item in found:
        table.add_row(f"[bold]{item.name}[/]", escape(texts.gettext(item.summary)))
    Console(highlight=False).print(table)


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help=_("An algorithm, as ct.reconstruct, a workflow, as ct, or a result file.")
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show an algorithm's data objects and settings, a workflow's steps, or what made a result."""
    if is_file_name(name):
        show_made(name, as_json=as_json)
        return
    try:
        algorithm = registry.get(name)
    except MissingAlgorithmError as missing:
        try:
            _show_workflow(Workflow.load(name), as_json=as_json)
        except MissingFileError:
            raise missing from None
        return
    if as_json:
        typer.echo(json.dumps(_facts(algorithm), indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(f"[bold]{algorithm.id}[/]  {escape(texts.gettext(algorithm.summary))}")
    ports = _table(_("data object"), _("axes"), _("unit"), "")
    for port in algorithm.inputs:
        ports.add_row(port.name, _axes(port), port.unit, escape(texts.gettext(port.text)))
    for port in algorithm.outputs:
        ports.add_row(f"-> {port.name}", _axes(port), port.unit, escape(texts.gettext(port.text)))
    console.print(ports)
    settings = _table(_("setting"), _("values"), _("default"), _("unit"), "")
    for setting, schema in algorithm.schema()["properties"].items():
        default = "" if "default" not in schema else json.dumps(schema["default"], ensure_ascii=False)
        settings.add_row(
            setting,
            escape(_values(schema)),
            escape(default),
            schema.get("unit", ""),
            escape(texts.gettext(schema.get("description", ""))),
        )
    if settings.row_count:
        console.print(settings)
    console.print(_("computed piece by piece along: {axes}").format(axes=_splits(algorithm)), markup=False)
    if algorithm.cuda:
        console.print(_("computed on a CUDA device, too"), markup=False)


def _show_workflow(workflow: Workflow, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(workflow.to_json(), indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    summary = texts.gettext(workflow.summary or workflow.title)
    console.print(f"[bold]{escape(workflow.name)}[/]  {escape(summary)}")
    inputs = _table(_("input"), _("what it is"))
    for name in workflow.inputs:
        inputs.add_row(name, escape(texts.gettext(workflow.inputs_text.get(name, ""))))
    console.print(inputs)
    table = _table("", _("step"), _("reads"), _("makes"), _("settings"))
    for number, call in enumerate(workflow.calls(), start=1):
        settings = [f"{key}={value}" for key, value in call.settings.items()]
        settings += [f"{key}=<{value}>" for key, value in call.bound.items()]
        reads = ", ".join(item.name for item in call.inputs.values())
        table.add_row(
            str(number), call.algorithm.id, reads, ", ".join(call.outputs), escape(", ".join(settings))
        )
    console.print(table)


def check(
    workflow: Annotated[
        str, typer.Argument(metavar="WORKFLOW", help=_("A shipped workflow, or a JSON file."))
    ],
    scan: Annotated[
        list[Path] | None, typer.Argument(metavar="SCAN", help=_("Files it is to run on."))
    ] = None,
    named: Named = [],
    settings: Settings = [],
) -> None:
    """Check a workflow, and with files given whether they have what it needs; no data are read."""
    found = Workflow.load(workflow)
    changed, angle_unit = parse_settings(settings)
    prepared = found.with_settings(changed)
    if not scan and not named:
        calls = prepared.check()
    else:
        with Session() as session:
            session.open(*(scan or []), *named, angle_unit=angle_unit)
            calls = prepared.check(session.store)
    Console(highlight=False, soft_wrap=True).print(
        _("{name} is fine: {count} steps from {inputs} to {outputs}").format(
            name=found.name,
            count=len(calls),
            inputs=", ".join(prepared.inputs),
            outputs=", ".join(prepared.outputs),
        ),
        markup=False,
    )


def export(
    workflow: Annotated[
        str, typer.Argument(metavar="WORKFLOW", help=_("A shipped workflow, a JSON file, or a result file."))
    ],
    form: Annotated[Literal["python", "json"], typer.Option("--as", help=_("What to write."))] = "python",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help=_("File to write; else it is printed.")),
    ] = None,
    settings: Settings = [],
) -> None:
    """Write a workflow as a Python script, or as JSON; from a result file, the workflow that made it."""
    found = workflow_of(workflow)
    changed, _unit = parse_settings(settings)
    prepared = found.with_settings(changed) if changed else found
    text = (
        to_python(prepared)
        if form == "python"
        else json.dumps(prepared.to_json(), indent=2, ensure_ascii=False) + "\n"
    )
    if output is None:
        typer.echo(text, nl=False)
    else:
        check_apart([output], [workflow])
        write_text(output, text)


def _table(*headings: str) -> Table:
    # Folded, as Chinese has no spaces to break lines at, and would be cut.
    return Table(*(Column(heading, overflow="fold") for heading in headings), box=None, pad_edge=False)


def _facts(algorithm: Algorithm[..., Any]) -> dict[str, Any]:
    return {
        "id": algorithm.id,
        "summary": algorithm.summary,
        "version": algorithm.version,
        "inputs": [_port(port) for port in algorithm.inputs],
        "outputs": [_port(port) for port in algorithm.outputs],
        "settings": algorithm.schema(),
        "splits": "each" if algorithm.splits is EACH else _reaches(algorithm),
        "cuda": algorithm.cuda,
    }


def _port(port: Port) -> dict[str, object]:
    axes = "same" if isinstance(port.axes, SameAxes) else port.axes
    return {"name": port.name, "axes": axes, "unit": port.unit, "optional": port.optional, "text": port.text}


def _splits(algorithm: Algorithm[..., Any]) -> str:
    """Say along which axes it can be split, and with how many neighbours."""
    if algorithm.splits is EACH:
        return _("every axis")
    words = []
    for axis, reach in _reaches(algorithm).items():
        if reach is None:
            words.append(_("{axis} (neighbours depend on the settings)").format(axis=axis))
        else:
            neighbours = reach["before"] + reach["after"]
            words.append(
                _("{axis} ({count} neighbours)").format(axis=axis, count=neighbours) if neighbours else axis
            )
    return ", ".join(words) or _("no axis, only whole")


def _reaches(algorithm: Algorithm[..., Any]) -> dict[str, Any]:
    """Give the window per axis as JSON data; None where it depends on the settings."""
    found: dict[str, Any] = {}
    if not isinstance(algorithm.splits, Mapping):
        return found
    for axis, reach in algorithm.splits.items():
        window = Window(reach, reach) if isinstance(reach, int) else reach
        found[axis] = asdict(window) if isinstance(window, Window) else None
    return found


def _axes(port: Port) -> str:
    if isinstance(port.axes, SameAxes):
        return _("any")
    return ", ".join(port.axes) if port.axes else _("value")


def _values(schema: dict[str, Any]) -> str:
    """Say in short which values a setting takes."""
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    bounds = [("minimum", ">="), ("exclusiveMinimum", ">"), ("maximum", "<="), ("exclusiveMaximum", "<")]
    limits = [f"{sign} {schema[key]:g}" for key, sign in bounds if key in schema]
    return " ".join([schema.get("type", _("any")), *limits])
