"""A volume as three planes that cross at a point, and in three dimensions."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar, Final

import ipywidgets
import numpy as np

from daisy_lab.texts import gettext as _
from daisy_lab.widgets._exhibit import Exhibit
from daisy_lab.widgets._turned import TurnedView, ipyvolume_figure

if TYPE_CHECKING:
    from concurrent.futures import Future

    from daisy_lab._detached import Answer, Link
    from daisy_lab.vocabulary import Array
    from daisy_lab.widgets._exhibit import LevelsView, Source

__all__ = ["PlanesView", "VolumeView"]

_log = logging.getLogger(__name__)
_VOXELS: Final = 128**3
_MOST_VOXELS: Final = 256**3


class PlanesView(Exhibit):
    """Three planes of a volume; pressing in one moves the others. `index` is the point where they cross."""

    kind: ClassVar[str] = "planes"


class VolumeView(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Three planes of a volume, and the volume itself once it is asked for.

    Parameters
    ----------
    source
        Name of a volume of the session; an array of this process; nothing as long as there is none.
    link
        The way to the session; this kernel's own store by default.
    voxels
        How many voxels may travel to the page for the view in three dimensions: 256**3 at most.
    height
        As CSS writes it.
    """

    def __init__(
        self,
        source: Source | None = None,
        link: Link | None = None,
        *,
        voxels: int = _VOXELS,
        height: str = "640px",
    ) -> None:
        self._voxels = min(voxels, _MOST_VOXELS)
        self._turned: TurnedView | None = None
        self._asked = 0
        self.planes = PlanesView(source, link, height="100%")
        self.button = ipywidgets.Button(
            description=_("Show in 3-D"),
            icon="cube",
            tooltip=_("Reduces the volume and draws it on this page"),
        )
        self.button.on_click(lambda _button: self.turn())
        self.said = ipywidgets.Label()
        self._corner = ipywidgets.VBox([self.button, self.said], layout=_CORNER)
        body = ipywidgets.Box([self.planes, self._corner], layout={"height": "100%", "width": "100%"})
        body.add_class("jp-DaisyVolume")
        super().__init__([body], layout={"width": "100%", "height": height})
        self.planes.observe(lambda _change: self._forget(), "sources")

    @property
    def turned(self) -> TurnedView | None:
        """The view in three dimensions, once there is one."""
        return self._turned

    def show(self, source: Source | None) -> None:
        """Show another volume, or another version of this one."""
        self.planes.show(source)

    def levels(self) -> LevelsView:
        """Give histogram, window and level as a widget of its own."""
        return self.planes.levels()

    def turn(self) -> None:
        """Have the session reduce the volume, and draw it when it came."""
        future = self._reduced()
        if future is None:
            return
        self._asked += 1
        number = self._asked
        self.button.disabled = True
        self.said.value = _("Reducing the volume")
        future.add_done_callback(lambda done: self._came(done, number))

    def ipyvolume(self) -> Any:  # noqa: ANN401 - ipyvolume has no types
        """Give the volume as a figure of ipyvolume, where that is installed; waits for the reduction."""
        future = self._reduced()
        return None if future is None else ipyvolume_figure(_levels(future.result()))

    def _reduced(self) -> Future[Answer] | None:
        source = self.planes.sources.get("main")
        if source is None:
            return None
        params: dict[str, Any] = {"name": source["name"], "voxels": self._voxels, "view": self.planes.key}
        if self.planes.window is not None:
            params |= {"low": self.planes.window[0], "high": self.planes.window[1]}
        return self.planes.link.ask("view.volume", params)

    def _came(self, done: Future[Answer], number: int) -> None:
        if number != self._asked:
            return
        self.button.disabled = False
        error = done.exception()
        if error is not None:
            self.said.value = str(error)
            return
        try:
            if self._turned is None:
                self._turned = TurnedView()
            self._turned.show(_levels(done.result()), done.result().result)
        except Exception as fault:  # noqa: BLE001 - the boundary to k3d, and the link's thread must go on
            _log.exception("the volume could not be drawn")
            self.said.value = str(fault)
            return
        self.said.value = ""
        self._corner.children = (self._turned,)

    def _forget(self) -> None:
        """Another volume is not turned before it is asked for."""
        self._asked += 1
        self.button.disabled = False
        self.said.value = ""
        self._corner.children = (self.button, self.said)


_CORNER: Final = {"align_items": "center", "justify_content": "center", "overflow": "hidden"}


def _levels(answer: Answer) -> Array:
    grey: Array = np.frombuffer(answer.buffers[0], np.uint8).reshape(answer.result["shape"])
    return grey
