"""`daisy picture`: one slice of a result with its scale, its histogram and the numbers that were found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich.console import Console

from daisy_lab import io, texts
from daisy_lab.cli._outputs import check_writable
from daisy_lab.cli._report import CENTER, Truthful
from daisy_lab.errors import DaisyError, DataError, SettingError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from daisy_lab.vocabulary import Array

__all__ = ["picture"]

_STAGE, _INK, _ACCENT, _MARK = "#0D1117", "#C9D3DF", "#4BA3DB", "#F2B705"
_SHOWN = (0.5, 99.8)
_FONT = "DejaVu Sans"
_FORMATS = (".png", ".pdf", ".svg")
# Fonts with Chinese characters, as systems have them; without one the labels stay English.
_CHINESE = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei")


def picture(
    result: Annotated[Path, typer.Argument(metavar="RESULT.h5", help=_("Result of `daisy run`."))],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help=_("Picture to write: .png, .pdf or .svg."))
    ] = Path("slice.png"),
    row: Annotated[int | None, typer.Option(help=_("Which slice; the middle one by default."))] = None,
    scan: Annotated[
        Path | None,
        typer.Option(metavar="SCAN.h5", help=_("The generated scan, to draw the truth beside it.")),
    ] = None,
) -> None:
    """Draw one slice of a volume as a picture."""
    _check(output)
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
    truthful = _truth_of(result, volume.shape, scan) if scan is not None else None
    fonts = _fonts()
    with texts.speaking(texts.language() if fonts else "en"):
        words = [_("{name}, slice {row}").format(name=result.name, row=chosen)]
        if found is not None:
            words.append(_("rotation axis found {center:.3f} pixel").format(center=found))
        if truthful is not None:
            words += _against_truth(truthful.compare(result, {}))
        true_slice = truthful.truth.slice(chosen) if truthful is not None else None
        figure = _figure(image, true_slice, "   ".join(words), fonts)
    try:
        figure.savefig(output)
    except OSError as error:
        raise io.cannot_write(output, error) from None
    Console(highlight=False, soft_wrap=True).print(str(output), markup=False)


def _check(output: Path) -> None:
    if output.suffix.lower() not in _FORMATS:
        raise SettingError(
            _("{path} is no picture; name a file that ends in {endings}").format(
                path=output, endings=", ".join(_FORMATS)
            )
        )
    check_writable(output)


def _truth_of(result: Path, shape: tuple[int, ...], scan: Path) -> Truthful:
    """Give the truth of a generated scan, if it can be that of this result."""
    truthful = Truthful.of([scan])
    if truthful is None:
        raise DataError(
            _("{path} is no generated scan; only 'daisy sample' knows the truth").format(path=scan)
        )
    truth = truthful.truth
    if shape != (truth.rows, truth.size, truth.size):
        raise DataError(
            _(
                "{result} holds {there} values, all of {scan} would be {asked}; give the scan it was made of, whole"
            ).format(result=result, there=shape, scan=scan, asked=(truth.rows, truth.size, truth.size))
        )
    return truthful


def _fonts() -> list[str]:
    """Give the fonts that have the characters of the user's language; none if the system lacks them."""
    try:
        # Imported here: heavy, and an extra.
        from matplotlib.font_manager import fontManager  # noqa: PLC0415
    except ImportError:
        raise DaisyError(
            _("pictures need matplotlib, which is not installed: pip install 'daisy-lab[picture]'")
        ) from None
    if texts.language() == "en":
        return [_FONT]
    there = {font.name for font in fontManager.ttflist}
    chinese = [name for name in _CHINESE if name in there]
    return [_FONT, *chinese] if chinese else []


def _against_truth(facts: dict[str, Any]) -> list[str]:
    words = [_("true axis {center:.3f} pixel").format(center=facts["center"])]
    if "rmse_inside" in facts:
        words.append(
            _("error inside the object {rmse:.2g} ({percent:.1f} %)").format(
                rmse=facts["rmse_inside"], percent=100 * facts["relative_rmse"]
            )
        )
    return words


def _figure(image: Array, truth: Array | None, words: str, fonts: list[str]) -> Figure:
    """Draw the slice, the truth where it is known, and a profile through the middle."""
    from matplotlib import rc_context  # noqa: PLC0415 - heavy, and an extra
    from matplotlib.figure import Figure  # noqa: PLC0415 - likewise

    with rc_context({"font.family": fonts or [_FONT]}):
        figure = Figure(figsize=(4.6 * (2 if truth is None else 3), 4.8), dpi=110, facecolor=_STAGE)
        figure.set_layout_engine("constrained")
        figure.suptitle(words, color=_INK, fontsize=12)
        panels = figure.subplots(1, 2 if truth is None else 3)
        _fill(figure, panels, image, truth)
    return figure


def _fill(figure: Figure, panels: Array, image: Array, truth: Array | None) -> None:
    finite = image[np.isfinite(image)]
    low, high = np.percentile(finite, _SHOWN) if finite.size else (0.0, 1.0)
    for panel, shown, title in [(0, image, _("reconstructed")), (1, truth, _("truth"))]:
        if shown is None:
            continue
        drawn = panels[panel].imshow(shown, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
        panels[panel].set_title(title, color=_INK, fontsize=10)
        if panel == 0:
            bar = figure.colorbar(drawn, ax=panels[0], fraction=0.046)
            bar.set_label(_("attenuation per pixel"), color=_INK)
            bar.ax.tick_params(colors=_INK)
    middle = image.shape[0] // 2
    profile = panels[-1]
    profile.plot(image[middle], color=_ACCENT, linewidth=1, label=_("reconstructed"))
    if truth is not None:
        profile.plot(truth[middle], color=_MARK, linewidth=1, label=_("truth"))
        profile.legend(facecolor=_STAGE, labelcolor=_INK, frameon=False)
    profile.set_title(_("profile along line {line}").format(line=middle), color=_INK, fontsize=10)
    profile.set_xlabel(_("x (pixel)"), color=_INK)
    profile.set_box_aspect(1)
    for panel in panels:
        panel.set_facecolor(_STAGE)
        panel.tick_params(colors=_INK)
        for spine in panel.spines.values():
            spine.set_color("#2B3440")
