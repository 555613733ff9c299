"""`daisy picture`: one slice of a result with its scale, its histogram and the numbers that were found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.console import Console

from daisy_lab import io
from daisy_lab.cli._report import CENTER, Truthful
from daisy_lab.errors import DaisyError, DataError, FileError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.vocabulary import Array

__all__ = ["picture"]

_STAGE, _INK, _ACCENT, _MARK = "#0D1117", "#C9D3DF", "#4BA3DB", "#F2B705"
_SHOWN = (0.5, 99.8)


def picture(
    result: Annotated[Path, typer.Argument(help=_("Result of `daisy run`."))],
    output: Annotated[Path, typer.Option("-o", "--output", help=_("PNG file to write."))] = Path("slice.png"),
    row: Annotated[int | None, typer.Option(help=_("Which slice; the middle one by default."))] = None,
    scan: Annotated[
        Path | None, typer.Option(help=_("The generated scan, to draw the truth beside it."))
    ] = None,
) -> None:
    """Draw one slice of a volume as a picture."""
    with io.open_file(result) as opened:
        if "volume" not in opened:
            raise DataError(_("{path} holds no volume; make one with 'daisy run ct'").format(path=result))
        volume = opened["volume"]
        chosen = volume.shape[0] // 2 if row is None else row
        if not 0 <= chosen < volume.shape[0]:
            raise DataError(
                _("row {row} was asked for; {path} has rows 0 to {last}").format(
                    row=chosen, path=result, last=volume.shape[0] - 1
                )
            )
        image = volume[chosen]
        found = float(opened[CENTER][()]) if CENTER in opened else None
    truthful = Truthful.of([scan]) if scan is not None else None
    words = [_("{name}, slice {row}").format(name=result.name, row=chosen)]
    if found is not None:
        words.append(_("rotation axis found {center:.3f} pixel").format(center=found))
    if truthful is not None:
        words += _against_truth(truthful.compare(result, {}))
    true_slice = truthful.truth.slice(chosen) if truthful is not None else None
    try:
        _draw(image, true_slice, "   ".join(words), output)
    except OSError as error:
        raise FileError(
            _("cannot write {path}: {reason}").format(path=output, reason=error.strerror)
        ) from None
    Console(highlight=False, soft_wrap=True).print(str(output), markup=False)


def _against_truth(facts: dict[str, Any]) -> list[str]:
    words = [_("true axis {center:.3f} pixel").format(center=facts["center"])]
    if "rmse_inside" in facts:
        words.append(
            _("error inside the object {rmse:.2g} ({percent:.1f} %)").format(
                rmse=facts["rmse_inside"], percent=100 * facts["relative_rmse"]
            )
        )
    return words


def _draw(image: Array, truth: Array | None, words: str, output: Path) -> None:
    try:
        # Imported here: heavy, and an extra.
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        raise DaisyError(
            _("pictures need matplotlib, which is not installed: pip install 'daisy-lab[picture]'")
        ) from None
    low, high = np.percentile(image, _SHOWN)
    panels = 3 if truth is not None else 2
    figure = Figure(figsize=(4.6 * panels, 4.8), dpi=110, facecolor=_STAGE, layout="constrained")
    figure.suptitle(words, color=_INK, fontsize=12)
    axes = figure.subplots(1, panels)
    shown = axes[0].imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
    axes[0].set_title(_("reconstructed"), color=_INK, fontsize=10)
    bar = figure.colorbar(shown, ax=axes[0], fraction=0.046)
    bar.set_label(_("attenuation per pixel"), color=_INK)
    bar.ax.tick_params(colors=_INK)
    if truth is not None:
        axes[1].imshow(truth, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
        axes[1].set_title(_("truth"), color=_INK, fontsize=10)
    middle = image.shape[0] // 2
    axes[-1].plot(image[middle], color=_ACCENT, linewidth=1, label=_("reconstructed"))
    if truth is not None:
        axes[-1].plot(truth[middle], color=_MARK, linewidth=1, label=_("truth"))
        axes[-1].legend(facecolor=_STAGE, labelcolor=_INK, frameon=False)
    axes[-1].set_title(_("profile along line {line}").format(line=middle), color=_INK, fontsize=10)
    axes[-1].set_xlabel(_("x (pixel)"), color=_INK)
    axes[-1].set_box_aspect(1)
    for item in axes:
        item.set_facecolor(_STAGE)
        item.tick_params(colors=_INK)
        for spine in item.spines.values():
            spine.set_color("#2B3440")
    figure.savefig(output)
