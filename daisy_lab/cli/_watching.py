"""What the user sees of a run, while it goes and when it is over; and that nothing is written where it must not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from daisy_lab import io
from daisy_lab.cli._outputs import check_apart, check_writable
from daisy_lab.texts import gettext as _
from daisy_lab.texts import in_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from daisy_lab._engine import Run

__all__ = ["check_outputs", "summary", "watch"]

_POLL_SECONDS = 0.1


def watch(run: Run, console: Console) -> Any:  # noqa: ANN401 - a path, or a mapping of results
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
    return run.result()


def summary(console: Console, facts: dict[str, Any]) -> None:
    for name, value in facts["values"].items():
        if isinstance(value, dict):
            continue
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
            size=in_bytes(facts["output_bytes"]),
            seconds=facts["seconds"],
            peak=in_bytes(facts["peak_memory_bytes"]),
        ),
        markup=False,
    )


def _short(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def check_outputs(output: Path, report: Path | None, tiff: Path | None, inputs: list[str]) -> None:
    """Refuse before the run what could not be written after it, or would replace what is read."""
    check_apart([path for path in (output, report, tiff) if path is not None], inputs)
    if report is not None:
        check_writable(report)
    if tiff is not None:
        io.check_free(tiff)
