"""Work that waits for the session: on a thread of its own, one thing after the other, of one kind the newest only."""

from __future__ import annotations

import logging
from collections import OrderedDict
from threading import Condition, Thread, current_thread
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from daisy_lab.algorithms.pdf import PdfKernel, Recipe
from daisy_lab.apps.pdf._peaks import find_peaks
from daisy_lab.errors import DaisyError
from daisy_lab.texts import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from daisy_lab._detached import Answer, Link

__all__ = ["Work", "warm"]

_log = logging.getLogger(__name__)
_PATIENCE_SECONDS: Final = 600.0
_LEAVE_SECONDS: Final = 5.0


class Work:
    """A thread that asks the session, waits for the answer and goes on; the page's own thread never waits.

    Parameters
    ----------
    link
        The way to the session.
    failed
        Hears, by its kind, what went wrong in words; an empty text when the same kind of work went well.
    """

    def __init__(self, link: Link, failed: Callable[[str, str], None]) -> None:
        self._link, self._failed = link, failed
        self._waiting: OrderedDict[str, Callable[[], None]] = OrderedDict()
        self._changed = Condition()
        self._closed = False
        self._thread = Thread(target=self._live, name="daisy-pdf-page", daemon=True)
        self._thread.start()

    def do(self, kind: str, work: Callable[[], None]) -> None:
        """Do something soon; older work of the same kind that still waits is left out."""
        with self._changed:
            self._waiting.pop(kind, None)
            self._waiting[kind] = work
            self._changed.notify()

    def ask(self, method: str, buffers: tuple[bytes, ...] = (), /, **params: Any) -> Answer:  # noqa: ANN401 - of the request
        """Ask the session and wait; only for work on this thread.

        Raises
        ------
        RemoteError
            If the session refuses.
        """
        return self._link.ask(method, params, buffers).result(_PATIENCE_SECONDS)

    def array(self, name: str) -> Any:  # noqa: ANN401 - an array
        """Give an array of the session; only for work on this thread."""
        return self._link.array(name)

    def close(self) -> None:
        """Do nothing more; what is being done may end for a while."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not current_thread():
            self._thread.join(_LEAVE_SECONDS)

    def _live(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                kind, work = self._waiting.popitem(last=False)
            self._run(kind, work)

    def _run(self, kind: str, work: Callable[[], None]) -> None:
        try:
            work()
        except DaisyError as error:
            self._failed(kind, str(error))
        except Exception as error:  # noqa: BLE001 - told in words, and logged with its traceback
            _log.exception("%s failed", kind)
            self._failed(
                kind, _("that did not work: {reason}").format(reason=str(error) or type(error).__name__)
            )
        else:
            self._failed(kind, "")


def warm() -> None:
    """Load what the first curve needs, before there is one: form factors, filters, the search for peaks."""
    x = np.linspace(0.5, 20.0, 400)
    recipe = Recipe("C", "QA", qmin=1.0, qmax=18.0)
    curves = PdfKernel(x, np.exp(-x) + 0.01).curves(recipe)
    find_peaks(curves.r, curves.gr, "C")
