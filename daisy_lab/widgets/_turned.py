"""A volume in three dimensions, drawn by k3d: the greatest value behind each point, a surface, or the volume as a haze.

What travels is a reduction that the session makes, never more voxels than a budget; it travels once it is looked at.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Literal

import ipywidgets
import numpy as np

from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daisy_lab.vocabulary import Array

    Way = Literal["greatest", "surface", "haze"]

__all__ = ["TurnedView", "VolumeLibraryError", "ipyvolume_figure"]

_LEVELS: Final = 255
_STAGE: Final = 0x0D1117
_BONE: Final = 0xE8DCC0
_STEEP: Final = 12
_FIELD: Final = 40.0


class VolumeLibraryError(DaisyError, ImportError):
    """A library that draws volumes is not installed."""


class TurnedView(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A volume to turn around, with the way it is drawn.

    Parameters
    ----------
    height
        Of the drawing, in pixels.
    """

    def __init__(self, height: int = 400) -> None:
        # Imported here: it takes a while, and who looks at slices only does not need it.
        self._k3d = import_module("k3d")
        self._plot = self._k3d.plot(
            height=height,
            background_color=_STAGE,
            grid_visible=False,
            menu_visibility=False,
            camera_auto_fit=False,
            camera_fov=_FIELD,
            colorbar_object_id=0,
            axes_helper=0,
            axes=["x", "y", "z"],
        )
        # From above and beside, all of it in sight: its longest side is 1.
        self._plot.camera = [0.95, -1.2, 0.75, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]
        self._levels: Array | None = None
        self._about: Mapping[str, Any] = {}
        self._drawn: Any = None
        self.way = ipywidgets.ToggleButtons(
            options=[(_("Greatest value"), "greatest"), (_("Surface"), "surface"), (_("Haze"), "haze")],
            style={"button_width": "auto"},
            tooltips=[
                _("The greatest value behind each point"),
                _("Where the values cross a level"),
                _("All of the volume, bright values denser"),
            ],
        )
        self.level = ipywidgets.FloatSlider(
            description=_("Level"), continuous_update=False, readout_format=".4g", layout={"width": "240px"}
        )
        self.way.observe(lambda _change: self._draw(), "value")
        self.level.observe(lambda _change: self._set_level(), "value")
        self.said = ipywidgets.Label()
        tools = ipywidgets.HBox([self.way, self.level, self.said])
        tools.add_class("jp-DaisyTurned-tools")
        super().__init__([tools, self._plot], layout={"width": "100%"})
        self.add_class("jp-DaisyTurned")

    @property
    def voxels(self) -> int:
        """Voxels that were sent to the page."""
        return 0 if self._levels is None else int(self._levels.size)

    def show(self, levels: Array, about: Mapping[str, Any]) -> None:
        """Draw a volume.

        Parameters
        ----------
        levels
            8 bit, (slice, row, column): 1 for `low` and below, 255 for `high`, 0 for what is not a number.
        about
            What `view.volume` answered.
        """
        # What k3d takes; 256 levels fit exactly.
        self._levels, self._about = levels.astype(np.float16), about
        low, high, unit = about["low"], about["high"], about["unit"]
        with self.level.hold_trait_notifications():
            # Ends first that hold both the old value and the new one: an end must not pass the value.
            self.level.min, self.level.max = min(low, self.level.min), max(high, self.level.max)
            self.level.value = (low + high) / 2
            self.level.min, self.level.max, self.level.step = low, high, (high - low) / 200
        self.level.description = f"{_('Level')} ({unit})" if unit and unit != "1" else _("Level")
        self.said.value = _in_words(about)
        self._draw()

    def _draw(self) -> None:
        if self._levels is None:
            return
        if self._drawn is not None:
            self._plot -= self._drawn
        self._drawn = {"greatest": self._greatest, "surface": self._surface, "haze": self._haze}[
            self.way.value
        ]()
        self._plot += self._drawn
        self.level.layout.display = "none" if self.way.value == "greatest" else ""

    def _greatest(self) -> Any:  # noqa: ANN401 - k3d has no types
        return self._k3d.mip(self._levels, color_map=_grey(), color_range=[1, _LEVELS], bounds=self._bounds())

    def _surface(self) -> Any:  # noqa: ANN401 - k3d has no types
        return self._k3d.marching_cubes(
            np.asarray(self._levels, np.float32),
            level=self._level(),
            color=_BONE,
            flat_shading=False,
            bounds=self._bounds(),
        )

    def _haze(self) -> Any:  # noqa: ANN401 - k3d has no types
        return self._k3d.volume(
            self._levels,
            color_map=_grey(),
            color_range=[1, _LEVELS],
            opacity_function=self._opacity(),
            alpha_coef=20,
            bounds=self._bounds(),
        )

    def _set_level(self) -> None:
        if self._drawn is None:
            return
        if self.way.value == "surface":
            self._drawn.level = self._level()
        elif self.way.value == "haze":
            self._drawn.opacity_function = np.asarray(self._opacity(), np.float32)

    def _level(self) -> float:
        low, high = float(self._about["low"]), float(self._about["high"])
        return 1.0 + (_LEVELS - 1) * (float(self.level.value) - low) / (high - low)

    def _opacity(self) -> list[float]:
        """Give the transfer function: clear below the level, denser and denser above."""
        part = min(max((self._level() - 1) / (_LEVELS - 1), 0.0), 1.0)
        points: list[float] = []
        for number in range(33):
            value = number / 32
            points += [value, float(np.clip((value - part) * _STEEP, 0, 1) * value)]
        return points

    def _bounds(self) -> list[float]:
        """Give the ends along each axis, the last one first: true proportions, the longest side 1, its middle at 0."""
        assert self._levels is not None  # noqa: S101 - something is drawn
        sides = [
            length * factor for length, factor in zip(self._levels.shape, self._about["factors"], strict=True)
        ]
        longest = max(sides)
        return [end * side / longest / 2 for side in reversed(sides) for end in (-1, 1)]


def _grey() -> list[list[float]]:
    return [[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]


def _in_words(about: Mapping[str, Any]) -> str:
    slices, rows, columns = about["shape"]
    shown = _("{slices} x {rows} x {columns} voxels").format(slices=slices, rows=rows, columns=columns)
    if max(about["factors"]) == 1:
        return shown
    down = " x ".join(map(str, about["factors"]))
    way = (
        _("each stands for {count}")
        if not about["thinned"]
        else _("each stands for {count}; slices left out")
    )
    return f"{shown}, {way.format(count=down)}"


def ipyvolume_figure(levels: Array) -> Any:  # noqa: ANN401 - ipyvolume has no types
    """Give a volume as a figure of ipyvolume, for pages that already work with it.

    Raises
    ------
    VolumeLibraryError
        If ipyvolume is not installed.
    """
    if find_spec("ipyvolume") is None:
        raise VolumeLibraryError(
            _(
                "ipyvolume is not installed: pip install ipyvolume ipython_genutils six; k3d needs nothing more"
            )
        )
    library = import_module("ipyvolume")
    figure = library.figure()
    library.volshow(levels.astype(np.float32))
    return figure
