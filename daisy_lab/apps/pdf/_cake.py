"""The frame unrolled, azimuth against Q, so that rings are straight lines; and a calibrant's rings over both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.algorithms.azint import cake_bins, ring_paths
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from daisy_lab.apps.pdf._app import PdfApp
    from daisy_lab.apps.pdf._live import LiveFrame
    from daisy_lab.vocabulary import Array
    from daisy_lab.widgets import ImageView

__all__ = ["CALIBRANTS", "Cake", "broken", "cake_workflow"]

CALIBRANTS: Final = ("CeO2", "LaB6", "Ni", "Si", "AgBh")
_BINS: Final = 500
_AZIMUTHS: Final = 360
_MOST_RINGS: Final = 40
_APART: Final = 0.08
"""Of the range of Q: labels nearer to one another would overlap."""


def cake_workflow(
    steps: Sequence[Mapping[str, Any]], *, flip: str, polarization: float, frame: int, masked: bool
) -> dict[str, Any]:
    """Give the workflow from a frame to its cake, as JSON.

    Parameters
    ----------
    steps
        Make `gap_mask` and `used_mask`.
    flip, polarization
        Of the frame.
    frame
        Its number.
    masked
        Whether a mask of the user's is there.
    """
    one = {"name": "frames", "frame": [frame, frame + 1]}
    inputs = {"frames": _("Detector frames"), "geometry": _("Where the detector stands")}
    return {
        "format": "daisy-lab-workflow/1",
        "name": "frame_to_cake",
        "title": _("Frame to cake"),
        "inputs": inputs | ({"mask": _("Pixels to ignore")} if masked else {}),
        "steps": [
            *steps,
            {
                "algorithm": "azint.cake_bins",
                "inputs": {"frames": one, "geometry": "geometry", "mask": "gap_mask"},
                "settings": {
                    "bins": _BINS,
                    "azimuth_bins": _AZIMUTHS,
                    "flip": flip,
                    "polarization": polarization,
                },
                "outputs": ["cake_binning", "cake_radius", "cake_azimuth"],
            },
            {
                "algorithm": "azint.cake",
                "inputs": {"frames": "frames", "binning": "cake_binning", "mask": "used_mask"},
                "settings": {"error_model": "none"},
                "outputs": ["cakes", "cake_sigma"],
            },
        ],
        "results": ["cakes"],
    }


class Cake:
    """Switches a picture between a frame and its cake, and draws rings over it.

    Parameters
    ----------
    app
        The page.
    picture
        Shows the frame.
    """

    def __init__(self, app: PdfApp, picture: ImageView) -> None:
        self._app, self._picture = app, picture
        picture.ways = [
            {"id": "frame", "title": _("Frame"), "tip": _("As the detector saw it")},
            {"id": "cake", "title": _("Cake"), "tip": _("Azimuth against Q: rings are straight lines")},
        ]
        picture.way = "frame"
        picture.observe(lambda _change: app.work.do("cake", self._show), "way")

    def leave(self) -> None:
        """Show the frame again, as another one is opened."""
        self._picture.way = "frame"
        self._picture.outlines = []
        self._picture.show("frames")

    def renew(self) -> None:
        """Make the cake anew if it is what is shown: the mask changed."""
        if self._picture.way == "cake":
            self._app.work.do("cake", self._show)

    def lines(self) -> None:
        """Draw the rings of the calibrant that the page's state names."""
        self._app.work.do("lines", self._draw)

    def _show(self) -> None:
        app, live = self._app, self._app.frame.live
        if live is None:
            return
        if self._picture.way != "cake":
            self._picture.show("frames")
        else:
            state = app.state
            workflow = cake_workflow(
                app.frame.steps(),
                flip=live.flip,
                polarization=state.polarization,
                frame=state.frame,
                masked=app.frame.masked,
            )
            want = {"frame": [state.frame, state.frame + 1]}
            told = app.work.ask(
                "chain.show", workflow=workflow, target="cakes", want=want, into="~cake", view="cake"
            ).result
            self._picture.show(told)
        self._draw()

    def _draw(self) -> None:
        live = self._app.frame.live
        calibrant = self._calibrant()
        if live is None:
            return
        try:
            paths = ring_paths(live.geometry, calibrant, live.frame.shape, live.flip) if calibrant else []
        except DaisyError as error:
            self._app.shell.say(str(error), "warn", "lines")
            paths = []
        if self._picture.way == "cake":
            self._picture.outlines = self._straight(live, [path.q for path in paths])
            return
        self._picture.outlines = [
            {"points": part, "kind": "ring"} for path in paths[:_MOST_RINGS] for part in broken(path.points)
        ]

    def _straight(self, live: LiveFrame, rings: Sequence[float]) -> list[dict[str, Any]]:
        """Give rings as lines across the cake, and tell the picture what its rows and columns are."""
        flip: Any = live.flip
        made = cake_bins(
            live.frame[np.newaxis], live.geometry, live.gaps, bins=_BINS, azimuth_bins=_AZIMUTHS, flip=flip
        )
        first, step = float(made.radius[0]), float(made.radius[1] - made.radius[0])
        self._picture.scales = {
            "bin": {"title": "Q", "first": first, "step": step, "digits": 3, "unit": "Å⁻¹"},
            "azimuth_bin": {
                "title": _("azimuth"),
                "first": float(made.azimuth[0]),
                "step": float(made.azimuth[1] - made.azimuth[0]),
                "digits": 1,
                "unit": "°",
            },
        }
        outlines, named = [], -np.inf
        for q in rings[:_MOST_RINGS]:
            column = (q - first) / step + 0.5
            if not 0 <= column <= _BINS:
                continue
            title = f"{q:.2f}" if column - named > _APART * _BINS else ""
            named = column if title else named
            outlines.append({"points": [[0, column], [_AZIMUTHS, column]], "kind": "ring", "title": title})
        return outlines

    def _calibrant(self) -> str:
        """Give whose rings are drawn: as chosen, or those of the sample where it is a calibrant."""
        state = self._app.state
        if state.rings_of != "sample":
            return "" if state.rings_of == "none" else state.rings_of
        formula = str(state.recipe.get("composition", "")).replace(" ", "")
        return formula if formula in CALIBRANTS else ""


def broken(points: Array) -> list[list[list[float]]]:
    """Give the stretches of a line that are on the picture, (point, row and column) each."""
    good = np.isfinite(points).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
    stretches = zip(edges[::2], edges[1::2], strict=True)
    return [points[first:end].tolist() for first, end in stretches if end - first > 1]
