"""`daisy sample`: generated data with a known answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from daisy_lab._algorithm import monitored
from daisy_lab._engine import Run
from daisy_lab.cli._language import Command, Group
from daisy_lab.samples.ct import Truth, make_ct
from daisy_lab.texts import gettext as _

__all__ = ["app"]

app = typer.Typer(cls=Group, no_args_is_help=True, help=_("Make sample data with a known answer."))


@app.callback()
def _sample() -> None:
    """Make sample data with a known answer."""


@app.command(
    "ct",
    cls=Command,
    help=_(
        "Make a parallel-beam CT scan of ellipsoids, with noise, zingers, stripes and an axis off the centre."
    ),
    epilog=_("Then: `daisy run ct OUT.h5 -o volume.h5` tells how far its answer is from the truth."),
)
def ct(
    output: Annotated[
        Path, typer.Argument(metavar="OUT.h5", help=_("Data Exchange file to write, as scan.h5."))
    ],
    size: Annotated[int, typer.Option(help=_("Width of the detector in pixels."))] = 256,
    angles: Annotated[int, typer.Option(help=_("Number of projections over half a turn."))] = 360,
    rows: Annotated[int, typer.Option(help=_("Height of the detector in pixels."))] = 64,
    seed: Annotated[int, typer.Option(help=_("Another number gives another object, axis and noise."))] = 0,
) -> None:
    """Make a parallel-beam CT scan of ellipsoids, with noise, zingers, stripes and an axis off the centre."""
    console = Console(highlight=False, soft_wrap=True)
    run = Run("sample ct")

    def work(run: Run) -> Truth:
        with monitored(run):
            return make_ct(output, size=size, angles=angles, rows=rows, seed=seed)

    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(run.title, total=1.0)
        run.on_change(lambda changed: bar.update(task, completed=changed.fraction or 0.0))
        run.carry_out(work)
    truth: Truth = run.result()
    console.print(
        _("{path}: {angles} projections of {rows} x {size} pixels, true center {center:.3f} pixel").format(
            path=output, angles=truth.angles, rows=truth.rows, size=truth.size, center=truth.center
        ),
        markup=False,
    )


@app.command(
    "pdf",
    cls=Command,
    help=_("Make detector frames of a known crystal, with noise, a gap, hot pixels and a background."),
    epilog=_("The geometry lies beside it: OUT.poni for OUT.h5. Both together lead to a G(r) that is known."),
)
def pdf(
    output: Annotated[Path, typer.Argument(metavar="OUT.h5", help=_("HDF5 file to write, as frames.h5."))],
    crystal: Annotated[str, typer.Option(help=_("Ni, Si, CeO2 or LaB6."))] = "Ni",
    size: Annotated[int, typer.Option(help=_("Rows and columns of the detector."))] = 1024,
    frames: Annotated[int, typer.Option(help=_("Frames of the sample, and of the background."))] = 1,
    seed: Annotated[int, typer.Option(help=_("Another number gives another tilt and noise."))] = 0,
) -> None:
    """Make detector frames of a known crystal, with noise, a gap, hot pixels and a background."""
    console = Console(highlight=False, soft_wrap=True)
    # Imported here: it brings scipy, which no other command needs at its start.
    from daisy_lab.samples.pdf import make_pdf  # noqa: PLC0415

    truth = make_pdf(output, crystal=crystal, size=size, frames=frames, seed=seed)
    console.print(
        _(
            "{path}: {frames} frame(s) of {crystal}, {size} x {size} pixels, whole rings up to Q = {qmax:.2f}"
        ).format(path=output, frames=frames, crystal=crystal, size=size, qmax=truth.qmax),
        markup=False,
    )
