"""What is taken home: the four curves as PDFgetX3 writes them, the recipe, and a notebook that makes them again."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import ipyvuetify

from daisy_lab import io
from daisy_lab.algorithms.pdf import error_band
from daisy_lab.apps.pdf._frame import BINS
from daisy_lab.apps.pdf._masks import stack_of
from daisy_lab.apps.pdf._state import recipe_of
from daisy_lab.errors import DataError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.apps.pdf._app import PdfApp

__all__ = ["Export", "curve_text", "notebook_text", "recipe_text"]

_STACK: Final = "display: flex; flex-direction: column; gap: 10px"
_CURVES: Final = {"gr": "G(r)", "fq": "F(Q)", "sq": "S(Q)", "iq": "I(Q)"}


class Export:
    """Buttons that write beside the file that is open.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: PdfApp) -> None:
        self._app = app
        self.told = ipyvuetify.Html(tag="p", children=[""], attributes={"role": "status"})
        titles = {kind: f"{title}  .{kind}" for kind, title in _CURVES.items()}
        titles |= {"recipe": _("Recipe (JSON)"), "notebook": _("Notebook")}
        about = _("Written beside the pattern, with headers that PDFgui, pdffit2 and diffpy read.")
        parts = [
            ipyvuetify.Html(tag="h2", children=[_("Export")]),
            ipyvuetify.Html(tag="p", class_="daisy-soft", children=[about]),
            *(self._button(form, title) for form, title in titles.items()),
            self.told,
        ]
        self.page = ipyvuetify.Html(tag="div", class_="daisy", style_=_STACK, children=parts)

    def write(self, form: str) -> None:
        """Write one form beside the open file, in the session's folders."""
        self._app.work.do(f"export {form}", lambda: self._write(form))

    def _button(self, form: str, title: str) -> Any:  # noqa: ANN401 - ipyvuetify has no types
        made = ipyvuetify.Html(
            tag="button", class_="daisy-button", attributes={"type": "button"}, children=[title]
        )
        made.on_event("click", lambda *_event: self.write(form))
        return made

    def _write(self, form: str) -> None:
        app = self._app
        if form in _CURVES:
            path, text = app.state.beside(f".{form}"), curve_text(app, form)
        elif form == "recipe":
            path, text = app.state.beside("_recipe.json"), recipe_text(app)
        else:
            path, text = app.state.beside("_pdf.ipynb"), notebook_text(app)
        content = text.encode()
        app.work.ask("files.write", (content,), path=path, total=len(content), offset=0, overwrite=True)
        self.told.children = [_("Saved as {path}").format(path=path)]


def curve_text(app: PdfApp, kind: str) -> str:
    """Give one curve as PDFgetX3's readers know it.

    Raises
    ------
    DataError
        If there is no curve yet.
    """
    drawing = app.tune.drawing
    if drawing is None:
        raise DataError(_("there is no curve yet; open a pattern first"))
    recipe = recipe_of(app.state.recipe)
    curves = drawing.kernel.curves(recipe)
    used = slice(0, curves.used)
    x, y = {
        "gr": (curves.r, curves.gr),
        "fq": (curves.q[used], curves.fq[used]),
        "sq": (curves.q[used], curves.sq[used]),
        "iq": (curves.q[used], curves.iq[used]),
    }[kind]
    band = None
    if kind == "gr" and drawing.source.sigma is not None and recipe.calculation == "exact":
        band = error_band(drawing.kernel, recipe, drawing.source.sigma)
    settings: dict[str, Any] = {
        "dataformat": recipe.dataformat,
        "inputfile": app.state.name,
        "backgroundfiles": " ".join(path.rpartition("/")[2] for path in app.state.background),
        "mode": recipe.mode,
        **{name: value for name, value in asdict(recipe).items() if name not in {"dataformat", "mode"}},
    }
    settings["qmax"] = recipe.qmax or float(curves.q[-1])
    settings["qmaxinst"] = recipe.qmaxinst or float(curves.q[-1])
    writer = f"daisy-lab-{version('daisy-lab')}"
    with TemporaryDirectory(prefix="daisy-pdf-") as folder:
        made = io.write_pdf_curve(
            Path(folder) / f"curve.{kind}",
            kind,  # type: ignore[arg-type]  # one of the four
            x,
            y,
            settings=settings,
            sigma=band,
            version=writer,
        )
        return made.read_text("utf-8")


def recipe_text(app: PdfApp) -> str:
    """Give the recipe and its files as JSON."""
    whole = {
        "format": "daisy-lab-pdf/1",
        **app.state.to_json(),
        "recipe": asdict(recipe_of(app.state.recipe)),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def notebook_text(app: PdfApp) -> str:
    """Give a notebook that makes G(r) again from the files."""
    state, recipe = app.state, asdict(recipe_of(app.state.recipe))
    recipe["bgscale"] = list(recipe["bgscale"])
    body = _frame_lines(app) if state.kind == "frames" else _pattern_lines(app)
    settings = ",\n".join(f"    {name}={value!r}" for name, value in recipe.items())
    call = [
        "result = pattern_to_gr(",
        "    x,",
        "    intensity,",
        "    background,",
        "    sigma,",
        f"{settings},",
        ")",
    ]
    cells = [
        _cell("markdown", f"# G(r): {state.name}"),
        _cell("code", "\n".join(body)),
        _cell("code", "\n".join(call)),
        _cell("code", "result.r, result.gr, result.gr_sigma"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    whole = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _pattern_lines(app: PdfApp) -> list[str]:
    state = app.state
    lines = [
        "import numpy as np",
        "from daisy_lab import io",
        "from daisy_lab.algorithms.pdf import pattern_to_gr",
        "",
        f"pattern = io.read_pattern({state.name!r})",
        "x, intensity, sigma = pattern.x, pattern.y, pattern.sigma",
        "background = None",
    ]
    if state.background:
        names = [path.rpartition("/")[2] for path in state.background]
        lines += [
            f"curves = [io.read_pattern(name).columns[:2] for name in {names!r}]",
            "background = np.full((len(curves), 2, max(one.shape[1] for one in curves)), np.nan)",
            "for row, one in zip(background, curves):",
            "    row[:, : one.shape[1]] = one",
        ]
    return lines


def _frame_lines(app: PdfApp) -> list[str]:
    state = app.state
    names = [path.rpartition("/")[2] for path in state.background]
    bounds = f"lowest={state.masks.lowest!r}, highest={state.masks.highest!r}"
    return [
        "import numpy as np",
        "from daisy_lab import io",
        "from daisy_lab.algorithms import azint",
        "from daisy_lab.algorithms.pdf import pattern_to_gr",
        "",
        f"geometry = io.read_poni({state.poni.rpartition('/')[2]!r})",
        f"frames = np.asarray(io.open_frames({state.name!r})[{state.frame}:{state.frame + 1}])",
        *_mask_lines(app),
        f"found = azint.integrate(frames, binning, mask, error_model='poisson', {bounds})",
        "intensity, sigma = found.intensity[0], found.sigma[0]",
        "background = None",
        *(
            [
                f"empty = np.asarray(io.open_frames({names[0]!r})[:1])",
                f"level = azint.integrate(empty, binning, mask, {bounds}).intensity[0]",
                "background = np.stack([x, level])[np.newaxis]",
            ]
            if names
            else []
        ),
    ]


def _mask_lines(app: PdfApp) -> list[str]:
    """Give the lines that make mask and bins as the page does: the steps of its workflow."""
    state, masks = app.state, app.state.masks
    flip = state.flip or "none"
    known = "None"
    lines = []
    if state.mask:
        known = "known"
        lines.append(f"known = np.asarray(io.open_image({state.mask.rpartition('/')[2]!r}, 'mask'))")
    lines += [
        f"mask = azint.mask_detector(frames, geometry, {known}, gaps={masks.gaps!r}, flip={flip!r})",
        (
            f"binning, x = azint.bins(frames, geometry, mask, bins={BINS}, flip={flip!r}, "
            f"polarization={state.polarization!r})"
        ),
    ]
    if masks.pixels:
        first, end = stack_of(state.frame, state.count)
        lines += [
            f"some = np.asarray(io.open_frames({state.name!r})[{first}:{end}])",
            f"mask = azint.mask_pixels(some, mask, hot={masks.hot!r})",
        ]
    lines += [
        f"shapes = {masks.drawn!r}",
        (
            f"mask = azint.mask_detector(frames, geometry, mask, gaps=False, lowest={masks.lowest!r}, "
            f"highest={masks.highest!r}, shapes=shapes, flip={flip!r})"
        ),
    ]
    if masks.rings:
        lines.append(
            f"mask = azint.mask_rings(frames, geometry, mask, threshold={masks.threshold!r}, flip={flip!r})"
        )
    return lines


def _cell(kind: str, source: str) -> dict[str, Any]:
    rest: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    number = abs(hash((kind, source))) % 10**8
    return {"cell_type": kind, "id": f"c{number}", "metadata": {}, "source": source, **rest}
