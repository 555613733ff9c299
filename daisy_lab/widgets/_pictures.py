"""Between a picture on a page and the session that holds the data: what the page asks, and pictures pushed unasked.

The page asks as a panel of JupyterLab does; its questions pass through the kernel's main thread, which only hands them
on, and answers go back from the link's thread. When another version is to be shown, the kernel asks for the picture
that the page asked for last and sends it along, so that one round trip is enough and nothing flickers.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

import anywidget

from daisy_lab import _preview as preview
from daisy_lab._detached import RemoteError
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _
from daisy_lab.texts import language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from daisy_lab._detached import Answer, Link
    from daisy_lab.widgets._held import HeldMask

__all__ = ["BundleError", "Feeder", "Relay", "bundle", "loader", "page_texts", "view_info"]

_log = logging.getLogger(__name__)
_STATIC: Final = Path(__file__).parent / "static"
_CATALOGUES: Final = Path(__file__).parents[1] / "texts" / "locale"
_PATIENCE_SECONDS: Final = 2.0
"""A page that did not say so long that a picture is on the screen is sent the next one all the same."""

# What draws is brought to a page once, by one hidden widget; all others wait for it.
_LOADER: Final = """
const place = Symbol.for('daisy-lab.widgets');
const waiting = (globalThis[place] ??= (() => {
  let done;
  const ready = new Promise(resolve => { done = resolve; });
  return { ready, done };
})());
export default {
  async initialize({ model }) { BEGIN },
  async render({ model, el }) { return (await waiting.ready).draw({ model, el }, 'KIND'); }
};
"""


class BundleError(DaisyError, RuntimeError):
    """What draws pictures in a browser was not built."""


class _Bundle(anywidget.AnyWidget):  # type: ignore[misc]  # anywidget has no types
    """Holds what draws, and shows nothing itself."""


@lru_cache(maxsize=1)
def bundle() -> anywidget.AnyWidget:
    """Give the hidden widget that brings the bundle to the pages of this kernel.

    Raises
    ------
    BundleError
        If this checkout has no bundle.
    """
    try:
        code = (_STATIC / "widgets.mjs").read_text("utf-8")
    except FileNotFoundError as error:
        raise BundleError(
            _(
                "what draws pictures in a browser is not built: {file} is not there; `make lab` builds it"
            ).format(file=error.filename)
        ) from None
    return _Bundle(_esm=code)


def loader(kind: str, *, begins: bool) -> str:
    """Give the module of one widget: it waits for the bundle, then has it draw.

    Parameters
    ----------
    kind
        Which of the bundle's widgets.
    begins
        Whether it holds what is shown; else it shows a part of what another one holds.
    """
    begin = "return (await waiting.ready).begin(model);" if begins else ""
    return _LOADER.replace("BEGIN", begin).replace("KIND", kind)


@lru_cache(maxsize=4)
def _texts(name: str) -> dict[str, list[str]]:
    path = _CATALOGUES / name / "LC_MESSAGES" / "daisy_lab.json"
    code = (_STATIC / "widgets.mjs").read_text("utf-8") if (_STATIC / "widgets.mjs").is_file() else ""
    read: dict[str, list[str]] = json.loads(path.read_text("utf-8"))
    # Only what the bundle says: a page need not have the texts of the whole workbench.
    return {text: said for text, said in read.items() if text and text in code}


def page_texts() -> dict[str, list[str]]:
    """Give the bundle's texts in the language of the page, by the English ones."""
    spoken = language()
    return {} if spoken == "en" else _texts(spoken)


def view_info(about: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a page must know of an object to look at it, from what `chain.show` or `view.open` answered."""
    axes, shape = list(about["axes"]), list(about["shape"])
    shown = list(about.get("shown") or preview.shown_axes(axes, shape))
    known = {key: about[key] for key in ("name", "version", "unit", "low", "high")}
    return {
        **known,
        "axes": axes,
        "shape": shape,
        "shown": shown,
        "view": "image",
        "dtype": about.get("dtype", ""),
    }


class Sender(Protocol):
    """What sends to all pages that show a widget."""

    def __call__(
        self, content: dict[str, Any], buffers: Sequence[bytes | memoryview] | None = None
    ) -> object:
        """Send data and buffers."""
        ...


class Feeder:
    """Pushes pictures of one slot: one at a time, of those that wait only the newest.

    Parameters
    ----------
    link
        Where pictures are asked for.
    slot
        What the page calls the slot.
    send
        What sends to the page.
    clock
        Seconds.
    """

    def __init__(
        self, link: Link | HeldMask, slot: str, send: Sender, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._link, self._slot, self._send, self._clock = link, slot, send, clock
        self._question: tuple[str, dict[str, Any]] | None = None
        self._next: dict[str, Any] | None = None
        self._since: float | None = None
        self._lock = Lock()

    def looked(self, page: str, question: Mapping[str, Any]) -> None:
        """Take note of what a page looks at: the next version is pushed as that."""
        kept = {key: value for key, value in question.items() if key not in {"name", "version", "view"}}
        with self._lock:
            self._question = page, kept

    def show(self, info: dict[str, Any]) -> None:
        """Have the pages show another version, as soon as the one before is on the screen."""
        with self._lock:
            self._next = info
            if self._since is not None and self._clock() - self._since < _PATIENCE_SECONDS:
                return
            self._since = self._clock()
        self._push()

    def shown(self) -> None:
        """Take note that the picture that was sent last is on the screen."""
        with self._lock:
            if self._next is None:
                self._since = None
                return
            self._since = self._clock()
        self._push()

    def forget(self) -> None:
        """Take note that a page began anew: what was sent to the one before is not waited for."""
        with self._lock:
            self._since = None

    def _push(self) -> None:
        with self._lock:
            info, self._next = self._next, None
            asked = self._question
        if info is None:
            return
        if asked is None:
            self._tell("", {"info": info})
            self.forget()
            return
        page, question = asked
        version = None if info["name"].startswith("~") else info["version"]
        params = {**question, "name": info["name"], "version": version}
        future = self._link.ask("view.image", params)
        future.add_done_callback(lambda done: self._came(done, page, question, info))

    def _came(self, done: Future[Answer], page: str, question: dict[str, Any], info: dict[str, Any]) -> None:
        error = done.exception()
        if error is None:
            answer = done.result()
            self._tell(page, {"info": info, "question": question, "reply": answer.result}, answer.buffers)
        else:
            _log.debug("a picture of %s could not be pushed: %s", info["name"], error)
            # The page asks itself, and is told what is wrong.
            self._tell("", {"info": info})
            self.forget()

    def _tell(self, page: str, data: dict[str, Any], buffers: Sequence[bytes | memoryview] = ()) -> None:
        content = {"page": page, "what": "picture", "data": {"slot": self._slot, **data}}
        self._send(content, list(buffers) or None)


class Relay:
    """Hands a page's questions on, and the answers back.

    Parameters
    ----------
    link
        Who answers.
    send
        What sends to the page.
    key
        Tells the questions of this widget from those of others on the same link.
    """

    def __init__(self, link: Link, send: Sender, key: str) -> None:
        self._link, self._send, self._key = link, send, key
        self.feeders: dict[str, Feeder] = {}
        self.held: dict[str, HeldMask] = {}
        """Slots whose content lies in this process, by name."""
        self.told: dict[str, Callable[[Mapping[str, Any], Answer], None]] = {}
        """Called with questions of a method and their answers."""
        self.drawn: Callable[[], None] = lambda: None
        """Called when a page has just drawn the widget."""

    def hear(self, content: Any) -> None:  # noqa: ANN401 - whatever arrived
        """Take a message of a page."""
        if not isinstance(content, Mapping) or not isinstance(page := content.get("page"), str):
            return
        if content.get("tell") == "drawn":
            self.drawn()
            return
        if content.get("tell") == "shown":
            data = content.get("data")
            feeder = self.feeders.get(str(data.get("slot"))) if isinstance(data, Mapping) else None
            if feeder is not None:
                feeder.shown()
            return
        number, method, params = content.get("id"), content.get("method"), content.get("params")
        if not isinstance(number, int) or not isinstance(method, str) or not isinstance(params, Mapping):
            return
        if not method.startswith("view."):
            # A picture looks; whatever changes something is asked by the kernel's own code.
            _log.warning("a page asked a picture for %s", method)
            return
        self._ask(page, number, method, dict(params))

    def _ask(self, page: str, number: int, method: str, params: dict[str, Any]) -> None:
        slot = str(params.get("view", ""))
        feeder, link = self.feeders.get(slot), self.held.get(slot, self._link)
        if feeder is not None and method == "view.image":
            feeder.looked(page, params)
        elif feeder is not None and method == "view.open":
            feeder.forget()
        if method in _PLAIN:
            params.pop("view", None)
        else:
            params["view"] = f"{self._key} {page} {slot}"[:100]
        if str(params.get("name", "")).startswith("~"):
            # Only the newest is sure to lie on the shelf.
            params["version"] = None
        future = link.ask(method, params)
        future.add_done_callback(lambda done: self._answer(done, page, number, (method, params)))

    def _answer(
        self, done: Future[Answer], page: str, number: int, asked: tuple[str, dict[str, Any]]
    ) -> None:
        error = done.exception()
        if error is None:
            answer = done.result()
            reply = {"id": number, "ok": True, "result": answer.result, "error": None}
            self._send({"page": page, "reply": reply}, list(answer.buffers) or None)
            told = self.told.get(asked[0])
            if told is not None:
                told(asked[1], answer)
        else:
            reply = {"id": number, "ok": False, "result": {}, "error": _error_data(error)}
            self._send({"page": page, "reply": reply})


_PLAIN: Final = frozenset({"view.open", "view.text", "view.table", "view.tree"})
"""Questions that no newer one takes the place of."""


def _error_data(error: BaseException) -> dict[str, Any]:
    if isinstance(error, RemoteError):
        info: dict[str, Any] = {
            "kind": error.kind,
            "message": error.message,
            "fields": dict(error.fields),
            "traceback": error.traceback,
        }
        return info
    return {"kind": type(error).__name__, "message": str(error), "fields": {}, "traceback": ""}
