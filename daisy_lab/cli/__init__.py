"""The command line: `daisy run`, `sample`, `list`, `show`, `check`, `export`, `picture`."""

from __future__ import annotations

import errno
import logging
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console

from daisy_lab.cli import _app, _describe, _doctor, _hub_values, _picture, _run, _sample, _session
from daisy_lab.cli._language import Command, Group, translate_headings
from daisy_lab.errors import CancelledError, DaisyError, FileError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["app", "command", "main"]

app = typer.Typer(
    name="daisy",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help=_("Data analysis for X-ray light sources: a scan goes in, a volume comes out."),
    epilog=_(
        "First try: `daisy sample ct scan.h5`, `daisy run ct scan.h5 -o volume.h5`, `daisy picture volume.h5`."
    ),
)
app.command(
    "run",
    cls=Command,
    help=_("Run a workflow on a scan and write the result."),
    epilog=_(
        "Examples:\n\n"
        "- `daisy run ct scan.h5 -o volume.h5` finds the rotation axis by itself\n\n"
        "- `daisy run ct scan.h5 -o part.h5 --set center=295.5 --set filter=hann --rows 0:16`\n\n"
        "- `daisy run ct --input projections=FOLDER --input flat=flat.tif --input dark=dark.tif "
        "--input theta=angles.txt -o volume.h5`\n\n"
        "`daisy show ct` tells the inputs and the settings, `daisy list` what else there is."
    ),
)(_run.run)
app.command(
    "app",
    cls=Command,
    help=_("Serve one app in the browser, for this machine only, until Ctrl-C."),
    epilog=_("Example: `daisy app ct scan.h5` prints an address to open; `daisy app` lists the apps."),
)(_app.app)
app.add_typer(_sample.app, name="sample")
app.add_typer(_session.app, name="session")
app.command("picture", cls=Command, help=_("Draw one slice of a volume as a picture."))(_picture.picture)
app.command(
    "list",
    cls=Command,
    help=_("List algorithms or workflows, plug-ins included; a broken plug-in is listed with its reason."),
)(_describe.list_)
app.command(
    "show",
    cls=Command,
    help=_("Show an algorithm's data objects and settings, a workflow's steps, or what made a result."),
)(_describe.show)
app.command(
    "check",
    cls=Command,
    help=_("Check a workflow, and with files given whether they have what it needs; no data are read."),
)(_describe.check)
app.command(
    "export",
    cls=Command,
    help=_("Write a workflow as a Python script, or as JSON; from a result file, the workflow that made it."),
)(_describe.export)
app.add_typer(_hub_values.app, name="hub")
app.command(
    "doctor",
    cls=Command,
    help=_("Look whether this installation works here; tells what is wrong, and how to mend it."),
)(_doctor.doctor)


def main() -> None:
    """Run the command line as a program of its own."""
    logging.basicConfig(level=os.environ.get("DAISY_LAB_LOG", "ERROR"), format="%(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, _interrupt)
    code = command(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:
        # Who read the output is gone, as in `| head`: Python must not try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or 1
    sys.exit(code)


def command(arguments: Sequence[str]) -> int:
    """Carry out one command and give its exit code; an error that explains itself becomes one line."""
    translate_headings()
    try:
        app(args=list(arguments), prog_name="daisy")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except DaisyError as error:
        _tell(error)
        return error.exit_code
    except OSError as error:
        # Anything else is a fault of the program, and shows where it happened.
        if error.errno not in {errno.ENOSPC, errno.EIO}:
            raise
        _tell(FileError(_("cannot write the output: {reason}").format(reason=error.strerror)))
        return FileError.exit_code
    except KeyboardInterrupt:
        _tell(CancelledError(_("cancelled")))
        return CancelledError.exit_code
    return 0


def _tell(error: DaisyError) -> None:
    if os.environ.get("DAISY_LAB_DEBUG"):
        raise error
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    heading = _("error")
    with suppress(BrokenPipeError):
        console.print(f"[bold red]{heading}[/]: ", end="")
        console.print(str(error), markup=False)
        if error.__cause__ is not None:
            console.print(_("DAISY_LAB_DEBUG=1 shows where it happened"), style="dim")


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
