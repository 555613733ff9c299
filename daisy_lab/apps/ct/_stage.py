"""The stage: the slice, the slice beside the one before, two opposite views, or many slices to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daisy_lab.apps.ct._overlay import Overlay
from daisy_lab.apps.ct._slice import Slice
from daisy_lab.apps.ct._tries import Tries
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from concurrent.futures import Future

    from daisy_lab.apps.ct._app import CTApp
    from daisy_lab.apps.ct._state import State

__all__ = ["Stage"]

SLICE, BEFORE, OVERLAY, TRIES = "slice", "before", "overlay", "tries"


class Stage:
    """What stands in the middle of the page, and the switch between its ways.

    Parameters
    ----------
    app
        The page.
    """

    def __init__(self, app: CTApp) -> None:
        self._app = app
        self.way = SLICE
        self.slice = Slice(app)
        self.overlay = Overlay(app)
        self.tries = Tries(app)
        self._before: State | None = None
        self._parts: dict[str, Any] = {
            SLICE: self.slice.picture,
            BEFORE: self.slice.picture,
            OVERLAY: self.overlay.picture,
            TRIES: self.tries.sheet,
        }
        for part in self._switched:
            part.observe(lambda change: self.go(change["new"]), "way")
        self._tell()

    @property
    def _switched(self) -> list[Any]:
        return [self.slice.picture, self.overlay.picture, self.tries.sheet]

    @property
    def part(self) -> Any:  # noqa: ANN401 - any widget
        """What is shown now."""
        return self._parts[self.way]

    def go(self, way: str) -> None:
        """Show another way."""
        if way == self.way or way not in self._offered():
            return
        self.way = way
        self._tell()
        self._app.layout.stage()
        self.slice.compare(self._before if way == BEFORE else None)
        self.show(self._app.state)

    def show(self, state: State) -> Future[None]:
        """Show a state the way that was chosen; the future is done once it is there, or cannot be."""
        if self.way == OVERLAY:
            return self.overlay.show()
        if self.way == TRIES:
            self.tries.offer(state)
        return self.slice.show(state)

    def remember(self, before: State) -> None:
        """Take the state that the slice is compared with from now on."""
        self._before = before
        self._tell()
        if self.way == BEFORE:
            self.slice.compare(before)

    def compare(self, before: State) -> None:
        """Show the slice beside that of another state, as of an older version."""
        self._before = before
        self._tell()
        if self.way == BEFORE:
            self.slice.compare(before)
        else:
            self.go(BEFORE)

    def refresh(self) -> None:
        """Offer what applies to the scan that is open."""
        self._tell()
        if self.way not in self._offered():
            self.go(SLICE)

    def _offered(self) -> dict[str, dict[str, str]]:
        ways = {SLICE: {"id": SLICE, "title": _("Slice")}}
        if self._before is not None:
            ways[BEFORE] = {
                "id": BEFORE,
                "title": _("Before / after"),
                "tip": _("The slice beside the one before the last change"),
            }
        if self.overlay.pair is not None:
            ways[OVERLAY] = {
                "id": OVERLAY,
                "title": _("0°/180°"),
                "tip": _(
                    "Two views half a turn apart, one less the mirrored other: edges vanish at the right axis"
                ),
            }
        ways[TRIES] = {"id": TRIES, "title": _("Try values"), "tip": _("Slices for many values of a setting")}
        return ways

    def _tell(self) -> None:
        # Before a scan is open there is nothing to choose from.
        ways = list(self._offered().values()) if self._app.scan.shape else []
        for part in self._switched:
            part.ways = ways
            part.way = self.way
