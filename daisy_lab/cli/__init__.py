"""The command line: `daisy run`, `sample`, `list`, `show`, `check`, `export`, `picture`."""

from __future__ import annotations

import logging
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console

from daisy_lab.cli import _describe, _picture, _run, _sample
from daisy_lab.errors import CancelledError, DaisyError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["app", "command", "main"]

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
    """Run the command line as a program of its own."""
    logging.basicConfig(level=os.environ.get("DAISY_LAB_LOG", "ERROR"), format="%(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    sys.exit(command(sys.argv[1:]))


def command(arguments: Sequence[str]) -> int:
    """Carry out one command and give its exit code; an error that explains itself becomes one line."""
    try:
        app(args=list(arguments), prog_name="daisy")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except DaisyError as error:
        _tell(error)
        return error.exit_code
    except KeyboardInterrupt:
        _tell(CancelledError(_("cancelled")))
        return CancelledError.exit_code
    return 0


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
