"""What all picture widgets share: objects in slots, a relay to the session, versions that are followed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Final

import anywidget
import numpy as np
from traitlets import Bool, Dict, Float, List, TraitError, Unicode, validate

from daisy_lab._bridge import bridge_of_kernel
from daisy_lab._detached import local_link
from daisy_lab.widgets._again import send_again
from daisy_lab.widgets._live import live_of
from daisy_lab.widgets._pictures import Feeder, Relay, bundle, loader, page_texts, view_info

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from daisy_lab._detached import Answer, Link
    from daisy_lab.vocabulary import Array

    Source = str | Array | Mapping[str, Any]

__all__ = ["Exhibit", "LevelsView"]

_numbers: Final = count(1)


class Exhibit(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no types
    """Objects of a session, looked at.

    Parameters
    ----------
    source
        Name of an object of the session, or on its shelf (`~slice`); an array of this process; what `chain.show`
        answered; nothing as long as there is nothing to see.
    link
        The way to the session; this kernel's own store by default.
    traits
        What the page is to know from the start.
    """

    kind: ClassVar[str] = "image"

    key = Unicode().tag(sync=True)
    """Tells this widget from all others, on the page and in the session."""
    sources = Dict().tag(sync=True)
    """What is shown: name and version by slot."""
    texts = Dict().tag(sync=True)
    """What the page says, in its language."""
    parts = Dict().tag(sync=True)
    """What stands around the picture: toolbar, levels, sliders; all of it by default."""
    height = Unicode("520px").tag(sync=True)
    """As CSS writes it."""
    empty = Unicode().tag(sync=True)
    """What stands there as long as there is nothing to see."""
    note = Unicode().tag(sync=True)
    """A remark at the foot, as how long the picture took."""
    busy = Bool(default_value=False).tag(sync=True)
    """Whether something newer is on its way."""
    index = Dict().tag(sync=True)
    """Position along each axis that has a slider."""
    window = List(allow_none=True, default_value=None).tag(sync=True)
    """Values of the darkest and the brightest colour; none: what suits the object."""
    colours = Unicode("grey").tag(sync=True)
    """Colour map: grey, inverted, sea, heat, balance."""
    mask_opacity = Float(0.45, min=0.0, max=1.0).tag(sync=True)
    """How much of the picture a mask hides."""

    def __init__(self, source: Source | None = None, link: Link | None = None, **traits: object) -> None:
        bundle()
        self._link = local_link() if link is None else link
        self._own_link = link is None
        self._ends: list[Callable[[], None]] = []
        self._versions: dict[str, int] = {}
        super().__init__(
            _esm=loader(self.kind, begins=True), key=secrets.token_hex(6), texts=page_texts(), **traits
        )
        self._relay = Relay(self._link, self._send_safely, self.key)
        self._relay.feeders = {
            slot: Feeder(self._link, slot, self._send_safely) for slot in ("main", "other", "mask")
        }
        self._relay.drawn = lambda: send_again(self)
        self.on_msg(lambda _widget, content, _buffers: self._relay.hear(content))
        self._ends.append(self._link.on("found", lambda _event: self._begin_anew()))
        self._ends.append(live_of(self._link).on("objects", lambda live: self._follow(live.objects)))
        if source is not None:
            self.show(source)

    @property
    def link(self) -> Link:
        """The way to the session."""
        return self._link

    @validate("window")  # type: ignore[untyped-decorator]  # traitlets has no types
    def _check_window(self, proposal: Mapping[str, Any]) -> Any:  # noqa: ANN401 - traitlets has no types
        window = proposal["value"]
        if window is not None and (len(window) != 2 or not all(map(np.isfinite, window))):  # noqa: PLR2004 - two ends
            message = f"a window is two finite numbers, the darkest and the brightest value, not {window!r}"
            raise TraitError(message)
        return window

    def show(self, source: Source | None, slot: str = "main") -> None:
        """Show something: see the parameter `source`; nothing with None.

        Another version of what is shown keeps zoom, window and colours, and comes with its picture at once.
        """
        if isinstance(source, Mapping):
            known = self.sources.get(slot, {}).get("name") == source["name"]
            self._versions[slot] = int(source["version"])
            if known:
                self._relay.feeders[slot].show(view_info(source))
            else:
                self._put(slot, source["name"])
        elif source is None or isinstance(source, str):
            self._put(slot, source)
        else:
            self._put(slot, self._lay(np.asarray(source), slot))

    def levels(self) -> LevelsView:
        """Give histogram, window and level of this picture as a widget of its own, as for another column."""
        return LevelsView(key=self.key)

    def close(self) -> None:
        """Take it away."""
        ends, self._ends = self._ends, []
        for end in ends:
            end()
        if self._own_link:
            self._link.close()
        super().close()

    def _put(self, slot: str, name: str | None) -> None:
        sources = {key: value for key, value in self.sources.items() if key != slot}
        if name is not None:
            sources[slot] = {"name": name, "version": None}
        self.sources = sources

    def _lay(self, array: Array, slot: str) -> str:
        """Lay an array of this process where its own session is looked at."""
        name = f"~array-{self.key}-{slot}-{next(_numbers)}"
        bridge_of_kernel().shelf.put(None, name, array)
        if not self._own_link:
            # A session in another process does not see the arrays of this one.
            raise TypeError(_FOREIGN)
        return name

    def _follow(self, objects: Mapping[str, Mapping[str, Any]]) -> None:
        """Show the newest version of what is shown."""
        for slot, source in tuple(self.sources.items()):
            found = objects.get(source["name"])
            if found is None:
                continue
            version, before = int(found["version"]), self._versions.get(slot)
            self._versions[slot] = version
            if before is not None and version != before:
                self._renew(slot, source["name"])

    def _renew(self, slot: str, name: str) -> None:
        def opened(answer: Answer) -> None:
            if answer.result["view"] == "image":
                self._relay.feeders[slot].show(view_info(answer.result))

        future = self._link.ask("view.open", {"name": name})
        future.add_done_callback(lambda done: None if done.exception() else opened(done.result()))

    def _begin_anew(self) -> None:
        """Have the pages open everything again: the session came back, perhaps as a new process."""
        self._send_safely({"page": "", "what": "again", "data": {}})

    def _send_safely(
        self, content: dict[str, Any], buffers: Sequence[bytes | memoryview] | None = None
    ) -> None:
        # Answers may come after the widget was closed; then there is nobody to tell.
        if self.comm is not None:
            self.send(content, buffers=buffers)


_FOREIGN: Final = (
    "an array of this process cannot be shown through a link to another session: "
    "store it there and show it by its name, or leave the link out"
)


class LevelsView(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no types
    """Histogram, window and level of a picture that stands elsewhere on the page."""

    key = Unicode().tag(sync=True)
    """That of the picture."""
    height = Unicode("auto").tag(sync=True)

    def __init__(self, **traits: object) -> None:
        bundle()
        super().__init__(_esm=loader("levels", begins=False), **traits)
