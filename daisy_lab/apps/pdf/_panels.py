"""The linked curves: I(Q), F(Q) and G(r) on canvases, and beside them the frame; only what changed travels.

One message brings all that a moved slider changed, as float32 beside a few words: a curve of bqplot is five messages
and an SVG path, which a slider feels (decision 60).
"""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from ipywidgets import widget_serialization
from traitlets import Any as AnyTrait
from traitlets import Bool, List

from daisy_lab.texts import gettext as _
from daisy_lab.widgets import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.vocabulary import Array

__all__ = ["Drawn", "Panels"]

_NAME: Final = str(Path(__file__).parent / "panels.vue")


class Drawn(NamedTuple):
    """One curve: its panel (`iq`, `fq`, `gr`), the arrays that it is made of, and its look."""

    name: str
    panel: str
    x: str
    y: str
    colour: str
    title: str = ""
    low: str = ""
    high: str = ""
    """Arrays of a band around it."""
    dash: bool = False
    hidden: bool = False
    """Whether it is shown only when the user asks for it."""
    free: bool = False
    """Whether it may run out of the picture: it does not count for the limits."""


class Panels(Part):
    """Three panels that share their axes, and a fourth for a picture.

    Parameters
    ----------
    picture
        A widget that shows the frame.
    """

    drawn_by = _NAME

    panels = List().tag(sync=True)
    picture = AnyTrait(allow_none=True, default_value=None).tag(sync=True, **widget_serialization)
    pictured = Bool(default_value=False).tag(sync=True)
    """Whether the picture is shown."""
    large = Bool(default_value=False).tag(sync=True)
    """Whether the picture takes most of the room, as to draw on it."""

    def __init__(self, picture: object = None) -> None:
        self._serial = count(1)
        self._arrays: dict[str, Array] = {}
        self._sent: dict[str, Array] = {}
        self._curves: list[dict[str, Any]] = []
        self._peaks: Sequence[Mapping[str, Any]] = ()
        self._told: Sequence[Mapping[str, Any]] | None = None
        """Peaks that the page knows."""
        super().__init__(None, panels=_panels(), picture=picture)

    def words(self) -> dict[str, str]:
        """Give the template's texts."""
        return {
            "panels": _("Curves"),
            "hide": _("Show or hide"),
            "whole": _("Show everything"),
            "drag": _("Drag to enlarge, double-click to show everything; arrow keys move the cursor"),
            "empty": _("Open a pattern or a frame to see it here."),
            "none": _("Nothing to draw yet: see what the recipe still needs."),
        }

    def draw(
        self,
        arrays: Mapping[str, Array],
        curves: Sequence[Drawn],
        peaks: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Show curves.

        Parameters
        ----------
        arrays
            Columns by name, (point,); one that is the same object as before does not travel again.
        curves
            What is drawn of them.
        peaks
            Places in G(r): `r`, `text`, and `tall` for those that get a number; they ride on the curve.
        """
        with self.lock:
            self._arrays = dict(arrays)
            self._curves = [curve._asdict() for curve in curves]
            self._peaks = peaks
            self._send_changed()

    def clear(self) -> None:
        """Show nothing."""
        self.draw({}, ())

    def vue_ready(self, _data: object = None) -> None:
        """Send everything: a page has begun to look."""
        with self.lock:
            self._sent, self._told = {}, None
            if self._arrays:
                self._send_changed()

    def _send_changed(self) -> None:
        fresh = [name for name, array in self._arrays.items() if self._sent.get(name) is not array]
        buffers: list[bytes | memoryview] = [
            np.ascontiguousarray(self._arrays[name], np.float32).tobytes() for name in fresh
        ]
        self._sent = dict(self._arrays)
        about = {
            "serial": next(self._serial),
            "fresh": fresh,
            "curves": self._curves,
            "peaks": None if self._told is self._peaks else [dict(peak) for peak in self._peaks],
        }
        self._told = self._peaks
        self.tell("curves", about, buffers=buffers)


def _panels() -> list[dict[str, Any]]:
    q = {"axis": "q", "x": "Q / Å⁻¹", "unit": "Å⁻¹"}
    return [
        {"id": "iq", "title": "I(Q)", "y": _("counts"), "log": True, **q},
        {"id": "fq", "title": "F(Q)", "y": "F / Å⁻¹", "log": False, **q},
        {"id": "gr", "title": "G(r)", "y": "G / Å⁻²", "log": False, "axis": "r", "x": "r / Å", "unit": "Å"},
    ]
