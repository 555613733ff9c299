"""A picture with its tools: slices, colours, levels, zoom, profile, areas, mask, and another one to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from traitlets import Bool, Dict, List, Unicode

from daisy_lab.widgets._exhibit import Exhibit
from daisy_lab.widgets._held import HeldMask
from daisy_lab.widgets._pictures import Feeder, view_info

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from daisy_lab._detached import Answer, Link
    from daisy_lab.vocabulary import Array
    from daisy_lab.widgets._exhibit import Source

    Place = tuple[float, float]

__all__ = ["ImageView"]


class ImageView(Exhibit):
    """A picture of an object, whatever its size: the page is sent the pixels that it shows, and no others.

    Parameters
    ----------
    source
        Name of an object of the session, or on its shelf (`~slice`); an array of this process; what `chain.show`
        answered; nothing as long as there is nothing to see.
    link
        The way to the session; this kernel's own store by default.
    other
        Another object of the same axes, to compare with.
    mask
        An object whose values from 0 to 1 say where the picture is covered.
    traits
        See the traits, as `height="100%"`, `colours="sea"`, `parts={"levels": False}`.
    """

    region = List(allow_none=True, default_value=None).tag(sync=True)
    """Rows and columns on the screen: top, bottom, left, right; ends excluded."""
    roi = Dict(allow_none=True, default_value=None).tag(sync=True)
    """The area: kind, points (row, column), and mean, std, low, high, count once they are known; none: no area."""
    profile = Dict(allow_none=True, default_value=None).tag(sync=True)
    """The line: kind and points (row, column); none: no line."""
    titles = Dict().tag(sync=True)
    """What two pictures are called: `main` and `other`."""
    arrangement = Unicode("side").tag(sync=True)
    """How two pictures stand: side, curtain, swap."""
    ways = List().tag(sync=True)
    """Ways to look at what is shown, for the user to choose from: each with `id`, `title`, and `tip`."""
    way = Unicode().tag(sync=True)
    """Id of the one that is chosen."""
    outlines = List().tag(sync=True)
    """Lines and spots over the picture, to be looked at: `points` (row, column), `title`, `kind` ring, spot, shape."""
    scales = Dict().tag(sync=True)
    """What positions mean, by axis: `title`, `first`, `step`, `digits`, `unit`; the read-out says it so."""
    picking = Bool(default_value=False).tag(sync=True)
    """Whether pressing on the picture tells where."""
    picked = Dict().tag(sync=True)
    """Where it was pressed last: `row`, `column`, `serial`."""

    def __init__(
        self,
        source: Source | None = None,
        link: Link | None = None,
        *,
        other: Source | None = None,
        mask: Source | None = None,
        **traits: object,
    ) -> None:
        super().__init__(source, link, **traits)
        self._relay.told["view.line"] = self._tell_profile
        self._held: HeldMask | None = None
        self._profile_listeners: list[Callable[[Array, Array], None]] = []
        if other is not None:
            self.show(other, "other")
        if mask is not None:
            self.cover(mask)

    def compare(
        self,
        other: Source | None,
        *,
        titles: tuple[str, str] | None = None,
        arrangement: Literal["side", "curtain", "swap"] = "side",
    ) -> None:
        """Show another object beside this one, or with None this one alone again.

        Parameters
        ----------
        other
            What to compare with.
        titles
            What the two are called, as before and after.
        arrangement
            Beside each other, on either side of a line, or one over the other.
        """
        self.arrangement = arrangement
        self.titles = {} if titles is None else {"main": titles[0], "other": titles[1]}
        self.show(other, "other")

    def cover(self, mask: Source | None, opacity: float | None = None) -> None:
        """Lay a mask over the picture: values from 0 (free) to 1 (covered); none with None."""
        if opacity is not None:
            self.mask_opacity = opacity
        if isinstance(mask, np.ndarray) and mask.dtype == bool:
            mask = mask.view(np.uint8)
        self.show(mask, "mask")

    def cover_held(self, mask: Array | None) -> None:
        """Lay a mask of this process over the picture, (row, column), True where covered; made for one that moves."""
        if mask is None:
            self._held = None
            self._relay.held.clear()
            self.show(None, "mask")
            return
        if self._held is None:
            self._held = HeldMask()
            self._relay.held["mask"] = self._held
            self._relay.feeders["mask"] = Feeder(self._held, "mask", self._send_safely)
        about = self._held.put(mask)
        if self.sources.get("mask", {}).get("name") == self._held.name:
            self._relay.feeders["mask"].show(view_info(about))
        else:
            self._put("mask", self._held.name)

    def on_picked(self, listener: Callable[[float, float], None]) -> Callable[[], None]:
        """Hear row and column, in pixels from the corner, where the picture is pressed while `picking`."""

        def told(change: Mapping[str, Any]) -> None:
            at = change["new"]
            if at:
                listener(float(at["row"]), float(at["column"]))

        self.observe(told, "picked")
        return lambda: self.unobserve(told, "picked")

    def draw_line(self, start: Place, stop: Place) -> None:
        """Draw the line whose values are shown below the picture."""
        self.profile = {"kind": "line", "points": [list(map(float, start)), list(map(float, stop))]}

    def draw_area(self, points: Sequence[Place]) -> None:
        """Draw the area whose statistics are shown: two corners of a rectangle, or all corners of a polygon."""
        kind = "rectangle" if len(points) == 2 else "polygon"  # noqa: PLR2004 - opposite corners
        self.roi = {"kind": kind, "points": [list(map(float, point)) for point in points]}

    def on_profile(self, listener: Callable[[Array, Array], None]) -> Callable[[], None]:
        """Call something with distances (px) and values along the line whenever they change.

        Returns
        -------
        end
            Call it to hear no more.
        """
        self._profile_listeners.append(listener)
        return lambda: self._profile_listeners.remove(listener)

    def _tell_profile(self, _asked: Mapping[str, Any], answer: Answer) -> None:
        distances, values = (np.frombuffer(buffer, np.float64) for buffer in answer.buffers)
        for listener in tuple(self._profile_listeners):
            listener(distances, values)
