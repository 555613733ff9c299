"""The command line: `daisy run`, `sample`, `list`, `show`, `check`, `export`, `picture`."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import NoReturn

import typer
from rich.console import Console

from daisy_lab.cli import _describe, _picture, _run, _sample
from daisy_lab.errors import CancelledError, DaisyError
from daisy_lab.texts import gettext as _

__all__ = ["app", "main"]

app = typer.Typer(
    name="daisy",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help=_("Data analysis for X-ray light sources: a scan goes in, a volume comes out."),
    epilog=_(
        "First try: `daisy sample ct scan.h5`, `daisy run ct scan.h5 -o volume.h5`, `daisy picture volume.h5`."
    ),
)
app.add_typer(_sample.app, name="sample")
app.command("run")(_run.run)
app.command("list")(_describe.list_)
app.command("show")(_describe.show)
app.command("check")(_describe.check)
app.command("export")(_describe.export)
app.command("picture")(_picture.picture)


def main() -> None:
    """Run the command line; every error that explains itself becomes one line and an exit code."""
    logging.basicConfig(level=os.environ.get("DAISY_LAB_LOG", "ERROR"), format="%(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except DaisyError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _tell(CancelledError(_("cancelled")))
        sys.exit(CancelledError.exit_code)


def _tell(error: DaisyError) -> None:
    if os.environ.get("DAISY_LAB_DEBUG"):
        raise error
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]{_('error')}[/]: ", end="")
    console.print(str(error), markup=False)
    if error.__cause__ is not None:
        console.print(_("DAISY_LAB_DEBUG=1 shows where it happened"), style="dim")


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
