"""What is drawn of one recipe: the measured pattern and its background, F(Q) and its polynomial, G(r) and its band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.algorithms.pdf import error_band
from daisy_lab.apps.pdf._panels import Drawn
from daisy_lab.apps.pdf._peaks import find_peaks, low_line
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from daisy_lab.algorithms.pdf import Curves, PdfKernel, Recipe
    from daisy_lab.apps.pdf._panels import Panels
    from daisy_lab.apps.pdf._source import Source
    from daisy_lab.vocabulary import Array

__all__ = ["Drawing"]

_BLUE: Final = "--daisy-accent"
_BROWN: Final = "#c77f1a"
_GREEN: Final = "--daisy-ok"
_RED: Final = "--daisy-error"
_LOW_LINE: Final = "\u22124\u03c0\u03c1\u2080r"


class Drawing:
    """Makes pictures of recipes, and keeps what the next one can use again.

    Parameters
    ----------
    source
        The pattern.
    panels
        Where it is drawn.
    """

    def __init__(self, source: Source, panels: Panels) -> None:
        self.source, self._panels = source, panels
        self.kernel: PdfKernel = source.kernel()
        self._kept: dict[str, tuple[Any, Array]] = {}
        self._peaks: list[dict[str, Any]] = []
        self._sigma: Array | None = None
        """Of G(r), from the last recipe at rest; while a slider moves it stands in for the new one."""

    def renew(self, source: Source) -> None:
        """Take another intensity at the same Q, as under another mask; what does not depend on it is kept."""
        same = source.background is None and self.source.background is None
        if same and np.array_equal(np.isfinite(source.intensity), np.isfinite(self.source.intensity)):
            self.kernel = self.kernel.over(source.intensity)
        else:
            self.kernel = source.kernel()
        self.source = source
        self._kept.clear()

    def draw(self, recipe: Recipe, *, final: bool) -> Curves:
        """Draw what a recipe gives; at rest with a fresh error band.

        Raises
        ------
        SettingError, DataError
            As `pdf.pattern_to_gr` has it.
        """
        try:
            curves = self.kernel.curves(recipe)
        except DaisyError:
            # Without a composition the pattern can be seen all the same.
            self._draw_pattern(recipe)
            raise
        if final and self.source.sigma is not None and recipe.calculation == "exact":
            self._sigma = error_band(self.kernel, recipe, self.source.sigma)
        peaks = self._marked(curves, recipe, final=final)
        arrays, drawn = self._of_q(curves, recipe)
        more, lines = self._of_r(curves, recipe, peaks)
        self._panels.draw(arrays | more, drawn + lines, peaks)
        return curves

    def _marked(self, curves: Curves, recipe: Recipe, *, final: bool) -> list[dict[str, Any]]:
        """Give the peaks; while a slider moves those at rest ride on the moving curve."""
        if final:
            self._peaks = find_peaks(curves.r, curves.gr, recipe.composition)
            return self._peaks
        return self._peaks

    def _of_q(self, curves: Curves, recipe: Recipe) -> tuple[dict[str, Array], list[Drawn]]:
        arrays = {"q": curves.q, "fq": curves.fq}
        arrays["polynomial"] = self._once("polynomial", curves.fq, lambda: curves.polynomial)
        arrays["iq"] = self._once(
            "measured", self.kernel.interpolation(recipe)[0], lambda: self._on_grid(recipe)
        )
        drawn = [
            Drawn("measured", "iq", "q", "iq", _BLUE, _("sample")),
            Drawn("fq", "fq", "q", "fq", _BLUE, "F(Q)"),
            Drawn("polynomial", "fq", "q", "polynomial", _BROWN, _("polynomial"), dash=True, free=True),
        ]
        if self.source.scaled:
            arrays["subtracted"] = curves.iq
            arrays["background"] = self._once("background", curves.iq, lambda: arrays["iq"] - curves.iq)
            drawn[1:1] = [
                Drawn("background", "iq", "q", "background", _BROWN, _("background")),
                Drawn("subtracted", "iq", "q", "subtracted", _GREEN, _("difference"), hidden=True),
            ]
        # F beyond qmax is not used: told by a line where it ends.
        if curves.used < len(curves.q):
            end = float(curves.q[curves.used - 1])
            arrays["end"] = np.array([end, end])
            arrays["ends"] = np.array([float(curves.fq.min()), float(curves.fq.max())])
            drawn.append(Drawn("end", "fq", "end", "ends", _RED, "", dash=True))
        return arrays, drawn

    def _of_r(
        self, curves: Curves, recipe: Recipe, peaks: list[dict[str, Any]]
    ) -> tuple[dict[str, Array], list[Drawn]]:
        arrays = {"r": curves.r, "gr": curves.gr}
        low = high = ""
        if self._sigma is not None and self._sigma.shape == curves.gr.shape:
            arrays |= {"gr_low": curves.gr - self._sigma, "gr_high": curves.gr + self._sigma}
            low, high = "gr_low", "gr_high"
        drawn = [Drawn("gr", "gr", "r", "gr", _BLUE, "G(r)", low, high)]
        first = next((peak["r"] for peak in peaks if peak["tall"]), 0.0)
        density, origin = low_line(curves.r, curves.gr, recipe.composition, recipe.density, first)
        if density > 0:
            stop = min(max(first, 2.0), float(curves.r[-1]))
            arrays["low_r"] = np.array([0.0, stop])
            arrays["low_g"] = np.array([0.0, -4 * np.pi * density * stop])
            said = _("fitted") if origin == "fitted" else ""
            title = f"{_LOW_LINE} {said}".strip()
            drawn.append(Drawn("low", "gr", "low_r", "low_g", _RED, title))
        return arrays, drawn

    def _draw_pattern(self, recipe: Recipe) -> None:
        """Draw what needs no composition: the pattern and its background; nothing where Q is not known."""
        try:
            arrays = {"q": self.kernel.q(recipe), "iq": self._on_grid(recipe)}
            left = self.kernel.intensity(recipe)
        except DaisyError:
            self._panels.clear()
            return
        drawn = [Drawn("measured", "iq", "q", "iq", _BLUE, _("sample"))]
        if self.source.scaled:
            arrays["background"] = arrays["iq"] - left
            drawn.append(Drawn("background", "iq", "q", "background", _BROWN, _("background")))
        self._panels.draw(arrays, drawn)

    def _on_grid(self, recipe: Recipe) -> Array:
        way, chosen = self.kernel.interpolation(recipe)
        return way(np.asarray(self.source.intensity, np.float64)[chosen])

    def _once(self, name: str, key: object, make: Any) -> Array:  # noqa: ANN401 - a function
        kept = self._kept.get(name)
        if kept is not None and kept[0] is key:
            return kept[1]
        made: Array = make()
        self._kept[name] = (key, made)
        return made
