"""What all parts of a page have in common: one template each, the texts in the page's language, and a link.

A part is one model in the browser: a form with twenty settings costs as much to start as a button. What the browser
says arrives on the kernel's main thread, which only sends requests; answers arrive on the link's thread, which sets
traits. Nobody waits.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, ClassVar

import ipyvuetify
from traitlets import Dict, Unicode

from daisy_lab._detached import local_link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from daisy_lab._detached import Answer, Link

__all__ = ["Part"]

_FOLDER = Path(__file__).parent
_log = logging.getLogger(__name__)


class Part(ipyvuetify.VuetifyTemplate):  # type: ignore[misc]  # ipyvuetify has no types
    """A part of a page.

    Parameters
    ----------
    link
        The way to a session; this kernel's own where none is given.
    traits
        What the browser is to know from the start.
    """

    drawn_by: ClassVar[str]
    """Name of the template beside this module."""

    texts = Dict().tag(sync=True)
    """What the template says, by the word it uses for it."""
    trouble = Unicode().tag(sync=True)
    """What went wrong last, in words; empty when nothing did."""

    def __init__(self, link: Link | None = None, **traits: object) -> None:
        self.lock = RLock()
        self._link = link
        self._ends: list[Callable[[], None]] = []
        super().__init__(template=_template(self.drawn_by), texts=self.words(), **traits)

    def words(self) -> dict[str, str]:
        """Give the template's texts in the language of the page."""
        return {}

    @property
    def link(self) -> Link:
        """The way to the session; this kernel's own where none was given."""
        if self._link is None:
            self._link = _own_link()
        return self._link

    def until_closed(self, end: Callable[[], None]) -> None:
        """Call something when the part is taken away, as what ends a listener."""
        self._ends.append(end)

    def close(self) -> None:
        """Take the part away; it hears nothing more."""
        ends, self._ends = self._ends, []
        for end in ends:
            end()
        super().close()

    def tell(self, method: str, *values: object, buffers: list[bytes | memoryview] | None = None) -> None:
        """Call a function `jupyter_METHOD` of the template; what is large travels as buffers."""
        self.send({"method": method, "args": list(values)}, buffers=buffers)

    def ask(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        then: Callable[[Answer], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        *,
        buffers: Sequence[bytes | memoryview] = (),
    ) -> None:
        """Ask the session, and hear the answer on the link's thread; a refusal is shown in words by default."""

        def answered(done: Future[Answer]) -> None:
            error = None if done.cancelled() else done.exception()
            try:
                if error is not None:
                    (failed or self.complain)(error)
                elif then is not None and not done.cancelled():
                    then(done.result())
            except Exception:  # noqa: BLE001 - the boundary to the link's thread, which must go on
                _log.exception("the answer to %s could not be shown", method)

        self.link.ask(method, params, buffers).add_done_callback(answered)

    def complain(self, error: BaseException) -> None:
        """Show what went wrong at this part."""
        self.trouble = str(error) or type(error).__name__

    def vue_calm(self, _data: object = None) -> None:
        """Take the trouble away: the user has read it."""
        self.trouble = ""


@lru_cache(maxsize=1)
def _own_link() -> Link:
    """Give one link to this kernel's own session, for all parts that were given none."""
    return local_link()


@lru_cache
def _template(name: str) -> str:
    common = (_FOLDER / "part.css").read_text("utf-8")
    return f"{(_FOLDER / name).read_text('utf-8')}\n<style>\n{common}</style>\n"
