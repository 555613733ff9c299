"""`daisy session`: what sessions there are, how they stand, and how one is stopped."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from daisy_lab._detached import list_sessions, look_at_session, stop_session
from daisy_lab.cli._language import Command, Group
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab._detached import SessionFacts

__all__ = ["app"]

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    help=_("List, show or stop sessions: apps work in them, and they outlive the pages that look at them."),
)
Root = Annotated[
    Path | None,
    typer.Option("--root", metavar="FOLDER", help=_("Folder of all sessions, if not the usual one.")),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help=_("Name of the session."))]
AsJson = Annotated[bool, typer.Option("--json", help=_("Print JSON for other programs."))]


@app.command("list", cls=Command, help=_("List the sessions that are kept on this machine."))
def list_(root: Root = None, as_json: AsJson = False) -> None:
    """List the sessions that are kept on this machine."""
    found = list_sessions(root)
    if as_json:
        typer.echo(json.dumps([_data(facts) for facts in found], indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    if not found:
        console.print(_("there is no session yet; an app, or `daisy run --session NAME`, begins one"))
        return
    table = Table(
        _("session"),
        _("state"),
        Column(_("pages"), justify="right"),
        Column(_("on disk"), justify="right"),
        _("last used"),
        box=None,
        pad_edge=False,
        header_style="dim",
    )
    for facts in found:
        table.add_row(
            f"[bold]{escape(facts.name)}[/]",
            _state(facts),
            str(facts.pages),
            _size(facts.nbytes),
            _moment(facts.changed),
        )
    console.print(table)


@app.command("show", cls=Command, help=_("Show how one session stands, and where its files are."))
def show(name: Name, root: Root = None, as_json: AsJson = False) -> None:
    """Show how one session stands, and where its files are."""
    facts = look_at_session(name, root)
    if as_json:
        typer.echo(json.dumps(_data(facts), indent=2, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row(_("session"), f"[bold]{escape(facts.name)}[/]")
    table.add_row(_("state"), _state(facts))
    if facts.process is not None:
        table.add_row(_("process"), str(facts.process))
        table.add_row(_("running since"), _moment(facts.since))
        table.add_row(_("pages"), str(facts.pages))
    table.add_row(_("on disk"), _size(facts.nbytes))
    table.add_row(_("last used"), _moment(facts.changed))
    table.add_row(_("folder"), escape(str(facts.folder)))
    Console(highlight=False).print(table)


@app.command(
    "stop",
    cls=Command,
    help=_("End the process of a session; a run that is under way goes on when the session is next opened."),
)
def stop(name: Name, root: Root = None) -> None:
    """End the process of a session; a run that is under way goes on when the session is next opened."""
    told = (
        _("session '{name}' has ended")
        if stop_session(name, root)
        else _("session '{name}' was at rest already")
    )
    Console(highlight=False, soft_wrap=True).print(told.format(name=name), markup=False)


def _data(facts: SessionFacts) -> dict[str, object]:
    return {**asdict(facts), "folder": str(facts.folder)}


def _state(facts: SessionFacts) -> str:
    if facts.process is None:
        return _("at rest")
    return _("{count} active").format(count=facts.active) if facts.active else _("open")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def _size(nbytes: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if nbytes < 1000:  # noqa: PLR2004 - the next unit
            return f"{nbytes:.3g} {unit}"
        nbytes /= 1000
    return f"{nbytes:.3g} TB"
